/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests that frames do not depend on how a stream is cut, and that bad ones are dropped
// whole.

#include "blocks/frame_gatherer.h"

#include "frame_streams.h"
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <limits>

namespace gr::djescc::test {

class qa_frame_gatherer : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_frame_gatherer);
    CPPUNIT_TEST(frames_do_not_depend_on_the_cut);
    CPPUNIT_TEST(a_frame_cut_short_is_dropped);
    CPPUNIT_TEST(a_stream_that_ends_within_a_frame);
    CPPUNIT_TEST(items_before_the_first_tag);
    CPPUNIT_TEST(items_between_frames);
    CPPUNIT_TEST(a_length_that_is_not_the_images);
    CPPUNIT_TEST(lengths_that_cannot_be);
    CPPUNIT_TEST(dictionaries_that_cannot_be_used);
    CPPUNIT_TEST(tags_that_contradict_each_other);
    CPPUNIT_TEST(values_that_are_not_finite);
    CPPUNIT_TEST(waiting_frames_are_bounded);
    CPPUNIT_TEST(waiting_items_are_bounded);
    CPPUNIT_TEST(foreign_tags_do_not_matter);
    CPPUNIT_TEST(any_content_needs_no_dictionary);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { d_counters = std::make_unique<frame_counters>(); }

    void frames_do_not_depend_on_the_cut()
    {
        stream<float> input;
        append_good(input, 0, 2, 3);
        append_good(input, 1, 1, 1);
        append_good(input, 2, 4, 5);
        for (size_t piece = 1; piece <= input.items.size(); piece++) {
            setUp();
            const auto frames = gather(input, frame_content::image, piece);
            CPPUNIT_ASSERT_EQUAL(size_t(3), frames.size());
            for (int64_t id = 0; id < 3; id++) {
                check_good(frames[static_cast<size_t>(id)], id);
            }
            CPPUNIT_ASSERT_EQUAL(uint64_t(3), d_counters->frames_in());
            CPPUNIT_ASSERT_EQUAL(uint64_t(0), d_counters->dropped_total());
        }
    }

    void a_frame_cut_short_is_dropped()
    {
        stream<float> input;
        const auto info = image_info(0, 4, 4);
        input.tag_next(packet_len_key(), pmt::from_long(48));
        input.tag_next(frame_key(), info.to_pmt());
        input.append(std::vector<float>(47, 0.5f));
        append_good(input, 1, 2, 2);
        expect_one_drop_then_frame_1(input, drop_reason::truncated);
    }

    void a_stream_that_ends_within_a_frame()
    {
        stream<float> input;
        append_good(input, 1, 2, 2);
        const auto info = image_info(2, 4, 4);
        input.tag_next(packet_len_key(), pmt::from_long(48));
        input.tag_next(frame_key(), info.to_pmt());
        input.append(std::vector<float>(20, 0.5f));
        expect_one_drop_then_frame_1(input, drop_reason::truncated);
    }

    void items_before_the_first_tag()
    {
        stream<float> input;
        input.append(std::vector<float>(33, 0.25f));
        append_good(input, 1, 2, 2);
        expect_one_drop_then_frame_1(input, drop_reason::stray_items);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), d_counters->frames_in());
    }

    void items_between_frames()
    {
        stream<float> input;
        append_good(input, 0, 2, 2);
        input.append(std::vector<float>(5, 0.25f));
        append_good(input, 1, 2, 2);
        const auto frames = gather(input, frame_content::image, 7);
        CPPUNIT_ASSERT_EQUAL(size_t(2), frames.size());
        check_good(frames[0], 0);
        check_good(frames[1], 1);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), d_counters->dropped(drop_reason::stray_items));
    }

    void a_length_that_is_not_the_images()
    {
        for (const long length : { 11L, 13L, 1L }) {
            stream<float> input;
            input.tag_next(packet_len_key(), pmt::from_long(length));
            input.tag_next(frame_key(), image_info(0, 2, 2).to_pmt());
            input.append(std::vector<float>(static_cast<size_t>(length), 0.5f));
            append_good(input, 1, 2, 2);
            expect_one_drop_then_frame_1(input, drop_reason::length_mismatch);
        }
    }

    void lengths_that_cannot_be()
    {
        const std::vector<pmt::pmt_t> lengths{
            pmt::from_long(0),
            pmt::from_long(-12),
            pmt::from_long(max_frame_items + 1),
            pmt::from_long(std::numeric_limits<long>::max()),
            pmt::from_uint64(std::numeric_limits<uint64_t>::max()),
            pmt::from_double(12.0),
            pmt::intern("12"),
            pmt::PMT_NIL
        };
        for (const auto& length : lengths) {
            stream<float> input;
            input.tag_next(packet_len_key(), length);
            input.tag_next(frame_key(), image_info(0, 2, 2).to_pmt());
            input.append(std::vector<float>(12, 0.5f));
            append_good(input, 1, 2, 2);
            expect_one_drop_then_frame_1(input, drop_reason::bad_packet_len);
        }
        // No packet_len at all.
        stream<float> input;
        input.tag_next(frame_key(), image_info(0, 2, 2).to_pmt());
        input.append(std::vector<float>(12, 0.5f));
        append_good(input, 1, 2, 2);
        expect_one_drop_then_frame_1(input, drop_reason::bad_packet_len);
    }

    void dictionaries_that_cannot_be_used()
    {
        const auto with = [](const char* key, const pmt::pmt_t& value) {
            return pmt::dict_add(image_info(0, 2, 2).to_pmt(), pmt::intern(key), value);
        };
        const std::vector<pmt::pmt_t> dictionaries{
            pmt::intern("frame"),
            pmt::from_long(7),
            pmt::make_dict(),
            pmt::dict_delete(image_info(0, 2, 2).to_pmt(), pmt::intern("id")),
            with("id", pmt::from_long(-1)),
            with("width", pmt::from_long(0)),
            with("width", pmt::from_double(2.0)),
            with("height", pmt::from_long(-2)),
            with("channels", pmt::from_long(std::numeric_limits<long>::max())),
            with("name", pmt::from_long(3)),
            with("model", pmt::from_long(3)),
            with("snr_db", pmt::intern("ten")),
            with("plain_width", pmt::from_long(2)),
        };
        for (const auto& dictionary : dictionaries) {
            stream<float> input;
            input.tag_next(packet_len_key(), pmt::from_long(12));
            input.tag_next(frame_key(), dictionary);
            input.append(std::vector<float>(12, 0.5f));
            append_good(input, 1, 2, 2);
            expect_one_drop_then_frame_1(input, drop_reason::bad_frame_tag);
        }
        stream<float> input;
        input.tag_next(packet_len_key(), pmt::from_long(12));
        input.append(std::vector<float>(12, 0.5f));
        append_good(input, 1, 2, 2);
        expect_one_drop_then_frame_1(input, drop_reason::bad_frame_tag);
    }

    void tags_that_contradict_each_other()
    {
        stream<float> input;
        input.tag_next(packet_len_key(), pmt::from_long(12));
        input.tag_next(packet_len_key(), pmt::from_long(6));
        input.tag_next(frame_key(), image_info(0, 2, 2).to_pmt());
        input.append(std::vector<float>(12, 0.5f));
        append_good(input, 1, 2, 2);
        expect_one_drop_then_frame_1(input, drop_reason::bad_packet_len);
    }

    void values_that_are_not_finite()
    {
        for (const float bad : { std::numeric_limits<float>::quiet_NaN(),
                                 std::numeric_limits<float>::infinity(),
                                 -std::numeric_limits<float>::infinity() }) {
            for (size_t position = 0; position < 12; position++) {
                stream<float> input;
                std::vector<float> image(12, 0.5f);
                image[position] = bad;
                input.append_frame(image, image_info(0, 2, 2));
                append_good(input, 1, 2, 2);
                expect_one_drop_then_frame_1(input, drop_reason::not_finite);
            }
        }
    }

    void waiting_frames_are_bounded()
    {
        stream<float> input;
        for (int64_t id = 0; id < 10; id++) {
            append_good(input, id, 2, 2);
        }
        frame_gatherer<float> gatherer(
            frame_content::image, 3, std::numeric_limits<size_t>::max(), *d_counters);
        size_t taken =
            gatherer.push(input.items.data(), input.items.size(), 0, input.tags);
        CPPUNIT_ASSERT_EQUAL(size_t(3 * 12), taken);
        CPPUNIT_ASSERT(gatherer.waiting_limit_reached());
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), d_counters->frames_in());
        for (int64_t id = 0; id < 10; id++) {
            check_good(gatherer.pop(), id);
            taken += gatherer.push(input.items.data() + taken,
                                   input.items.size() - taken,
                                   taken,
                                   input.tags);
            CPPUNIT_ASSERT(gatherer.waiting().size() <= 3);
        }
        CPPUNIT_ASSERT_EQUAL(input.items.size(), taken);
        CPPUNIT_ASSERT_EQUAL(uint64_t(10), d_counters->frames_in());
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), d_counters->dropped_total());
    }

    void waiting_items_are_bounded()
    {
        stream<float> input;
        append_good(input, 0, 4, 4);
        append_good(input, 1, 4, 4);
        frame_gatherer<float> gatherer(frame_content::image, 8, 20, *d_counters);
        // One frame above the bound is taken nevertheless, or it could never pass.
        CPPUNIT_ASSERT_EQUAL(
            size_t(48),
            gatherer.push(input.items.data(), input.items.size(), 0, input.tags));
        CPPUNIT_ASSERT_EQUAL(size_t(1), gatherer.waiting().size());
    }

    void foreign_tags_do_not_matter()
    {
        stream<float> input;
        const auto info = image_info(1, 2, 2);
        const auto image = random_image(info, 1);
        input.tag_next(pmt::intern("rx_time"), pmt::from_double(1.5));
        input.tag_next(packet_len_key(), pmt::from_long(12));
        input.tag_next(pmt::intern("burst"), pmt::PMT_T);
        input.tag_next(frame_key(), info.to_pmt());
        input.append({ image.begin(), image.begin() + 5 });
        input.tag_next(pmt::intern("rx_freq"), pmt::from_double(1e9));
        input.append({ image.begin() + 5, image.end() });
        const auto frames = gather(input, frame_content::image, 4);
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        check_good(frames[0], 1);
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), d_counters->dropped_total());
    }

    void any_content_needs_no_dictionary()
    {
        stream<float> input;
        input.tag_next(packet_len_key(), pmt::from_uint64(4));
        input.append({ 1.0f, 2.0f, 3.0f, 4.0f });
        const auto frames = gather(input, frame_content::any, 3);
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT_EQUAL(size_t(4), frames[0].length);
        CPPUNIT_ASSERT(!frames[0].tag);
    }

private:
    std::unique_ptr<frame_counters> d_counters;

    static void
    append_good(stream<float>& input, int64_t id, int64_t height, int64_t width)
    {
        const auto info = image_info(id, height, width);
        input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
    }

    static void check_good(const frame<float>& found, int64_t id)
    {
        CPPUNIT_ASSERT_EQUAL(id, found.info.id);
        const auto expected = random_image(found.info, static_cast<unsigned>(id));
        CPPUNIT_ASSERT_EQUAL(expected.size(), found.length);
        const auto channels = static_cast<size_t>(found.info.shape.channels);
        const size_t pixels = found.length / channels;
        for (size_t i = 0; i < found.length; i++) { // kept as planes
            CPPUNIT_ASSERT_EQUAL(expected[i],
                                 found.items[i % channels * pixels + i / channels]);
        }
    }

    //! Push in pieces and take every whole frame at once.
    std::vector<frame<float>>
    gather(const stream<float>& input, frame_content content, size_t piece)
    {
        frame_gatherer<float> gatherer(
            content, 4, std::numeric_limits<size_t>::max(), *d_counters);
        std::vector<frame<float>> frames;
        size_t position = 0;
        while (position < input.items.size()) {
            const size_t count = std::min(piece, input.items.size() - position);
            position +=
                gatherer.push(input.items.data() + position, count, position, input.tags);
            while (!gatherer.waiting().empty()) {
                frames.push_back(gatherer.pop());
            }
        }
        gatherer.finish();
        return frames;
    }

    void expect_one_drop_then_frame_1(const stream<float>& input, const char* reason)
    {
        for (const size_t piece : { size_t(1), size_t(5), input.items.size() }) {
            setUp();
            const auto frames = gather(input, frame_content::image, piece);
            CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
            check_good(frames[0], 1);
            CPPUNIT_ASSERT_EQUAL(uint64_t(1), d_counters->dropped(reason));
            CPPUNIT_ASSERT_EQUAL(uint64_t(1), d_counters->dropped_total());
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_frame_gatherer>
    register_qa_frame_gatherer("frame_gatherer");

} // namespace gr::djescc::test
