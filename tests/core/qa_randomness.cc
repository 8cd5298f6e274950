/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the statistics of cipher images against closed forms.

#include "error_text.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/metrics/randomness.h>
#include <torch/utils.h>

namespace djescc {

namespace {

torch::Tensor random_levels(const std::vector<int64_t>& shape, uint64_t seed = 1)
{
    torch::manual_seed(seed);
    return torch::randint(0, 256, shape, torch::kInt64);
}

} // namespace

class qa_randomness : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_randomness);
    CPPUNIT_TEST(quantisers);
    CPPUNIT_TEST(differences_of_small_images);
    CPPUNIT_TEST(bounds_of_wu);
    CPPUNIT_TEST(bounds_hold_for_random_images);
    CPPUNIT_TEST(entropy_and_histogram);
    CPPUNIT_TEST(chi_square);
    CPPUNIT_TEST(neighbours);
    CPPUNIT_TEST(occlusion);
    CPPUNIT_TEST(salt);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST_SUITE_END();

    void quantisers()
    {
        const auto values = torch::tensor({ -1.0, 0.2, 0.5, 0.75, 2.0 });
        CPPUNIT_ASSERT(
            torch::equal(quantise(values, Quantiser::full_range),
                         torch::tensor({ 0, 51, 128, 191, 255 }, torch::kInt64)));
        const auto narrow = torch::tensor({ 0.4, 0.52, 0.6 }, torch::kFloat64);
        CPPUNIT_ASSERT(torch::equal(quantise(narrow, Quantiser::stretched),
                                    torch::tensor({ 0, 153, 255 }, torch::kInt64)));
        const auto wider = torch::tensor({ 0.4, 0.9 }, torch::kFloat64);
        CPPUNIT_ASSERT(torch::equal(quantise(narrow, Quantiser::stretched, wider),
                                    torch::tensor({ 0, 61, 102 }, torch::kInt64)));
        CPPUNIT_ASSERT(
            torch::equal(quantise(torch::full({ 3 }, 0.3), Quantiser::stretched),
                         torch::zeros({ 3 }, torch::kInt64)));
    }

    void differences_of_small_images()
    {
        const auto a = torch::tensor({ 0, 10, 200, 255 }, torch::kInt64);
        const auto b = torch::tensor({ 0, 20, 200, 0 }, torch::kInt64);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, npcr(a, b), 1e-12);
        CPPUNIT_ASSERT_DOUBLES_EQUAL((10.0 + 255) / (4 * 255), uaci(a, b), 1e-12);
        CPPUNIT_ASSERT_EQUAL(0.0, npcr(a, a));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.25, uaci(torch::tensor({ 0.5 }), torch::tensor({ 0.75 }), 1), 1e-12);
    }

    // Tables I and II of Wu, Noonan and Agaian, in per cent, and other sizes by the same
    // formulae.
    void bounds_of_wu()
    {
        struct Case {
            int64_t values;
            double npcr, lowest, highest;
        };
        for (const auto& expected : { Case{ 128 * 128, 99.5292, 33.1012, 33.8259 },
                                      Case{ 200 * 200, 99.5581, 33.2317, 33.6954 },
                                      Case{ 256 * 256, 99.5693, 33.2824, 33.6447 },
                                      Case{ 512 * 512, 99.5893, 33.3730, 33.5541 },
                                      Case{ 32 * 32 * 3, 99.4243, 32.6268, 34.3003 } }) {
            const auto bounds = difference_bounds(expected.values);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(expected.npcr, 100 * bounds.smallest_npcr, 6e-5);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                expected.lowest, 100 * bounds.smallest_uaci, 6e-5);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                expected.highest, 100 * bounds.largest_uaci, 6e-5);
        }
        const auto strict = difference_bounds(256 * 256, 0.001);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(99.5341, 100 * strict.smallest_npcr, 6e-5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(33.1594, 100 * strict.smallest_uaci, 6e-5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(33.7677, 100 * strict.largest_uaci, 6e-5);
    }

    void bounds_hold_for_random_images()
    {
        constexpr int trials = 400;
        const auto bounds = difference_bounds(64 * 64);
        int low = 0, outside = 0;
        for (int i = 0; i < trials; ++i) {
            const auto a = random_levels({ 64, 64 }, 2 * i),
                       b = random_levels({ 64, 64 }, 2 * i + 1);
            low += npcr(a, b) <= bounds.smallest_npcr;
            const double intensity = uaci(a, b);
            outside +=
                intensity <= bounds.smallest_uaci || intensity >= bounds.largest_uaci;
        }
        // 20 expected each; five standard deviations
        CPPUNIT_ASSERT(low > 0 && low < 42);
        CPPUNIT_ASSERT(outside > 0 && outside < 42);
    }

    void entropy_and_histogram()
    {
        const auto every = torch::arange(256, torch::kInt64).repeat({ 3 });
        CPPUNIT_ASSERT_DOUBLES_EQUAL(8.0, entropy(every), 1e-12);
        CPPUNIT_ASSERT(
            torch::equal(level_histogram(every), torch::full({ 256 }, 3, torch::kInt64)));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.0, entropy(torch::zeros({ 5 }, torch::kInt64)), 1e-12);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.25 * 2 + 0.75 * std::log2(4.0 / 3),
            entropy(torch::tensor({ 7, 9, 9, 9 }, torch::kInt64)),
            1e-12);
    }

    void chi_square()
    {
        const auto every = torch::arange(256, torch::kInt64).repeat({ 4 });
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.0, chi_square_uniform(every).statistic, 1e-12);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, chi_square_uniform(every).probability, 1e-12);
        // all in one level: (n - n/256)^2 / (n/256) + 255 n/256
        const auto one = chi_square_uniform(torch::zeros({ 512 }, torch::kInt64));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(510.0 * 510 / 2 + 255 * 2, one.statistic, 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.0, one.probability, 1e-12);
        // 293.2478 is the tables' critical value of 255 degrees of freedom at 5 %: two
        // levels that trade d of 1000 each have 2 d^2 / 1000
        auto levels =
            torch::arange(256, torch::kInt64).repeat({ 1000 }).view({ 1000, 256 });
        levels.slice(0, 0, 383).slice(1, 3, 4).fill_(4);
        const auto near = chi_square_uniform(levels);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(293.378, near.statistic, 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.0495, near.probability, 2e-4);
    }

    void neighbours()
    {
        const auto ramp =
            torch::arange(12, torch::kFloat32).view({ 1, 3, 4 }); // rows of four
        const auto horizontal = adjacent_pairs(ramp, Direction::horizontal);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 9 }, horizontal.size(1));
        CPPUNIT_ASSERT(((horizontal[1] - horizontal[0]) == 1).all().item<bool>());
        const auto vertical = adjacent_pairs(ramp, Direction::vertical);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8 }, vertical.size(1));
        CPPUNIT_ASSERT(((vertical[1] - vertical[0]) == 4).all().item<bool>());
        const auto diagonal = adjacent_pairs(ramp, Direction::diagonal);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 6 }, diagonal.size(1));
        CPPUNIT_ASSERT(((diagonal[1] - diagonal[0]) == 5).all().item<bool>());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, correlation(diagonal), 1e-12);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            -1.0,
            correlation(torch::tensor({ { 1.0, 2.0, 3.0 }, { 5.0, 3.0, 1.0 } })),
            1e-12);
        CPPUNIT_ASSERT_EQUAL(0.0,
                             correlation(torch::tensor({ { 1.0, 2.0 }, { 3.0, 3.0 } })));
        const auto drawn = adjacent_pairs(ramp, Direction::vertical, 500, 3);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 500 }, drawn.size(1));
        CPPUNIT_ASSERT(((drawn[1] - drawn[0]) == 4).all().item<bool>());
        CPPUNIT_ASSERT(
            torch::equal(drawn, adjacent_pairs(ramp, Direction::vertical, 500, 3)));
        const auto noise = random_levels({ 1, 100, 100 });
        for (const auto direction : all_directions) // deviation 0.01
            CPPUNIT_ASSERT(std::abs(correlation(adjacent_pairs(noise, direction))) <
                           0.06);
    }

    void occlusion()
    {
        const auto images = torch::ones({ 2, 3, 100, 200 });
        const auto centre = occlude(images, 0.25, 0.5, 0.5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.75, centre.mean().item<double>(), 1e-6);
        CPPUNIT_ASSERT_EQUAL(0.0f, centre[0][0][50][100].item<float>());
        CPPUNIT_ASSERT_EQUAL(1.0f, centre[0][0][24][100].item<float>());
        const auto corner = occlude(images, 0.04, 1, 0);
        CPPUNIT_ASSERT_EQUAL(0.0f, corner[1][2][99][0].item<float>());
        CPPUNIT_ASSERT_EQUAL(1.0f, corner[1][2][0][0].item<float>());
        CPPUNIT_ASSERT(torch::equal(occlude(images, 0, 0.5, 0.5), images));
        CPPUNIT_ASSERT_EQUAL(0.0, occlude(images, 1, 0.5, 0.5).sum().item<double>());
    }

    void salt()
    {
        const auto images = torch::full({ 1, 1, 200, 200 }, 0.5);
        const auto hit = salt_and_pepper(images, 0.1);
        const double zeros = (hit == 0).to(torch::kFloat64).mean().item<double>();
        const double ones = (hit == 1).to(torch::kFloat64).mean().item<double>();
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.05, zeros, 0.006); // 5.5 deviations
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.05, ones, 0.006);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.9, (hit == 0.5).to(torch::kFloat64).mean().item<double>(), 0.009);
        CPPUNIT_ASSERT(torch::equal(hit, salt_and_pepper(images, 0.1)));
        CPPUNIT_ASSERT(!torch::equal(hit, salt_and_pepper(images, 0.1, 2)));
    }

    void refuses()
    {
        const auto a = random_levels({ 4, 4 });
        CPPUNIT_ASSERT_THROW(npcr(a, random_levels({ 4, 5 })), ImageError);
        CPPUNIT_ASSERT_THROW(uaci(a, {}), ImageError);
        CPPUNIT_ASSERT_THROW(difference_bounds(0), ConfigError);
        CPPUNIT_ASSERT_THROW(difference_bounds(100, 1.5), ConfigError);
        CPPUNIT_ASSERT_THROW(entropy(a + 250), ImageError);
        CPPUNIT_ASSERT_THROW(level_histogram(a.to(torch::kFloat32)), ImageError);
        CPPUNIT_ASSERT_THROW(
            adjacent_pairs(torch::rand({ 1, 1, 5 }), Direction::vertical), ImageError);
        CPPUNIT_ASSERT_THROW(occlude(torch::rand({ 1, 1, 5, 5 }), 1.1, 0, 0),
                             ConfigError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_randomness>
    register_qa_randomness("randomness");

} // namespace djescc
