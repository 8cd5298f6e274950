/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests that the waits of other tests come to an end.

#include "core/error_text.h"
#include "deadline.h"
#include <cppunit/Exception.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <gnuradio/blocks/null_sink.h>
#include <gnuradio/blocks/null_source.h>

namespace gr::djescc::test {

using ::djescc::test::assert_contains;
using ::djescc::test::error_text;

class qa_deadline : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_deadline);
    CPPUNIT_TEST(what_does_not_come_is_named);
    CPPUNIT_TEST(a_flowgraph_without_an_end_is_stopped);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::chrono::milliseconds soon{ 50 };

    void what_does_not_come_is_named()
    {
        int asked = 0;
        wait_until([&] { return ++asked == 3; }, "the third time");
        CPPUNIT_ASSERT_EQUAL(3, asked);
        assert_contains(error_text<CppUnit::Exception>(
                            [&] { wait_until([] { return false; }, "a miracle", soon); }),
                        "a miracle");
    }

    void a_flowgraph_without_an_end_is_stopped()
    {
        auto endless = gr::make_top_block("endless");
        const auto sink = gr::blocks::null_sink::make(1);
        endless->connect(gr::blocks::null_source::make(1), 0, sink, 0);
        endless->start();
        assert_contains(
            error_text<CppUnit::Exception>([&] { wait_for_end(endless, soon); }),
            "did not end");
        const auto items = sink->nitems_read(0);
        std::this_thread::sleep_for(soon);
        CPPUNIT_ASSERT_EQUAL(items, sink->nitems_read(0));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_deadline> register_qa_deadline("deadline");

} // namespace gr::djescc::test
