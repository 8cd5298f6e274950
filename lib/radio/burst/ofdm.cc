/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The FFTs of an OFDM symbol. */

#include "radio/burst/ofdm.h"

#include "radio/burst/burst_layout.h"
#include <algorithm>
#include <cmath>
#include <volk/volk.h>

namespace gr {
namespace djescc {

ofdm_modulator::ofdm_modulator(const burst_layout& layout)
    : d_carriers(layout.carriers())
    , d_prefix(layout.prefix())
    , d_bins(layout.fft_bins())
    , d_scale(1.0f / std::sqrt(static_cast<float>(layout.carriers())))
    , d_fft(static_cast<int>(layout.carriers()))
{
    std::fill_n(d_fft.get_inbuf(), d_carriers, gr_complex(0.0f));
}

void ofdm_modulator::body(const gr_complex* values, gr_complex* samples)
{
    gr_complex* spectrum = d_fft.get_inbuf();
    for (size_t i = 0; i < d_bins.size(); i++) {
        spectrum[d_bins[i]] = values[i] * d_scale;
    }
    d_fft.execute();
    std::copy_n(d_fft.get_outbuf(), d_carriers, samples);
}

void ofdm_modulator::symbol(const gr_complex* values, gr_complex* samples)
{
    body(values, samples + d_prefix);
    std::copy_n(samples + d_carriers, d_prefix, samples);
}

ofdm_demodulator::ofdm_demodulator(const burst_layout& layout)
    : d_carriers(layout.carriers())
    , d_bins(layout.fft_bins())
    , d_rotation(layout.carriers())
    , d_fft(static_cast<int>(layout.carriers()))
{
    set_offset(0.0);
}

void ofdm_demodulator::set_offset(double radians_per_sample)
{
    const double scale = 1.0 / std::sqrt(static_cast<double>(d_carriers));
    for (size_t i = 0; i < d_carriers; i++) {
        d_rotation[i] = std::polar(scale, -radians_per_sample * static_cast<double>(i));
    }
}

void ofdm_demodulator::body(const gr_complex* samples, gr_complex* values)
{
    volk_32fc_x2_multiply_32fc(
        d_fft.get_inbuf(), samples, d_rotation.data(), static_cast<unsigned>(d_carriers));
    d_fft.execute();
    const gr_complex* spectrum = d_fft.get_outbuf();
    for (size_t i = 0; i < d_bins.size(); i++) {
        values[i] = spectrum[d_bins[i]];
    }
}

} // namespace djescc
} // namespace gr
