/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Images of several parts and with side bytes: version 2 of the header over the link. */

#include "radio_link.h"
#include <algorithm>
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <limits>
#include <set>

namespace gr::djescc::test {

namespace {

constexpr double without_clipping = std::numeric_limits<double>::infinity();

std::vector<uint8_t> side_bytes(size_t count, uint8_t first = 1)
{
    std::vector<uint8_t> side(count);
    for (size_t i = 0; i < count; i++) {
        side[i] = static_cast<uint8_t>(first + 101 * i);
    }
    return side;
}

::djescc::FrameFacts
with_side(int64_t id, size_t side, int64_t part = 0, int64_t parts = 1)
{
    auto facts = described(id);
    facts.side = side_bytes(side, static_cast<uint8_t>(id));
    facts.part = part;
    facts.parts = parts;
    return facts;
}

//! All bursts of an image, each behind so many zeros.
std::vector<std::vector<gr_complex>> bursts_of(burst_builder& builder,
                                               const ::djescc::FrameFacts& facts,
                                               size_t symbols,
                                               size_t before = 400)
{
    const auto sent = gaussian_symbols(symbols, static_cast<uint64_t>(facts.id));
    builder.begin(facts, sent.data(), sent.size());
    std::vector<std::vector<gr_complex>> bursts;
    for (uint32_t burst = 0; burst < builder.bursts(); burst++) {
        bursts.push_back(burst_in_silence(builder, burst, before, 0));
    }
    return bursts;
}

burst_format format_of(int symbols_per_burst)
{
    burst_format format;
    format.symbols_per_burst = symbols_per_burst;
    return format;
}

//! Signs other side bytes than it sends, as one does who changes them on the way.
class tampering_guard : public test_guard
{
public:
    using test_guard::test_guard;
    tag_bytes tag(uint64_t counter, const uint8_t* header, size_t size) override
    {
        std::vector<uint8_t> changed(header, header + size);
        if (size > burst_header::tagged_size) {
            changed.back() = static_cast<uint8_t>(changed.back() ^ 1);
        }
        return test_guard::tag(counter, changed.data(), size);
    }
};

//! Remembers the counters that it was given.
class counting_cipher : public test_cipher
{
public:
    void encipher(gr_complex* symbols, size_t count, uint64_t counter) override
    {
        counters.insert(counter);
        test_cipher::encipher(symbols, count, counter);
    }
    std::multiset<uint64_t> counters;
};

} // namespace

class qa_image_parts : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_image_parts);
    CPPUNIT_TEST(what_the_second_version_costs);
    CPPUNIT_TEST(both_versions_at_0_dB);
    CPPUNIT_TEST(payloads_are_as_good_behind_an_extension);
    CPPUNIT_TEST(back_to_back_in_pieces_of_any_size);
    CPPUNIT_TEST(other_formats);
    CPPUNIT_TEST(side_bytes_survive_lost_bursts);
    CPPUNIT_TEST(parts_are_images_of_their_own);
    CPPUNIT_TEST(keys_and_parts);
    CPPUNIT_TEST(tampered_side_bytes_are_refused);
    CPPUNIT_TEST(a_spoilt_extension_costs_one_burst);
    CPPUNIT_TEST(samples_dropped_in_an_extension);
    CPPUNIT_TEST(bursts_that_contradict_one_another);
    CPPUNIT_TEST(what_does_not_fit);
    CPPUNIT_TEST_SUITE_END();

public:
    //! Parts are free; s side bytes are ceil((32 s + 152) / 48) OFDM symbols of 80
    //! samples.
    void what_the_second_version_costs()
    {
        burst_builder builder(burst_format{}, 9.0, 1);
        const auto symbols = gaussian_symbols(4096, 1);
        const auto samples = [&](size_t side, int64_t parts) {
            builder.begin(with_side(1, side, parts - 1, parts), symbols.data(), 4096);
            return builder.burst_samples(0);
        };
        CPPUNIT_ASSERT_EQUAL(size_t(10704), samples(0, 1));
        CPPUNIT_ASSERT_EQUAL(size_t(10704), samples(0, 7));
        CPPUNIT_ASSERT_EQUAL(size_t(10704 + 80 * 4), samples(1, 1));
        CPPUNIT_ASSERT_EQUAL(size_t(10704 + 80 * 14), samples(16, 1));
        CPPUNIT_ASSERT_EQUAL(size_t(10704 + 80 * 14), samples(16, 3));
        CPPUNIT_ASSERT_EQUAL(size_t(10704 + 80 * 174), samples(255, 1));
    }

    void both_versions_at_0_dB()
    {
        burst_builder builder(burst_format{}, 9.0, 1);
        std::vector<gr_complex> samples;
        const auto sent = gaussian_symbols(96, 1);
        const std::vector<size_t> sides{ 0, 1, 16, 48, 255 };
        constexpr int64_t images = 100;
        const auto facts_of = [&](int64_t id) {
            return with_side(
                id, sides[static_cast<size_t>(id) % sides.size()], id % 2, 2);
        };
        for (int64_t id = 0; id < images; id++) {
            builder.begin(
                id % 4 == 3 ? described(id) : facts_of(id), sent.data(), sent.size());
            append(samples,
                   burst_in_silence(builder, 0, 37 * static_cast<size_t>(id), 300));
        }
        channel_settings channel;
        channel.snr_db = 0.0;
        channel.carrier_offset = 1.0 / 64.0;
        sample_receiver receiver(receive());
        const auto found = received(receiver, through(samples, channel));
        CPPUNIT_ASSERT(found.size() >= images - 2);
        for (const auto& image : found) {
            const auto facts = image.facts.id % 4 == 3 ? described(image.facts.id)
                                                       : facts_of(image.facts.id);
            CPPUNIT_ASSERT(facts.side == image.facts.side);
            CPPUNIT_ASSERT_EQUAL(facts.part, image.facts.part);
            CPPUNIT_ASSERT_EQUAL(facts.parts, image.facts.parts);
        }
    }

    //! Through paths and a phase that wanders, what is left of the symbols is the same.
    void payloads_are_as_good_behind_an_extension()
    {
        channel_settings channel;
        channel.snr_db = 15.0;
        channel.clock_offset = 20.0;
        channel.carrier_offset = 0.6 / 64.0;
        channel.linewidth = 1e-7;
        channel.taps = { { 0.8f, 0.0f }, 0.0f, { 0.0f, 0.6f } };
        const auto snr_with = [&](size_t side) {
            double error = 0.0;
            constexpr int trials = 8;
            for (int64_t id = 0; id < trials; id++) {
                burst_builder builder(burst_format{}, without_clipping, 1, {}, {}, false);
                sample_receiver receiver(receive());
                const auto images = received(
                    receiver,
                    through(bursts_of(builder, with_side(id, side), 3000)[0], channel));
                CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
                CPPUNIT_ASSERT_EQUAL(uint64_t(0), images[0].erased);
                CPPUNIT_ASSERT(images[0].facts.side == with_side(id, side).side);
                error += std::pow(
                    10.0,
                    -0.1 * error_snr(gaussian_symbols(3000, static_cast<uint64_t>(id)),
                                     images[0].symbols.get()));
            }
            return -10.0 * std::log10(error / trials);
        };
        const double without = snr_with(0);
        CPPUNIT_ASSERT(without > 10.0);
        CPPUNIT_ASSERT(snr_with(32) > without - 0.3);
        CPPUNIT_ASSERT(snr_with(255) > without - 0.5);
    }

    void back_to_back_in_pieces_of_any_size()
    {
        burst_builder builder(format_of(1000), 9.0, 1);
        std::vector<gr_complex> samples;
        const std::vector<size_t> sides{ 0, 20, 255, 3 };
        for (size_t id = 0; id < sides.size(); id++) {
            const auto facts = with_side(static_cast<int64_t>(id), sides[id]);
            for (const auto& burst : bursts_of(builder, facts, 5100, 0)) {
                append(samples, burst);
            }
        }
        for (const size_t piece : { 1u, 999u, 8192u, 1000000u }) {
            sample_receiver receiver(receive());
            const auto images = received(receiver, samples, piece);
            CPPUNIT_ASSERT_EQUAL(sides.size(), images.size());
            CPPUNIT_ASSERT_EQUAL(uint64_t(24), receiver.counters().bursts.load());
            for (size_t id = 0; id < sides.size(); id++) {
                CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(id), images[id].facts.id);
                CPPUNIT_ASSERT_EQUAL(uint64_t(0), images[id].erased);
                CPPUNIT_ASSERT(images[id].facts.side ==
                               side_bytes(sides[id], static_cast<uint8_t>(id)));
                CPPUNIT_ASSERT(error_snr(gaussian_symbols(5100, id),
                                         images[id].symbols.get()) > 35.0);
            }
        }
    }

    void other_formats()
    {
        for (const auto& format : { burst_format{ 128, 32, 48, 4, 500 },
                                    burst_format{ 32, 8, 8, 2, 777 },
                                    burst_format{ 1024, 64, 800, 16, 20000 } }) {
            burst_builder builder(format, 9.0, 1);
            std::vector<gr_complex> samples;
            for (const auto& burst : bursts_of(builder, with_side(1, 78), 600)) {
                append(samples, burst);
            }
            channel_settings channel;
            channel.snr_db = 10.0;
            auto options = receive();
            options.format = format;
            sample_receiver receiver(options);
            const auto images = received(receiver, through(samples, channel));
            CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
            CPPUNIT_ASSERT(images[0].facts.side == side_bytes(78));
        }
    }

    //! Four of eight bursts carry them; one of the four is enough.
    void side_bytes_survive_lost_bursts()
    {
        burst_builder builder(format_of(500), without_clipping, 1);
        const auto bursts = bursts_of(builder, with_side(1, 12), 4000);
        CPPUNIT_ASSERT_EQUAL(size_t(8), bursts.size());
        const std::vector<size_t> carriers{ 0, 2, 4, 6 };
        for (uint32_t burst = 0; burst < 8; burst++) {
            CPPUNIT_ASSERT_EQUAL(burst % 2 == 0, builder.carries_side(burst));
        }
        for (const size_t kept : { 0u, 2u, 4u, 6u, 8u }) {
            std::vector<gr_complex> samples;
            for (size_t burst = 0; burst < 8; burst++) {
                if (burst % 2 == 1 || burst == kept) {
                    append(samples, bursts[burst]);
                }
            }
            sample_receiver receiver(receive());
            const auto images = received(receiver, samples);
            CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
            CPPUNIT_ASSERT(images[0].facts.side ==
                           (kept < 8 ? side_bytes(12) : std::vector<uint8_t>{}));
            CPPUNIT_ASSERT_EQUAL(uint64_t(kept < 8 ? 0 : 1),
                                 receiver.counters().side_lost.load());
        }
        // Of any image, four or all.
        for (const size_t symbols : { 500u, 1000u, 1500u, 2000u, 2500u, 3500u, 50000u }) {
            bursts_of(builder, with_side(1, 12), symbols);
            uint32_t copies = 0;
            for (uint32_t burst = 0; burst < builder.bursts(); burst++) {
                copies += builder.carries_side(burst);
            }
            CPPUNIT_ASSERT_EQUAL(std::min(4u, builder.bursts()), copies);
        }
    }

    void parts_are_images_of_their_own()
    {
        burst_builder builder(format_of(1000), without_clipping, 1);
        std::vector<std::vector<std::vector<gr_complex>>> parts;
        for (int64_t part = 0; part < 3; part++) {
            parts.push_back(bursts_of(builder,
                                      with_side(7, 0, part, 3),
                                      2000 + 500 * static_cast<size_t>(part)));
        }
        // Mixed, the second burst of part 1 lost, the first one of part 2 twice.
        std::vector<gr_complex> samples;
        for (const auto& [part, burst] :
             std::vector<std::pair<size_t, size_t>>{ { 0, 0 },
                                                     { 2, 0 },
                                                     { 1, 0 },
                                                     { 0, 1 },
                                                     { 2, 0 },
                                                     { 1, 2 },
                                                     { 2, 2 },
                                                     { 0, 1 },
                                                     { 2, 1 } }) {
            append(samples, parts[part][burst]);
        }
        sample_receiver receiver(receive());
        auto images = received(receiver, samples);
        CPPUNIT_ASSERT_EQUAL(size_t(3), images.size());
        std::sort(images.begin(), images.end(), [](const auto& a, const auto& b) {
            return a.facts.part < b.facts.part;
        });
        for (int64_t part = 0; part < 3; part++) {
            const auto& image = images[static_cast<size_t>(part)];
            CPPUNIT_ASSERT_EQUAL(int64_t(7), image.facts.id);
            CPPUNIT_ASSERT_EQUAL(part, image.facts.part);
            CPPUNIT_ASSERT_EQUAL(int64_t(3), image.facts.parts);
            CPPUNIT_ASSERT_EQUAL(2000 + 500 * static_cast<size_t>(part),
                                 image.reliability.size());
            CPPUNIT_ASSERT_EQUAL(uint64_t(part == 1 ? 833 : 0), image.erased);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().duplicate.load());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().late.load());
    }

    //! No counter serves two parts, and what was recorded does not pass again.
    void keys_and_parts()
    {
        const auto sending = std::make_shared<counting_cipher>();
        burst_builder builder(
            format_of(1000), 9.0, 1, std::make_shared<test_guard>(1), sending);
        std::vector<gr_complex> samples;
        for (int64_t part = 0; part < 3; part++) {
            for (const auto& burst :
                 bursts_of(builder, with_side(5, 9, part, 3), 2500, 100)) {
                append(samples, burst);
            }
        }
        CPPUNIT_ASSERT(
            (sending->counters == std::multiset<uint64_t>{ 1000, 1003, 1006 }));
        auto replayed = samples;
        append(replayed, samples);
        sample_receiver receiver(
            receive(), std::make_shared<test_guard>(1), std::make_shared<test_cipher>());
        const auto images = received(receiver, replayed);
        CPPUNIT_ASSERT_EQUAL(size_t(3), images.size());
        for (const auto& image : images) {
            CPPUNIT_ASSERT(image.facts.side == side_bytes(9, 5));
            CPPUNIT_ASSERT(error_snr(gaussian_symbols(2500, 5), image.symbols.get()) >
                           35.0);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(9), receiver.counters().refused.load());
    }

    void tampered_side_bytes_are_refused()
    {
        burst_builder builder(format_of(1000),
                              9.0,
                              1,
                              std::make_shared<tampering_guard>(1),
                              std::make_shared<test_cipher>());
        std::vector<gr_complex> samples;
        for (const auto& burst : bursts_of(builder, with_side(5, 9), 5000, 100)) {
            append(samples, burst);
        }
        sample_receiver receiver(
            receive(), std::make_shared<test_guard>(1), std::make_shared<test_cipher>());
        const auto images = received(receiver, samples);
        // Four of five bursts carried them; the fifth is whole, and the image without.
        CPPUNIT_ASSERT_EQUAL(uint64_t(4), receiver.counters().refused.load());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().bursts.load());
        CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
        CPPUNIT_ASSERT(images[0].facts.side.empty());
    }

    //! An announced extension that is noise, or of which the stream has not enough.
    void a_spoilt_extension_costs_one_burst()
    {
        burst_builder builder(burst_format{}, 9.0, 1);
        auto spoilt = bursts_of(builder, with_side(1, 200), 1000)[0];
        const size_t begin = 400 + builder.layout().samples_before_extension();
        const size_t length = 80 * builder.layout().extension_symbols(204);
        const auto noise = gaussian_symbols(length, 3);
        std::copy(noise.begin(),
                  noise.end(),
                  spoilt.begin() + static_cast<std::ptrdiff_t>(begin));
        auto samples = spoilt;
        append(samples, bursts_of(builder, with_side(2, 200), 1000)[0]);
        // The last burst ends in its extension.
        append(samples, spoilt);
        samples.resize(samples.size() - spoilt.size() + begin + length / 2);
        for (const size_t piece : { 500u, 1000000u }) {
            sample_receiver receiver(receive());
            const auto images = received(receiver, samples, piece);
            CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
            CPPUNIT_ASSERT_EQUAL(int64_t(2), images[0].facts.id);
            CPPUNIT_ASSERT(receiver.counters().header_failures >= 2);
            CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver.counters().bursts.load());
        }
    }

    void samples_dropped_in_an_extension()
    {
        burst_builder builder(format_of(1000), 9.0, 1);
        const auto bursts = bursts_of(builder, with_side(1, 60), 4000, 0);
        for (const std::ptrdiff_t dropped : { 1, 40, 700 }) {
            auto cut = bursts[0];
            cut.erase(cut.begin() + 4500, cut.begin() + 4500 + dropped);
            for (size_t burst = 1; burst < bursts.size(); burst++) {
                append(cut, bursts[burst]);
            }
            sample_receiver receiver(receive());
            const auto images = received(receiver, cut);
            CPPUNIT_ASSERT_EQUAL(size_t(1), images.size());
            CPPUNIT_ASSERT(images[0].facts.side == side_bytes(60));
            CPPUNIT_ASSERT(receiver.counters().bursts >= 3);
        }
    }

    void bursts_that_contradict_one_another()
    {
        const auto burst_with = [](uint16_t index, std::vector<uint8_t> side) {
            received_burst burst;
            burst.header.facts = described(1);
            burst.header.facts.parts = 2;
            burst.header.side_size = 2;
            burst.header.extended = !side.empty();
            burst.header.facts.side = std::move(side);
            burst.header.image_symbols = 30;
            burst.header.bursts = 3;
            burst.header.burst = index;
            burst.header.symbols = 10;
            burst.symbols.assign(10, 1.0f);
            burst.reliability.assign(10, 1.0f);
            return burst;
        };
        receiver_counters counters;
        burst_assembler assembler({}, nullptr, counters);
        std::vector<assembled_image> finished;
        assembler.push(burst_with(0, {}), finished);
        assembler.push(burst_with(1, { 3, 4 }), finished);
        assembler.push(burst_with(2, { 3, 5 }), finished);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), counters.header_failures.load());
        auto other = burst_with(2, {});
        other.header.side_size = 1;
        assembler.push(other, finished);
        other = burst_with(2, {});
        other.header.facts.parts = 3;
        assembler.push(other, finished);
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), counters.header_failures.load());
        CPPUNIT_ASSERT(finished.empty());
        assembler.push(burst_with(2, { 3, 4 }), finished);
        CPPUNIT_ASSERT_EQUAL(size_t(1), finished.size());
        CPPUNIT_ASSERT((finished[0].facts.side == std::vector<uint8_t>{ 3, 4 }));
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), counters.side_lost.load());
    }

    void what_does_not_fit()
    {
        const auto symbols = gaussian_symbols(10, 1);
        burst_builder builder(burst_format{}, 9.0, 1);
        const auto refused = [&](int64_t part, int64_t parts, size_t side) {
            CPPUNIT_ASSERT_THROW(
                builder.begin(with_side(1, side, part, parts), symbols.data(), 10),
                ::djescc::ConfigError);
        };
        refused(0, 0, 0);
        refused(1, 1, 0);
        refused(-1, 2, 0);
        refused(0, 256, 0);
        refused(0, 1, 256);
        builder.begin(with_side(1, 255, 254, 255), symbols.data(), 10);

        //! Counters of version 2 have 56 bits.
        struct late_guard : test_guard {
            late_guard() : test_guard(1) {}
            uint64_t take_counters(uint64_t) override { return uint64_t(1) << 56; }
        };
        burst_builder late(burst_format{}, 9.0, 1, std::make_shared<late_guard>());
        CPPUNIT_ASSERT_NO_THROW(late.begin(described(1), symbols.data(), 10));
        CPPUNIT_ASSERT_THROW(late.begin(with_side(1, 1), symbols.data(), 10),
                             ::djescc::ConfigError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_image_parts>
    register_qa_image_parts("image_parts");

} // namespace gr::djescc::test
