/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests that every frame gets power 1 and bad frames are dropped.

#include "blocks/drop_reason.h"
#include "frame_streams.h"
#include "radio/dsp/value_runs.h"
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <gnuradio/djescc/power_normalizer.h>
#include <limits>

namespace gr::djescc::test {

class qa_power_normalizer : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_power_normalizer);
    CPPUNIT_TEST(every_frame_gets_power_one);
    CPPUNIT_TEST(symbols_from_elsewhere_need_no_dictionary);
    CPPUNIT_TEST(frames_beyond_the_buffers_pass);
    CPPUNIT_TEST(bad_frames_are_dropped_and_counted);
    CPPUNIT_TEST(many_frames_keep_their_order);
    CPPUNIT_TEST_SUITE_END();

public:
    void every_frame_gets_power_one()
    {
        stream<gr_complex> input;
        for (int64_t id = 0; id < 5; id++) {
            auto symbols = random_symbols(100 + 37 * static_cast<size_t>(id), 1);
            for (auto& symbol : symbols) {
                symbol *= std::pow(10.0f, static_cast<float>(id - 2));
            }
            input.append_frame(symbols, image_info(id, 2, 2));
        }
        const auto block = power_normalizer::make();
        const auto frames = split_frames(run_block<gr_complex>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(5), frames.size());
        for (const auto& found : frames) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, mean_power(found.items), 1e-6);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(5), block->frames_in());
        CPPUNIT_ASSERT_EQUAL(uint64_t(5), block->frames_out());
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), block->dropped_total());
    }

    void symbols_from_elsewhere_need_no_dictionary()
    {
        stream<gr_complex> input;
        input.tag_next(packet_len_key(), pmt::from_long(64));
        input.append(random_symbols(64, 1));
        const auto strange = pmt::intern("not a dictionary");
        input.tag_next(packet_len_key(), pmt::from_long(32));
        input.tag_next(frame_key(), strange);
        input.append(random_symbols(32, 2));
        const auto output = run_block<gr_complex>(power_normalizer::make(), input);
        CPPUNIT_ASSERT_EQUAL(size_t(96), output.items.size());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            1.0, total_power(output.items.data(), 64) / 64.0, 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            1.0, total_power(output.items.data() + 64, 32) / 32.0, 1e-6);
        CPPUNIT_ASSERT_EQUAL(size_t(3), output.tags.size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), output.tags[0].offset);
        CPPUNIT_ASSERT_EQUAL(uint64_t(64), output.tags[1].offset);
        CPPUNIT_ASSERT(pmt::eqv(strange, output.tags[2].value));
    }

    void frames_beyond_the_buffers_pass()
    {
        constexpr size_t count = 3000000;
        stream<gr_complex> input;
        input.append_frame(random_symbols(count, 1), image_info(0, 2, 2));
        input.append_frame(random_symbols(10, 2), image_info(1, 2, 2));
        const auto frames =
            split_frames(run_block<gr_complex>(power_normalizer::make(), input));
        CPPUNIT_ASSERT_EQUAL(size_t(2), frames.size());
        CPPUNIT_ASSERT_EQUAL(count, frames[0].items.size());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, mean_power(frames[0].items), 1e-6);
    }

    void bad_frames_are_dropped_and_counted()
    {
        stream<gr_complex> input;
        input.append(random_symbols(7, 1));
        input.append_frame(std::vector<gr_complex>(20), image_info(0, 2, 2));
        auto spoilt = random_symbols(20, 1);
        spoilt[11] = { 0.0f, std::numeric_limits<float>::infinity() };
        input.append_frame(spoilt, image_info(1, 2, 2));
        input.tag_next(packet_len_key(), pmt::from_long(20));
        input.append(random_symbols(19, 1));
        const auto good = random_symbols(20, 3);
        input.append_frame(good, image_info(2, 2, 2));

        const auto block = power_normalizer::make();
        const auto frames = split_frames(run_block<gr_complex>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(2), frames[0].info.id);
        auto expected = good;
        normalize_to_unit_power(expected.data(), expected.size());
        CPPUNIT_ASSERT(expected == frames[0].items);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::stray_items));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::zero_power));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::not_finite));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::truncated));
        CPPUNIT_ASSERT_EQUAL(uint64_t(4), block->dropped_total());
        CPPUNIT_ASSERT_EQUAL(uint64_t(4), block->frames_in());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->counters().at("dropped: truncated"));
    }

    void many_frames_keep_their_order()
    {
        constexpr int64_t count = 2000;
        stream<gr_complex> input;
        for (int64_t id = 0; id < count; id++) {
            input.append_frame(random_symbols(1 + static_cast<size_t>(id % 97),
                                              static_cast<unsigned>(id)),
                               image_info(id, 2, 2));
        }
        const auto frames =
            split_frames(run_block<gr_complex>(power_normalizer::make(), input));
        CPPUNIT_ASSERT_EQUAL(static_cast<size_t>(count), frames.size());
        for (int64_t id = 0; id < count; id++) {
            CPPUNIT_ASSERT_EQUAL(id, frames[static_cast<size_t>(id)].info.id);
        }
    }

private:
    static double mean_power(const std::vector<gr_complex>& symbols)
    {
        return total_power(symbols.data(), symbols.size()) /
               static_cast<double>(symbols.size());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_power_normalizer>
    register_qa_power_normalizer("power_normalizer");

} // namespace gr::djescc::test
