/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the 802.11n LDPC codes: matrices, encoder, decoder, and its error rates.

#include "digital/ldpc_base_matrices.h"
#include "digital/ldpc_code.h"
#include "digital/link_curve.h"
#include "error_text.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <limits>
#include <random>
#include <sstream>
#include <thread>
#ifdef DJESCC_HAVE_ITPP
#include <itpp/comm/ldpc.h>
#endif

namespace djescc {
namespace {

using Bits = std::vector<uint8_t>;

Bits random_bits(size_t count, std::mt19937& random)
{
    Bits bits(count);
    for (auto& bit : bits)
        bit = random() >> 31;
    return bits;
}

//! Ones of each row of the parity-check matrix, from the tables and the structure that
//! the standard gives, without any function of LdpcCode.
std::vector<std::vector<int>> matrix_rows(int length, CodeRate rate)
{
    const int number = length / 648 - 1, size = length / 24;
    const auto& base = ldpc_base_matrices[number][static_cast<int>(rate)];
    const int rows = base.block_rows;
    std::vector<std::vector<int>> ones(rows * size);
    for (int i = 0; i < rows; ++i) {
        std::vector<int> entries(24, -1);
        std::istringstream text(base.rows[i]);
        std::string entry;
        int column = 0;
        while (text >> entry)
            entries[column++] = entry == "-" ? -1 : std::stoi(entry);
        CPPUNIT_ASSERT_EQUAL(24 - rows, column);
        for (const int shift : entries)
            CPPUNIT_ASSERT(shift < size);
        if (i == 0 || i == rows - 1)
            entries[column] = 1;
        if (i == rows / 2)
            entries[column] = 0;
        if (i < rows - 1)
            entries[column + 1 + i] = 0;
        if (i > 0)
            entries[column + i] = 0;
        for (int j = 0; j < 24; ++j)
            for (int r = 0; r < size && entries[j] >= 0; ++r)
                ones[i * size + r].push_back(j * size + (r + entries[j]) % size);
    }
    return ones;
}

bool checks_hold(const std::vector<std::vector<int>>& rows, const Bits& bits)
{
    for (const auto& row : rows) {
        int sum = 0;
        for (const int column : row)
            sum ^= bits[column];
        if (sum != 0)
            return false;
    }
    return true;
}

//! Log-likelihood ratios of a codeword sent by BPSK at Es/N0.
std::vector<float> received(const Bits& codeword, double snr_db, std::mt19937& random)
{
    const double noise_power = std::pow(10, -snr_db / 10);
    std::normal_distribution<double> noise(0, std::sqrt(noise_power / 2));
    std::vector<float> llrs;
    for (const auto bit : codeword)
        llrs.push_back(
            static_cast<float>(4 / noise_power * ((bit ? -1 : 1) + noise(random))));
    return llrs;
}

} // namespace

class qa_ldpc_code : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_ldpc_code);
    CPPUNIT_TEST(codewords_fulfil_the_matrix);
    CPPUNIT_TEST(names_round_trip);
    CPPUNIT_TEST(decodes_with_a_margin);
    CPPUNIT_TEST(fails_below_capacity);
    CPPUNIT_TEST(fills_in_erased_bits);
    CPPUNIT_TEST(takes_any_value);
    CPPUNIT_TEST(refuses_wrong_sizes);
    CPPUNIT_TEST(error_rates_are_the_published_ones);
    CPPUNIT_TEST(is_shared_by_threads);
#ifdef DJESCC_HAVE_ITPP
    CPPUNIT_TEST(no_worse_than_itpp);
#endif
    CPPUNIT_TEST_SUITE_END();

    void codewords_fulfil_the_matrix();
    void names_round_trip();
    void decodes_with_a_margin();
    void fails_below_capacity();
    void fills_in_erased_bits();
    void takes_any_value();
    void refuses_wrong_sizes();
    void error_rates_are_the_published_ones();
    void is_shared_by_threads();
#ifdef DJESCC_HAVE_ITPP
    void no_worse_than_itpp();
#endif
};

void qa_ldpc_code::codewords_fulfil_the_matrix()
{
    constexpr double rates[] = { 1.0 / 2, 2.0 / 3, 3.0 / 4, 5.0 / 6 };
    std::mt19937 random(1);
    for (const int length : LdpcCode::lengths)
        for (const CodeRate rate : all_code_rates) {
            const auto code = LdpcCode::get(length, rate);
            CPPUNIT_ASSERT_EQUAL(length, code->length());
            CPPUNIT_ASSERT_EQUAL(length / 24, code->block_size());
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                length * rates[static_cast<int>(rate)], code->message_length(), 1e-6);
            const auto rows = matrix_rows(length, rate);
            for (int i = 0; i < 10; ++i) {
                const auto message = random_bits(code->message_length(), random);
                auto codeword = code->encode(message);
                CPPUNIT_ASSERT(
                    std::equal(message.begin(), message.end(), codeword.begin()));
                CPPUNIT_ASSERT(checks_hold(rows, codeword));
                CPPUNIT_ASSERT(code->is_codeword(codeword));
                codeword[random() % length] ^= 1;
                CPPUNIT_ASSERT(!code->is_codeword(codeword));
            }
        }
}

void qa_ldpc_code::names_round_trip()
{
    for (const CodeRate rate : all_code_rates)
        CPPUNIT_ASSERT(parse_code_rate(to_string(rate)) == rate);
    CPPUNIT_ASSERT_EQUAL(std::string("5/6"), to_string(CodeRate::five_sixths));
    for (const char* text : { "", "1/3", "1/2 ", "0.5" })
        test::assert_contains(
            test::error_text<std::invalid_argument>([&] { parse_code_rate(text); }),
            "1/2, 2/3, 3/4, 5/6");
}

void qa_ldpc_code::decodes_with_a_margin()
{
    // about 1.5 dB above where the shortest codes begin to work
    constexpr double snrs_db[] = { 1, 3, 4, 5 };
    std::mt19937 random(2);
    for (const int length : LdpcCode::lengths)
        for (const CodeRate rate : all_code_rates) {
            const auto code = LdpcCode::get(length, rate);
            for (int i = 0; i < 20; ++i) {
                const auto codeword =
                    code->encode(random_bits(code->message_length(), random));
                const auto result = code->decode(
                    received(codeword, snrs_db[static_cast<int>(rate)], random));
                CPPUNIT_ASSERT(result.valid);
                CPPUNIT_ASSERT(result.bits == codeword);
                CPPUNIT_ASSERT(result.iterations < 50);
            }
            const auto codeword =
                code->encode(random_bits(code->message_length(), random));
            const auto clean = code->decode(received(codeword, 20, random));
            CPPUNIT_ASSERT(clean.valid && clean.bits == codeword);
            CPPUNIT_ASSERT_EQUAL(0, clean.iterations);
        }
}

void qa_ldpc_code::fails_below_capacity()
{
    std::mt19937 random(3);
    const auto code = LdpcCode::get(648, CodeRate::half);
    for (int i = 0; i < 20; ++i) {
        const auto codeword = code->encode(random_bits(code->message_length(), random));
        const auto result = code->decode(received(codeword, -6, random), 10);
        CPPUNIT_ASSERT(!result.valid);
        CPPUNIT_ASSERT(result.bits != codeword);
        CPPUNIT_ASSERT_EQUAL(10, result.iterations);
    }
}

void qa_ldpc_code::fills_in_erased_bits()
{
    std::mt19937 random(4);
    const auto code = LdpcCode::get(1944, CodeRate::half);
    const auto codeword = code->encode(random_bits(code->message_length(), random));
    auto llrs = received(codeword, 10, random);
    for (int i = 0; i < code->length(); ++i)
        if (random() % 100 < 35)
            llrs[i] = 0;
    const auto result = code->decode(llrs);
    CPPUNIT_ASSERT(result.valid && result.bits == codeword);

    // of nothing comes nothing, though zeros are a codeword
    const auto nothing = code->decode(std::vector<float>(code->length()), 5);
    CPPUNIT_ASSERT(!nothing.valid);
}

void qa_ldpc_code::takes_any_value()
{
    std::mt19937 random(5);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    const auto code = LdpcCode::get(1296, CodeRate::two_thirds);
    const auto codeword = code->encode(random_bits(code->message_length(), random));
    std::vector<float> llrs;
    for (const auto bit : codeword)
        llrs.push_back(random() % 20 == 0 ? nan : bit ? -infinity : infinity);
    const auto result = code->decode(llrs);
    CPPUNIT_ASSERT(result.valid && result.bits == codeword);

    for (auto& llr : llrs) { // certain, and wrong
        const float values[] = { infinity, -infinity, 3e38F, -1e-40F };
        llr = values[random() % 4];
    }
    const auto wrong = code->decode(llrs, 20);
    for (const auto bit : wrong.bits)
        CPPUNIT_ASSERT(bit <= 1);
}

void qa_ldpc_code::refuses_wrong_sizes()
{
    const auto text = [](auto&& function) {
        return test::error_text<std::invalid_argument>(function);
    };
    test::assert_contains(text([] { LdpcCode::get(647, CodeRate::half); }), "647");
    const auto code = LdpcCode::get(648, CodeRate::half);
    test::assert_contains(text([&] { code->encode(Bits(325)); }), "325");
    test::assert_contains(text([&] { code->is_codeword(Bits(1)); }), "648");
    test::assert_contains(text([&] { code->decode(std::vector<float>(649)); }), "649");
    test::assert_contains(text([&] { code->decode(std::vector<float>(648), 0); }), "0");
    LinkCurveSettings settings;
    settings.codewords = 0;
    test::assert_contains(text([&] { link_curve(settings, { 0 }); }), "0 codewords");
    settings.codewords = 1;
    test::assert_contains(text([&] { link_curve(settings, { NAN }); }), "nan");
}

void qa_ldpc_code::error_rates_are_the_published_ones()
{
    // Published: github.com/tavildar/LDPC, results/wifi_ldpc_qpsk.png, n = 1944, the
    // sum-product algorithm with 20 iterations of all checks at once. Its Eb/N0 for a
    // block error rate of 1e-2, in dB: 1.70 at rate 1/2, 2.33 at 2/3, 2.82 at 3/4. There
    // the layered decoder with 50 iterations has about 2e-3, and 6e-1 or more 1 dB below.
    struct Point {
        CodeRate rate;
        double share, ebn0_db;
    };
    for (const Point& point : { Point{ CodeRate::half, 1.0 / 2, 1.70 },
                                { CodeRate::two_thirds, 2.0 / 3, 2.33 },
                                { CodeRate::three_quarters, 3.0 / 4, 2.82 } }) {
        LinkCurveSettings settings;
        settings.modulation = Modulation::qpsk;
        settings.rate = point.rate;
        settings.codewords = 300;
        const double snr_db = point.ebn0_db + 10 * std::log10(2 * point.share);
        const auto curve = link_curve(settings, { snr_db - 1, snr_db });
        CPPUNIT_ASSERT_EQUAL(snr_db, curve[1].snr_db);
        CPPUNIT_ASSERT(curve[0].frame_error_rate() > 0.4);
        CPPUNIT_ASSERT(curve[1].frame_error_rate() < 0.03);
        CPPUNIT_ASSERT(curve[1].bit_error_rate() <= curve[1].frame_error_rate());
        CPPUNIT_ASSERT(curve[1].mean_iterations() < curve[0].mean_iterations());
    }
}

void qa_ldpc_code::is_shared_by_threads()
{
    std::mt19937 random(6);
    const auto code = LdpcCode::get(648, CodeRate::half);
    CPPUNIT_ASSERT(code == LdpcCode::get(648, CodeRate::half));
    const auto codeword = code->encode(random_bits(code->message_length(), random));
    const auto llrs = received(codeword, 1, random);
    std::vector<std::thread> threads;
    std::vector<int> right(4);
    for (size_t i = 0; i < right.size(); ++i)
        threads.emplace_back([&, i] {
            for (int k = 0; k < 20; ++k)
                right[i] +=
                    LdpcCode::get(648, CodeRate::half)->decode(llrs).bits == codeword;
        });
    for (auto& thread : threads)
        thread.join();
    for (const int count : right)
        CPPUNIT_ASSERT_EQUAL(20, count);
}

#ifdef DJESCC_HAVE_ITPP
void qa_ldpc_code::no_worse_than_itpp()
{
    // Both decode the same codewords, on the slope of the error rate.
    constexpr int codewords = 200;
    constexpr double snr_db = -1.5; // BPSK, n = 648, rate 1/2
    const auto code = LdpcCode::get(648, CodeRate::half);
    const auto rows = matrix_rows(648, CodeRate::half);
    itpp::LDPC_Parity matrix(static_cast<int>(rows.size()), code->length());
    for (size_t i = 0; i < rows.size(); ++i)
        for (const int column : rows[i])
            matrix.set(static_cast<int>(i), column, 1);
    itpp::LDPC_Code reference(&matrix);
    reference.set_exit_conditions(50, true, true);

    std::mt19937 random(7);
    int our_errors = 0, their_errors = 0;
    for (int i = 0; i < codewords; ++i) {
        const auto codeword = code->encode(random_bits(code->message_length(), random));
        const auto llrs = received(codeword, snr_db, random);
        our_errors += code->decode(llrs).bits != codeword;
        itpp::vec their_llrs(code->length());
        for (int k = 0; k < code->length(); ++k)
            their_llrs[k] = llrs[k];
        itpp::QLLRvec decided;
        reference.bp_decode(reference.get_llrcalc().to_qllr(their_llrs), decided);
        bool wrong = false;
        for (int k = 0; k < code->length(); ++k)
            wrong |= (decided[k] < 0) != (codeword[k] != 0);
        their_errors += wrong;
    }
    // some, or nothing would be compared
    CPPUNIT_ASSERT(their_errors >= 5);
    CPPUNIT_ASSERT(our_errors <= their_errors + 8);
}
#endif

static const CPPUNIT_NS::AutoRegisterSuite<qa_ldpc_code>
    register_qa_ldpc_code("ldpc_code");

} // namespace djescc
