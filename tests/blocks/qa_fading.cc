/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of bursts whose channel fades while they are sent.

#include "radio_link.h"

#include <cmath>
#include <complex>
#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <limits>
#include <utility>

namespace gr::djescc::test {

namespace {

constexpr double fading_no_clipping = std::numeric_limits<double>::infinity();
constexpr size_t fading_symbols = 4096;
constexpr double samples_per_second = 1e6;

//! Mean square error of LMMSE in one burst with the channel that impulses show.
double known_channel_error(channel_settings channel, size_t silence, uint64_t seed)
{
    const burst_layout layout{ burst_format{} };
    const double noise = std::pow(10.0, -channel.snr_db / 10.0);
    channel.snr_db = std::numeric_limits<double>::infinity();
    const size_t step = layout.symbol_samples();
    const size_t first = silence + layout.samples_before_extension();
    const size_t count = layout.payload_symbols(fading_symbols);
    std::vector<gr_complex> impulses(first + count * step);
    for (size_t symbol = 0; symbol < count; symbol++) {
        impulses[first + symbol * step + step / 2] = 1.0f;
    }
    const auto taps = through(impulses, channel, seed);
    double error = 0.0;
    for (size_t symbol = 0; symbol < count; symbol++) {
        for (const size_t i : layout.data()) {
            std::complex<double> response = 0.0;
            for (size_t delay = 0; delay < channel.taps.size(); delay++) {
                const auto tap = taps[first + symbol * step + step / 2 + delay];
                response += std::complex<double>(tap) *
                            std::polar(1.0,
                                       -2.0 * M_PI * layout.carrier_numbers()[i] *
                                           static_cast<double>(delay) / 64.0);
            }
            error += noise / (std::norm(response) + noise);
        }
    }
    return error / static_cast<double>(count * layout.data().size());
}

} // namespace

class qa_fading : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_fading);
    CPPUNIT_TEST(fading_costs_about_1_dB_at_most);
    CPPUNIT_TEST_SUITE_END();

public:
    void fading_costs_about_1_dB_at_most()
    {
        burst_format format;
        burst_builder builder(format, fading_no_clipping, 1, {}, {}, false);
        channel_settings channel;
        channel.snr_db = 15.0;
        channel.taps = { 0.5f, 0.5f, 0.5f, 0.5f };
        constexpr uint64_t bursts = 40;
        // Measured: 0.21, 0.59 and 1.02 dB.
        for (const auto& [doppler, most] :
             { std::pair{ 5.0, 0.5 }, std::pair{ 20.0, 0.9 }, std::pair{ 50.0, 1.2 } }) {
            channel.doppler = doppler / samples_per_second;
            double error = 0.0, known = 0.0;
            uint64_t missed = 0;
            for (uint64_t seed = 1; seed <= bursts; seed++) {
                const auto sent = gaussian_symbols(fading_symbols, seed);
                builder.begin(described(1), sent.data(), sent.size());
                const auto samples =
                    through(burst_in_silence(builder, 0, 500, 500), channel, seed);
                sample_receiver receiver(receive());
                const auto images = received(receiver, samples);
                const double ideal = known_channel_error(channel, 500, seed);
                if (images.empty()) {
                    missed++;
                    continue;
                }
                const double found =
                    std::pow(10.0, -0.1 * error_snr(sent, images[0].symbols.get()));
                error += found;
                known += ideal;
            }
            const double loss = 10.0 * std::log10(error / known);
            std::cout << doppler << " Hz: " << loss << " dB less than with the channel, "
                      << missed << " of " << bursts << " missed\n";
            CPPUNIT_ASSERT(loss < most);
            CPPUNIT_ASSERT(missed <= 1);
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_fading> register_qa_fading("fading");

} // namespace gr::djescc::test
