/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the constellations: power, Gray code, bit error rates, likelihoods.

#include "digital/constellation.h"
#include "error_text.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <limits>
#include <random>

namespace djescc {
namespace {

using Symbols = std::vector<std::complex<float>>;

//! All points of a constellation, by their bits read as a number.
Symbols all_points(Modulation modulation)
{
    const int bits = bits_per_symbol(modulation);
    std::vector<uint8_t> all;
    for (int number = 0; number < 1 << bits; ++number)
        for (int bit = bits - 1; bit >= 0; --bit)
            all.push_back(number >> bit & 1);
    return Constellation(modulation).modulate(all);
}

double gaussian_tail(double x) { return std::erfc(x / std::sqrt(2)) / 2; }

/*! Bit error rate of Gray-coded square constellations and BPSK: Cho and Yoon 2002, "On
 *  the general BER expression of one- and two-dimensional amplitude modulations",
 *  equations 9, 10 and 16. */
double expected_error_rate(Modulation modulation, double snr)
{
    const int bits = bits_per_symbol(modulation);
    if (bits == 1)
        return gaussian_tail(std::sqrt(2 * snr));
    const int part_bits = bits / 2, levels = 1 << part_bits;
    const double distance = std::sqrt(3 * snr / (2 * (levels * levels - 1)));
    double sum = 0;
    for (int k = 1; k <= part_bits; ++k) {
        const int terms = levels - (levels >> k);
        for (int i = 0; i < terms; ++i) {
            const int step = i << (k - 1);
            const int sign = (step / levels) % 2 ? -1 : 1;
            const double weight =
                (1 << (k - 1)) - std::floor(double(step) / levels + 0.5);
            // both sides: 2 Q() over the number of levels
            sum += sign * weight * 2 *
                   gaussian_tail((2 * i + 1) * distance * std::sqrt(2)) / levels;
        }
    }
    return sum / part_bits;
}

//! ln(P(0) / P(1)) of a bit by its definition.
double
expected_llr(Modulation modulation, std::complex<double> symbol, double n0, int bit)
{
    const auto points = all_points(modulation);
    const int bits = bits_per_symbol(modulation);
    double sums[2] = {};
    for (size_t i = 0; i < points.size(); ++i)
        sums[i >> (bits - 1 - bit) & 1] +=
            std::exp(-std::norm(symbol - std::complex<double>(points[i])) / n0);
    return std::log(sums[0] / sums[1]);
}

} // namespace

class qa_constellation : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_constellation);
    CPPUNIT_TEST(has_unit_power);
    CPPUNIT_TEST(is_gray_coded);
    CPPUNIT_TEST(names_round_trip);
    CPPUNIT_TEST(has_the_theoretical_error_rate);
    CPPUNIT_TEST(likelihoods_are_exact);
    CPPUNIT_TEST(reliability_scales);
    CPPUNIT_TEST(takes_any_value);
    CPPUNIT_TEST_SUITE_END();

    void has_unit_power();
    void is_gray_coded();
    void names_round_trip();
    void has_the_theoretical_error_rate();
    void likelihoods_are_exact();
    void reliability_scales();
    void takes_any_value();
};

void qa_constellation::has_unit_power()
{
    for (const Modulation modulation : all_modulations) {
        const auto points = all_points(modulation);
        double power = 0;
        for (const auto& point : points)
            power += std::norm(std::complex<double>(point));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1, power / points.size(), 1e-6);
    }
}

void qa_constellation::is_gray_coded()
{
    for (const Modulation modulation : all_modulations) {
        const auto points = all_points(modulation);
        double least = 10;
        for (size_t i = 0; i < points.size(); ++i)
            for (size_t j = 0; j < i; ++j)
                least = std::min<double>(least, std::abs(points[i] - points[j]));
        int neighbours = 0;
        for (size_t i = 0; i < points.size(); ++i)
            for (size_t j = 0; j < i; ++j) {
                if (std::abs(points[i] - points[j]) > 1.01 * least)
                    continue;
                const size_t difference = i ^ j;
                CPPUNIT_ASSERT_EQUAL(size_t{ 0 }, difference & (difference - 1));
                ++neighbours;
            }
        const int side = 1 << (bits_per_symbol(modulation) / 2);
        const int expected = modulation == Modulation::bpsk ? 1 : 2 * side * (side - 1);
        CPPUNIT_ASSERT_EQUAL(expected, neighbours);
    }
    // the standard's corners
    const float corner = 7 / std::sqrt(42.F);
    const auto points = all_points(Modulation::qam64);
    CPPUNIT_ASSERT_DOUBLES_EQUAL(
        0, std::abs(points[0] - Symbols::value_type(-corner, -corner)), 1e-6);
    CPPUNIT_ASSERT_DOUBLES_EQUAL(
        0, std::abs(points[0b100000] - Symbols::value_type(corner, -corner)), 1e-6);
    CPPUNIT_ASSERT_DOUBLES_EQUAL(-1, all_points(Modulation::bpsk)[0].real(), 1e-6);
}

void qa_constellation::names_round_trip()
{
    for (const Modulation modulation : all_modulations)
        CPPUNIT_ASSERT(parse_modulation(to_string(modulation)) == modulation);
    CPPUNIT_ASSERT_EQUAL(std::string("16-qam"), to_string(Modulation::qam16));
    for (const char* text : { "", "BPSK", "16qam", "256-qam" })
        test::assert_contains(
            test::error_text<std::invalid_argument>([&] { parse_modulation(text); }),
            "bpsk, qpsk, 16-qam, 64-qam");
}

void qa_constellation::has_the_theoretical_error_rate()
{
    // where some bits in a hundred are wrong
    constexpr double snrs_db[] = { 3, 6, 12, 18 };
    constexpr int symbol_count = 60000;
    std::mt19937 random(1);
    for (const Modulation modulation : all_modulations) {
        const Constellation constellation(modulation);
        const int bit_count = bits_per_symbol(modulation);
        const double snr = std::pow(10, snrs_db[static_cast<int>(modulation)] / 10);
        std::normal_distribution<float> noise(0,
                                              static_cast<float>(std::sqrt(0.5 / snr)));
        std::vector<uint8_t> bits(symbol_count * bit_count);
        for (auto& bit : bits)
            bit = random() >> 31;
        const auto symbols = constellation.modulate(bits);
        int wrong = 0;
        for (int i = 0; i < symbol_count; ++i) {
            const float real = noise(random), imaginary = noise(random);
            float llrs[6];
            constellation.demodulate(symbols[i] + Symbols::value_type(real, imaginary),
                                     static_cast<float>(1 / snr),
                                     1,
                                     llrs);
            for (int bit = 0; bit < bit_count; ++bit)
                wrong += (llrs[bit] < 0) != (bits[i * bit_count + bit] != 0);
        }
        const double expected = expected_error_rate(modulation, snr);
        const double deviation = std::sqrt(expected / bits.size());
        CPPUNIT_ASSERT(expected > 0.005 && expected < 0.1);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            expected, double(wrong) / bits.size(), 5 * deviation);
    }
}

void qa_constellation::likelihoods_are_exact()
{
    std::mt19937 random(2);
    std::normal_distribution<float> part(0, 1);
    for (const Modulation modulation : all_modulations)
        for (const float noise_power : { 2.F, 0.5F, 0.1F })
            for (int i = 0; i < 50; ++i) {
                const float real = part(random), imaginary = part(random);
                float llrs[6];
                Constellation(modulation)
                    .demodulate({ real, imaginary }, noise_power, 1, llrs);
                for (int bit = 0; bit < bits_per_symbol(modulation); ++bit) {
                    const double expected =
                        expected_llr(modulation, { real, imaginary }, noise_power, bit);
                    CPPUNIT_ASSERT_DOUBLES_EQUAL(
                        expected, llrs[bit], 1e-3 + 1e-4 * std::fabs(expected));
                }
            }
}

void qa_constellation::reliability_scales()
{
    const Constellation constellation(Modulation::qam16);
    const std::complex<float> symbol(0.3F, -0.9F);
    float whole[4], part[4];
    constellation.demodulate(symbol, 0.2F, 1, whole);
    constellation.demodulate(symbol, 0.2F, 0.25F, part);
    for (int bit = 0; bit < 4; ++bit)
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.25 * whole[bit], part[bit], 1e-5);
    constellation.demodulate(symbol, 0.2F, 7, part);
    for (int bit = 0; bit < 4; ++bit)
        CPPUNIT_ASSERT_EQUAL(whole[bit], part[bit]);
    for (const float lost : { 0.F, -1.F, std::numeric_limits<float>::quiet_NaN() }) {
        constellation.demodulate(symbol, 0.2F, lost, part);
        for (int bit = 0; bit < 4; ++bit)
            CPPUNIT_ASSERT_EQUAL(0.F, part[bit]);
    }
}

void qa_constellation::takes_any_value()
{
    constexpr float infinity = std::numeric_limits<float>::infinity();
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    for (const Modulation modulation : all_modulations) {
        const Constellation constellation(modulation);
        float llrs[6];
        for (const float value : { nan, infinity, -infinity }) {
            constellation.demodulate({ value, 0 }, 1, 1, llrs);
            CPPUNIT_ASSERT_EQUAL(0.F, llrs[0]);
            constellation.demodulate({ 0, value }, 1, 1, llrs);
            CPPUNIT_ASSERT_EQUAL(0.F, llrs[0]);
        }
        constellation.demodulate({ 3e38F, -3e38F }, 1e-6F, 1, llrs);
        for (int bit = 0; bit < bits_per_symbol(modulation); ++bit)
            CPPUNIT_ASSERT(std::isfinite(llrs[bit]));
    }
    const Constellation constellation(Modulation::qam64);
    test::assert_contains(test::error_text<std::invalid_argument>(
                              [&] { constellation.modulate(std::vector<uint8_t>(7)); }),
                          "7 bits");
    CPPUNIT_ASSERT(constellation.modulate({}).empty());
}

static const CPPUNIT_NS::AutoRegisterSuite<qa_constellation>
    register_qa_constellation("constellation");

} // namespace djescc
