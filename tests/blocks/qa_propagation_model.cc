/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of every impairment of the channel model against its closed form.

#include "radio_link.h"
#include <algorithm>
#include <complex>
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <limits>

namespace gr::djescc::test {

//! Every impairment against its closed form.
class qa_propagation_model : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_propagation_model);
    CPPUNIT_TEST(nothing_is_nothing);
    CPPUNIT_TEST(noise_has_the_power_of_the_snr);
    CPPUNIT_TEST(carrier_offset_turns);
    CPPUNIT_TEST(clock_offset_is_clean);
    CPPUNIT_TEST(multipath_is_a_convolution);
    CPPUNIT_TEST(fading_has_rayleigh_power_and_bessel_correlation);
    CPPUNIT_TEST(phase_noise_is_a_random_walk);
    CPPUNIT_TEST(iq_imbalance_makes_an_image);
    CPPUNIT_TEST(quantisation_noise);
    CPPUNIT_TEST(gain_steps_and_tones);
    CPPUNIT_TEST(drops_and_lost_bursts);
    CPPUNIT_TEST(bad_settings_are_refused);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<gr_complex>
    tone(size_t count, double frequency, double amplitude = 1.0)
    {
        std::vector<gr_complex> samples(count);
        for (size_t i = 0; i < count; i++) {
            samples[i] = gr_complex(
                std::polar(amplitude, 2.0 * M_PI * frequency * static_cast<double>(i)));
        }
        return samples;
    }

    static double mean_power(const std::vector<gr_complex>& samples)
    {
        double sum = 0.0;
        for (const auto& sample : samples) {
            sum += static_cast<double>(std::norm(sample));
        }
        return sum / static_cast<double>(samples.size());
    }

    static double distance(const std::vector<gr_complex>& a,
                           const std::vector<gr_complex>& b)
    {
        CPPUNIT_ASSERT_EQUAL(a.size(), b.size());
        double most = 0.0;
        for (size_t i = 0; i < a.size(); i++) {
            most = std::max(most, static_cast<double>(std::abs(a[i] - b[i])));
        }
        return most;
    }

public:
    void nothing_is_nothing()
    {
        const auto samples = gaussian_symbols(10000, 1);
        CPPUNIT_ASSERT(through(samples, {}) == samples);
    }

    void noise_has_the_power_of_the_snr()
    {
        channel_settings settings;
        settings.snr_db = 7.0;
        const std::vector<gr_complex> silence(500000);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            -7.0, 10.0 * std::log10(mean_power(through(silence, settings))), 0.03);
    }

    void carrier_offset_turns()
    {
        channel_settings settings;
        settings.carrier_offset = 0.013;
        CPPUNIT_ASSERT(distance(through(tone(5000, 0.1), settings), tone(5000, 0.113)) <
                       1e-4);
    }

    //! The resampler's error at the edge of the occupied band is below -75 dB.
    void clock_offset_is_clean()
    {
        for (const double offset : { 20.0, -35.0, 800.0 }) {
            for (const double frequency : { 0.01, 26.0 / 64.0 }) {
                channel_settings settings;
                settings.clock_offset = offset;
                const auto out = through(tone(100000, frequency), settings);
                CPPUNIT_ASSERT_DOUBLES_EQUAL(100000.0 / (1.0 + 1e-6 * offset),
                                             static_cast<double>(out.size()),
                                             40.0);
                double worst = 0.0;
                for (size_t i = 100; i < out.size(); i++) {
                    const double time =
                        static_cast<double>(i) * (1.0 + 1e-6 * offset) - 16.0;
                    const gr_complex expected(
                        std::polar(1.0, 2.0 * M_PI * frequency * time));
                    worst =
                        std::max(worst, static_cast<double>(std::abs(out[i] - expected)));
                }
                CPPUNIT_ASSERT(worst < 2e-4);
            }
        }
    }

    void multipath_is_a_convolution()
    {
        channel_settings settings;
        settings.taps = { 0.5f, 0.0f, { 0.0f, -2.0f } };
        const auto samples = gaussian_symbols(1000, 2);
        auto expected = samples;
        for (size_t i = 0; i < samples.size(); i++) {
            expected[i] = 0.5f * samples[i] +
                          (i >= 2 ? gr_complex(0.0f, -2.0f) * samples[i - 2] : 0.0f);
        }
        CPPUNIT_ASSERT(distance(through(samples, settings), expected) < 1e-5);
        // However it is cut.
        propagation_model channel(1);
        std::vector<gr_complex> out;
        for (size_t i = 0; i < samples.size(); i += 8) {
            channel.process(samples.data() + i, 8, settings, out);
        }
        CPPUNIT_ASSERT(distance(out, expected) < 1e-5);
    }

    void fading_has_rayleigh_power_and_bessel_correlation()
    {
        channel_settings settings;
        settings.doppler = 0.002;
        const std::vector<gr_complex> ones(100000, gr_complex(1.0f));
        constexpr size_t lag = 120;
        double power = 0.0, deep = 0.0;
        std::complex<double> correlation = 0.0;
        constexpr int trials = 40;
        for (int trial = 0; trial < trials; trial++) {
            const auto gain = through(ones, settings, static_cast<uint64_t>(trial));
            power += mean_power(gain) / trials;
            for (size_t i = 0; i + lag < gain.size(); i++) {
                correlation += std::complex<double>(gain[i + lag] * std::conj(gain[i])) /
                               (trials * static_cast<double>(gain.size() - lag));
                deep += (std::norm(gain[i]) < 0.1f) /
                        (trials * static_cast<double>(gain.size() - lag));
            }
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, power, 0.05);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0 - std::exp(-0.1), deep, 0.02);
        const double expected = std::cyl_bessel_j(0.0, 2.0 * M_PI * 0.002 * lag);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(expected, correlation.real(), 0.05);
    }

    void phase_noise_is_a_random_walk()
    {
        channel_settings settings;
        settings.linewidth = 1e-4;
        const std::vector<gr_complex> ones(400000, gr_complex(1.0f));
        const auto out = through(ones, settings);
        constexpr size_t lag = 50;
        double square = 0.0;
        for (size_t i = 0; i + lag < out.size(); i++) {
            const double turn =
                static_cast<double>(std::arg(out[i + lag] * std::conj(out[i])));
            square += turn * turn / static_cast<double>(out.size() - lag);
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, square / (2.0 * M_PI * 1e-4 * lag), 0.05);
    }

    //! Image rejection of gain g and phase p: |1 - g e^jp|^2 / |1 + g e^jp|^2.
    void iq_imbalance_makes_an_image()
    {
        channel_settings settings;
        settings.iq_gain_db = 0.5;
        settings.iq_phase_degrees = 2.0;
        const auto out = through(tone(64000, 5.0 / 64.0), settings);
        std::complex<double> wanted = 0.0, image = 0.0;
        for (size_t i = 0; i < out.size(); i++) {
            const double angle = 2.0 * M_PI * 5.0 / 64.0 * static_cast<double>(i);
            wanted += std::complex<double>(out[i]) * std::polar(1.0, -angle);
            image += std::complex<double>(out[i]) * std::polar(1.0, angle);
        }
        const auto branch = std::polar(std::pow(10.0, 0.5 / 20.0), 2.0 * M_PI / 180.0);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(std::norm(1.0 - branch) / std::norm(1.0 + branch),
                                     std::norm(image) / std::norm(wanted),
                                     1e-5);
    }

    //! A uniform error of one step: step^2 / 12 in each dimension.
    void quantisation_noise()
    {
        channel_settings settings;
        settings.quantizer_bits = 12;
        settings.full_scale = 4.0;
        const auto samples = gaussian_symbols(200000, 4);
        const auto out = through(samples, settings);
        const double step = 4.0 / 2048.0;
        double error = 0.0;
        for (size_t i = 0; i < samples.size(); i++) {
            error += static_cast<double>(std::norm(out[i] - samples[i])) /
                     static_cast<double>(samples.size());
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, error / (step * step / 6.0), 0.02);
        settings.full_scale = 0.5;
        for (const auto& sample : through(samples, settings)) {
            CPPUNIT_ASSERT(sample.real() >= -0.5f && sample.real() < 0.5f);
        }
    }

    void gain_steps_and_tones()
    {
        channel_settings settings;
        settings.gain_step_db = 6.0;
        settings.gain_period = 1000;
        const std::vector<gr_complex> ones(4000, gr_complex(1.0f));
        const auto out = through(ones, settings);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, std::abs(out[500]), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.9953, std::abs(out[1500]), 1e-3);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, std::abs(out[2500]), 1e-6);
        settings = {};
        settings.tone_amplitude = 0.3;
        settings.tone_frequency = -0.2;
        CPPUNIT_ASSERT(distance(through(std::vector<gr_complex>(3000), settings),
                                tone(3000, -0.2, 0.3)) < 1e-4);
    }

    void drops_and_lost_bursts()
    {
        channel_settings settings;
        settings.drop_interval = 10000;
        settings.drop_length = 100;
        settings.burst_loss = 0.5;
        const std::vector<gr_complex> ones(1000000, gr_complex(1.0f));
        propagation_model channel(3);
        std::vector<gr_complex> out;
        channel.process(ones.data(), ones.size(), settings, out);
        CPPUNIT_ASSERT_EQUAL(ones.size() - out.size(),
                             static_cast<size_t>(channel.dropped_samples()));
        // A hundred overruns, give or take ten.
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            1e4, static_cast<double>(ones.size() - out.size()), 5e3);

        settings.drop_interval = 0;
        uint64_t silent = 0;
        for (int i = 0; i < 400; i++) {
            out.clear();
            channel.begin_burst(settings);
            channel.process(ones.data(), 10, settings, out);
            channel.end_burst();
            silent += out[5] == gr_complex(0.0f);
            channel.process(ones.data(), 10, settings, out);
            CPPUNIT_ASSERT_EQUAL(gr_complex(1.0f), out[15]);
        }
        CPPUNIT_ASSERT_EQUAL(silent, channel.lost_bursts());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(200.0, static_cast<double>(silent), 60.0);
    }

    void bad_settings_are_refused()
    {
        const auto refused = [](auto change) {
            channel_settings settings;
            change(settings);
            CPPUNIT_ASSERT_THROW(settings.validate(), ::djescc::ConfigError);
        };
        const double not_a_number = std::nan("");
        refused([](channel_settings& s) { s.burst_loss = 1.1; });
        refused([](channel_settings& s) { s.taps.clear(); });
        refused([](channel_settings& s) { s.taps.resize(65); });
        refused([](channel_settings& s) { s.taps[0] = std::nanf(""); });
        refused([](channel_settings& s) { s.doppler = -0.001; });
        refused([=](channel_settings& s) { s.clock_offset = not_a_number; });
        refused([](channel_settings& s) { s.carrier_offset = 0.6; });
        refused([](channel_settings& s) { s.linewidth = 1.0; });
        refused([=](channel_settings& s) { s.gain_step_db = not_a_number; });
        refused([](channel_settings& s) { s.gain_period = 0; });
        refused([](channel_settings& s) { s.tone_amplitude = -1.0; });
        refused([=](channel_settings& s) { s.snr_db = not_a_number; });
        refused([](channel_settings& s) { s.quantizer_bits = 1; });
        refused([](channel_settings& s) { s.full_scale = 0.0; });
        refused([](channel_settings& s) { s.drop_interval = -1; });
        refused([](channel_settings& s) { s.drop_length = 0; });
        channel_settings{}.validate();
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_propagation_model>
    register_qa_propagation_model("propagation_model");

} // namespace gr::djescc::test
