/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Values on carriers to samples and back. */
#pragma once

#include <cstddef>
#include <gnuradio/fft/fft.h>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

class burst_layout;

//! Values on carriers to samples; unitary, so that powers are those of the carriers.
class ofdm_modulator
{
public:
    explicit ofdm_modulator(const burst_layout& layout);

    /*! \param values  one for each occupied carrier
     *  \param samples  gets layout.carriers() */
    void body(const gr_complex* values, gr_complex* samples);

    //! The same with the prefix before it: layout.symbol_samples() samples.
    void symbol(const gr_complex* values, gr_complex* samples);

private:
    const size_t d_carriers, d_prefix;
    const std::vector<size_t> d_bins;
    const float d_scale;
    gr::fft::fft_complex_rev d_fft;
};

//! Samples to values on carriers, with a carrier offset taken out; unitary.
class ofdm_demodulator
{
public:
    explicit ofdm_demodulator(const burst_layout& layout);

    //! Take out this many radians a sample from now on.
    void set_offset(double radians_per_sample);

    /*! \param samples  layout.carriers() of them; the first one's phase stays
     *  \param values  gets one for each occupied carrier */
    void body(const gr_complex* samples, gr_complex* values);

private:
    const size_t d_carriers;
    const std::vector<size_t> d_bins;
    std::vector<gr_complex> d_rotation;
    gr::fft::fft_complex_fwd d_fft;
};

} // namespace djescc
} // namespace gr
