/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the transform that spreads symbols: it keeps power, is undone, and makes each
// symbol a part of many.

#include "codec/symbol_spreading.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <torch/torch.h>

namespace djescc {

class qa_symbol_spreading : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_symbol_spreading);
    CPPUNIT_TEST(is_undone);
    CPPUNIT_TEST(keeps_power);
    CPPUNIT_TEST(spreads_each_symbol);
    CPPUNIT_TEST(hides_patterns_of_its_own);
    CPPUNIT_TEST_SUITE_END();

    static torch::Tensor symbols(int64_t rows, int64_t count)
    {
        torch::manual_seed(1);
        return torch::randn({ rows, count }, torch::kComplexFloat);
    }

    void is_undone()
    {
        for (const int64_t count : { 0, 1, 2, 3, 7, 64, 1000, 27853 }) {
            const auto sent = symbols(2, count);
            const auto back = gather_symbols(spread_symbols(sent));
            CPPUNIT_ASSERT(back.sizes() == sent.sizes());
            CPPUNIT_ASSERT(torch::allclose(
                torch::view_as_real(back), torch::view_as_real(sent), 1e-4, 1e-4));
        }
    }

    void keeps_power()
    {
        for (const int64_t count : { 1, 3, 1000 }) {
            const auto sent = symbols(3, count), spread = spread_symbols(sent);
            CPPUNIT_ASSERT(torch::allclose(
                spread.abs().square().sum(1), sent.abs().square().sum(1), 1e-4));
        }
    }

    //! Of one symbol no place gets much, and about half of the places get something.
    void spreads_each_symbol()
    {
        constexpr int64_t count = 1000; // 512 and 512, 24 of them twice
        for (const int64_t place : { 0, 100, 487, 488, 511, 512, 999 }) {
            auto one = torch::zeros({ 1, count }, torch::kComplexFloat);
            one[0][place] = 1;
            const auto power = spread_symbols(one)[0].abs().square();
            CPPUNIT_ASSERT(power.max().item<double>() < 0.01);
            CPPUNIT_ASSERT((power > 0).sum().item<int64_t>() >= 488);
        }
    }

    //! Equal symbols stay as spread as any: the signs see to it.
    void hides_patterns_of_its_own()
    {
        for (const int64_t count : { 1024, 3000 }) {
            const auto spread =
                spread_symbols(torch::ones({ 1, count }, torch::kComplexFloat));
            CPPUNIT_ASSERT(spread.abs().max().item<double>() < 6);
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_symbol_spreading>
    register_qa_symbol_spreading("symbol_spreading");

} // namespace djescc
