/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests that frames come out whole, whatever the room in the output.

#include "blocks/frame_drainer.h"

#include "blocks/frame.h"
#include "blocks/frame_block_support.h"
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <numeric>

namespace gr::djescc::test {

class qa_frame_drainer : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_frame_drainer);
    CPPUNIT_TEST(frames_come_out_in_pieces_of_any_size);
    CPPUNIT_TEST(planes_come_out_as_pixels);
    CPPUNIT_TEST(memory_is_let_go_when_a_frame_is_out);
    CPPUNIT_TEST(tags_stand_where_frames_begin);
    CPPUNIT_TEST_SUITE_END();

public:
    void frames_come_out_in_pieces_of_any_size()
    {
        const std::vector<size_t> lengths{ 5, 1, 7, 3 };
        for (size_t space = 1; space <= 17; space++) {
            frame_drainer<float> drainer;
            float value = 0.0f;
            for (const size_t length : lengths) {
                drainer.push(
                    counting_items(length, value), length, pmt::from_double(value));
                value += static_cast<float>(length);
            }
            std::vector<float> all;
            std::vector<size_t> begins;
            while (!drainer.empty()) {
                std::vector<float> out(space);
                std::vector<drained_start> starts;
                const size_t written = drainer.drain(out.data(), space, starts);
                CPPUNIT_ASSERT(written > 0);
                for (const auto& start : starts) {
                    begins.push_back(all.size() + start.index);
                    CPPUNIT_ASSERT_EQUAL(static_cast<double>(begins.back()),
                                         pmt::to_double(start.info));
                    CPPUNIT_ASSERT_EQUAL(lengths[begins.size() - 1], start.packet_len);
                }
                all.insert(all.end(),
                           out.begin(),
                           out.begin() + static_cast<std::ptrdiff_t>(written));
            }
            std::vector<float> expected(16);
            std::iota(expected.begin(), expected.end(), 0.0f);
            CPPUNIT_ASSERT(expected == all);
            CPPUNIT_ASSERT((std::vector<size_t>{ 0, 5, 6, 13 }) == begins);
        }
    }

    void planes_come_out_as_pixels()
    {
        for (const size_t channels : { 1, 2, 3, 4 }) {
            const size_t pixels = 7, length = pixels * channels;
            for (size_t space = 1; space <= length + 1; space++) {
                frame_drainer<float> drainer;
                drainer.push(
                    counting_items(length, 0.0f), length, pmt::PMT_NIL, channels);
                std::vector<float> all;
                while (!drainer.empty()) {
                    std::vector<float> out(space);
                    std::vector<drained_start> starts;
                    const size_t written = drainer.drain(out.data(), space, starts);
                    all.insert(all.end(),
                               out.begin(),
                               out.begin() + static_cast<std::ptrdiff_t>(written));
                }
                CPPUNIT_ASSERT_EQUAL(length, all.size());
                for (size_t i = 0; i < length; i++) {
                    const size_t plane = i % channels, pixel = i / channels;
                    CPPUNIT_ASSERT_EQUAL(static_cast<float>(plane * pixels + pixel),
                                         all[i]);
                }
            }
        }
    }

    void memory_is_let_go_when_a_frame_is_out()
    {
        frame_drainer<float> drainer;
        auto items = counting_items(4, 0.0f);
        const std::weak_ptr<const float[]> watch = items;
        drainer.push(std::move(items), 4, pmt::PMT_NIL);
        std::vector<float> out(4);
        std::vector<drained_start> starts;
        drainer.drain(out.data(), 3, starts);
        CPPUNIT_ASSERT(!watch.expired());
        drainer.drain(out.data(), 1, starts);
        CPPUNIT_ASSERT(watch.expired());
        CPPUNIT_ASSERT_EQUAL(size_t(1), starts.size());
    }

    void tags_stand_where_frames_begin()
    {
        const std::vector<drained_start> starts{ { 3, 12, pmt::from_long(1) },
                                                 { 15, 6, nullptr } };
        const auto tags = make_frame_tags(starts, 1000, pmt::intern("me"));
        CPPUNIT_ASSERT_EQUAL(size_t(3), tags.size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1003), tags[0].offset);
        CPPUNIT_ASSERT(pmt::eqv(packet_len_key(), tags[0].key));
        CPPUNIT_ASSERT_EQUAL(12L, pmt::to_long(tags[0].value));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1003), tags[1].offset);
        CPPUNIT_ASSERT(pmt::eqv(frame_key(), tags[1].key));
        // Without a dictionary there is no tag for one.
        CPPUNIT_ASSERT_EQUAL(uint64_t(1015), tags[2].offset);
        CPPUNIT_ASSERT(pmt::eqv(packet_len_key(), tags[2].key));
    }

private:
    static std::shared_ptr<const float[]> counting_items(size_t count, float first)
    {
        auto items = allocate_items<float>(count);
        std::iota(items.get(), items.get() + count, first);
        return items;
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_frame_drainer>
    register_qa_frame_drainer("frame_drainer");

} // namespace gr::djescc::test
