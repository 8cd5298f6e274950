/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the parts of the burst format, each against what defines it.

#include "radio/burst/burst_layout.h"
#include "radio/burst/gain_tracker.h"
#include "radio/burst/phase_model.h"
#include "radio/burst/preamble_detector.h"
#include "radio/burst/response_estimator.h"
#include "radio/burst/symbol_interleaver.h"
#include "radio/burst/symbol_transforms.h"
#include "radio/dsp/hermitian.h"
#include "radio_link.h"
#include <algorithm>
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>

namespace gr::djescc::test {

namespace {

burst_format format_with(int burst_format::*member, int value)
{
    burst_format format;
    format.*member = value;
    return format;
}

} // namespace

//! The parts of the burst format, each against what defines it.
class qa_burst_parts : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_burst_parts);
    CPPUNIT_TEST(bad_formats_are_refused);
    CPPUNIT_TEST(formats_that_would_take_much_memory_are_refused);
    CPPUNIT_TEST(the_layout_of_the_default_format);
    CPPUNIT_TEST(interleaving_takes_the_same_share_everywhere);
    CPPUNIT_TEST(scrambling_and_spreading_are_orthogonal);
    CPPUNIT_TEST(hermitian_inverse);
    CPPUNIT_TEST(a_flat_channel_is_averaged_over_all_carriers);
    CPPUNIT_TEST(a_channel_of_several_paths);
    CPPUNIT_TEST(phases_are_fitted);
    CPPUNIT_TEST(gain_is_tracked_only_where_it_moves);
    CPPUNIT_TEST(tones_and_constants_are_no_preambles);
    CPPUNIT_TEST_SUITE_END();

public:
    void bad_formats_are_refused()
    {
        for (const auto& format :
             { format_with(&burst_format::carriers, 48),
               format_with(&burst_format::carriers, 0),
               format_with(&burst_format::carriers, -64),
               format_with(&burst_format::carriers, 8192),
               format_with(&burst_format::prefix, 3),
               format_with(&burst_format::prefix, 33),
               format_with(&burst_format::data_carriers, 47),
               format_with(&burst_format::data_carriers, 60),
               format_with(&burst_format::data_carriers, 2147483646),
               format_with(&burst_format::pilot_carriers, 0),
               format_with(&burst_format::symbols_per_burst, 0),
               format_with(&burst_format::symbols_per_burst, 65536) }) {
            CPPUNIT_ASSERT_THROW(burst_layout{ format }, ::djescc::ConfigError);
        }
    }

    void formats_that_would_take_much_memory_are_refused()
    {
        const auto good = [](const burst_format& format) { format.validate(); };
        const auto refused = [](const burst_format& format, const std::string& what) {
            try {
                format.validate();
            } catch (const ::djescc::ConfigError& error) {
                const std::string text = error.what();
                CPPUNIT_ASSERT_MESSAGE(text, text.find(what) != std::string::npos);
                return;
            }
            CPPUNIT_FAIL("no complaint of " + what);
        };
        // 512 taps: as many samples where all carriers are used, more where few are.
        good({ 1024, 512, 1014, 8, 4096 });
        good({ 4096, 512, 4086, 8, 4096 });
        refused({ 4096, 513, 4086, 8, 4096 }, "prefix must be at most 512");
        refused({ 2048, 1024, 2038, 8, 4096 }, "prefix must be at most 512");
        good({ 4096, 1024, 48, 4, 4096 });
        // 65535 symbols, 16 to an OFDM symbol of 4096 samples, are 2^24 samples.
        good({ 2048, 1024, 16, 4, 1 });
        refused({ 4096, 4, 16, 4, 1 }, "2^24 samples");
        refused({ 4096, 2048, 8, 2, 1 }, "2^24 samples");
    }

    void the_layout_of_the_default_format()
    {
        const burst_layout layout{ burst_format{} };
        CPPUNIT_ASSERT_EQUAL(size_t(52), layout.occupied());
        std::vector<int> pilots;
        for (const size_t pilot : layout.pilots()) {
            pilots.push_back(layout.carrier_numbers()[pilot]);
        }
        CPPUNIT_ASSERT((pilots == std::vector<int>{ -20, -7, 7, 20 }));
        CPPUNIT_ASSERT_EQUAL(size_t(400), layout.short_samples());
        CPPUNIT_ASSERT_EQUAL(size_t(224), layout.long_samples());
        CPPUNIT_ASSERT_EQUAL(size_t(40), layout.header_symbols());
        CPPUNIT_ASSERT_EQUAL(size_t(624 + 80 * (40 + 86)), layout.burst_samples(4096));
        // Both trainings have the power of the payload.
        double power = 0.0;
        for (const auto& sample : layout.preamble()) {
            power += static_cast<double>(std::norm(sample));
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(52.0 / 64.0, power / 624.0, 0.01);
    }

    void interleaving_takes_the_same_share_everywhere()
    {
        constexpr uint32_t total = 10007, bursts = 9;
        const symbol_interleaver interleaver(total, bursts);
        std::vector<uint32_t> owner(total, bursts);
        for (uint32_t burst = 0; burst < bursts; burst++) {
            const uint32_t* indices = interleaver.indices(burst);
            for (uint32_t i = 0; i < symbols_of_burst(total, bursts, burst); i++) {
                CPPUNIT_ASSERT_EQUAL(bursts, owner[indices[i]]);
                owner[indices[i]] = burst;
            }
        }
        for (uint32_t first = 0; first + bursts <= total; first += bursts) {
            uint32_t seen = 0;
            for (uint32_t i = first; i < first + bursts; i++) {
                seen |= 1u << owner[i];
            }
            CPPUNIT_ASSERT_EQUAL((1u << bursts) - 1, seen);
        }
    }

    void scrambling_and_spreading_are_orthogonal()
    {
        for (const size_t count : { 1u, 2u, 3u, 1023u, 1024u, 5000u }) {
            const auto symbols = gaussian_symbols(count, 7);
            auto changed = symbols;
            scramble(changed.data(), count, 5);
            spread(changed.data(), count);
            double before = 0.0, after = 0.0;
            for (size_t i = 0; i < count; i++) {
                before += static_cast<double>(std::norm(symbols[i]));
                after += static_cast<double>(std::norm(changed[i]));
            }
            CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, after / before, 1e-5);
            despread(changed.data(), count);
            descramble(changed.data(), count, 5);
            CPPUNIT_ASSERT(error_snr(symbols, changed.data()) > 100.0);
        }
        // One symbol is 1024 equal ones; missing ones are shared.
        std::vector<gr_complex> one(2048);
        one[0] = 1.0f;
        spread(one.data(), one.size());
        CPPUNIT_ASSERT_EQUAL(
            std::ptrdiff_t(1024),
            std::count_if(one.begin(), one.end(), [](const gr_complex& z) {
                return std::abs(std::norm(z) * 1024.0f - 1.0f) < 1e-3f;
            }));
        std::vector<float> reliability(2048, 1.0f);
        std::fill_n(reliability.begin(), 512, 0.0f);
        despread_reliability(reliability.data(), reliability.size());
        for (const float value : reliability) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(0.75, value, 1e-6);
        }
    }

    void hermitian_inverse()
    {
        constexpr size_t size = 7;
        const auto entries = gaussian_symbols(size * size, 3);
        std::vector<std::complex<double>> matrix(size * size);
        for (size_t row = 0; row < size; row++) {
            for (size_t column = 0; column < size; column++) {
                matrix[row * size + column] = row == column ? 1.0 : 0.0;
                for (size_t i = 0; i < size; i++) {
                    matrix[row * size + column] +=
                        std::complex<double>(entries[row * size + i]) *
                        std::conj(std::complex<double>(entries[column * size + i]));
                }
            }
        }
        auto inverse = matrix;
        invert_hermitian(inverse, size);
        for (size_t row = 0; row < size; row++) {
            for (size_t column = 0; column < size; column++) {
                std::complex<double> sum = row == column ? -1.0 : 0.0;
                for (size_t i = 0; i < size; i++) {
                    sum += matrix[row * size + i] * inverse[i * size + column];
                }
                CPPUNIT_ASSERT(std::abs(sum) < 1e-12);
            }
        }
    }

    //! The estimate's error for a channel response, in dB under the values' noise.
    static double smoothing_gain(const std::vector<double>& delays, double noise)
    {
        const burst_layout layout{ burst_format{} };
        double error = 0.0;
        constexpr int trials = 50;
        complex_gaussian_noise source(9);
        for (int trial = 0; trial < trials; trial++) {
            response_estimator estimator(layout);
            std::vector<gr_complex> truth(layout.occupied());
            for (size_t i = 0; i < truth.size(); i++) {
                for (const double delay : delays) {
                    truth[i] += gr_complex(std::polar(
                        1.0 / std::sqrt(double(delays.size())),
                        -2.0 * M_PI * layout.carrier_numbers()[i] * delay / 64.0 +
                            trial * delay));
                }
            }
            auto values = truth;
            source.add(values.data(),
                       values.data(),
                       values.size(),
                       static_cast<float>(std::sqrt(noise)));
            estimator.estimate(values.data(), noise, values.data());
            for (size_t i = 0; i < truth.size(); i++) {
                error += static_cast<double>(std::norm(values[i] - truth[i]));
            }
        }
        return 10.0 * std::log10(noise * trials * 52.0 / error);
    }

    //! A least-squares fit of 16 taps gains 10 log(52 / 16) = 5.1 dB, one tap 17.2.
    void a_flat_channel_is_averaged_over_all_carriers()
    {
        CPPUNIT_ASSERT(smoothing_gain({ 4.0 }, 0.1) > 8.5);
        CPPUNIT_ASSERT(smoothing_gain({ 4.37 }, 0.1) > 8.5);
        CPPUNIT_ASSERT(smoothing_gain({ 4.0 }, 1e-4) > 7.5);
    }

    void a_channel_of_several_paths()
    {
        CPPUNIT_ASSERT(smoothing_gain({ 4.0, 6.0, 9.0, 11.0 }, 0.1) > 6.0);
        CPPUNIT_ASSERT(smoothing_gain({ 4.0, 6.0, 9.0, 11.0 }, 1e-3) > 6.0);
    }

    void phases_are_fitted()
    {
        const phase_model truth{ 0.02, 1e-5, 0.001, -2e-7 };
        phase_fit fit;
        for (int time = 0; time < 8000; time += 80) {
            for (const int carrier : { -20, -7, 7, 20 }) {
                fit.add(time, carrier, 2.0, 2.0 * truth.at(time, carrier));
            }
        }
        const auto found = fit.solve();
        CPPUNIT_ASSERT_DOUBLES_EQUAL(truth.constant, found.constant, 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(truth.offset, found.offset, 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(truth.slope, found.slope, 1e-7);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(truth.slope_rate, found.slope_rate, 1e-11);
        CPPUNIT_ASSERT_EQUAL(0.0, phase_fit{}.solve().offset);

        std::vector<gr_complex> values;
        std::vector<double> times;
        for (int i = 0; i < 40; i++) {
            times.push_back(80.0 * i);
            values.push_back(gr_complex(std::polar(1.0, 0.7 + 2.1e-3 * times.back())));
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(2.1e-3, find_offset(values, times, 3e-3), 1e-5);
    }

    void gain_is_tracked_only_where_it_moves()
    {
        constexpr size_t count = 100;
        const std::vector<float> noise(count, 0.01f);
        const auto noisy = [&](auto gain) {
            auto seen = gaussian_symbols(count, 4);
            for (size_t i = 0; i < count; i++) {
                seen[i] = 0.1f * seen[i] + gain(i);
            }
            return seen;
        };
        for (const auto& gain :
             track_gain(noisy([](size_t) { return gr_complex(1.0f); }), noise, 20.0)) {
            CPPUNIT_ASSERT(std::abs(gain - 1.0f) < 1e-6f);
        }
        const auto turning = [](size_t i) {
            return gr_complex(std::polar(1.0, 0.02 * static_cast<double>(i)));
        };
        const auto tracked = track_gain(noisy(turning), noise, 20.0);
        double error = 0.0;
        for (size_t i = 0; i < count; i++) {
            error += static_cast<double>(std::norm(tracked[i] - turning(i))) / count;
        }
        CPPUNIT_ASSERT(error < 0.004); // of noise of 0.01
    }

    void tones_and_constants_are_no_preambles()
    {
        const burst_layout layout{ burst_format{} };
        for (const double frequency : { 0.0, 1.0 / 64, 0.1, 0.4371 }) {
            std::vector<gr_complex> tone(20000);
            for (size_t i = 0; i < tone.size(); i++) {
                tone[i] = gr_complex(
                    std::polar(1.0, 2.0 * M_PI * frequency * static_cast<double>(i)));
            }
            preamble_detector detector(layout);
            std::vector<preamble_candidate> found;
            detector.push(tone.data(), tone.size(), found);
            detector.finish(found);
            // Its onset may look like one for a moment.
            CPPUNIT_ASSERT(found.size() <= 1);
            CPPUNIT_ASSERT(found.empty() || found[0].long_start < 1000);
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_burst_parts>
    register_qa_burst_parts("burst_parts");

} // namespace gr::djescc::test
