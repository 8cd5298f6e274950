/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codec `arjscc`: parameters, groups and their order, power, the policy's choice
// and its gradient, the start.

#include "error_text.h"
#include "net/block_transform.h"
#include "runtime/chain.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <djescc/loss/loss_term.h>
#include <set>
#include <torch/torch.h>

namespace djescc {
namespace {

std::unique_ptr<Codec> make_arjscc_codec(nlohmann::json config = nlohmann::json::object())
{
    config["type"] = "arjscc";
    return Codec::create(config);
}

nlohmann::json small_arjscc() { return { { "width", 48 } }; }

Conditions arjscc_at(double snr_db, int64_t n, int64_t rate_groups = 0)
{
    Conditions conditions;
    conditions.snr_db = torch::full({ n }, snr_db, torch::kFloat32);
    conditions.rate_groups = rate_groups;
    return conditions;
}

//! Of the net, or of its parts whose names begin with \p part.
int64_t count_of(const torch::nn::Module& net, const std::string& part = "")
{
    int64_t count = 0;
    for (const auto& item : net.named_parameters())
        if (item.key().rfind(part, 0) == 0)
            count += item.value().numel();
    return count;
}

//! Of 4x4 blocks drawn from the image model that the linear start is made for.
torch::Tensor model_pictures(int64_t count)
{
    const auto model = block_transform(4);
    const auto blocks = torch::matmul(torch::randn({ count, 8, 8, 48 }) * model.deviation,
                                      model.basis.t());
    return torch::pixel_shuffle(blocks.permute({ 0, 3, 1, 2 }), 4).add(0.5).clamp(0, 1);
}

} // namespace

class qa_arjscc : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_arjscc);
    CPPUNIT_TEST(parameter_counts_are_the_papers);
    CPPUNIT_TEST(channel_uses);
    CPPUNIT_TEST(groups_follow_each_other);
    CPPUNIT_TEST(a_policy_may_choose_for_each_picture);
    CPPUNIT_TEST(the_batch_does_not_matter);
    CPPUNIT_TEST(decoder_takes_any_number);
    CPPUNIT_TEST(training_explores_rates);
    CPPUNIT_TEST(the_rate_has_a_gradient);
    CPPUNIT_TEST(what_is_not_sent_has_a_gradient);
    CPPUNIT_TEST(rate_term);
    CPPUNIT_TEST(transform_start);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST_SUITE_END();

    void parameter_counts_are_the_papers()
    {
        const auto codec = make_arjscc_codec();
        const auto encoder = codec->make_encoder(), fresh = codec->make_encoder();
        CPPUNIT_ASSERT_EQUAL(int64_t{ 378944 }, count_of(*encoder, "source."));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 2925584 }, count_of(*encoder, "channel."));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 21253 }, count_of(*encoder, "policy."));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 378944 + 2925584 + 21253 }, count_of(*encoder));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3299395 }, count_of(*codec->make_decoder()));
    }

    void channel_uses()
    {
        // 0.25 to 0.5 per pixel in steps of 0.0625
        const auto codec = make_arjscc_codec();
        const auto counts = codec->symbol_counts({ 3, 32, 32 });
        CPPUNIT_ASSERT(counts == (std::vector<int64_t>{ 256, 320, 384, 448, 512 }));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0 / 6, codec->bandwidth_ratio(), 1e-9);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 }, codec->rate_groups().least);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8 }, codec->rate_groups().most);
        CPPUNIT_ASSERT(
            make_arjscc_codec({ { "t", 12 }, { "groups", 3 }, { "fixed_groups", 3 } })
                ->symbol_counts({ 3, 16, 8 }) == (std::vector<int64_t>{ 48 }));
    }

    //! What fewer groups send stands first in what more of them send, but for power.
    void groups_follow_each_other()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(1);
        const auto codec = make_arjscc_codec(small_arjscc());
        const auto encoder = codec->make_encoder();
        encoder->eval();
        const auto images = torch::rand({ 2, 3, 16, 24 });
        const auto all = encoder->forward(images, arjscc_at(10, 2, 8));
        for (int64_t groups = 4; groups <= 8; ++groups) {
            const auto sent = encoder->forward(images, arjscc_at(10, 2, groups));
            const int64_t k = groups * 4 * 6;
            CPPUNIT_ASSERT(torch::equal(sent.counts, torch::full({ 2 }, k)));
            CPPUNIT_ASSERT_EQUAL(int64_t{ 8 * 4 * 6 }, sent.values.size(1));
            CPPUNIT_ASSERT_EQUAL(0.0, sent.values.slice(1, k).abs().sum().item<double>());
            const auto own = sent.values.slice(1, 0, k);
            CPPUNIT_ASSERT(
                torch::allclose(own.abs().square().mean(1), torch::ones({ 2 }), 1e-4));
            const auto ratio = own / all.values.slice(1, 0, k);
            CPPUNIT_ASSERT(torch::allclose(
                torch::view_as_real(ratio),
                torch::view_as_real(ratio.slice(1, 0, 1).expand_as(ratio).contiguous()),
                1e-3,
                1e-3));
            CPPUNIT_ASSERT(torch::allclose(sent.extras.at("rate"),
                                           torch::full({ 2 }, groups / 8.0)));
        }
    }

    void a_policy_may_choose_for_each_picture()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(2);
        const auto codec = make_arjscc_codec(small_arjscc());
        const auto encoder = codec->make_encoder();
        encoder->eval();
        // Its last layer sees the pictures' colours: strong weights give every choice.
        encoder->named_parameters()["policy.dense3.weight"].mul_(50);
        auto images = torch::rand({ 24, 3, 16, 16 });
        for (int64_t i = 0; i < 24; ++i)
            images[i] *= (i + 1) / 24.0;
        auto conditions = arjscc_at(0, 24);
        conditions.snr_db = torch::linspace(-10, 30, 24);
        const auto sent = encoder->forward(images, conditions);
        std::set<int64_t> seen;
        for (int64_t i = 0; i < 24; ++i) {
            const auto k = sent.counts[i].item<int64_t>();
            CPPUNIT_ASSERT(k % 16 == 0 && k >= 4 * 16 && k <= 8 * 16);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                1,
                sent.values[i].slice(0, 0, k).abs().square().mean().item<double>(),
                1e-4);
            CPPUNIT_ASSERT_EQUAL(0.0,
                                 sent.values[i].slice(0, k).abs().sum().item<double>());
            seen.insert(k);
        }
        CPPUNIT_ASSERT(seen.size() > 1);
        // A repetition chooses alike: nothing is drawn.
        CPPUNIT_ASSERT(
            torch::equal(sent.counts, encoder->forward(images, conditions).counts));
    }

    void the_batch_does_not_matter()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(3);
        const auto codec = make_arjscc_codec(small_arjscc());
        const auto encoder = codec->make_encoder();
        const auto decoder = codec->make_decoder();
        encoder->eval();
        decoder->eval();
        const auto images = torch::rand({ 3, 3, 16, 16 });
        auto conditions = arjscc_at(0, 3);
        conditions.snr_db = torch::tensor({ 0.0f, 10.0f, 20.0f });
        const auto sent = encoder->forward(images, conditions);
        const auto decoded = decoder->forward(sent, { 3, 16, 16 }, conditions).images;
        for (int64_t i = 0; i < 3; ++i) {
            const auto own = arjscc_at(10.0 * static_cast<double>(i), 1);
            const auto alone = encoder->forward(images.slice(0, i, i + 1), own);
            CPPUNIT_ASSERT(torch::allclose(torch::view_as_real(alone.values[0]),
                                           torch::view_as_real(sent.values[i]),
                                           1e-3,
                                           1e-4));
            CPPUNIT_ASSERT(
                torch::allclose(decoder->forward(alone, { 3, 16, 16 }, own).images[0],
                                decoded[i],
                                1e-3,
                                1e-4));
        }
    }

    //! k is the largest number of a batch: missing groups are zeros.
    void decoder_takes_any_number()
    {
        const torch::NoGradGuard no_grad;
        const auto codec = make_arjscc_codec(small_arjscc());
        const auto decoder = codec->make_decoder();
        decoder->eval();
        const auto symbols = torch::randn({ 2, 4 * 16 }, torch::kComplexFloat);
        const auto whole =
            torch::cat({ symbols, torch::zeros({ 2, 4 * 16 }, torch::kComplexFloat) }, 1);
        const ImageShape shape{ 3, 16, 16 };
        CPPUNIT_ASSERT(
            torch::allclose(decoder->forward({ symbols }, shape, arjscc_at(5, 2)).images,
                            decoder->forward({ whole }, shape, arjscc_at(5, 2)).images));
        const auto text = test::error_text<Error>(
            [&] { decoder->forward({ symbols }, shape, Conditions()); });
        test::assert_contains(text, "SNR");
    }

    void training_explores_rates()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(4);
        const auto mean_rate = [](double random, double bias) {
            const auto codec = make_arjscc_codec({ { "width", 48 },
                                                   { "random_groups", random },
                                                   { "temperature", { 1, 1 } } });
            const auto encoder = codec->make_encoder();
            encoder->named_parameters()["policy.dense3.weight"].zero_();
            auto logits = encoder->named_parameters()["policy.dense3.bias"].zero_();
            logits[0] = bias;
            TrainingMoment moment;
            moment.seed = 5;
            auto conditions = arjscc_at(10, 400);
            conditions.training = &moment;
            const auto images = torch::rand({ 400, 3, 4, 4 });
            return encoder->forward(images, conditions)
                .extras.at("rate")
                .mean()
                .item<double>();
        };
        // Even logits: 4 to 8 groups of 8, each as often.
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.75, mean_rate(0, 0), 0.03);
        // Of those towards four groups the softmax is what is drawn: P = e^3 / (e^3 + 4).
        const double share = std::exp(3) / (std::exp(3) + 4);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.5 * share + 0.8125 * (1 - share), mean_rate(0, 3), 0.03);
        // Half of them drawn evenly.
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5 * 0.75 + 0.5 * 0.5, mean_rate(0.5, 50), 0.03);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, mean_rate(0, 50), 1e-6);
    }

    //! The policy learns from what was not sent as well as from the rate.
    void the_rate_has_a_gradient()
    {
        torch::manual_seed(5);
        const auto codec = make_arjscc_codec(small_arjscc());
        const auto encoder = codec->make_encoder();
        const auto decoder = codec->make_decoder();
        TrainingMoment moment;
        moment.seed = 6;
        auto conditions = arjscc_at(15, 16);
        conditions.training = &moment;
        const auto images = model_pictures(16);
        const auto gradient_of = [&](bool of_rate) {
            const auto sent = encoder->forward(images, conditions);
            const auto received = through_channel(
                sent, conditions.snr_db, {}, at::detail::createCPUGenerator(1));
            const auto error = torch::mse_loss(
                decoder->forward(received.symbols, { 3, 32, 32 }, conditions).images,
                images);
            const auto weight = encoder->named_parameters()["policy.dense3.bias"];
            return torch::autograd::grad(
                { of_rate ? sent.extras.at("rate").mean() : error }, { weight })[0];
        };
        const auto rate = gradient_of(true);
        CPPUNIT_ASSERT(rate[0].item<double>() < 0); // fewer groups: a lower rate
        CPPUNIT_ASSERT(rate[4].item<double>() > 0);
        CPPUNIT_ASSERT(gradient_of(false).abs().sum().item<double>() > 0);
        // Every other weight learns from the error.
        const auto sent = encoder->forward(images, conditions);
        const auto received = through_channel(
            sent, conditions.snr_db, {}, at::detail::createCPUGenerator(1));
        torch::mse_loss(
            decoder->forward(received.symbols, { 3, 32, 32 }, conditions).images, images)
            .backward();
        for (const torch::nn::Module* net :
             { static_cast<torch::nn::Module*>(encoder.get()),
               static_cast<torch::nn::Module*>(decoder.get()) })
            for (const auto& item : net->named_parameters()) {
                CPPUNIT_ASSERT_MESSAGE(item.key(), item.value().grad().defined());
                CPPUNIT_ASSERT_MESSAGE(item.key(),
                                       item.value().grad().isfinite().all().item<bool>());
            }
    }

    //! Behind a row's own symbols the channel leaves zeros, and the gradient passes.
    void what_is_not_sent_has_a_gradient()
    {
        auto values = torch::randn({ 2, 6 }, torch::kComplexFloat).requires_grad_();
        const auto received = through_channel({ values, torch::tensor({ 6, 4 }), {} },
                                              torch::zeros({ 2 }),
                                              torch::full({ 2 }, 0.5),
                                              at::detail::createCPUGenerator(1));
        const auto& behind = received.symbols.values[1].slice(0, 4);
        CPPUNIT_ASSERT_EQUAL(0.0, behind.abs().sum().item<double>());
        CPPUNIT_ASSERT(received.symbols.values[0].abs().sum().item<double>() > 0);
        torch::real(behind).sum().backward();
        CPPUNIT_ASSERT(torch::equal(torch::real(values.grad()[1]),
                                    torch::tensor({ 0.f, 0.f, 0.f, 0.f, 1.f, 1.f })));
    }

    void rate_term()
    {
        const auto term = LossTerm::create("rate", { { "weight", 0.5 } }, {});
        LossInput input;
        input.output.symbols.extras["rate"] = torch::tensor({ 0.5f, 1.0f });
        const auto value = (*term)(input);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.75, value.value.item<double>(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.75, value.columns.at("rate").item<double>(), 1e-6);
        input.output.symbols.extras.clear();
        test::assert_contains(test::error_text<ConfigError>([&] { (*term)(input); }),
                              "variable rate");
    }

    //! With the statistics of its batch, as at the first step of training.
    static double start_psnr(const std::string& start, int64_t groups, double snr_db)
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(7);
        const auto codec =
            make_arjscc_codec({ { "width", 64 }, { "initialization", start } });
        const auto images = model_pictures(64);
        const auto conditions = arjscc_at(snr_db, 64, groups);
        const auto received =
            through_channel(codec->make_encoder()->forward(images, conditions),
                            conditions.snr_db,
                            {},
                            at::detail::createCPUGenerator(1));
        return -10 *
               torch::mse_loss(codec->make_decoder()
                                   ->forward(received.symbols, { 3, 32, 32 }, conditions)
                                   .images,
                               images)
                   .log10()
                   .item<double>();
    }

    void transform_start()
    {
        const double all = start_psnr("transform", 8, 20);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(all), all > 25);
        CPPUNIT_ASSERT(all > start_psnr("transform", 8, 0) + 2);
        CPPUNIT_ASSERT(all > start_psnr("random", 8, 20) + 8);
        CPPUNIT_ASSERT(start_psnr("transform", 4, 20) > 20);
    }

    static void refused(nlohmann::json config, const std::string& key)
    {
        const auto text =
            test::error_text<ConfigError>([&] { make_arjscc_codec(std::move(config)); });
        test::assert_contains(text, key);
    }

    void configuration_is_checked()
    {
        refused({ { "width", 50 } }, "codec.width");
        refused({ { "width", 16 } }, "codec.width");
        refused({ { "t", 20 } }, "codec.t");
        refused({ { "fixed_groups", 9 } }, "codec.fixed_groups");
        refused({ { "temperature", { 5, 0 } } }, "codec.temperature");
        refused({ { "random_groups", 2 } }, "codec.random_groups");
        refused({ { "initialization", "linear" } }, "codec.initialization");
        refused({ { "policy", 1 } }, "codec.policy");
        const auto codec =
            make_arjscc_codec({ { "width", 96 }, { "random_groups", 0.5 } });
        CPPUNIT_ASSERT(Codec::create(codec->config())->config() == codec->config());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_arjscc> register_qa_arjscc("arjscc");

} // namespace djescc
