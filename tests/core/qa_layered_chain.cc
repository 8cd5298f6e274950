/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of what is made for codecs that send in parts, with codec `djscc_l`: training
// over prefixes, parts that are lost, their quality.

#include "error_text.h"
#include "layered_codecs.h"
#include "loss/loss.h"
#include "runtime/chain.h"
#include "tiny_training.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/data/dataset.h>
#include <djescc/error.h>
#include <djescc/eval/evaluation.h>
#include <djescc/model/model.h>
#include <djescc/runtime/chain_runner.h>

namespace djescc {

class qa_layered_chain : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_layered_chain);
    CPPUNIT_TEST(the_loss_is_the_mean_over_prefixes);
    CPPUNIT_TEST(secrets_are_those_of_the_images);
    CPPUNIT_TEST(the_second_part_is_lost);
    CPPUNIT_TEST(qualities_of_prefixes);
    CPPUNIT_TEST(training);
    CPPUNIT_TEST_SUITE_END();

    static constexpr ImageShape shape{ 3, 32, 32 };

    static std::shared_ptr<const Codec> layers(nlohmann::json config)
    {
        return test::make_codec("djscc_l", std::move(config));
    }

    void the_loss_is_the_mean_over_prefixes()
    {
        const torch::NoGradGuard no_grad;
        const auto codec = layers(
            { { "width", 12 }, { "t", { 4, 2, 6 } }, { "initialization", "transform" } });
        const auto nets = test::nets_without_cipher(*codec, 5);
        const auto pictures = test::block_pictures(4);
        ChainConditions conditions;
        conditions.codec = codec.get();
        conditions.snr_db = torch::tensor({ 0.0f, 5.0f, 10.0f, 20.0f });
        conditions.erased = torch::tensor({ 0.0f, 0.1f, 0.0f, 0.2f });
        const auto output =
            run_chain(nets, pictures, conditions, at::detail::createCPUGenerator(6));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, output.prefixes);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 }, output.symbols.values.size(0));

        Conditions told;
        told.snr_db = conditions.snr_db;
        const auto sent = nets.encoder->forward(pictures, told);
        const auto received = through_channel(sent,
                                              conditions.snr_db,
                                              conditions.erased,
                                              at::detail::createCPUGenerator(6));
        Loss loss({ { "measure", "psnr" } }, "");
        const auto value = [&](const torch::Tensor& plain, const ChainOutput& of) {
            return loss({ plain, {}, of, {} }).total.item<double>();
        };
        double sum = 0, least = 1e9, most = -1e9;
        int64_t prefix = 0;
        for (const int64_t count : codec->symbol_counts(shape)) {
            ChainOutput own;
            own.decoded =
                nets.decoder
                    ->forward({ received.symbols.values.slice(1, 0, count) }, shape, told)
                    .images;
            own.protected_images = pictures;
            own.decrypted = own.decoded;
            CPPUNIT_ASSERT(torch::equal(
                own.decoded, output.decoded.slice(0, 4 * prefix, 4 * prefix + 4)));
            const double one = value(pictures, own);
            sum += one;
            least = std::min(least, one);
            most = std::max(most, one);
            ++prefix;
        }
        CPPUNIT_ASSERT(most > least + 1e-5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            sum / 3, value(repeated(pictures, output.prefixes), output), 1e-7);
        CPPUNIT_ASSERT(torch::equal(output.protected_images, repeated(pictures, 3)));
        CPPUNIT_ASSERT(torch::equal(output.decrypted, output.decoded));

        // Who does not ask for prefixes gets the whole.
        conditions.codec = nullptr;
        const auto whole =
            run_chain(nets, pictures, conditions, at::detail::createCPUGenerator(6));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, whole.prefixes);
        CPPUNIT_ASSERT(torch::equal(whole.decoded, output.decoded.slice(0, 8, 12)));
    }

    //! Every image of a training batch has secrets of its own: all its prefixes are
    //! decrypted under these.
    void secrets_are_those_of_the_images()
    {
        const torch::NoGradGuard no_grad;
        const auto cipher = Cipher::create(test::tiny_config().at("cipher"));
        const auto codec = layers({ { "width", 8 } });
        torch::manual_seed(9);
        const auto nets = create_nets(*cipher, *codec, at::detail::createCPUGenerator(9));
        TrainingMoment moment;
        moment.seed = 10;
        moment.own_secrets = true;
        ChainConditions conditions;
        conditions.codec = codec.get();
        conditions.snr_db = torch::full({ 3 }, 10.0f);
        conditions.training = &moment;
        const auto output = run_chain(nets,
                                      torch::rand({ 3, 3, 32, 32 }),
                                      conditions,
                                      at::detail::createCPUGenerator(11));
        Conditions at_recipient;
        at_recipient.training = &moment;
        for (int64_t prefix = 0; prefix < 2; ++prefix) {
            const auto rows = [&](const torch::Tensor& all) {
                return all.slice(0, 3 * prefix, 3 * prefix + 3);
            };
            CPPUNIT_ASSERT(torch::equal(
                nets.decryptor->forward({ rows(output.decoded), {}, {} }, at_recipient),
                rows(output.decrypted)));
        }
    }

    void the_second_part_is_lost()
    {
        const std::shared_ptr<const Cipher> cipher =
            Cipher::create({ { "type", "none" } });
        const auto codec = layers({ { "width", 16 }, { "initialization", "transform" } });
        const auto nets = test::nets_without_cipher(*codec, 12);
        ChainRunner chain(cipher, codec, nets, torch::kCPU, { 0, 20 });
        const auto pictures = test::block_pictures(3);
        SimulatedChannel channel;
        channel.snr_db = torch::tensor({ 0.0f, 10.0f, 20.0f });
        const auto result = [&](int64_t parts) {
            channel.parts = parts;
            return chain.run(
                image_batch(pictures), channel, at::detail::createCPUGenerator(13));
        };
        ChainConditions conditions;
        conditions.codec = codec.get();
        conditions.snr_db = channel.snr_db;
        const torch::NoGradGuard no_grad;
        const auto trained =
            run_chain(nets, pictures, conditions, at::detail::createCPUGenerator(13));
        const auto base = result(1), all = result(2), usual = result(0);
        CPPUNIT_ASSERT(torch::allclose(
            trained.decrypted.slice(0, 0, 3), base.decrypted.values, 0, 1e-6));
        CPPUNIT_ASSERT(torch::allclose(
            trained.decrypted.slice(0, 3, 6), all.decrypted.values, 0, 1e-6));
        CPPUNIT_ASSERT(torch::equal(all.decrypted.values, usual.decrypted.values));
        CPPUNIT_ASSERT(
            torch::equal(base.symbol_counts, torch::full({ 3 }, 256, torch::kInt64)));
        CPPUNIT_ASSERT(
            torch::equal(usual.symbol_counts, torch::full({ 3 }, 512, torch::kInt64)));
        channel.erased = 0.3; // losses within the part that arrives
        result(1);
        test::assert_contains(test::error_text<ConfigError>([&] { result(3); }),
                              "codec djscc_l sends in 2 parts, so 3 cannot arrive");
        CPPUNIT_ASSERT_THROW(result(-1), ConfigError);
    }

    void qualities_of_prefixes()
    {
        const test::ScratchFolder folder("djscc_l_qualities");
        test::write_records(folder.path("test.bin"), 6);
        const auto data = Dataset::open({ { "cifar10", "test.bin" } }, folder.path(""));
        const std::shared_ptr<const Cipher> cipher =
            Cipher::create({ { "type", "none" } });
        const auto codec = layers({ { "width", 24 }, { "initialization", "transform" } });
        ChainRunner chain(
            cipher, codec, test::nets_without_cipher(*codec, 14), torch::kCPU, { 0, 20 });
        MeasureOptions options;
        options.batch = 4;
        const auto measured = measure_qualities(
            chain, *data, options, { { { 10, 10 }, 0, 1 }, { { 10, 10 }, 0 } });
        CPPUNIT_ASSERT(measured[1].decrypted.psnr_db >
                       measured[0].decrypted.psnr_db + 0.2);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.25, measured[0].channel_uses_per_pixel, 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, measured[1].channel_uses_per_pixel, 1e-9);
        // Each is what it is alone: the shared encoding changes nothing.
        options.snr_db = { 10, 10 };
        CPPUNIT_ASSERT_EQUAL(measured[1].decrypted.psnr_db,
                             measure_quality(chain, *data, options).decrypted.psnr_db);
        options.parts = 1;
        CPPUNIT_ASSERT_EQUAL(measured[0].decrypted.psnr_db,
                             measure_quality(chain, *data, options).decrypted.psnr_db);
    }

    void training()
    {
        const test::ScratchFolder folder("djscc_l_training");
        test::write_records(folder.path("train.bin"), 32, /*classes=*/true);
        auto config = test::tiny_config();
        config["codec"] = { { "type", "djscc_l" },
                            { "width", 12 },
                            { "t", { 4, 4 } },
                            { "initialization", "flat" } };
        config["loss"]["measure"] = "psnr";
        config["loss"]["wrong_key"] = { { "weight", 0.05 }, { "every", 4 } };
        const auto options = test::training_options(folder, "run");
        CPPUNIT_ASSERT(train(config, options));
        const auto whole = test::logged(options.output, "psnr_db"),
                   base = test::logged(options.output, "psnr_db_part1");
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 3 }, whole.size());
        CPPUNIT_ASSERT_EQUAL(whole.size(), base.size());
        CPPUNIT_ASSERT(whole.back() > whole.front());
        CPPUNIT_ASSERT(base.back() > base.front());
        CPPUNIT_ASSERT(test::logged(options.output, "psnr_db_part2").empty());
        const Model model(options.output + "/model");
        model.verify();
        for (const auto& row : model.manifest().quality.at("rows")) {
            CPPUNIT_ASSERT(row.at("psnr_db_part1").get<double>() > 0);
            CPPUNIT_ASSERT(row.at("ssim_part1") != row.at("ssim"));
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_layered_chain>
    register_qa_layered_chain("layered_chain");

} // namespace djescc
