/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of what the command counts of UHD's messages and tags, without a radio.

#include "air/event_counters.h"
#include "deadline.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <gnuradio/blocks/message_strobe.h>
#include <gnuradio/blocks/vector_source.h>
#include <gnuradio/top_block.h>

namespace gr::djescc::test {

//! What the command counts of UHD's messages and tags, without a radio.
class qa_event_counters : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_event_counters);
    CPPUNIT_TEST(async_messages_are_counted_by_name);
    CPPUNIT_TEST(each_time_tag_after_the_first_is_an_overrun);
    CPPUNIT_TEST_SUITE_END();

    static pmt::pmt_t message(const pmt::pmt_t& codes)
    {
        return pmt::cons(pmt::mp("uhd_async_msg"),
                         pmt::dict_add(pmt::make_dict(), pmt::mp("event_code"), codes));
    }

    void async_messages_are_counted_by_name()
    {
        auto counter = AsyncEventCounter::make();
        auto top = gr::make_top_block("events");
        // Messages are handled while a flowgraph runs; this one's own means nothing.
        auto strobe = gr::blocks::message_strobe::make(pmt::PMT_NIL, 10);
        top->msg_connect(strobe, "strobe", counter, "in");
        top->start();
        const auto symbol = [](const char* name) { return pmt::mp(name); };
        for (const auto& codes :
             { pmt::list1(symbol("underflow")),
               pmt::list2(symbol("underflow"), symbol("time_error")),
               pmt::make_tuple(symbol("seq_error"), symbol("burst_ack")),
               pmt::list1(symbol("burst_ack")),
               symbol("time_error") }) {
            counter->_post(pmt::mp("in"), message(codes));
        }
        for (const auto& other : { pmt::PMT_NIL, pmt::mp("x"), pmt::from_long(3) }) {
            counter->_post(pmt::mp("in"), other);
        }
        counter->_post(pmt::mp("in"), message(pmt::list1(symbol("last"))));
        wait_until([&] { return counter->counts().count("last") != 0; },
                   "the last message");
        stop(top);
        const std::map<std::string, uint64_t> expected{
            { "underflow", 2 }, { "time_error", 2 }, { "seq_error", 1 }, { "last", 1 }
        };
        CPPUNIT_ASSERT(expected == counter->counts());
    }

    void each_time_tag_after_the_first_is_an_overrun()
    {
        const auto overruns = [](const std::vector<uint64_t>& offsets) {
            std::vector<gr::tag_t> tags;
            for (const uint64_t offset : offsets) {
                for (const char* key : { "rx_time", "rx_rate" }) {
                    gr::tag_t tag;
                    tag.offset = offset;
                    tag.key = pmt::mp(key);
                    tag.value = pmt::PMT_T;
                    tags.push_back(tag);
                }
            }
            auto counter = OverrunCounter::make();
            auto top = gr::make_top_block("overruns");
            top->connect(gr::blocks::vector_source_c::make(
                             std::vector<gr_complex>(100000), false, 1, tags),
                         0,
                         counter,
                         0);
            run_to_end(top);
            return counter->overruns();
        };
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), overruns({}));
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), overruns({ 0 }));
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), overruns({ 0, 5000, 5001, 99999 }));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_event_counters>
    register_qa_event_counters("event_counters");

} // namespace gr::djescc::test
