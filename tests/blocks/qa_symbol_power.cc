/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of power measured and scaled in loops of VOLK.

#include "radio/dsp/value_runs.h"

#include "frame_streams.h"
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <limits>

namespace gr::djescc::test {

class qa_symbol_power : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_symbol_power);
    CPPUNIT_TEST(power_of_known_symbols);
    CPPUNIT_TEST(power_becomes_one_whatever_the_scale);
    CPPUNIT_TEST(long_frames_lose_no_precision);
    CPPUNIT_TEST(symbols_without_power_stay);
    CPPUNIT_TEST(finite_values_and_others);
    CPPUNIT_TEST_SUITE_END();

public:
    void power_of_known_symbols()
    {
        const std::vector<gr_complex> symbols{ { 3.0f, 4.0f },
                                               { 0.0f, -1.0f },
                                               { 2.0f, 0.0f } };
        CPPUNIT_ASSERT_DOUBLES_EQUAL(30.0, total_power(symbols.data(), 3), 1e-12);
    }

    void power_becomes_one_whatever_the_scale()
    {
        // Squares of the first overflow a float, those of the last vanish in it.
        for (const float scale : { 1e25f, 1e10f, 1.0f, 1e-10f, 1e-25f }) {
            for (const size_t count : { 1, 3, 512, 1025 }) {
                auto symbols = random_symbols(count, 1);
                const auto unscaled = symbols;
                for (auto& symbol : symbols) {
                    symbol *= scale;
                }
                CPPUNIT_ASSERT(normalize_to_unit_power(symbols.data(), count));
                CPPUNIT_ASSERT_DOUBLES_EQUAL(
                    1.0, total_power(symbols.data(), count) / double(count), 1e-6);
                // Only the scale changed.
                const auto ratio = symbols[0] / unscaled[0];
                for (size_t i = 0; i < count; i++) {
                    CPPUNIT_ASSERT(std::abs(symbols[i] - ratio * unscaled[i]) < 1e-5f);
                }
            }
        }
    }

    void long_frames_lose_no_precision()
    {
        // A float that counts to 2^24 in steps of one stands still there.
        constexpr size_t count = (size_t(1) << 24) + 5000;
        std::vector<gr_complex> symbols(count, gr_complex(1.0f, 0.0f));
        CPPUNIT_ASSERT_EQUAL(double(count), total_power(symbols.data(), count));
    }

    void symbols_without_power_stay()
    {
        std::vector<gr_complex> symbols(100);
        CPPUNIT_ASSERT(!normalize_to_unit_power(symbols.data(), symbols.size()));
        CPPUNIT_ASSERT(symbols == std::vector<gr_complex>(100));
    }

    void finite_values_and_others()
    {
        std::vector<float> values(1001, std::numeric_limits<float>::max());
        values[3] = std::numeric_limits<float>::denorm_min();
        values[4] = -0.0f;
        CPPUNIT_ASSERT(all_finite(values.data(), values.size()));
        CPPUNIT_ASSERT(all_finite(values.data(), 0));
        for (const size_t position : { size_t(0), size_t(500), size_t(1000) }) {
            for (const float bad : { std::numeric_limits<float>::quiet_NaN(),
                                     std::numeric_limits<float>::infinity() }) {
                auto spoilt = values;
                spoilt[position] = bad;
                CPPUNIT_ASSERT(!all_finite(spoilt.data(), spoilt.size()));
            }
        }
        const std::vector<gr_complex> symbols{
            { 1.0f, 0.0f }, { 0.0f, std::numeric_limits<float>::quiet_NaN() }
        };
        CPPUNIT_ASSERT(all_finite(symbols.data(), 1));
        CPPUNIT_ASSERT(!all_finite(symbols.data(), 2));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_symbol_power>
    register_qa_symbol_power("symbol_power");

} // namespace gr::djescc::test
