/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of symbols in several lengths, and of images in several parts.

#include "error_text.h"
#include "runtime/symbol_parts.h"
#include "sample_plugins.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/runtime/chain_runner.h>

namespace djescc {

//! Symbols in several lengths, and images in several parts.
class qa_symbol_batches : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_symbol_batches);
    CPPUNIT_TEST(rows_of_different_lengths);
    CPPUNIT_TEST(nothing_stands_behind_a_rows_own_symbols);
    CPPUNIT_TEST(wrong_numbers_of_symbols);
    CPPUNIT_TEST(parts_come_apart_and_together);
    CPPUNIT_TEST(parts_that_contradict_each_other);
    CPPUNIT_TEST(an_image_in_two_parts);
    CPPUNIT_TEST(the_first_part_alone);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int64_t images = 3;
    static constexpr int64_t values = 3 * 4 * 4;

    //! Random images whose first value asks for the fewest, the middle and the most.
    static torch::Tensor pictures()
    {
        torch::manual_seed(3);
        auto pictures = 0.1 + 0.8 * torch::rand({ images, 3, 4, 4 });
        for (int64_t i = 0; i < images; i++)
            pictures[i][0][0][0] = static_cast<double>(i) / 2;
        return pictures;
    }

    static ChainRunner chain(const std::vector<int64_t>& ends, bool parts)
    {
        const std::shared_ptr<const Cipher> cipher =
            Cipher::create({ { "type", "none" } });
        const std::shared_ptr<const Codec> codec = Codec::create(
            { { "type", "test_prefix" }, { "ends", ends }, { "parts", parts } });
        return { cipher,
                 codec,
                 create_nets(*cipher, *codec, at::detail::createCPUGenerator(1)),
                 torch::kCPU,
                 { 0, 20 } };
    }

    //! The first values of each image, zeros behind.
    static torch::Tensor prefixes(const std::vector<int64_t>& counts)
    {
        auto expected = pictures().flatten(1);
        for (int64_t i = 0; i < images; i++)
            expected[i].slice(0, counts[static_cast<std::size_t>(i)]).zero_();
        return expected;
    }

    void rows_of_different_lengths()
    {
        auto nets = chain({ 8, 20, 30 }, false);
        const auto symbols = nets.encoder().run(image_batch(pictures(), 4));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 30 }, symbols.values.size(1));
        CPPUNIT_ASSERT(
            torch::equal(torch::tensor({ 8, 20, 30 }, torch::kInt64), symbols.counts));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, symbols.facts[0].parts);
        CPPUNIT_ASSERT(nets.decoder().symbol_counts({ 3, 4, 4 }) ==
                       (std::vector<int64_t>{ 8, 20, 30 }));
        const auto decoded = nets.decoder().run(symbols);
        CPPUNIT_ASSERT(torch::equal(prefixes({ 8, 20, 30 }), decoded.values.flatten(1)));
        CPPUNIT_ASSERT(!decoded.counts.defined());
        // a row by itself, without the zeros that it does not send
        FrameBatch one;
        one.values = symbols.values.slice(0, 1, 2).slice(1, 0, 20);
        one.facts = { symbols.facts[1] };
        CPPUNIT_ASSERT(
            torch::equal(decoded.values.slice(0, 1, 2), nets.decoder().run(one).values));
    }

    void nothing_stands_behind_a_rows_own_symbols()
    {
        auto nets = chain({ 8, 20, 30 }, false);
        for (const double erased : { 0.0, 0.5 }) {
            SimulatedChannel channel;
            channel.snr_db = torch::full({ images }, 10.0);
            channel.erased = erased;
            const auto result = nets.run(
                image_batch(pictures()), channel, at::detail::createCPUGenerator(2));
            CPPUNIT_ASSERT(torch::equal(torch::tensor({ 8, 20, 30 }, torch::kInt64),
                                        result.symbol_counts));
            const auto received = result.decoded.values.flatten(1);
            const auto sent = prefixes({ 8, 20, 30 });
            CPPUNIT_ASSERT_EQUAL(values, received.size(1));
            for (int64_t i = 0; i < images; i++) {
                const int64_t own =
                    std::vector<int64_t>{ 8, 20, 30 }.at(static_cast<std::size_t>(i));
                CPPUNIT_ASSERT((received[i].slice(0, own) == 0).all().item<bool>());
                const auto there = received[i].slice(0, 0, own) != 0;
                if (erased == 0)
                    CPPUNIT_ASSERT(there.all().item<bool>());
                CPPUNIT_ASSERT(there.any().item<bool>());
                // noise reached every symbol
                const auto noise = (received[i] - sent[i]).slice(0, 0, own);
                CPPUNIT_ASSERT((noise != 0).sum().item<int64_t>() >= own - 1);
            }
        }
    }

    void wrong_numbers_of_symbols()
    {
        auto nets = chain({ 8, 20, 30 }, false);
        const auto symbols = nets.encoder().run(image_batch(pictures()));
        const auto refusal = [&](const torch::Tensor& counts) {
            auto batch = symbols;
            batch.counts = counts;
            return test::error_text<ConfigError>([&] { nets.decoder().run(batch); });
        };
        const auto text = refusal(torch::tensor({ 8, 9, 30 }, torch::kInt64));
        test::assert_contains(text, "3 x 4 x 4 has 8 or 20 or 30 symbols");
        test::assert_contains(text, "but 9 were given");
        test::assert_contains(refusal(torch::tensor({ 8, 20 }, torch::kInt64)),
                              "every row of symbols needs its number");
        refusal(torch::tensor({ 0, 20, 30 }, torch::kInt64));
        refusal(torch::tensor({ 8, 20, 31 }, torch::kInt64));
        auto cut = symbols;
        cut.values = cut.values.slice(1, 0, 29);
        cut.counts = torch::Tensor();
        test::assert_contains(
            test::error_text<ConfigError>([&] { nets.decoder().run(cut); }),
            "but 29 were given");
    }

    static FrameBatch whole_symbols(int64_t count)
    {
        auto batch = image_batch(pictures(), 5);
        batch.values = torch::randn({ images, count }, torch::kComplexFloat);
        for (auto& facts : batch.facts)
            facts.parts = 2;
        return batch;
    }

    void parts_come_apart_and_together()
    {
        for (const auto& ends :
             { std::vector<int64_t>{ 16, 40 }, std::vector<int64_t>{ 30, 40 } }) {
            const auto whole = whole_symbols(40);
            const auto split = split_into_parts(whole, ends);
            const int64_t longest = std::max(ends[0], 40 - ends[0]);
            CPPUNIT_ASSERT_EQUAL(2 * images, split.values.size(0));
            CPPUNIT_ASSERT_EQUAL(longest, split.values.size(1));
            CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(2 * images),
                                 split.facts.size());
            for (int64_t i = 0; i < 2 * images; i++) {
                const int64_t part = i % 2;
                const int64_t length = part == 0 ? ends[0] : 40 - ends[0];
                const auto& facts = split.facts[static_cast<std::size_t>(i)];
                CPPUNIT_ASSERT_EQUAL(5 + i / 2, facts.id);
                CPPUNIT_ASSERT_EQUAL(part, facts.part);
                CPPUNIT_ASSERT_EQUAL(int64_t{ 2 }, facts.parts);
                CPPUNIT_ASSERT_EQUAL(length, split.counts[i].item<int64_t>());
                CPPUNIT_ASSERT(torch::equal(
                    whole.values[i / 2].slice(0, part * ends[0], part * ends[0] + length),
                    split.values[i].slice(0, 0, length)));
                CPPUNIT_ASSERT(
                    (split.values[i].slice(0, length).abs() == 0).all().item<bool>());
            }
            const auto joined = join_parts(split, ends);
            CPPUNIT_ASSERT(torch::equal(whole.values, joined.values));
            CPPUNIT_ASSERT(!joined.counts.defined());
            CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(images), joined.facts.size());
            for (std::size_t i = 0; i < joined.facts.size(); i++) {
                CPPUNIT_ASSERT_EQUAL(5 + static_cast<int64_t>(i), joined.facts[i].id);
                CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, joined.facts[i].part);
            }
        }
    }

    void parts_that_contradict_each_other()
    {
        const auto refusal = [](const std::vector<int64_t>& ends) {
            return test::error_text<ModelError>(
                [&] { split_into_parts(whole_symbols(40), ends); });
        };
        test::assert_contains(refusal({ 40 }), "sends in 2 parts, but names 1 numbers");
        test::assert_contains(refusal({ 10, 39 }), "up to 39 and makes 40");
        refusal({ 10, 20, 40 });
    }

    void an_image_in_two_parts()
    {
        auto nets = chain({ 16, 40 }, true);
        const auto rows = nets.encoder().run(image_batch(pictures(), 9));
        CPPUNIT_ASSERT_EQUAL(2 * images, rows.values.size(0));
        for (std::size_t i = 0; i < rows.facts.size(); i++) {
            const auto& facts = rows.facts[i];
            CPPUNIT_ASSERT_EQUAL(9 + static_cast<int64_t>(i / 2), facts.id);
            CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(i % 2), facts.part);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 2 }, facts.parts);
            CPPUNIT_ASSERT(facts.shape == (ImageShape{ 3, 4, 4 }));
        }
        const auto plain = prefixes({ 40, 40, 40 });
        const auto sent = torch::real(rows.values);
        CPPUNIT_ASSERT(torch::equal(plain[1].slice(0, 0, 16), sent[2].slice(0, 0, 16)));
        CPPUNIT_ASSERT(torch::equal(plain[1].slice(0, 16, 40), sent[3]));

        SimulatedChannel channel;
        channel.snr_db = torch::full({ images }, 60.0);
        const auto result = nets.run(
            image_batch(pictures(), 9), channel, at::detail::createCPUGenerator(4));
        CPPUNIT_ASSERT(torch::equal(torch::full({ images }, 40, torch::kInt64),
                                    result.symbol_counts));
        CPPUNIT_ASSERT_EQUAL(images, result.decrypted.values.size(0));
        CPPUNIT_ASSERT(
            torch::allclose(plain, result.decrypted.values.flatten(1), 0, 0.01));
        for (std::size_t i = 0; i < result.decrypted.facts.size(); i++) {
            CPPUNIT_ASSERT_EQUAL(9 + static_cast<int64_t>(i),
                                 result.decrypted.facts[i].id);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, result.decoded.facts[i].part);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, result.decoded.facts[i].parts);
        }
    }

    //! As a receiver has it before the second one comes.
    void the_first_part_alone()
    {
        auto nets = chain({ 16, 40 }, true);
        const auto rows = nets.encoder().run(image_batch(pictures()));
        FrameBatch first;
        first.values = rows.values.slice(0, 0, 1).slice(1, 0, 16);
        first.facts = { rows.facts[0] };
        CPPUNIT_ASSERT(torch::equal(prefixes({ 16, 16, 16 })[0],
                                    nets.decoder().run(first).values.flatten()));
        first.values = rows.values.slice(0, 1, 2); // 24: no prefix
        CPPUNIT_ASSERT_THROW(nets.decoder().run(first), ConfigError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_symbol_batches>
    register_qa_symbol_batches("symbol_batches");

} // namespace djescc
