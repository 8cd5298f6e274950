/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace gr {
namespace djescc {

//! a b without the standard's care for infinities, which takes several times as long.
inline std::complex<double> product(const std::complex<double>& a,
                                    const std::complex<double>& b)
{
    return { a.real() * b.real() - a.imag() * b.imag(),
             a.real() * b.imag() + a.imag() * b.real() };
}

/*! Replace a Hermitian positive definite matrix by its inverse (Cholesky).
 *  \param matrix  row by row, \p size x \p size */
void invert_hermitian(std::vector<std::complex<double>>& matrix, size_t size);

} // namespace djescc
} // namespace gr
