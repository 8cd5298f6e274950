/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of a frame's dictionary and of messages with an SNR.

#include "blocks/frame_info.h"

#include "blocks/snr_message.h"
#include "frame_streams.h"
#include <cmath>
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <limits>

namespace gr::djescc::test {

class qa_frame_info : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_frame_info);
    CPPUNIT_TEST(entries_survive_the_round_trip);
    CPPUNIT_TEST(models_are_fingerprints);
    CPPUNIT_TEST(side_bytes_and_parts_have_ranges);
    CPPUNIT_TEST(outages_are_told_only_where_there_are_any);
    CPPUNIT_TEST(cleared_facts_are_left_out);
    CPPUNIT_TEST(unknown_entries_are_kept);
    CPPUNIT_TEST(absent_entries_stay_absent);
    CPPUNIT_TEST(sizes_are_bounded_without_overflow);
    CPPUNIT_TEST(snr_messages);
    CPPUNIT_TEST(snr_hints);
    CPPUNIT_TEST_SUITE_END();

public:
    void entries_survive_the_round_trip()
    {
        frame_info info = image_info(41, 24, 36, 3);
        info.name = "kodim 01";
        info.plain = ::djescc::ImageShape{ 1, 21, 33 };
        info.model =
            ::djescc::Fingerprint{ 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
        info.side = { 0, 255, 7 };
        info.part = 2;
        info.parts = 3;
        info.snr_db = -2.5;
        const auto read = frame_info::from_pmt(info.to_pmt());
        CPPUNIT_ASSERT(read);
        CPPUNIT_ASSERT_EQUAL(int64_t(41), read->id);
        CPPUNIT_ASSERT(info.shape == read->shape);
        CPPUNIT_ASSERT(info.name == read->name);
        CPPUNIT_ASSERT(info.plain == read->plain);
        CPPUNIT_ASSERT(info.model == read->model);
        CPPUNIT_ASSERT(info.snr_db == read->snr_db);
        CPPUNIT_ASSERT(info.side == read->side);
        CPPUNIT_ASSERT_EQUAL(int64_t(2), read->part);
        CPPUNIT_ASSERT_EQUAL(int64_t(3), read->parts);
        CPPUNIT_ASSERT_EQUAL(std::string("0123456789abcdef"),
                             pmt::symbol_to_string(pmt::dict_ref(
                                 info.to_pmt(), pmt::intern("model"), pmt::PMT_NIL)));
    }

    static pmt::pmt_t with(const char* key, const pmt::pmt_t& value)
    {
        return pmt::dict_add(image_info(1, 2, 2).to_pmt(), pmt::intern(key), value);
    }

    void models_are_fingerprints()
    {
        for (const char* good : { "0123456789abcdef", "0123456789ABCDEF" }) {
            const auto read = frame_info::from_pmt(with("model", pmt::intern(good)));
            CPPUNIT_ASSERT(read && (*read->model)[7] == 0xef);
        }
        for (const auto& bad : { pmt::intern(""),
                                 pmt::intern("nonsense"),
                                 pmt::intern("0123456789abcdeg"),
                                 pmt::intern("0123456789abcdef0"),
                                 pmt::intern("0x23456789abcdef"),
                                 pmt::from_long(5) }) {
            CPPUNIT_ASSERT(!frame_info::from_pmt(with("model", bad)));
        }
    }

    void side_bytes_and_parts_have_ranges()
    {
        const auto bytes = [](size_t count) { return pmt::make_u8vector(count, 3); };
        CPPUNIT_ASSERT(frame_info::from_pmt(with("side", bytes(255)))->side ==
                       std::vector<uint8_t>(255, 3));
        CPPUNIT_ASSERT(!frame_info::from_pmt(with("side", bytes(256))));
        CPPUNIT_ASSERT(!frame_info::from_pmt(with("side", pmt::intern("bytes"))));
        CPPUNIT_ASSERT(!frame_info::from_pmt(with("side", pmt::make_f32vector(2, 0))));
        const auto parts = [](const pmt::pmt_t& part, const pmt::pmt_t& count) {
            return frame_info::from_pmt(
                pmt::dict_add(with("part", part), pmt::intern("parts"), count));
        };
        const auto number = [](long value) { return pmt::from_long(value); };
        CPPUNIT_ASSERT(parts(number(254), number(255)));
        for (const auto& [part, count] :
             std::vector<std::pair<long, long>>{ { 0, 0 },
                                                 { 1, 1 },
                                                 { 3, 3 },
                                                 { -1, 3 },
                                                 { 0, 256 },
                                                 { 0, -1 },
                                                 { 0, 4294967297L } }) {
            CPPUNIT_ASSERT(!parts(number(part), number(count)));
        }
        CPPUNIT_ASSERT(!parts(pmt::from_double(0.5), number(2)));
        CPPUNIT_ASSERT(!frame_info::from_pmt(with("part", number(1))));
        CPPUNIT_ASSERT_EQUAL(int64_t(3),
                             frame_info::from_pmt(with("parts", number(3)))->parts);
    }

    void outages_are_told_only_where_there_are_any()
    {
        const auto key = pmt::intern("outage");
        auto info = image_info(1, 2, 2);
        CPPUNIT_ASSERT(!pmt::dict_has_key(info.to_pmt(), key));
        info.outage = true;
        const auto read = frame_info::from_pmt(info.to_pmt());
        CPPUNIT_ASSERT(read && read->outage);
        CPPUNIT_ASSERT(pmt::is_true(pmt::dict_ref(read->to_pmt(), key, pmt::PMT_F)));
        CPPUNIT_ASSERT(!frame_info::from_pmt(with("outage", pmt::PMT_F))->outage);
        CPPUNIT_ASSERT(!frame_info::from_pmt(with("outage", pmt::from_long(1))));
    }

    //! What was cleared is not said again by the dictionary that came in.
    void cleared_facts_are_left_out()
    {
        frame_info info = image_info(1, 2, 2);
        info.name = "a";
        info.plain = info.shape;
        info.model = ::djescc::Fingerprint{ 1 };
        info.snr_db = 3.0;
        info.side = { 1 };
        info.part = 1;
        info.parts = 2;
        info.outage = true;
        auto read = frame_info::from_pmt(info.to_pmt());
        CPPUNIT_ASSERT(read);
        static_cast<::djescc::FrameFacts&>(*read) = image_info(1, 2, 2);
        read->name.reset();
        CPPUNIT_ASSERT(pmt::equal(read->to_pmt(), image_info(1, 2, 2).to_pmt()));
    }

    void unknown_entries_are_kept()
    {
        const auto erased = pmt::list2(pmt::from_long(3), pmt::from_long(5));
        auto read = frame_info::from_pmt(
            pmt::dict_add(image_info(1, 2, 2).to_pmt(), pmt::intern("erased"), erased));
        CPPUNIT_ASSERT(read);
        read->shape.width = 8;
        const auto written = read->to_pmt();
        CPPUNIT_ASSERT(pmt::equal(
            erased, pmt::dict_ref(written, pmt::intern("erased"), pmt::PMT_NIL)));
        CPPUNIT_ASSERT_EQUAL(
            8L, pmt::to_long(pmt::dict_ref(written, pmt::intern("width"), pmt::PMT_NIL)));
    }

    void absent_entries_stay_absent()
    {
        const auto written = image_info(1, 2, 2).to_pmt();
        for (const char* key :
             { "name", "model", "snr_db", "plain_width", "side", "part", "parts" }) {
            CPPUNIT_ASSERT(!pmt::dict_has_key(written, pmt::intern(key)));
        }
        const auto read = frame_info::from_pmt(written);
        CPPUNIT_ASSERT(read && !read->name && !read->model && !read->snr_db &&
                       !read->plain);
    }

    void sizes_are_bounded_without_overflow()
    {
        CPPUNIT_ASSERT(readable(max_frame_items, 1, 1));
        CPPUNIT_ASSERT(!readable(max_frame_items, 2, 1));
        CPPUNIT_ASSERT(!readable(max_frame_items + 1, 1, 1));
        // The product of these is 0 modulo 2^64.
        CPPUNIT_ASSERT(!readable(int64_t(1) << 32, int64_t(1) << 32, 1));
        CPPUNIT_ASSERT(!readable(int64_t(1) << 31, int64_t(1) << 31, 4));
    }

    void snr_messages()
    {
        const auto number = parse_snr_message(pmt::from_double(7.5));
        CPPUNIT_ASSERT(number.kind == snr_message::value && number.snr_db == 7.5);
        const auto integer = parse_snr_message(pmt::from_long(-3));
        CPPUNIT_ASSERT(integer.kind == snr_message::value && integer.snr_db == -3.0);
        const auto pair =
            parse_snr_message(pmt::cons(pmt::intern("value"), pmt::from_double(2.0)));
        CPPUNIT_ASSERT(pair.kind == snr_message::value && pair.snr_db == 2.0);
        CPPUNIT_ASSERT(parse_snr_message(pmt::PMT_NIL).kind == snr_message::clear);
        CPPUNIT_ASSERT(parse_snr_message(pmt::PMT_F).kind == snr_message::clear);
        for (const auto& bad :
             { pmt::intern("loud"),
               pmt::from_double(std::nan("")),
               pmt::from_double(std::numeric_limits<double>::infinity()),
               pmt::cons(pmt::intern("value"), pmt::intern("loud")) }) {
            CPPUNIT_ASSERT(parse_snr_message(bad).kind == snr_message::invalid);
        }
    }

    void snr_hints()
    {
        snr_hint hint;
        CPPUNIT_ASSERT(!hint.get());
        hint.set(12.0);
        CPPUNIT_ASSERT(hint.get() == 12.0);
        CPPUNIT_ASSERT_THROW(hint.set(std::nan("")), ::djescc::ConfigError);
        CPPUNIT_ASSERT(!hint.handle(pmt::intern("loud")));
        CPPUNIT_ASSERT(hint.get() == 12.0);
        CPPUNIT_ASSERT(hint.handle(pmt::PMT_NIL));
        CPPUNIT_ASSERT(!hint.get());
    }

private:
    static bool readable(int64_t width, int64_t height, int64_t channels)
    {
        return frame_info::from_pmt(image_info(0, height, width, channels).to_pmt())
            .has_value();
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_frame_info>
    register_qa_frame_info("frame_info");

} // namespace gr::djescc::test
