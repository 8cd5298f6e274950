/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of transmitter, channel and receiver without a flowgraph.

#include "radio_link.h"
#include <algorithm>
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <fstream>
#include <limits>

namespace gr::djescc::test {

namespace {

constexpr double no_clipping = std::numeric_limits<double>::infinity();

//! 10 log10(1 + snr): what LMMSE leaves on a flat channel that is known.
double ideal(double snr_db)
{
    return 10.0 * std::log10(1.0 + std::pow(10.0, snr_db / 10.0));
}

} // namespace

//! Transmitter, channel and receiver without a flowgraph.
class qa_radio_link : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_radio_link);
    CPPUNIT_TEST(flat_channel_at_any_offset_is_near_ideal);
    CPPUNIT_TEST(multipath_and_clock_offset_are_near_ideal);
    CPPUNIT_TEST(headers_at_0_dB);
    CPPUNIT_TEST(noise_makes_no_image);
    CPPUNIT_TEST(back_to_back_bursts_in_pieces_of_any_size);
    CPPUNIT_TEST(other_formats);
    CPPUNIT_TEST(level_and_power_scale);
    CPPUNIT_TEST(peaks_are_limited);
    CPPUNIT_TEST(a_lost_burst_is_erased);
    CPPUNIT_TEST(order_duplicates_and_late_bursts);
    CPPUNIT_TEST(a_timeout_gives_the_image_out);
    CPPUNIT_TEST(dropped_samples_cost_one_burst);
    CPPUNIT_TEST(foreign_models_are_counted);
    CPPUNIT_TEST(keys);
    CPPUNIT_TEST(a_recording_of_version_1);
    CPPUNIT_TEST(samples_that_are_not_finite);
    CPPUNIT_TEST(images_that_do_not_fit);
    CPPUNIT_TEST_SUITE_END();

    //! SNR after LMMSE over some bursts of a channel, each with another carrier offset.
    static double
    symbol_snr(channel_settings channel, size_t symbols, double offset, int bursts = 6)
    {
        burst_format format;
        burst_builder builder(format, no_clipping, 1, {}, {}, false);
        double sum = 0.0;
        for (int i = 0; i < bursts; i++) {
            const auto sent = gaussian_symbols(symbols, static_cast<uint64_t>(i) + 40);
            builder.begin(described(static_cast<uint32_t>(i)), sent.data(), symbols);
            channel.carrier_offset = offset * (2.0 * i / (bursts - 1) - 1.0) / 64.0;
            const auto samples = through(
                burst_in_silence(builder, 0, 777 + 131 * static_cast<size_t>(i), 500),
                channel,
                static_cast<uint64_t>(i) + 1);
            sample_receiver receiver(receive());
            const auto images = received(receiver, samples);
            CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
            CPPUNIT_ASSERT_EQUAL(uint64_t(0), images[0].erased);
            sum += std::pow(10.0, -0.1 * error_snr(sent, images[0].symbols.get()));
        }
        return -10.0 * std::log10(sum / bursts);
    }

public:
    void flat_channel_at_any_offset_is_near_ideal()
    {
        for (const double snr_db : { 5.0, 15.0, 25.0 }) {
            channel_settings channel;
            channel.snr_db = snr_db;
            for (const size_t symbols : { 1024u, 4096u }) {
                CPPUNIT_ASSERT(symbol_snr(channel, symbols, 1.2) > ideal(snr_db) - 0.3);
            }
        }
    }

    void multipath_and_clock_offset_are_near_ideal()
    {
        channel_settings channel;
        channel.clock_offset = 20.0;
        channel.taps = { { 0.7f, 0.2f }, 0.0f, { -0.3f, 0.3f }, 0.0f,
                         0.0f,           0.4f, { 0.1f, -0.3f } };
        double power = 0.0;
        for (const auto& tap : channel.taps) {
            power += static_cast<double>(std::norm(tap));
        }
        for (auto& tap : channel.taps) {
            tap /= static_cast<float>(std::sqrt(power));
        }
        for (const double snr_db : { 5.0, 15.0, 25.0 }) {
            channel.snr_db = snr_db;
            const double noise = std::pow(10.0, -snr_db / 10.0);
            double error = 0.0;
            const burst_layout layout{ burst_format{} };
            for (const size_t i : layout.data()) {
                std::complex<double> response = 0.0;
                for (size_t delay = 0; delay < channel.taps.size(); delay++) {
                    response += std::complex<double>(channel.taps[delay]) *
                                std::polar(1.0,
                                           -2.0 * M_PI * layout.carrier_numbers()[i] *
                                               static_cast<double>(delay) / 64.0);
                }
                error += noise / (std::norm(response) + noise) / 48.0;
            }
            const double genie = -10.0 * std::log10(error);
            CPPUNIT_ASSERT(symbol_snr(channel, 4096, 1.0) > genie - 0.5);
        }
    }

    //! The full statistics are benchmarks/radio.py's; a header lost here is one in 150.
    void headers_at_0_dB()
    {
        burst_format format;
        burst_builder builder(format, 9.0, 1);
        std::vector<gr_complex> samples;
        const auto sent = gaussian_symbols(96, 1);
        constexpr uint32_t bursts = 150;
        for (uint32_t i = 0; i < bursts; i++) {
            builder.begin(described(i), sent.data(), sent.size());
            append(samples, burst_in_silence(builder, 0, 37 * i, 300));
        }
        channel_settings channel;
        channel.snr_db = 0.0;
        channel.carrier_offset = 1.0 / 64.0;
        sample_receiver receiver(receive());
        const auto images = received(receiver, through(samples, channel));
        CPPUNIT_ASSERT(images.size() >= bursts - 2);
    }

    void noise_makes_no_image()
    {
        const auto noise = gaussian_symbols(3000000, 8);
        sample_receiver receiver(receive());
        CPPUNIT_ASSERT(received(receiver, noise).empty());
        // About one false preamble in a million samples.
        CPPUNIT_ASSERT(receiver.counters().detected < 30);
        CPPUNIT_ASSERT_EQUAL(receiver.counters().detected.load(),
                             receiver.counters().header_failures.load());
    }

    void back_to_back_bursts_in_pieces_of_any_size()
    {
        burst_format format;
        format.symbols_per_burst = 1000;
        burst_builder builder(format, 9.0, 1);
        std::vector<gr_complex> samples;
        for (uint32_t id = 0; id < 4; id++) {
            const auto sent = gaussian_symbols(5100, id);
            builder.begin(described(id), sent.data(), sent.size());
            CPPUNIT_ASSERT_EQUAL(6u, builder.bursts());
            for (uint32_t burst = 0; burst < builder.bursts(); burst++) {
                append(samples, burst_in_silence(builder, burst, 0, 0));
            }
        }
        for (const size_t piece : { 1u, 999u, 8192u, 1000000u }) {
            sample_receiver receiver(receive());
            const auto images = received(receiver, samples, piece);
            CPPUNIT_ASSERT_EQUAL(size_t(4), images.size());
            CPPUNIT_ASSERT_EQUAL(uint64_t(24), receiver.counters().bursts.load());
            for (uint32_t id = 0; id < 4; id++) {
                CPPUNIT_ASSERT_EQUAL(int64_t(id), images[id].facts.id);
                CPPUNIT_ASSERT_EQUAL(uint64_t(0), images[id].erased);
                CPPUNIT_ASSERT(error_snr(gaussian_symbols(5100, id),
                                         images[id].symbols.get()) > 35.0);
            }
        }
    }

    void other_formats()
    {
        for (const auto& format : { burst_format{ 128, 32, 48, 4, 500 },
                                    burst_format{ 256, 32, 200, 8, 3000 },
                                    burst_format{ 32, 8, 20, 2, 777 },
                                    burst_format{ 1024, 64, 800, 16, 20000 } }) {
            burst_builder builder(format, 9.0, 1);
            const auto sent =
                gaussian_symbols(static_cast<size_t>(format.symbols_per_burst) + 100, 5);
            builder.begin(described(1), sent.data(), sent.size());
            CPPUNIT_ASSERT_EQUAL(2u, builder.bursts());
            std::vector<gr_complex> samples;
            for (uint32_t burst = 0; burst < 2; burst++) {
                append(samples, burst_in_silence(builder, burst, 1000, 200));
            }
            channel_settings channel;
            channel.snr_db = 15.0;
            channel.carrier_offset = 0.7 / format.carriers;
            auto options = receive();
            options.format = format;
            sample_receiver receiver(options);
            const auto images = received(receiver, through(samples, channel));
            CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
            CPPUNIT_ASSERT(error_snr(sent, images[0].symbols.get()) > ideal(15.0) - 0.5);
        }
    }

    void level_and_power_scale()
    {
        burst_format format;
        burst_builder builder(format, no_clipping, 1);
        auto sent = gaussian_symbols(2000, 5);
        for (auto& symbol : sent) {
            symbol *= 0.01f;
        }
        builder.begin(described(1), sent.data(), sent.size());
        auto samples = burst_in_silence(builder, 0, 900, 300);
        double power = 0.0;
        for (auto& sample : samples) {
            power += static_cast<double>(std::norm(sample));
            sample *= 1e-4f; // a far transmitter
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            52.0 / 64.0, power / static_cast<double>(builder.burst_samples(0)), 0.03);
        sample_receiver receiver(receive());
        const auto images = received(receiver, samples);
        CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
        for (size_t i = 0; i < sent.size(); i++) {
            CPPUNIT_ASSERT(std::abs(images[0].symbols[i] - sent[i]) < 2e-4f);
        }
    }

    void peaks_are_limited()
    {
        burst_format format;
        burst_builder builder(format, 9.0, 1);
        // Equal symbols would add up to peaks if they were not scrambled.
        const std::vector<gr_complex> sent(40000, gr_complex(1.0f));
        builder.begin(described(1), sent.data(), sent.size());
        const auto limit = static_cast<float>(52.0 / 64.0 * std::pow(10.0, 0.9));
        for (uint32_t burst = 0; burst < builder.bursts(); burst++) {
            for (const auto& sample : burst_in_silence(builder, burst, 0, 0)) {
                CPPUNIT_ASSERT(std::norm(sample) < 1.0001f * limit);
            }
        }
        CPPUNIT_ASSERT_THROW(burst_builder(format, 2.0, 1), ::djescc::ConfigError);
    }

    //! Four bursts of an image of 4000 symbols, not spread, one entry each.
    static std::vector<std::vector<gr_complex>> four_bursts(uint32_t id,
                                                            bool spread = false)
    {
        burst_format format;
        format.symbols_per_burst = 1000;
        burst_builder builder(format, no_clipping, 1, {}, {}, spread);
        const auto sent = gaussian_symbols(4000, id);
        builder.begin(described(id), sent.data(), sent.size());
        std::vector<std::vector<gr_complex>> bursts;
        for (uint32_t burst = 0; burst < 4; burst++) {
            bursts.push_back(burst_in_silence(builder, burst, 400, 100));
        }
        return bursts;
    }

    void a_lost_burst_is_erased()
    {
        for (const bool spread : { false, true }) {
            const auto bursts = four_bursts(1, spread);
            std::vector<gr_complex> samples;
            for (const size_t burst : { 0u, 1u, 3u }) {
                append(samples, bursts[burst]);
            }
            sample_receiver receiver(receive());
            const auto images = received(receiver, samples);
            CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
            const auto& image = images[0];
            CPPUNIT_ASSERT_EQUAL(uint64_t(1000), image.erased);
            CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().lost.load());
            CPPUNIT_ASSERT_EQUAL(uint64_t(1),
                                 receiver.counters().incomplete_images.load());
            const auto sent = gaussian_symbols(4000, 1);
            // A quarter of the power is missing either way.
            CPPUNIT_ASSERT_DOUBLES_EQUAL(6.0, error_snr(sent, image.symbols.get()), 0.3);
            for (size_t i = 0; i < sent.size(); i++) {
                if (spread) {
                    CPPUNIT_ASSERT_DOUBLES_EQUAL(0.75, image.reliability[i], 0.03);
                } else if (image.reliability[i] == 0.0f) {
                    CPPUNIT_ASSERT_EQUAL(gr_complex(0.0f), image.symbols[i]);
                } else {
                    CPPUNIT_ASSERT(image.reliability[i] > 0.99f);
                    CPPUNIT_ASSERT(std::abs(image.symbols[i] - sent[i]) < 0.05f);
                }
            }
        }
    }

    void order_duplicates_and_late_bursts()
    {
        const auto bursts = four_bursts(1);
        std::vector<gr_complex> samples;
        for (const size_t burst : { 3u, 1u, 1u, 0u, 2u, 1u }) {
            append(samples, bursts[burst]);
        }
        sample_receiver receiver(receive());
        const auto images = received(receiver, samples);
        CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), images[0].erased);
        CPPUNIT_ASSERT(error_snr(gaussian_symbols(4000, 1), images[0].symbols.get()) >
                       40.0);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().duplicate.load());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().late.load());
        CPPUNIT_ASSERT_EQUAL(uint64_t(6), receiver.counters().bursts.load());
    }

    void a_timeout_gives_the_image_out()
    {
        const auto bursts = four_bursts(1);
        sample_receiver receiver(receive(50000));
        std::vector<assembled_image> images;
        receiver.push(bursts[2].data(), bursts[2].size(), images);
        const std::vector<gr_complex> silence(30000);
        receiver.push(silence.data(), silence.size(), images);
        CPPUNIT_ASSERT(images.empty());
        receiver.push(silence.data(), silence.size(), images);
        CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(3000), images[0].erased);
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), receiver.counters().lost.load());
    }

    //! Samples are missing in the middle of the second of four bursts.
    void dropped_samples_cost_one_burst()
    {
        burst_format format;
        format.symbols_per_burst = 4000;
        burst_builder builder(format, no_clipping, 1, {}, {}, false);
        const auto sent = gaussian_symbols(16000, 3);
        builder.begin(described(1), sent.data(), sent.size());
        std::vector<gr_complex> samples;
        for (uint32_t burst = 0; burst < 4; burst++) {
            append(samples, burst_in_silence(builder, burst, 0, 0));
        }
        const auto middle = static_cast<std::ptrdiff_t>(builder.burst_samples(0)) + 7000;
        for (const std::ptrdiff_t length : { 1, 2, 5, 9, 12, 1000 }) {
            auto cut = samples;
            cut.erase(cut.begin() + middle, cut.begin() + middle + length);
            channel_settings channel;
            channel.snr_db = 20.0;
            sample_receiver receiver(receive());
            const auto images = received(receiver, through(cut, channel));
            CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
            CPPUNIT_ASSERT_EQUAL(uint64_t(4), receiver.counters().bursts.load());
            CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().cut_short.load());
            CPPUNIT_ASSERT(images[0].erased > 500 && images[0].erased < 3000);
            // What is not erased is good, but for some symbols around the gap.
            size_t bad = 0;
            for (size_t i = 0; i < sent.size(); i++) {
                bad += images[0].reliability[i] > 0.0f &&
                       std::abs(images[0].symbols[i] - sent[i]) > 0.6f;
            }
            CPPUNIT_ASSERT(bad < 8 * 48);
        }
    }

    void foreign_models_are_counted()
    {
        auto options = receive();
        options.fingerprint = ::djescc::Fingerprint{ 1 };
        sample_receiver receiver(options);
        CPPUNIT_ASSERT(received(receiver, four_bursts(1)[0]).empty());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().foreign.load());
    }

    void keys()
    {
        burst_format format;
        burst_builder builder(format,
                              9.0,
                              1,
                              std::make_shared<test_guard>(1),
                              std::make_shared<test_cipher>());
        const auto sent = gaussian_symbols(5000, 6);
        std::vector<gr_complex> samples;
        for (uint32_t id = 0; id < 2; id++) {
            builder.begin(described(id), sent.data(), sent.size());
            for (uint32_t burst = 0; burst < builder.bursts(); burst++) {
                append(samples, burst_in_silence(builder, burst, 100, 0));
            }
        }
        const auto listen = [&](std::shared_ptr<header_guard> guard,
                                std::shared_ptr<symbol_cipher> cipher,
                                const std::vector<gr_complex>& heard) {
            sample_receiver receiver(receive(), std::move(guard), std::move(cipher));
            const auto images = received(receiver, heard);
            for (const auto& image : images) {
                CPPUNIT_ASSERT(error_snr(sent, image.symbols.get()) > 35.0);
            }
            return std::make_pair(images.size(), receiver.counters().refused.load());
        };
        using result = std::pair<size_t, uint64_t>;
        const auto cipher = std::make_shared<test_cipher>();
        CPPUNIT_ASSERT(
            (listen(std::make_shared<test_guard>(1), cipher, samples) == result{ 2, 0 }));
        CPPUNIT_ASSERT(
            (listen(std::make_shared<test_guard>(2), cipher, samples) == result{ 0, 4 }));
        CPPUNIT_ASSERT((listen({}, {}, samples) == result{ 0, 4 }));
        auto replayed = samples;
        append(replayed, samples);
        CPPUNIT_ASSERT((listen(std::make_shared<test_guard>(1), cipher, replayed) ==
                        result{ 2, 4 }));
        // Bursts without a tag are refused where there is a key.
        CPPUNIT_ASSERT(
            (listen(std::make_shared<test_guard>(1), cipher, four_bursts(1)[0]) ==
             result{ 0, 1 }));
    }

    /*! Four pictures that an earlier release sent, through two paths at 20 dB
     *  (tests/tools/make_capture.py): version 1 is read as it was. */
    void a_recording_of_version_1()
    {
        std::ifstream file(DJESCC_SOURCE_DIR "/tests/data/capture/air.sigmf-data",
                           std::ios::binary);
        std::vector<gr_complex> samples;
        int16_t parts[2];
        while (file.read(reinterpret_cast<char*>(parts), sizeof(parts))) {
            samples.emplace_back(parts[0], parts[1]);
        }
        CPPUNIT_ASSERT(samples.size() > 20000);
        sample_receiver receiver(receive());
        const auto images = received(receiver, samples);
        CPPUNIT_ASSERT_EQUAL(size_t(4), images.size());
        for (size_t id = 0; id < images.size(); id++) {
            const auto& facts = images[id].facts;
            CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(id), facts.id);
            CPPUNIT_ASSERT((facts.shape == ::djescc::ImageShape{ 3, 32, 32 }));
            CPPUNIT_ASSERT(facts.model);
            CPPUNIT_ASSERT_EQUAL(int64_t(0), facts.part);
            CPPUNIT_ASSERT_EQUAL(int64_t(1), facts.parts);
            CPPUNIT_ASSERT(facts.side.empty());
            CPPUNIT_ASSERT_EQUAL(uint64_t(0), images[id].erased);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(20.0, *facts.snr_db, 1.5);
        }
    }

    void samples_that_are_not_finite()
    {
        auto samples = four_bursts(1)[0];
        std::vector<gr_complex> broken(5000, gr_complex(std::nanf(""), 1.0f));
        broken.resize(6000, gr_complex(std::numeric_limits<float>::infinity(), 0.0f));
        append(broken, samples);
        broken.back() = gr_complex(0.0f, std::nanf(""));
        sample_receiver receiver(receive());
        CPPUNIT_ASSERT_EQUAL(size_t(1), received(receiver, broken).size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().bursts.load());
    }

    void images_that_do_not_fit()
    {
        burst_format format;
        format.symbols_per_burst = 1;
        burst_builder builder(format, 9.0, 1);
        const auto symbols = gaussian_symbols(70000, 1);
        auto image = described(1);
        CPPUNIT_ASSERT_THROW(builder.begin(image, symbols.data(), 65536),
                             ::djescc::ConfigError);
        CPPUNIT_ASSERT_NO_THROW(builder.begin(image, symbols.data(), 65535));
        image.shape.width = 65536;
        CPPUNIT_ASSERT_THROW(builder.begin(image, symbols.data(), 10),
                             ::djescc::ConfigError);
        const std::vector<gr_complex> zeros(10);
        CPPUNIT_ASSERT_THROW(builder.begin(described(1), zeros.data(), 10),
                             ::djescc::ConfigError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_radio_link>
    register_qa_radio_link("radio_link");

} // namespace gr::djescc::test
