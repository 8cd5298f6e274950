/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the noise generator's moments, correlations and seeds.

#include "radio/dsp/complex_gaussian_noise.h"

#include <cmath>
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <vector>

namespace gr::djescc::test {

class qa_complex_gaussian_noise : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_complex_gaussian_noise);
    CPPUNIT_TEST(moments_are_those_of_the_normal_distribution);
    CPPUNIT_TEST(samples_are_uncorrelated);
    CPPUNIT_TEST(calls_of_any_length_give_the_same_noise);
    CPPUNIT_TEST(seeds_differ);
    CPPUNIT_TEST_SUITE_END();

public:
    void moments_are_those_of_the_normal_distribution()
    {
        const auto noise = sample(1, sample_count);
        double mean_re = 0.0, power_re = 0.0, power_im = 0.0, fourth_re = 0.0,
               cross = 0.0;
        size_t beyond_three_sigma = 0;
        for (const auto& w : noise) {
            const double re = w.real(), im = w.imag();
            mean_re += re;
            power_re += re * re;
            power_im += im * im;
            fourth_re += re * re * re * re;
            cross += re * im;
            beyond_three_sigma += std::abs(re) > 3.0 * std::sqrt(0.5);
        }
        // Tolerances are five standard deviations of each estimate.
        const double n = sample_count;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.0, mean_re / n, 5.0 * std::sqrt(0.5 / n));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, power_re / n, 5.0 * std::sqrt(0.5 / n));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, power_im / n, 5.0 * std::sqrt(0.5 / n));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.0, cross / n, 5.0 * 0.5 / std::sqrt(n));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.75, fourth_re / n, 5.0 * std::sqrt(6.0 / n));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.0026998, beyond_three_sigma / n, 5.0 * std::sqrt(0.0027 / n));
    }

    void samples_are_uncorrelated()
    {
        const auto noise = sample(2, sample_count);
        for (const size_t lag : { 1, 2, 3, 64 }) {
            std::complex<double> sum = 0.0;
            for (size_t i = lag; i < noise.size(); i++) {
                sum += std::complex<double>(noise[i] * std::conj(noise[i - lag]));
            }
            CPPUNIT_ASSERT(std::abs(sum) < 5.0 * std::sqrt(double(sample_count)));
        }
    }

    void calls_of_any_length_give_the_same_noise()
    {
        const auto whole = sample(3, 1000);
        const std::vector<gr_complex> silence(1000);
        for (const size_t piece : { 1, 7, 64, 999 }) {
            complex_gaussian_noise generator(3);
            std::vector<gr_complex> pieces(1000);
            for (size_t start = 0; start < 1000; start += piece) {
                const size_t count = std::min(piece, 1000 - start);
                generator.add(silence.data(), pieces.data() + start, count, 1.0f);
            }
            CPPUNIT_ASSERT(whole == pieces);
        }
    }

    void seeds_differ()
    {
        const auto first = sample(0, 16);
        const auto second = sample(1, 16);
        for (size_t i = 0; i < first.size(); i++) {
            CPPUNIT_ASSERT(first[i] != second[i]);
        }
    }

private:
    static constexpr size_t sample_count = 1 << 20;

    static std::vector<gr_complex> sample(uint64_t seed, size_t count)
    {
        complex_gaussian_noise generator(seed);
        std::vector<gr_complex> noise(count);
        generator.add(noise.data(), noise.data(), count, 1.0f);
        return noise;
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_complex_gaussian_noise>
    register_qa_complex_gaussian_noise("complex_gaussian_noise");

} // namespace gr::djescc::test
