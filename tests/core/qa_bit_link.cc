/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the digital link: round trips, losses, and what a receiver must refuse.

#include "digital/bit_link.h"
#include "digital/link_block.h"
#include "digital/link_layout.h"
#include "error_text.h"
#include <algorithm>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <limits>
#include <numeric>
#include <random>
#include <thread>

namespace djescc {
namespace {

using LinkSymbols = std::vector<std::complex<float>>;

std::string random_bytes(size_t count, std::mt19937& random)
{
    std::string bytes(count, '\0');
    for (auto& byte : bytes)
        byte = static_cast<char>(random() >> 24);
    return bytes;
}

float noise_power_of(double snr_db)
{
    return static_cast<float>(std::pow(10, -snr_db / 10));
}

LinkSymbols with_noise(LinkSymbols symbols, double snr_db, std::mt19937& random)
{
    std::normal_distribution<float> noise(0, std::sqrt(noise_power_of(snr_db) / 2));
    for (auto& symbol : symbols) {
        const float real = noise(random), imaginary = noise(random);
        symbol += std::complex<float>(real, imaginary);
    }
    return symbols;
}

double power_of(const LinkSymbols& symbols)
{
    double power = 0;
    for (const auto& symbol : symbols)
        power += std::norm(symbol);
    return power / static_cast<double>(symbols.size());
}

} // namespace

class qa_bit_link : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_bit_link);
    CPPUNIT_TEST(any_number_of_symbols);
    CPPUNIT_TEST(all_lengths_of_payload);
    CPPUNIT_TEST(plans_keep_their_rules);
    CPPUNIT_TEST(layouts_use_every_bit_alike);
    CPPUNIT_TEST(works_near_its_threshold);
    CPPUNIT_TEST(repetition_lowers_the_threshold);
    CPPUNIT_TEST(survives_lost_symbols);
    CPPUNIT_TEST(symbols_have_unit_power);
    CPPUNIT_TEST(stays_the_same);
    CPPUNIT_TEST(refuses_what_is_not_certain);
    CPPUNIT_TEST(refuses_blocks_that_lie);
    CPPUNIT_TEST(refuses_wrong_arguments);
    CPPUNIT_TEST(is_shared_by_threads);
    CPPUNIT_TEST_SUITE_END();

    void any_number_of_symbols();
    void all_lengths_of_payload();
    void plans_keep_their_rules();
    void layouts_use_every_bit_alike();
    void works_near_its_threshold();
    void repetition_lowers_the_threshold();
    void survives_lost_symbols();
    void symbols_have_unit_power();
    void stays_the_same();
    void refuses_what_is_not_certain();
    void refuses_blocks_that_lie();
    void refuses_wrong_arguments();
    void is_shared_by_threads();
};

void qa_bit_link::any_number_of_symbols()
{
    std::mt19937 random(1);
    std::vector<size_t> counts(40);
    std::iota(counts.begin(), counts.end(), 1);
    for (const size_t count : { 97,
                                108,
                                324,
                                325,
                                511,
                                647,
                                648,
                                649,
                                1001,
                                1295,
                                1943,
                                1944,
                                1945,
                                2591,
                                3333,
                                7777,
                                13107 })
        counts.push_back(count);
    for (const Modulation modulation : all_modulations)
        for (const CodeRate rate : all_code_rates)
            for (const int repetition : { 1, 3 }) {
                const BitLink link(modulation, rate, repetition);
                for (const size_t count : counts) {
                    const size_t most = link.capacity_bytes(count);
                    const auto bytes = random_bytes(most, random);
                    const auto symbols = link.encode(bytes, count);
                    CPPUNIT_ASSERT_EQUAL(count, symbols.size());
                    const auto result = link.receive(symbols, 0.001F);
                    CPPUNIT_ASSERT_EQUAL(0, result.failed_codewords);
                    CPPUNIT_ASSERT_EQUAL(result.codewords != 0, result.bytes.has_value());
                    if (most > 0 || result.bytes)
                        CPPUNIT_ASSERT(result.bytes == bytes);
                }
            }
    const BitLink link(Modulation::bpsk, CodeRate::half);
    CPPUNIT_ASSERT(link.encode("", 0).empty());
    CPPUNIT_ASSERT(!link.decode({}, 1));
}

void qa_bit_link::all_lengths_of_payload()
{
    std::mt19937 random(2);
    for (const size_t count : { 400, 3000 }) {
        const BitLink link(Modulation::qpsk, CodeRate::half);
        const size_t most = link.capacity_bytes(count);
        for (size_t length = 0; length <= most; length += 1 + length / 8) {
            const auto bytes = random_bytes(length, random);
            CPPUNIT_ASSERT(link.decode(link.encode(bytes, count), 0.01F) == bytes);
        }
        // zeros at the end are the payload's own
        const std::string zeros(most / 2, '\0');
        CPPUNIT_ASSERT(link.decode(link.encode(zeros, count), 0.01F) == zeros);
    }
}

void qa_bit_link::plans_keep_their_rules()
{
    constexpr double rates[] = { 1.0 / 2, 2.0 / 3, 3.0 / 4, 5.0 / 6 };
    for (const CodeRate rate : all_code_rates)
        for (size_t bits = 0; bits < 40000; bits += 1 + bits / 50) {
            const auto plan = plan_link(bits, rate);
            if (plan.code_length == 0) {
                CPPUNIT_ASSERT(bits < 648);
                continue;
            }
            const double share = rates[static_cast<int>(rate)];
            const double whole = static_cast<double>(plan.codewords) * plan.code_length;
            CPPUNIT_ASSERT(plan.coded_bits <= bits);
            CPPUNIT_ASSERT(plan.coded_bits == bits || plan.coded_bits <= whole);
            CPPUNIT_ASSERT(8 * plan.block_bytes <=
                           share * static_cast<double>(bits) + 1e-6);
            const auto parities =
                static_cast<double>(plan.coded_bits - 8 * plan.block_bytes);
            CPPUNIT_ASSERT(parities >= 0.9 * (1 - share) * whole);
            CPPUNIT_ASSERT_EQUAL(plan.block_bytes,
                                 plan.length_bytes + plan.payload_bytes + link_crc_bytes);
            CPPUNIT_ASSERT(plan.length_bytes > 1 || plan.payload_bytes < 256);
            // what a picture takes comes close to its rate, with the longest code
            if (bits > 10000) {
                CPPUNIT_ASSERT_EQUAL(LdpcCode::longest, plan.code_length);
                CPPUNIT_ASSERT(8 * plan.block_bytes >
                               0.9 * share * static_cast<double>(bits));
            }
        }
}

void qa_bit_link::layouts_use_every_bit_alike()
{
    for (const size_t slots : { 5000, 13107, 40001 }) {
        const LinkLayout layout(slots, slots / 2, CodeRate::three_quarters);
        std::vector<size_t> uses(layout.plan.coded_bits);
        for (const uint32_t coded : layout.coded_of_slot)
            ++uses.at(coded);
        const auto [least, most] = std::minmax_element(uses.begin(), uses.end());
        CPPUNIT_ASSERT(*least >= 2 && *most <= *least + 1);
        size_t sent = 0;
        for (size_t i = 0; i < layout.plan.codewords; ++i) {
            auto positions = layout.sent_positions(i);
            sent += positions.size();
            CPPUNIT_ASSERT_EQUAL(layout.coded_starts[i] + positions.size(),
                                 layout.coded_starts[i + 1]);
            CPPUNIT_ASSERT(std::is_sorted(positions.begin(), positions.end()));
            CPPUNIT_ASSERT(std::unique(positions.begin(), positions.end()) ==
                           positions.end());
            CPPUNIT_ASSERT(positions.back() < layout.plan.code_length);
        }
        CPPUNIT_ASSERT_EQUAL(layout.plan.coded_bits, sent);
    }
}

void qa_bit_link::works_near_its_threshold()
{
    // The last SNR at which the table of the project's specification has the link work is
    // about 1e-1 of all codewords; a dB above, none of a few dozen is wrong.
    struct Case {
        Modulation modulation;
        CodeRate rate;
        double snr_db;
    };
    std::mt19937 random(3);
    for (const Case& each : { Case{ Modulation::bpsk, CodeRate::half, -0.5 },
                              { Modulation::qpsk, CodeRate::half, 2.5 },
                              { Modulation::qpsk, CodeRate::three_quarters, 5.5 },
                              { Modulation::qam16, CodeRate::half, 8.0 },
                              { Modulation::qam16, CodeRate::three_quarters, 11.5 },
                              { Modulation::qam64, CodeRate::two_thirds, 16.0 },
                              { Modulation::qam64, CodeRate::five_sixths, 18.8 } }) {
        const BitLink link(each.modulation, each.rate);
        // 256x256 pixels at R = 1/6, four tenths of the symbols
        const size_t count = 13107;
        const auto bytes = random_bytes(link.capacity_bytes(count), random);
        const auto sent = link.encode(bytes, count);
        const auto good = link.receive(with_noise(sent, each.snr_db, random),
                                       noise_power_of(each.snr_db));
        CPPUNIT_ASSERT_EQUAL(0, good.failed_codewords);
        CPPUNIT_ASSERT(good.bytes == bytes);
        CPPUNIT_ASSERT(good.iterations > good.codewords);
        const double low_db = each.snr_db - 4;
        const auto bad =
            link.receive(with_noise(sent, low_db, random), noise_power_of(low_db));
        CPPUNIT_ASSERT(!bad.bytes);
        CPPUNIT_ASSERT(bad.failed_codewords > 0);
    }
}

void qa_bit_link::repetition_lowers_the_threshold()
{
    std::mt19937 random(4);
    const size_t count = 6001;
    for (const int repetition : { 2, 4, 7 }) {
        const BitLink link(Modulation::bpsk, CodeRate::half, repetition);
        const auto bytes = random_bytes(link.capacity_bytes(count), random);
        CPPUNIT_ASSERT(!bytes.empty());
        const double snr_db = 0.5 - 10 * std::log10(repetition);
        const auto received = with_noise(link.encode(bytes, count), snr_db, random);
        CPPUNIT_ASSERT(link.decode(received, noise_power_of(snr_db)) == bytes);
    }
}

void qa_bit_link::survives_lost_symbols()
{
    std::mt19937 random(5);
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    struct Case {
        Modulation modulation;
        CodeRate rate;
        double snr_db;
    };
    // 3 dB above where they work
    for (const Case& each : { Case{ Modulation::bpsk, CodeRate::half, 1.5 },
                              { Modulation::qam16, CodeRate::half, 9.6 },
                              { Modulation::qam64, CodeRate::two_thirds, 17.5 } }) {
        const BitLink link(each.modulation, each.rate);
        const size_t count = 13107;
        const auto bytes = random_bytes(link.capacity_bytes(count), random);
        const auto received = with_noise(link.encode(bytes, count), each.snr_db, random);
        const float noise_power = noise_power_of(each.snr_db);
        for (const size_t first : { size_t{ 0 }, count / 3, count - count / 10 }) {
            auto burst = received;
            std::vector<float> reliabilities(count, 1);
            for (size_t i = first; i < first + count / 10; ++i) {
                burst[i] *= 20.F; // a jammer; only the reliability tells
                reliabilities[i] = 0;
            }
            CPPUNIT_ASSERT(link.decode(burst, noise_power, reliabilities) == bytes);
            for (size_t i = first; i < first + count / 10; ++i)
                burst[i] = { nan, 0 };
            CPPUNIT_ASSERT(link.decode(burst, noise_power) == bytes);
        }
    }
}

void qa_bit_link::symbols_have_unit_power()
{
    for (const Modulation modulation : all_modulations) {
        const BitLink link(modulation, CodeRate::half);
        for (const std::string& bytes :
             { std::string(), std::string(500, '\0'), std::string(500, '\xff') })
            CPPUNIT_ASSERT_DOUBLES_EQUAL(1, power_of(link.encode(bytes, 10000)), 0.03);
    }
}

void qa_bit_link::stays_the_same()
{
    // What other versions, compilers and machines send must be understood.
    const BitLink link(Modulation::qpsk, CodeRate::half);
    const auto symbols = link.encode("The quick brown fox", 500);
    uint64_t hash = 14695981039346656037U; // FNV-1a
    for (const auto& symbol : symbols)
        hash = (hash ^ ((symbol.real() > 0) + 2 * (symbol.imag() > 0))) * 1099511628211U;
    CPPUNIT_ASSERT_EQUAL(uint64_t{ 1129199291530199165U }, hash);
}

void qa_bit_link::refuses_what_is_not_certain()
{
    std::mt19937 random(6);
    const BitLink link(Modulation::qpsk, CodeRate::half);
    const size_t count = 2000;
    // noise, nothing, and all of it lost
    CPPUNIT_ASSERT(!link.decode(with_noise(LinkSymbols(count), 0, random), 1));
    const auto nothing = link.receive(LinkSymbols(count), 1);
    CPPUNIT_ASSERT(!nothing.bytes);
    CPPUNIT_ASSERT_EQUAL(nothing.codewords, nothing.failed_codewords);
    const auto sent = link.encode("payload", count);
    CPPUNIT_ASSERT(!link.decode(sent, 0.1F, std::vector<float>(count)));
    // another number of symbols, modulation or rate
    CPPUNIT_ASSERT(!link.decode(LinkSymbols(sent.begin(), sent.end() - 1), 0.1F));
    CPPUNIT_ASSERT(!BitLink(Modulation::bpsk, CodeRate::half).decode(sent, 0.1F));
    CPPUNIT_ASSERT(!BitLink(Modulation::qpsk, CodeRate::two_thirds).decode(sent, 0.1F));
    // noise power that does not fit is no error
    CPPUNIT_ASSERT(link.decode(sent, 0) == std::string("payload"));
    CPPUNIT_ASSERT(link.decode(sent, 100) == std::string("payload"));
}

void qa_bit_link::refuses_blocks_that_lie()
{
    CPPUNIT_ASSERT_EQUAL(uint32_t{ 0xcbf43926 }, link_crc("123456789", 9));
    const LinkPlan plan = plan_link(1000, CodeRate::half);
    const auto packed = pack_block("payload", plan);
    CPPUNIT_ASSERT(unpack_block(packed, plan) == std::string("payload"));
    // a block whose CRC is right whatever its bytes are
    const auto changed = [&](size_t at, size_t value) {
        auto block = packed;
        scramble_block(block);
        block[at] = static_cast<char>(value);
        const size_t checked = block.size() - link_crc_bytes;
        const uint32_t crc = link_crc(block, checked);
        for (size_t i = 0; i < link_crc_bytes; ++i)
            block[checked + i] = static_cast<char>(crc >> (8 * i) & 0xff);
        scramble_block(block);
        return unpack_block(block, plan);
    };
    CPPUNIT_ASSERT(changed(0, 7) == std::string("payload"));
    CPPUNIT_ASSERT(changed(0, 8) == std::string("payload") + '\0');
    CPPUNIT_ASSERT(!changed(0, 6));
    CPPUNIT_ASSERT(changed(0, plan.payload_bytes));
    CPPUNIT_ASSERT(!changed(0, plan.payload_bytes + 1));
    CPPUNIT_ASSERT(!changed(0, 255));
    CPPUNIT_ASSERT(!changed(plan.length_bytes + 7, 1));
    for (size_t i = 0; i < packed.size(); ++i) {
        auto block = packed;
        block[i] = static_cast<char>(block[i] ^ 0x10);
        CPPUNIT_ASSERT(!unpack_block(block, plan));
    }
}

void qa_bit_link::refuses_wrong_arguments()
{
    const auto text = [](auto&& function) {
        return test::error_text<std::invalid_argument>(function);
    };
    const BitLink link(Modulation::qam64, CodeRate::half);
    const size_t most = link.capacity_bytes(1000);
    test::assert_contains(text([&] { link.encode(std::string(most + 1, 'x'), 1000); }),
                          "which take " + std::to_string(most));
    test::assert_contains(text([&] { link.encode("x", 10); }), "10 symbols");
    test::assert_contains(
        text([&] { link.decode(LinkSymbols(10), 1, std::vector<float>(9)); }),
        "9 reliabilities of 10 symbols");
    for (const float wrong : { -1.F, NAN, INFINITY })
        test::assert_contains(text([&] { link.decode(LinkSymbols(10), wrong); }),
                              "noise power");
    for (const int wrong : { 0, -1, 65 })
        test::assert_contains(
            text([&] { BitLink(Modulation::bpsk, CodeRate::half, wrong); }), "1 to 64");
    test::assert_contains(text([&] { link.capacity_bytes(link.most_symbols() + 1); }),
                          "at most");
}

void qa_bit_link::is_shared_by_threads()
{
    const BitLink link(Modulation::qpsk, CodeRate::half);
    std::vector<std::thread> threads;
    std::vector<int> right(4);
    for (size_t i = 0; i < right.size(); ++i)
        threads.emplace_back([&, i] {
            const std::string bytes(10 + i, static_cast<char>('a' + i));
            for (size_t k = 0; k < 10; ++k) {
                const size_t count = 500 + 100 * ((i + k) % 3);
                right[i] += link.decode(link.encode(bytes, count), 0.01F) == bytes;
            }
        });
    for (auto& thread : threads)
        thread.join();
    for (const int count : right)
        CPPUNIT_ASSERT_EQUAL(10, count);
}

static const CPPUNIT_NS::AutoRegisterSuite<qa_bit_link> register_qa_bit_link("bit_link");

} // namespace djescc
