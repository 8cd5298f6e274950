/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the confusion matrix against figures worked out by hand.

#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/metrics/confusion_matrix.h>
#include <vector>

namespace djescc {
namespace {

torch::Tensor classes(const std::vector<int64_t>& values)
{
    return torch::tensor(values, torch::kInt64);
}

class qa_confusion_matrix : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_confusion_matrix);
    CPPUNIT_TEST(figures_of_three_classes);
    CPPUNIT_TEST(sums_over_batches);
    CPPUNIT_TEST(classes_that_do_not_occur);
    CPPUNIT_TEST(nothing_yet);
    CPPUNIT_TEST(bad_classes);
    CPPUNIT_TEST_SUITE_END();

public:
    void figures_of_three_classes()
    {
        ConfusionMatrix matrix(3);
        matrix.add(classes({ 0, 0, 0, 1, 1, 2, 2, 2, 2, 2 }),
                   classes({ 0, 0, 1, 1, 2, 2, 2, 2, 0, 1 }));
        const auto expected =
            torch::tensor({ 2, 1, 0, 0, 1, 1, 1, 1, 3 }, torch::kInt64).view({ 3, 3 });
        CPPUNIT_ASSERT(torch::equal(matrix.counts(), expected));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.6, matrix.accuracy(), 1e-12);
        // precision and recall: 2/3 and 2/3, 1/3 and 1/2, 3/4 and 3/5
        const double f1[] = { 2.0 / 3,
                              2 * (1.0 / 3) * 0.5 / (1.0 / 3 + 0.5),
                              2 * 0.75 * 0.6 / (0.75 + 0.6) };
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            (f1[0] + f1[1] + f1[2]) / 3, matrix.macro_f1(), 1e-12);
    }

    void sums_over_batches()
    {
        ConfusionMatrix all(4), parts(4);
        torch::manual_seed(1);
        const auto labels = torch::randint(4, { 100 }, torch::kInt64);
        const auto named = torch::randint(4, { 100 }, torch::kInt64);
        all.add(labels, named);
        parts.add(labels.slice(0, 0, 33), named.slice(0, 0, 33));
        parts.add(labels.slice(0, 33), named.slice(0, 33));
        parts.add(labels.slice(0, 0, 0), named.slice(0, 0, 0));
        CPPUNIT_ASSERT(torch::equal(all.counts(), parts.counts()));
        auto copy = parts; // counts by itself
        copy.add(labels, named);
        CPPUNIT_ASSERT(torch::equal(all.counts(), parts.counts()));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 100 }, all.counts().sum().item<int64_t>());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            (labels == named).to(torch::kFloat64).mean().item<double>(),
            all.accuracy(),
            1e-12);
    }

    void classes_that_do_not_occur()
    {
        ConfusionMatrix matrix(10);
        matrix.add(classes({ 3, 3, 5 }), classes({ 3, 3, 5 }));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, matrix.macro_f1(), 1e-12);
        // one that is only named counts, and has F1 = 0
        matrix.add(classes({ 5 }), classes({ 7 }));
        CPPUNIT_ASSERT_DOUBLES_EQUAL((1.0 + 2.0 / 3 + 0) / 3, matrix.macro_f1(), 1e-12);
    }

    void nothing_yet()
    {
        const ConfusionMatrix matrix(2);
        CPPUNIT_ASSERT(std::isnan(matrix.accuracy()));
        CPPUNIT_ASSERT(std::isnan(matrix.macro_f1()));
    }

    void bad_classes()
    {
        CPPUNIT_ASSERT_THROW(ConfusionMatrix(0), ConfigError);
        ConfusionMatrix matrix(3);
        CPPUNIT_ASSERT_THROW(matrix.add(classes({ 3 }), classes({ 0 })), ConfigError);
        CPPUNIT_ASSERT_THROW(matrix.add(classes({ 0 }), classes({ -1 })), ConfigError);
        CPPUNIT_ASSERT_THROW(matrix.add(classes({ 0, 1 }), classes({ 0 })), ConfigError);
        CPPUNIT_ASSERT_THROW(
            matrix.add(classes({ 0 }), torch::zeros({ 1 }, torch::kFloat32)),
            ConfigError);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, matrix.counts().sum().item<int64_t>());
    }
};

} // namespace

static const CPPUNIT_NS::AutoRegisterSuite<qa_confusion_matrix>
    register_qa_confusion_matrix("confusion_matrix");

} // namespace djescc
