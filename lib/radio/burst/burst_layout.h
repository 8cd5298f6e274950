/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What follows from a burst_format: places of carriers and parts, and the known
 *  sequences. */
#pragma once

#include <array>
#include <cstddef>
#include <gnuradio/djescc/burst_format.h>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

/*! What follows from a burst_format: where carriers, pilots and the parts of a burst lie,
 *  and the known sequences (docs/burst-format.md).
 *
 *  Carriers are counted from 0 in order of frequency, without the unused one at zero.
 *  A burst is short training, long training, header, extension and payload. */
class burst_layout
{
public:
    /*! Signs of the periods of the short training. Products of neighbours are balanced,
     *  so that a constant or a tone cancels, and their aperiodic autocorrelation is at
     *  most 3 of 24 beside its peak. */
    static constexpr size_t short_periods = 25;
    static const std::array<int, short_periods> short_signs;
    //! Repetitions of the long training's OFDM symbol, behind two prefixes' length.
    static constexpr size_t long_repetitions = 3;

    //! \throws djescc::ConfigError as burst_format::validate()
    explicit burst_layout(const burst_format& format);

    const burst_format& format() const { return d_format; }

    size_t carriers() const { return d_carriers; }
    size_t prefix() const { return d_prefix; }
    size_t symbol_samples() const { return d_carriers + d_prefix; }

    //! Data and pilot carriers.
    size_t occupied() const { return d_numbers.size(); }
    //! Signed number of each occupied carrier: its frequency in carrier spacings.
    const std::vector<int>& carrier_numbers() const { return d_numbers; }
    //! Place of each occupied carrier in the FFT's output.
    const std::vector<size_t>& fft_bins() const { return d_bins; }
    //! Which occupied carriers are pilots, and which data, ascending.
    const std::vector<size_t>& pilots() const { return d_pilots; }
    const std::vector<size_t>& data() const { return d_data; }

    //! Pilot of an OFDM symbol counted from the header's first one: +1 or -1.
    static float pilot_value(size_t symbol, size_t pilot);

    //! Samples of one period of the short training.
    size_t short_period() const { return d_carriers / 4; }
    size_t short_samples() const { return short_periods * short_period(); }
    size_t long_samples() const { return 2 * d_prefix + long_repetitions * d_carriers; }
    size_t preamble_samples() const { return short_samples() + long_samples(); }
    //! The whole preamble, and the values on the carriers of its long part.
    const std::vector<gr_complex>& preamble() const { return d_preamble; }
    const std::vector<gr_complex>& long_values() const { return d_long_values; }

    /*! OFDM symbols of the header, of its extension of so many bytes, and of a payload of
     *  so many symbols. */
    size_t header_symbols() const { return d_header_symbols; }
    size_t extension_symbols(size_t bytes) const;
    size_t payload_symbols(size_t symbols) const;
    //! Samples before the extension, and of a whole burst.
    size_t samples_before_extension() const;
    size_t burst_samples(size_t symbols, size_t extension_bytes = 0) const;

    //! Mean power of a sample when every occupied carrier has power 1.
    double mean_power() const;

private:
    void make_preamble();
    size_t ofdm_symbols(size_t values) const;

    burst_format d_format;
    size_t d_carriers, d_prefix;
    std::vector<int> d_numbers;
    std::vector<size_t> d_bins, d_pilots, d_data;
    std::vector<gr_complex> d_preamble, d_long_values;
    size_t d_header_symbols;
};

} // namespace djescc
} // namespace gr
