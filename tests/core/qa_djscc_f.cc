/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codec `djscc_f`: parameters, rounds and what they hear, the start, gradients,
// the way back in training, simulation and evaluation.

#include "error_text.h"
#include "layered_codecs.h"
#include "loss/loss.h"
#include "runtime/chain.h"
#include "tiny_training.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/channel/channel.h>
#include <djescc/data/dataset.h>
#include <djescc/error.h>
#include <djescc/eval/evaluation.h>
#include <djescc/model/model.h>
#include <djescc/runtime/chain_runner.h>

namespace djescc {
namespace {

std::shared_ptr<const Codec>
make_rounds_codec(nlohmann::json config = nlohmann::json::object())
{
    return test::make_codec("djscc_f", std::move(config));
}

std::shared_ptr<const Codec> small_rounds_codec()
{
    return make_rounds_codec({ { "width", 24 }, { "initialization", "transform" } });
}

Conditions heard_at(double snr_db, const torch::Tensor& feedback)
{
    auto conditions = test::told_snr(snr_db, feedback.size(0));
    conditions.feedback = feedback;
    return conditions;
}

} // namespace

class qa_djscc_f : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_djscc_f);
    CPPUNIT_TEST(parameter_counts);
    CPPUNIT_TEST(rounds_follow_each_other);
    CPPUNIT_TEST(what_is_heard_changes_what_is_sent);
    CPPUNIT_TEST(transform_start_uses_the_feedback);
    CPPUNIT_TEST(the_way_back_has_noise_of_its_own);
    CPPUNIT_TEST(training_and_simulation_are_one_chain);
    CPPUNIT_TEST(runners_check_the_feedback);
    CPPUNIT_TEST(gradients_reach_every_parameter);
    CPPUNIT_TEST(quality_over_the_way_back);
    CPPUNIT_TEST(training);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST_SUITE_END();

    static constexpr ImageShape shape{ 3, 32, 32 };

    void parameter_counts()
    {
        const auto codec = make_rounds_codec();
        CPPUNIT_ASSERT_EQUAL(test::encoder_parameters(256, 8) +
                                 test::decoder_parameters(256, 8) +
                                 test::encoder_parameters(256, 8, 6),
                             test::parameter_count(*codec->make_encoder()));
        CPPUNIT_ASSERT_EQUAL(test::decoder_parameters(256, 8) +
                                 test::decoder_parameters(256, 16),
                             test::parameter_count(*codec->make_decoder()));
        const auto three = make_rounds_codec({ { "width", 20 }, { "t", { 4, 2, 10 } } });
        CPPUNIT_ASSERT_EQUAL(
            test::encoder_parameters(20, 4) + test::decoder_parameters(20, 4) +
                test::encoder_parameters(20, 2, 6) + test::decoder_parameters(20, 6) +
                test::encoder_parameters(20, 10, 6),
            test::parameter_count(*three->make_encoder()));
    }

    void rounds_follow_each_other()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(1);
        for (const std::string start : { "random", "transform", "flat" }) {
            const auto codec = make_rounds_codec(
                { { "width", 9 }, { "t", { 4, 2, 44 } }, { "initialization", start } });
            CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, codec->parts());
            CPPUNIT_ASSERT(codec->needs().feedback && codec->needs().snr);
            const auto ends = codec->symbol_counts(shape);
            CPPUNIT_ASSERT(ends == (std::vector<int64_t>{ 128, 192, 1600 }));
            const auto encoder = codec->make_encoder();
            const auto decoder = codec->make_decoder();
            const auto images = torch::rand({ 2, 3, 32, 32 });
            auto sent = encoder->forward(images, test::told_snr(7, 2)).values;
            for (std::size_t part = 0; part < ends.size(); ++part) {
                CPPUNIT_ASSERT_EQUAL(ends[part], sent.size(1));
                const auto own = sent.slice(1, part == 0 ? 0 : ends[part - 1]);
                CPPUNIT_ASSERT(torch::allclose(
                    own.abs().square().mean(1), torch::ones({ 2 }), 0, 1e-5));
                const auto decoded =
                    decoder->forward({ sent }, shape, test::told_snr(7, 2)).images;
                CPPUNIT_ASSERT(decoded.sizes() == images.sizes());
                CPPUNIT_ASSERT(decoded.isfinite().all().item<bool>());
                if (part + 1 < ends.size())
                    sent = torch::cat(
                        { sent, encoder->forward(images, heard_at(7, sent)).values }, 1);
            }
            CPPUNIT_ASSERT_THROW(encoder->forward(images, heard_at(7, sent)),
                                 ConfigError);
            CPPUNIT_ASSERT_THROW(
                encoder->forward(images, heard_at(7, sent.slice(1, 0, 129))),
                ConfigError);
        }
    }

    void what_is_heard_changes_what_is_sent()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(2);
        const auto codec = make_rounds_codec({ { "width", 16 } });
        const auto encoder = codec->make_encoder();
        const auto images = torch::rand({ 2, 3, 32, 32 });
        const auto first = encoder->forward(images, test::told_snr(5, 2)).values;
        const auto second = encoder->forward(images, heard_at(5, first)).values;
        CPPUNIT_ASSERT(
            torch::equal(second, encoder->forward(images, heard_at(5, first)).values));
        auto other = first.clone();
        other[0] += torch::randn({ 256 }, torch::kComplexFloat);
        const auto changed = encoder->forward(images, heard_at(5, other)).values;
        CPPUNIT_ASSERT((changed[0] - second[0]).abs().max().item<double>() > 1e-3);
        CPPUNIT_ASSERT((changed[1] - second[1]).abs().max().item<double>() < 1e-5);
    }

    //! Mean squared error of fresh nets' pictures, by the number of parts.
    static std::vector<double>
    start_errors(const std::string& type, double snr_db, std::optional<double> way_back)
    {
        torch::manual_seed(3);
        const auto codec = test::make_codec(
            type, { { "width", 48 }, { "initialization", "transform" } });
        const auto nets = test::nets_without_cipher(*codec, 4);
        const auto pictures = test::block_pictures(32);
        ChainConditions conditions;
        conditions.codec = codec.get();
        conditions.snr_db = torch::full({ 32 }, snr_db, torch::kFloat32);
        if (way_back)
            conditions.feedback_snr_db = torch::full({ 32 }, *way_back, torch::kFloat32);
        const torch::NoGradGuard no_grad;
        const auto output =
            run_chain(nets, pictures, conditions, at::detail::createCPUGenerator(5));
        std::vector<double> errors;
        for (int64_t prefix = 0; prefix < output.prefixes; ++prefix)
            errors.push_back(
                torch::mse_loss(output.decoded.slice(0, 32 * prefix, 32 * prefix + 32),
                                pictures)
                    .item<double>());
        return errors;
    }

    //! Round 2 repairs what noise did to round 1, where layers send what they did not
    //! have room for; with more noise on the way back it repairs less.
    void transform_start_uses_the_feedback()
    {
        const auto noiseless = start_errors("djscc_f", 5, {});
        const auto noisy = start_errors("djscc_f", 5, 0.0);
        const auto layers = start_errors("djscc_l", 5, {});
        const auto text = std::to_string(noiseless[0]) + ", " +
                          std::to_string(noiseless[1]) + "; " + std::to_string(noisy[1]) +
                          "; " + std::to_string(layers[0]) + ", " +
                          std::to_string(layers[1]);
        CPPUNIT_ASSERT_DOUBLES_EQUAL_MESSAGE(text, layers[0], noiseless[0], 1e-3);
        CPPUNIT_ASSERT_MESSAGE(text, noiseless[1] < 0.8 * noiseless[0]);
        CPPUNIT_ASSERT_MESSAGE(text, noiseless[1] < 0.9 * layers[1]);
        CPPUNIT_ASSERT_MESSAGE(text, noiseless[1] < 0.95 * noisy[1]);
    }

    void the_way_back_has_noise_of_its_own()
    {
        constexpr int64_t many = 20000;
        torch::manual_seed(6);
        const auto unit = [] {
            const auto angle = 2 * M_PI * torch::rand({ 2, many });
            return torch::complex(torch::cos(angle), torch::sin(angle));
        };
        const auto power = [](const torch::Tensor& values) {
            return values.abs().square().mean(1);
        };
        const auto snr_db = torch::tensor({ 0.0f, 10.0f });
        for (const bool noisy : { true, false }) {
            std::vector<torch::Tensor> sent, heard;
            torch::Tensor all_sent;
            const auto received = through_rounds(
                [&](const torch::Tensor& back) {
                    heard.push_back(back);
                    sent.push_back(unit());
                    return sent.back();
                },
                3,
                snr_db,
                {},
                noisy ? torch::tensor({ 20.0f, -3.0f }) : torch::Tensor(),
                at::detail::createCPUGenerator(7),
                &all_sent);
            const auto& values = received.symbols.values;
            CPPUNIT_ASSERT_EQUAL(std::size_t{ 3 }, heard.size());
            CPPUNIT_ASSERT(!heard[0].defined());
            CPPUNIT_ASSERT_EQUAL(many, heard[1].size(1));
            CPPUNIT_ASSERT_EQUAL(2 * many, heard[2].size(1));
            // what was heard once stays
            CPPUNIT_ASSERT(torch::equal(heard[1], heard[2].slice(1, 0, many)));
            CPPUNIT_ASSERT(torch::equal(all_sent, torch::cat(sent, 1)));
            CPPUNIT_ASSERT(torch::allclose(
                power(values - all_sent), torch::tensor({ 1.0f, 0.1f }), 0.05, 0));
            const auto difference = heard[2] - values.slice(1, 0, 2 * many);
            if (noisy)
                CPPUNIT_ASSERT(torch::allclose(
                    power(difference), torch::tensor({ 0.01f, 1.995f }), 0.05, 0));
            else
                CPPUNIT_ASSERT_EQUAL(0.0, difference.abs().max().item<double>());
        }
        // Lost symbols come back as zeros.
        const auto lost = through_rounds(
            [&](const torch::Tensor& back) {
                if (back.defined())
                    CPPUNIT_ASSERT_EQUAL(many / 2,
                                         (back[1].abs() == 0).sum().item<int64_t>());
                return unit();
            },
            2,
            snr_db,
            torch::tensor({ 0.0f, 0.5f }),
            {},
            at::detail::createCPUGenerator(8));
        CPPUNIT_ASSERT_EQUAL(2 * many, lost.reliability.size(1));
        CPPUNIT_ASSERT_EQUAL(many, (lost.reliability[1] == 0).sum().item<int64_t>());
    }

    void training_and_simulation_are_one_chain()
    {
        const torch::NoGradGuard no_grad;
        const std::shared_ptr<const Cipher> cipher =
            Cipher::create({ { "type", "none" } });
        const auto codec = small_rounds_codec();
        const auto nets = test::nets_without_cipher(*codec, 9);
        ChainRunner chain(cipher, codec, nets, torch::kCPU, { 0, 20 });
        const auto pictures = test::block_pictures(3);
        for (const std::optional<double> way_back : { std::optional<double>(), { 8.0 } })
            for (const double erased : { 0.0, 0.25 }) {
                SimulatedChannel channel;
                ChainConditions conditions;
                conditions.codec = codec.get();
                channel.snr_db = conditions.snr_db =
                    torch::tensor({ 0.0f, 10.0f, 20.0f });
                channel.feedback_snr_db = way_back;
                channel.erased = erased;
                if (way_back)
                    conditions.feedback_snr_db =
                        torch::full({ 3 }, *way_back, torch::kFloat32);
                if (erased > 0)
                    conditions.erased = torch::full({ 3 }, erased, torch::kFloat32);
                const auto trained = run_chain(
                    nets, pictures, conditions, at::detail::createCPUGenerator(10));
                CPPUNIT_ASSERT_EQUAL(int64_t{ 512 }, trained.symbols.values.size(1));
                for (const int64_t parts : { 1, 2 }) {
                    channel.parts = parts;
                    const auto result = chain.run(image_batch(pictures, 4),
                                                  channel,
                                                  at::detail::createCPUGenerator(10));
                    CPPUNIT_ASSERT(torch::allclose(
                        trained.decrypted.slice(0, 3 * parts - 3, 3 * parts),
                        result.decrypted.values,
                        0,
                        1e-5));
                    CPPUNIT_ASSERT(
                        torch::equal(result.symbol_counts,
                                     torch::full({ 3 }, 256 * parts, torch::kInt64)));
                    CPPUNIT_ASSERT_EQUAL(int64_t{ 5 }, result.decrypted.facts[1].id);
                    CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, result.decrypted.facts[1].parts);
                }
                // the provider alone
                torch::Tensor counts;
                channel.parts = 0;
                const auto decoded = chain.transmit(image_batch(pictures),
                                                    channel,
                                                    at::detail::createCPUGenerator(10),
                                                    &counts);
                CPPUNIT_ASSERT(torch::allclose(
                    trained.decoded.slice(0, 3, 6), decoded.values, 0, 1e-5));
                CPPUNIT_ASSERT(
                    torch::equal(counts, torch::full({ 3 }, 512, torch::kInt64)));
            }
    }

    void runners_check_the_feedback()
    {
        const auto encoder_of = [](const std::shared_ptr<const Codec>& codec) {
            return RoleRunner(Role::encode,
                              Cipher::create({ { "type", "none" } }),
                              codec,
                              codec->make_encoder(),
                              torch::kCPU,
                              { 0, 20 });
        };
        auto encoder = encoder_of(small_rounds_codec());
        auto images = image_batch(torch::rand({ 2, 3, 30, 29 }), 6); // padded to 32 x 32
        const auto first = encoder.run(images);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, first.facts[1].part);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 2 }, first.facts[1].parts);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 256 }, first.values.size(1));
        images.feedback = first.values;
        const auto second = encoder.run(images);
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, second.facts.size());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 7 }, second.facts[1].id);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, second.facts[1].part);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 256 }, second.values.size(1));
        CPPUNIT_ASSERT(!second.feedback.defined());

        const auto refusal = [&](const torch::Tensor& feedback) {
            images.feedback = feedback;
            return test::error_text<ConfigError>([&] { encoder.run(images); });
        };
        const auto& values = first.values;
        test::assert_contains(refusal(torch::cat({ values, values }, 1)),
                              "no further part follows on feedback of 512 symbols");
        refusal(values.slice(1, 0, 255));
        test::assert_contains(refusal(values.slice(0, 0, 1)), "as many images");
        test::assert_contains(refusal(torch::real(values)), "complex64");
        auto layers = encoder_of(test::make_codec("djscc_l", { { "width", 8 } }));
        images.feedback = values;
        test::assert_contains(test::error_text<ConfigError>([&] { layers.run(images); }),
                              "codec djscc_l has no use for feedback");
    }

    void gradients_reach_every_parameter()
    {
        for (const std::string start : { "random", "transform" }) {
            const auto codec =
                make_rounds_codec({ { "width", 24 }, { "initialization", start } });
            const auto nets = test::nets_without_cipher(*codec, 11);
            const auto pictures = test::block_pictures(4);
            ChainConditions conditions;
            conditions.codec = codec.get();
            conditions.snr_db = torch::tensor({ 0.0f, 7.0f, 13.0f, 20.0f });
            conditions.feedback_snr_db = torch::full({ 4 }, 10.0f);
            const auto output =
                run_chain(nets, pictures, conditions, at::detail::createCPUGenerator(12));
            Loss loss({ { "measure", "psnr" } }, "");
            loss({ repeated(pictures, output.prefixes), {}, output, {} })
                .total.backward();
            for (const auto* net :
                 { static_cast<const torch::nn::Module*>(nets.encoder.get()),
                   static_cast<const torch::nn::Module*>(nets.decoder.get()) })
                for (const auto& item : net->named_parameters()) {
                    CPPUNIT_ASSERT_MESSAGE(item.key(), item.value().grad().defined());
                    CPPUNIT_ASSERT_MESSAGE(
                        item.key(), item.value().grad().abs().sum().item<double>() > 0);
                }
        }
    }

    void quality_over_the_way_back()
    {
        const test::ScratchFolder folder("djscc_f_quality");
        test::write_records(folder.path("test.bin"), 8);
        const auto data = Dataset::open({ { "cifar10", "test.bin" } }, folder.path(""));
        const auto codec = small_rounds_codec();
        ChainRunner chain(Cipher::create({ { "type", "none" } }),
                          codec,
                          test::nets_without_cipher(*codec, 13),
                          torch::kCPU,
                          { 0, 20 });
        MeasureOptions options;
        options.snr_db = { 5, 5 };
        const auto psnr_db = [&](std::optional<double> way_back, int64_t parts) {
            options.feedback_snr_db = way_back;
            options.parts = parts;
            return measure_quality(chain, *data, options).decrypted.psnr_db;
        };
        const double noiseless = psnr_db({}, 0), good = psnr_db(30, 0),
                     bad = psnr_db(-5, 0), base = psnr_db({}, 1);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(noiseless, good, 0.3);
        CPPUNIT_ASSERT(noiseless > bad + 0.3);
        CPPUNIT_ASSERT(noiseless > base + 0.3);
        CPPUNIT_ASSERT_EQUAL(base, psnr_db(-5, 1)); // nothing heard yet
    }

    void training()
    {
        const test::ScratchFolder folder("djscc_f_training");
        test::write_records(folder.path("train.bin"), 32);
        auto config = test::tiny_config();
        config["codec"] = { { "type", "djscc_f" },
                            { "width", 12 },
                            { "t", { 4, 4 } },
                            { "initialization", "flat" } };
        config["feedback_snr_db"] = { 0, 20 };
        const auto noisy = test::training_options(folder, "noisy");
        CPPUNIT_ASSERT(train(config, noisy));
        const auto whole = test::logged(noisy.output, "psnr_db");
        CPPUNIT_ASSERT(whole.back() > whole.front());
        CPPUNIT_ASSERT_EQUAL(whole.size(),
                             test::logged(noisy.output, "psnr_db_part1").size());
        Model(noisy.output + "/model").verify();
        // the same without noise on the way back, in either spelling
        config["feedback_snr_db"] = "noiseless";
        const auto noiseless = test::training_options(folder, "noiseless");
        CPPUNIT_ASSERT(train(config, noiseless));
        config.erase("feedback_snr_db");
        const auto usual = test::training_options(folder, "usual");
        CPPUNIT_ASSERT(train(config, usual));
        CPPUNIT_ASSERT(test::weights_of(usual.output) ==
                       test::weights_of(noiseless.output));
        CPPUNIT_ASSERT(test::weights_of(usual.output) != test::weights_of(noisy.output));

        const auto refusal = [&](const nlohmann::json& value) {
            config["feedback_snr_db"] = value;
            return test::error_text<ConfigError>(
                [&] { train(config, test::training_options(folder, "refused")); });
        };
        test::assert_contains(refusal({ 5, 0 }), "feedback_snr_db must be");
        test::assert_contains(refusal({ 0, 90 }), "feedback_snr_db must be");
        test::assert_contains(refusal("none"), "feedback_snr_db");
        config["codec"] = { { "type", "djscc_l" }, { "width", 8 } };
        test::assert_contains(refusal({ 0, 20 }), "codec djscc_l has no feedback");
    }

    void configuration_is_checked()
    {
        const auto refused = [](nlohmann::json config, const std::string& word) {
            config["type"] = "djscc_f";
            test::assert_contains(
                test::error_text<ConfigError>([&] { Codec::create(config); }), word);
        };
        refused({ { "t", 16 } }, "codec.t is");
        refused({ { "t", { 8, 7 } } }, "codec.t is");
        refused({ { "width", 0 } }, "codec.width");
        refused({ { "rounds", 2 } }, "codec.rounds");
        const auto codec = make_rounds_codec({ { "width", 40 }, { "t", { 2, 6, 4 } } });
        CPPUNIT_ASSERT(Codec::create(codec->config())->config() == codec->config());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_djscc_f> register_qa_djscc_f("djscc_f");

} // namespace djescc
