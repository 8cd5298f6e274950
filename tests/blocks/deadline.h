/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Waits with an end, so that a test that hangs fails and says what it waited for. */
#pragma once

#include <chrono>
#include <cppunit/TestAssert.h>
#include <future>
#include <gnuradio/top_block.h>
#include <string>
#include <thread>
#include <utility>

namespace gr::djescc::test {

//! Many times what any test needs, and less than ctest's own limit, which tells nothing.
inline constexpr std::chrono::seconds longest_wait(200);

//! Waits until \p condition holds; fails with \p what where it does not come to that.
template <class Condition>
void wait_until(Condition condition,
                const std::string& what,
                std::chrono::milliseconds limit = longest_wait)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        CPPUNIT_ASSERT_MESSAGE("waited in vain: " + what,
                               std::chrono::steady_clock::now() < end);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

/*! Waits for the end of a flowgraph that was started. One that goes on is stopped, and
 *  the test fails. A block that does not even stop is left behind in its thread. */
inline void wait_for_end(const gr::top_block_sptr& top,
                         std::chrono::milliseconds limit = longest_wait)
{
    std::packaged_task<void()> wait([top] { top->wait(); });
    const auto ended = wait.get_future();
    std::thread(std::move(wait)).detach();
    if (ended.wait_for(limit) == std::future_status::ready) {
        return;
    }
    top->stop();
    const bool stopped =
        ended.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
    CPPUNIT_FAIL(stopped ? "the flowgraph did not end"
                         : "the flowgraph neither ended nor could be stopped");
}

//! Runs a flowgraph to its end.
inline void run_to_end(const gr::top_block_sptr& top, int max_items = 100000000)
{
    top->start(max_items);
    wait_for_end(top);
}

//! Stops a flowgraph that was started.
inline void stop(const gr::top_block_sptr& top)
{
    top->stop();
    wait_for_end(top);
}

} // namespace gr::djescc::test
