/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Bounds of the format, carriers, and the preamble. */

#include "radio/burst/burst_layout.h"

#include "radio/burst/burst_header.h"
#include "radio/burst/header_code.h"
#include "radio/burst/ofdm.h"
#include "radio/burst/split_mix.h"
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <djescc/error.h>
#include <string>

namespace gr {
namespace djescc {

namespace {

void require(bool good, const std::string& what)
{
    if (!good) {
        throw ::djescc::ConfigError("burst format: " + what);
    }
}

/*! Samples of the longest payload that a header can announce: 128 MiB. An extension of
 *  259 bytes adds 13 % to it at most. */
constexpr int64_t most_payload_samples = 1 << 24;

/*! Taps of a channel within the prefix. response_estimator inverts matrices of this size
 *  for every burst. */
constexpr int most_taps = 512;

/*! Phases of low crest factor for n carriers (Newman 1965): pi i^2 / n. */
std::vector<gr_complex> newman_phases(size_t count, double amplitude)
{
    std::vector<gr_complex> values(count);
    for (size_t i = 0; i < count; i++) {
        const auto index = static_cast<double>(i);
        values[i] =
            std::polar(amplitude, M_PI * index * index / static_cast<double>(count));
    }
    return values;
}

} // namespace

void burst_format::validate() const
{
    const bool power_of_two = carriers > 0 && (carriers & (carriers - 1)) == 0;
    require(power_of_two && carriers >= 32 && carriers <= 4096,
            "carriers must be a power of two from 32 to 4096");
    require(prefix >= 4 && prefix <= carriers / 2, "prefix must be 4 to carriers / 2");
    require(data_carriers >= 8 && data_carriers % 2 == 0,
            "data_carriers must be even and at least 8");
    require(pilot_carriers >= 2 && pilot_carriers % 2 == 0,
            "pilot_carriers must be even and at least 2");
    require(data_carriers <= carriers && pilot_carriers <= carriers &&
                data_carriers + pilot_carriers <= carriers - 2,
            "data_carriers and pilot_carriers together must be at most carriers - 2");
    const int most_prefix =
        most_taps * std::max(1, carriers / (data_carriers + pilot_carriers + 2));
    require(prefix <= most_prefix,
            "prefix must be at most " + std::to_string(most_prefix) +
                " with these carriers, for a receiver's memory and time");
    const int64_t longest = (UINT16_MAX + data_carriers - 1) / data_carriers;
    require(
        longest * (carriers + prefix) <= most_payload_samples,
        "65535 symbols, which a header may announce, must fit into 2^24 samples: more "
        "data_carriers, or fewer carriers");
    require(symbols_per_burst >= 1 && symbols_per_burst <= 65535,
            "symbols_per_burst must be 1 to 65535");
}

const std::array<int, burst_layout::short_periods> burst_layout::short_signs = [] {
    // Products of neighbours, found by search.
    constexpr int products[short_periods - 1] = { -1, -1, -1, -1, -1, 1,  1, 1,
                                                  -1, -1, 1,  1,  -1, 1,  1, -1,
                                                  1,  -1, 1,  -1, 1,  -1, 1, 1 };
    std::array<int, short_periods> signs{ 1 };
    for (size_t i = 1; i < short_periods; i++) {
        signs[i] = signs[i - 1] * products[i - 1];
    }
    return signs;
}();

burst_layout::burst_layout(const burst_format& format) : d_format(format)
{
    format.validate();
    d_carriers = static_cast<size_t>(format.carriers);
    d_prefix = static_cast<size_t>(format.prefix);
    const int half = (format.data_carriers + format.pilot_carriers) / 2;
    for (int number = -half; number <= half; number++) {
        if (number != 0) {
            d_numbers.push_back(number);
            d_bins.push_back(
                static_cast<size_t>((number + format.carriers) % format.carriers));
        }
    }
    const auto pilot_count = static_cast<size_t>(format.pilot_carriers);
    for (size_t i = 0; i < pilot_count; i++) {
        d_pilots.push_back((2 * i + 1) * occupied() / (2 * pilot_count));
    }
    for (size_t i = 0; i < occupied(); i++) {
        if (!std::binary_search(d_pilots.begin(), d_pilots.end(), i)) {
            d_data.push_back(i);
        }
    }
    d_header_symbols = ofdm_symbols(header_code::least_symbols(burst_header::size));
    make_preamble();
}

void burst_layout::make_preamble()
{
    ofdm_modulator modulator(*this);
    std::vector<gr_complex> samples(d_carriers);

    // Every fourth carrier has the power that all the occupied ones have otherwise.
    std::vector<size_t> fourths;
    for (size_t i = 0; i < occupied(); i++) {
        if (d_numbers[i] % 4 == 0) {
            fourths.push_back(i);
        }
    }
    const double amplitude =
        std::sqrt(static_cast<double>(occupied()) / static_cast<double>(fourths.size()));
    const auto short_values = newman_phases(fourths.size(), amplitude);
    std::vector<gr_complex> values(occupied());
    for (size_t i = 0; i < fourths.size(); i++) {
        values[fourths[i]] = short_values[i];
    }
    modulator.body(values.data(), samples.data());
    for (const int sign : short_signs) {
        for (size_t i = 0; i < short_period(); i++) {
            d_preamble.push_back(samples[i] * static_cast<float>(sign));
        }
    }

    d_long_values = newman_phases(occupied(), 1.0);
    modulator.body(d_long_values.data(), samples.data());
    for (size_t i = 0; i < long_samples(); i++) {
        d_preamble.push_back(samples[(i + 2 * d_carriers - 2 * d_prefix) % d_carriers]);
    }
}

float burst_layout::pilot_value(size_t symbol, size_t pilot)
{
    const uint64_t bits = split_mix(format_seed::pilots, 64 * symbol + pilot / 64);
    return (bits >> (pilot % 64)) & 1 ? -1.0f : 1.0f;
}

//! OFDM symbols whose data carriers hold so many values.
size_t burst_layout::ofdm_symbols(size_t values) const
{
    return (values + d_data.size() - 1) / d_data.size();
}

size_t burst_layout::extension_symbols(size_t bytes) const
{
    return bytes == 0 ? 0 : ofdm_symbols(header_code::least_symbols(bytes));
}

size_t burst_layout::payload_symbols(size_t symbols) const
{
    return ofdm_symbols(symbols);
}

size_t burst_layout::samples_before_extension() const
{
    return preamble_samples() + d_header_symbols * symbol_samples();
}

size_t burst_layout::burst_samples(size_t symbols, size_t extension_bytes) const
{
    return samples_before_extension() +
           (extension_symbols(extension_bytes) + payload_symbols(symbols)) *
               symbol_samples();
}

double burst_layout::mean_power() const
{
    return static_cast<double>(occupied()) / static_cast<double>(d_carriers);
}

} // namespace djescc
} // namespace gr
