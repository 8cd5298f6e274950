/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of what a key draws for every frame, against another implementation.

#include "counting_key.h"
#include "error_text.h"
#include "scratch_folder.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/keys/frame_secrets.h>
#include <string>
#include <vector>

namespace djescc {

class qa_frame_secrets : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_frame_secrets);
#ifdef DJESCC_HAVE_SODIUM
    CPPUNIT_TEST(members_are_those_of_another_implementation);
    CPPUNIT_TEST(signs_are_those_of_another_implementation);
    CPPUNIT_TEST(members_are_equally_likely);
    CPPUNIT_TEST(members_tell_nothing_about_the_next);
    CPPUNIT_TEST(keys_agree_by_chance_alone);
    CPPUNIT_TEST(signs_are_fair_and_independent);
    CPPUNIT_TEST(no_member_of_none);
#else
    CPPUNIT_TEST(keys_are_not_available);
#endif
    CPPUNIT_TEST_SUITE_END();

    void keys_are_not_available() { CPPUNIT_ASSERT(!keys_available()); }

    using Signs = FrameSecrets::Signs;

    //! Under the key 00 01 02 ... 1f, or one that starts with another byte.
    static FrameSecrets counting(int first = 0)
    {
        const test::ScratchFolder folder("frame_secrets");
        return FrameSecrets(test::counting_key(folder, first));
    }

    static std::string
    signs(const FrameSecrets& secrets, Signs purpose, uint64_t counter, std::size_t count)
    {
        std::vector<int8_t> drawn(count);
        secrets.draw(purpose, counter, drawn.data(), count);
        std::string text;
        for (const int8_t sign : drawn) {
            text += sign == 1 ? '+' : sign == -1 ? '-' : '?';
        }
        return text;
    }

    // The values of the next two are from Python: BLAKE2b with key, salt and personal
    // string of hashlib, and ChaCha20 written out from RFC 8439.

    void members_are_those_of_another_implementation()
    {
        const FrameSecrets secrets = counting();
        const std::vector<uint32_t> of_4{ 3, 2, 1, 0, 3, 1, 1, 2, 2, 3, 0, 0,
                                          1, 2, 3, 1, 2, 2, 2, 0, 2, 3, 1, 0 };
        const std::vector<uint32_t> of_16{ 11, 14, 1, 4, 3, 1,  5, 10, 6, 15, 12, 0,
                                           1,  10, 7, 9, 6, 10, 6, 4,  2, 15, 13, 0 };
        for (uint64_t counter = 0; counter < of_4.size(); counter++) {
            CPPUNIT_ASSERT_EQUAL(of_4[counter], secrets.member(counter, 4));
            CPPUNIT_ASSERT_EQUAL(of_16[counter], secrets.member(counter, 16));
        }
        CPPUNIT_ASSERT_EQUAL(2u, secrets.member(0, 7));
        CPPUNIT_ASSERT_EQUAL(0u, secrets.member(0xffffffffu, 7));
        CPPUNIT_ASSERT_EQUAL(1u, secrets.member(uint64_t(1) << 63, 7));
        CPPUNIT_ASSERT_EQUAL(4u, secrets.member(~uint64_t(0), 7));
        CPPUNIT_ASSERT_EQUAL(0u, secrets.member(12345, 1));
    }

    void signs_are_those_of_another_implementation()
    {
        const FrameSecrets secrets = counting();
        CPPUNIT_ASSERT_EQUAL(std::string("++++-++---------------+-+--+++--+-+-++++"),
                             signs(secrets, Signs::latents, 3, 40));
        CPPUNIT_ASSERT_EQUAL(std::string("+---++-++--+++-+---+++--+-++-+-++-+---++"),
                             signs(secrets, Signs::noise, 3, 40));
        CPPUNIT_ASSERT_EQUAL(std::string("-++-++----+-+-+-+++++----+---++---++-+-+"),
                             signs(secrets, Signs::latents, 4, 40));
        CPPUNIT_ASSERT_EQUAL(std::string("+--+-+-+--+--++-+-+-"),
                             signs(secrets, Signs::latents, 3, 600).substr(580));
        CPPUNIT_ASSERT_EQUAL(std::string(), signs(secrets, Signs::latents, 3, 0));
    }

    //! Pearson's statistic of counts that should be equal, and its bound: five standard
    //! deviations over its mean, for a fixed key, so the outcome never changes.
    static void assert_even(const std::vector<double>& counts)
    {
        double sum = 0, statistic = 0;
        for (const double count : counts) {
            sum += count;
        }
        const double expected = sum / static_cast<double>(counts.size());
        for (const double count : counts) {
            statistic += (count - expected) * (count - expected) / expected;
        }
        const double freedom = static_cast<double>(counts.size() - 1);
        CPPUNIT_ASSERT(statistic < freedom + 5 * std::sqrt(2 * freedom));
        CPPUNIT_ASSERT(statistic > 0);
    }

    void members_are_equally_likely()
    {
        const FrameSecrets secrets = counting();
        for (const uint32_t count : { 2u, 3u, 16u, 255u }) {
            std::vector<double> counts(count);
            for (uint64_t counter = 0; counter < 20000; counter++) {
                counts.at(secrets.member(counter, count)) += 1;
            }
            assert_even(counts);
        }
    }

    void members_tell_nothing_about_the_next()
    {
        const FrameSecrets secrets = counting();
        constexpr uint32_t count = 8;
        std::vector<double> pairs(count * count);
        for (uint64_t counter = 0; counter < 40000; counter += 2) {
            pairs.at(secrets.member(counter, count) * count +
                     secrets.member(counter + 1, count)) += 1;
        }
        assert_even(pairs);
    }

    void keys_agree_by_chance_alone()
    {
        const FrameSecrets first = counting();
        const FrameSecrets second = counting(1), third = counting(100);
        constexpr uint32_t count = 4;
        constexpr double draws = 20000;
        for (const auto* other : { &second, &third }) {
            double equal = 0;
            for (uint64_t counter = 0; counter < draws; counter++) {
                equal += first.member(counter, count) == other->member(counter, count);
            }
            // five standard deviations
            const double p = 1.0 / count;
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                p * draws, equal, 5 * std::sqrt(draws * p * (1 - p)));
        }
    }

    void signs_are_fair_and_independent()
    {
        const FrameSecrets secrets = counting();
        constexpr std::size_t count = 1 << 16;
        const double bound = 5 * std::sqrt(count);
        const auto draw = [&](Signs purpose, uint64_t counter) {
            std::vector<int8_t> drawn(count);
            secrets.draw(purpose, counter, drawn.data(), count);
            return drawn;
        };
        const auto first = draw(Signs::latents, 0);
        CPPUNIT_ASSERT(first == draw(Signs::latents, 0));
        double sum = 0;
        for (const int8_t sign : first) {
            sum += sign;
        }
        CPPUNIT_ASSERT(std::abs(sum) < bound);
        for (const auto& other : { draw(Signs::latents, 1),
                                   draw(Signs::noise, 0),
                                   draw(Signs::latents, uint64_t(1) << 32) }) {
            double product = 0;
            for (std::size_t i = 0; i < count; i++) {
                product += first[i] * other[i];
            }
            CPPUNIT_ASSERT(std::abs(product) < bound);
        }
    }

    void no_member_of_none()
    {
        const FrameSecrets secrets = counting();
        test::assert_contains(
            test::error_text<ConfigError>([&] { secrets.member(1, 0); }), "no model");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_frame_secrets>
    register_qa_frame_secrets("frame_secrets");

} // namespace djescc
