/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the chain from picture to picture over a channel, against that of training.

#include "runtime/chain.h"
#include "small_model.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/runtime/chain_runner.h>
#include <torch/torch.h>

namespace djescc {

class qa_chain_runner : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_chain_runner);
    CPPUNIT_TEST(equal_to_the_chain_of_a_training);
    CPPUNIT_TEST(one_seed_one_result);
    CPPUNIT_TEST(noise_has_the_power_of_its_snr);
    CPPUNIT_TEST(lost_symbols_are_zero_and_known);
    CPPUNIT_TEST(rows_keep_their_lengths);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int64_t images = 4;
    //! Symbols that figures of the channel are means of.
    static constexpr int64_t many = 100000;

    static std::string shipped()
    {
        return std::string(DJESCC_SOURCE_DIR) + "/models/cifar10-slim-r6";
    }

    static torch::Tensor pictures()
    {
        torch::manual_seed(2);
        return torch::nn::functional::interpolate(
            torch::rand({ images, 3, 5, 5 }),
            torch::nn::functional::InterpolateFuncOptions()
                .size(std::vector<int64_t>{ 32, 32 })
                .mode(torch::kBilinear)
                .align_corners(true));
    }

    void equal_to_the_chain_of_a_training()
    {
        const torch::NoGradGuard no_grad;
        const Model model(shipped());
        const auto cpu = test::on_cpu();
        const ModelNets nets{ model.load_encryptor(cpu),
                              model.load_encoder(cpu),
                              model.load_decoder(cpu),
                              model.load_decryptor(cpu) };
        ChainRunner chain({ shipped() }, { cpu });
        for (const bool damaged : { false, true }) {
            SimulatedChannel channel;
            ChainConditions conditions;
            channel.snr_db = conditions.snr_db = torch::tensor({ 0.0, 5.0, 12.0, 20.0 });
            channel.round_to_8_bits = conditions.round_to_8_bits = damaged;
            if (damaged) {
                channel.erased = 0.25;
                conditions.erased = torch::full({ images }, 0.25);
            }
            const auto result = chain.run(
                image_batch(pictures()), channel, at::detail::createCPUGenerator(8));
            const auto output = run_chain(
                nets, pictures(), conditions, at::detail::createCPUGenerator(8));
            const auto same = [](const FrameBatch& batch, const torch::Tensor& expected) {
                return torch::allclose(batch.values, expected, 0, 1e-6);
            };
            CPPUNIT_ASSERT(same(result.protected_images, output.protected_images));
            CPPUNIT_ASSERT(same(result.decoded, output.decoded));
            CPPUNIT_ASSERT(same(result.decrypted, output.decrypted));
            CPPUNIT_ASSERT(torch::equal(
                result.symbol_counts,
                torch::full({ images }, output.symbols.values.size(1), torch::kInt64)));
        }
    }

    void one_seed_one_result()
    {
        ChainRunner chain({ shipped() }, { test::on_cpu() });
        SimulatedChannel channel;
        channel.snr_db = torch::full({ images }, 10.0);
        channel.erased = 0.1;
        const auto decoded = [&](uint64_t seed) {
            return chain
                .transmit(image_batch(pictures()),
                          channel,
                          at::detail::createCPUGenerator(seed))
                .values;
        };
        const auto first = decoded(1);
        CPPUNIT_ASSERT(torch::equal(first, decoded(1)));
        CPPUNIT_ASSERT(!torch::allclose(first, decoded(2)));
    }

    //! Symbols of power 1.
    static SymbolBatch unit_symbols(int64_t rows)
    {
        torch::manual_seed(4);
        const auto angle = 2 * M_PI * torch::rand({ rows, many });
        return { torch::complex(torch::cos(angle), torch::sin(angle)) };
    }

    // |noise|^2 is exponentially distributed: its deviation is its mean.
    void noise_has_the_power_of_its_snr()
    {
        const auto sent = unit_symbols(5);
        const std::vector<double> snr_db{ -10, 0, 3, 10, 30 };
        const auto received = through_channel(
            sent, torch::tensor(snr_db), {}, at::detail::createCPUGenerator(6));
        CPPUNIT_ASSERT(!received.reliability.defined());
        CPPUNIT_ASSERT(!received.symbols.counts.defined());
        const auto noise = received.symbols.values - sent.values;
        const auto power = noise.abs().square().mean(1);
        const double tolerance = 5 / std::sqrt(static_cast<double>(many));
        for (std::size_t i = 0; i < snr_db.size(); i++) {
            const auto row = static_cast<int64_t>(i);
            const double expected = std::pow(10, -snr_db[i] / 10);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                1.0, power[row].item<double>() / expected, tolerance);
            // half of it in each dimension
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                0.5,
                torch::real(noise[row]).square().mean().item<double>() / expected,
                tolerance);
        }
    }

    void lost_symbols_are_zero_and_known()
    {
        const auto sent = unit_symbols(4);
        const auto received = through_channel(sent,
                                              torch::full({ 4 }, 10.0),
                                              torch::tensor({ 0.0, 0.25, 0.6, 1.0 }),
                                              at::detail::createCPUGenerator(7));
        const auto& reliability = received.reliability;
        const auto lost = received.symbols.values.abs() == 0;
        CPPUNIT_ASSERT(((reliability == 0) | (reliability == 1)).all().item<bool>());
        CPPUNIT_ASSERT(torch::equal(lost, reliability == 0));
        const auto numbers = lost.sum(1);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, numbers[0].item<int64_t>());
        CPPUNIT_ASSERT_EQUAL(many / 4, numbers[1].item<int64_t>());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.6 * many, numbers[2].item<double>(), 1.0);
        CPPUNIT_ASSERT_EQUAL(many, numbers[3].item<int64_t>());
        // what is left has the noise of the channel and no other
        const auto noise = received.symbols.values - sent.values;
        const auto left = noise[1].masked_select(lost[1].logical_not());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.1,
                                     left.abs().square().mean().item<double>(),
                                     0.1 * 5 /
                                         std::sqrt(static_cast<double>(left.numel())));
    }

    void rows_keep_their_lengths()
    {
        auto sent = unit_symbols(3);
        sent.counts = torch::tensor({ int64_t{ 10 }, many / 2, many });
        for (int64_t i = 0; i < 3; i++)
            sent.values[i].slice(0, sent.counts[i].item<int64_t>()).zero_();
        const auto received = through_channel(
            sent, torch::full({ 3 }, 0.0), {}, at::detail::createCPUGenerator(9));
        CPPUNIT_ASSERT(torch::equal(sent.counts, received.symbols.counts));
        for (int64_t i = 0; i < 3; i++) {
            const auto there = received.symbols.values[i].abs() != 0;
            const int64_t own = sent.counts[i].item<int64_t>();
            CPPUNIT_ASSERT(there.slice(0, 0, own).all().item<bool>());
            CPPUNIT_ASSERT(!there.slice(0, own).any().item<bool>());
        }
        // noise by the symbol, not by the length of the batch
        const auto noise =
            (received.symbols.values[1] - sent.values[1]).slice(0, 0, many / 2);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0,
                                     noise.abs().square().mean().item<double>(),
                                     5 / std::sqrt(static_cast<double>(many) / 2));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_chain_runner>
    register_qa_chain_runner("chain_runner");

} // namespace djescc
