/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the times that are added up for parts of nets.

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/net/part_times.h>
#include <thread>

namespace djescc {

class qa_part_times : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_part_times);
    CPPUNIT_TEST(adds_up_while_it_lives);
    CPPUNIT_TEST(threads_are_added_up);
    CPPUNIT_TEST(there_is_one);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::chrono::milliseconds nap{ 3 };

    static void work(const char* part, int64_t pictures)
    {
        const PartTimer timer(part, pictures);
        std::this_thread::sleep_for(nap);
    }

    void adds_up_while_it_lives()
    {
        work("before", 1);
        {
            const PartTimes times;
            CPPUNIT_ASSERT(times.times().empty());
            work("second by name", 2);
            work("first by name", 1);
            work("second by name", 5);
            const auto sums = times.times();
            CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, sums.size());
            CPPUNIT_ASSERT_EQUAL(std::string("second by name"), sums[0].part);
            CPPUNIT_ASSERT_EQUAL(std::string("first by name"), sums[1].part);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 7 }, sums[0].pictures);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, sums[1].pictures);
            CPPUNIT_ASSERT(sums[0].seconds >= 0.006);
            CPPUNIT_ASSERT(sums[1].seconds >= 0.003);
            CPPUNIT_ASSERT(sums[0].seconds < 60);
        }
        work("between", 1);
        const PartTimes again;
        CPPUNIT_ASSERT(again.times().empty());
    }

    void threads_are_added_up()
    {
        const PartTimes times;
        constexpr int count = 4, rounds = 5;
        std::vector<std::thread> threads;
        for (int i = 0; i < count; ++i)
            threads.emplace_back([] {
                for (int round = 0; round < rounds; ++round)
                    work("shared", 1);
            });
        for (auto& thread : threads)
            thread.join();
        const auto sums = times.times();
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, sums.size());
        CPPUNIT_ASSERT_EQUAL(int64_t{ count * rounds }, sums[0].pictures);
        CPPUNIT_ASSERT(sums[0].seconds >= 0.003 * count * rounds);
    }

    void there_is_one()
    {
        const PartTimes times;
        CPPUNIT_ASSERT_THROW(PartTimes(), ConfigError);
        work("still", 1); // the first goes on
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, times.times().size());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_part_times>
    register_qa_part_times("part_times");

} // namespace djescc
