/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Inverse of Hermitian matrices. */
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace gr {
namespace djescc {

/*! Replace a Hermitian positive definite matrix by its inverse (Cholesky).
 *  \param matrix  row by row, \p size x \p size */
void invert_hermitian(std::vector<std::complex<double>>& matrix, size_t size);

} // namespace djescc
} // namespace gr
