/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Products of complex numbers without the standard's care for infinities, which takes
 *  several times as long. */
#pragma once

#include <complex>
#include <gnuradio/gr_complex.h>

namespace gr {
namespace djescc {

//! a b
inline std::complex<double> product(const std::complex<double>& a,
                                    const std::complex<double>& b)
{
    return { a.real() * b.real() - a.imag() * b.imag(),
             a.real() * b.imag() + a.imag() * b.real() };
}

//! conj(a) b
inline gr_complex conjugate_product(const gr_complex& a, const gr_complex& b)
{
    return { a.real() * b.real() + a.imag() * b.imag(),
             a.real() * b.imag() - a.imag() * b.real() };
}

} // namespace djescc
} // namespace gr
