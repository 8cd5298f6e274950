/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the logistic map's values and orders, pinned bit for bit.

#include "cipher/logistic_map.h"
#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace djescc {

class qa_logistic_map : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_logistic_map);
    CPPUNIT_TEST(pinned_values);
    CPPUNIT_TEST(pinned_orders);
    CPPUNIT_TEST(order_of_ties_is_stable);
    CPPUNIT_TEST_SUITE_END();

    // What Python's doubles give for r = (mu * r) * (1.0 - r), without fused operations;
    // after 10000 chaotic steps every rounding counts.
    void pinned_values()
    {
        const auto first = logistic_sequence(0.3, 3.99, 10000);
        CPPUNIT_ASSERT_EQUAL(0x1.ad013a92a3055p-1, first[0]);
        CPPUNIT_ASSERT_EQUAL(0x1.1578a6d30f9d7p-1, first[1]);
        CPPUNIT_ASSERT_EQUAL(0x1.7ff37d9c68c7ep-1, first[99]);
        CPPUNIT_ASSERT_EQUAL(0x1.3648c8f59894ep-3, first[999]);
        CPPUNIT_ASSERT_EQUAL(0x1.38c86ceacff21p-1, first[9999]);
        const auto second = logistic_sequence(0.4, 3.99, 10000);
        CPPUNIT_ASSERT_EQUAL(0x1.ea4a8c154c986p-1, second[0]);
        CPPUNIT_ASSERT_EQUAL(0x1.f58056d5f077bp-1, second[99]);
        CPPUNIT_ASSERT_EQUAL(0x1.22adb203df754p-1, second[9999]);
    }

    void pinned_orders()
    {
        const auto hidden = logistic_order(0.3, 3.99, 9025);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 7536 }, hidden[0]);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4850 }, hidden[1]);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 7987 }, hidden[4512]);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 7535 }, hidden[9024]);
        const auto output = logistic_order(0.4, 3.99, 10000);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3865 }, output[0]);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8652 }, output[5000]);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3864 }, output[9999]);
        auto sorted = output;
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t i = 0; i < sorted.size(); ++i)
            CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(i), sorted[i]);
    }

    // 0.5 is a fixed point of mu = 2: equal values keep their places.
    void order_of_ties_is_stable()
    {
        const auto order = logistic_order(0.5, 2.0, 100);
        for (std::size_t i = 0; i < order.size(); ++i)
            CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(i), order[i]);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_logistic_map>
    register_qa_logistic_map("logistic_map");

} // namespace djescc
