/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codec `djscc_l`: parameters, layers and their power, prefixes, the loss over
// them, the start.

#include "error_text.h"
#include "loss/loss.h"
#include "net/block_transform.h"
#include "runtime/chain.h"
#include "small_model.h"
#include "tiny_training.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/data/dataset.h>
#include <djescc/error.h>
#include <djescc/eval/evaluation.h>
#include <djescc/runtime/chain_runner.h>
#include <torch/torch.h>

namespace djescc {
namespace {

std::shared_ptr<const Codec>
make_layers_codec(nlohmann::json config = nlohmann::json::object())
{
    config["type"] = "djscc_l";
    return Codec::create(config);
}

Conditions layers_at(double snr_db, int64_t n)
{
    Conditions conditions;
    conditions.snr_db = torch::full({ n }, snr_db, torch::kFloat32);
    return conditions;
}

int64_t size_of(const torch::nn::Module& net)
{
    int64_t count = 0;
    for (const auto& parameter : net.parameters())
        count += parameter.numel();
    return count;
}

// Weights and biases of convolutions, GDN, PReLU and attention modules of width w.

int64_t inner_parameters(int64_t w)
{
    const int64_t convolutions = 3 * (25 * w * w + w), gdn = 4 * (w * w + w),
                  prelu = 4 * w, attention = 4 * (33 * w + 32);
    return convolutions + gdn + prelu + attention;
}

int64_t encoder_parameters(int64_t w, int64_t t)
{
    return inner_parameters(w) + (81 * 3 * w + w) + (25 * w * t + t) + (t * t + t);
}

int64_t decoder_parameters(int64_t w, int64_t t)
{
    return inner_parameters(w) + (25 * t * w + w) + (81 * 3 * w + 3) + (3 * 3 + 3);
}

//! Of 4x4 blocks drawn from the image model that the linear start is made for.
torch::Tensor layer_pictures(int64_t count)
{
    const auto model = block_transform(4);
    const auto blocks = torch::matmul(torch::randn({ count, 8, 8, 48 }) * model.deviation,
                                      model.basis.t());
    return torch::pixel_shuffle(blocks.permute({ 0, 3, 1, 2 }), 4).add(0.5).clamp(0, 1);
}

//! The nets of a model without a cipher.
ModelNets nets_without_cipher(const Codec& codec, uint64_t seed)
{
    torch::manual_seed(seed);
    return create_nets(*Cipher::create({ { "type", "none" } }),
                       codec,
                       at::detail::createCPUGenerator(seed));
}

} // namespace

class qa_djscc_l : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_djscc_l);
    CPPUNIT_TEST(parameter_counts);
    CPPUNIT_TEST(layers_and_their_symbols);
    CPPUNIT_TEST(every_part_has_power_one);
    CPPUNIT_TEST(prefixes_have_decoders_of_their_own);
    CPPUNIT_TEST(receivers_of_one_batch_may_have_different_prefixes);
    CPPUNIT_TEST(attention_needs_an_snr);
    CPPUNIT_TEST(transform_start);
    CPPUNIT_TEST(the_loss_is_the_mean_over_prefixes);
    CPPUNIT_TEST(gradients_reach_every_parameter);
    CPPUNIT_TEST(secrets_are_those_of_the_images);
    CPPUNIT_TEST(the_second_part_is_lost);
    CPPUNIT_TEST(qualities_of_prefixes);
    CPPUNIT_TEST(training);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST_SUITE_END();

    static constexpr ImageShape shape{ 3, 32, 32 };

    void parameter_counts()
    {
        const auto codec = make_layers_codec();
        CPPUNIT_ASSERT_EQUAL(encoder_parameters(256, 16),
                             size_of(*codec->make_encoder()));
        CPPUNIT_ASSERT_EQUAL(decoder_parameters(256, 8) + decoder_parameters(256, 16),
                             size_of(*codec->make_decoder()));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 16085950 },
                             size_of(*codec->make_encoder()) +
                                 size_of(*codec->make_decoder()));
        const auto three = make_layers_codec({ { "width", 20 }, { "t", { 4, 2, 10 } } });
        CPPUNIT_ASSERT_EQUAL(encoder_parameters(20, 16), size_of(*three->make_encoder()));
        CPPUNIT_ASSERT_EQUAL(decoder_parameters(20, 4) + decoder_parameters(20, 6) +
                                 decoder_parameters(20, 16),
                             size_of(*three->make_decoder()));
    }

    void layers_and_their_symbols()
    {
        const auto two = make_layers_codec();
        CPPUNIT_ASSERT_EQUAL(int64_t{ 2 }, two->parts());
        CPPUNIT_ASSERT(two->symbol_counts(shape) == (std::vector<int64_t>{ 256, 512 }));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0 / 6, two->bandwidth_ratio(), 1e-9);

        const torch::NoGradGuard no_grad;
        for (const std::string start : { "random", "transform", "flat" })
            for (const int64_t width : { 1, 9, 40 }) {
                const auto three = make_layers_codec({ { "width", width },
                                                       { "t", { 4, 2, 44 } },
                                                       { "initialization", start } });
                const ImageShape narrow{ 3, 16, 8 };
                CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, three->parts());
                const std::vector<int64_t> ends{ 16, 24, 200 };
                CPPUNIT_ASSERT(three->symbol_counts(narrow) == ends);
                const auto symbols =
                    three->make_encoder()
                        ->forward(torch::rand({ 2, 3, 16, 8 }), layers_at(7, 2))
                        .values;
                CPPUNIT_ASSERT_EQUAL(int64_t{ 200 }, symbols.size(1));
                const auto decoder = three->make_decoder();
                for (const int64_t end : ends) {
                    const auto decoded = decoder
                                             ->forward({ symbols.slice(1, 0, end) },
                                                       narrow,
                                                       layers_at(7, 2))
                                             .images;
                    CPPUNIT_ASSERT(decoded.sizes() ==
                                   (std::vector<int64_t>{ 2, 3, 16, 8 }));
                    CPPUNIT_ASSERT(decoded.isfinite().all().item<bool>());
                }
                CPPUNIT_ASSERT_THROW(decoder->forward({ symbols.slice(1, 0, 25) },
                                                      narrow,
                                                      layers_at(7, 2)),
                                     ConfigError);
            }
    }

    void every_part_has_power_one()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(1);
        const auto codec = make_layers_codec({ { "width", 32 }, { "t", { 6, 2, 8 } } });
        auto images = torch::rand({ 3, 3, 32, 32 });
        images[1] *= 0.01; // dark and bright pictures get the same power
        const auto power =
            codec->make_encoder()->forward(images, layers_at(5, 3)).values.abs().square();
        int64_t begin = 0;
        for (const int64_t end : codec->symbol_counts(shape)) {
            CPPUNIT_ASSERT(torch::allclose(
                power.slice(1, begin, end).mean(1), torch::ones({ 3 }), 0, 1e-5));
            begin = end;
        }
    }

    void prefixes_have_decoders_of_their_own()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(2);
        const auto codec = make_layers_codec({ { "width", 16 } });
        const auto decoder = codec->make_decoder();
        const auto symbols = torch::randn({ 2, 512 }, torch::kComplexFloat);
        const auto decoded = [&](int64_t count) {
            return decoder
                ->forward({ symbols.slice(1, 0, count) }, shape, layers_at(10, 2))
                .images;
        };
        const auto base = decoded(256), refined = decoded(512);
        CPPUNIT_ASSERT(!torch::allclose(base, refined, 0, 1e-3));
        for (auto& item : decoder->named_parameters())
            if (item.key().rfind("decoder2.", 0) == 0)
                item.value().add_(0.01);
        CPPUNIT_ASSERT(torch::equal(base, decoded(256)));
        CPPUNIT_ASSERT(!torch::equal(refined, decoded(512)));
    }

    //! As where parts are lost, or where a block shows every prefix.
    void receivers_of_one_batch_may_have_different_prefixes()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(3);
        for (const bool attention : { true, false }) {
            const auto codec =
                make_layers_codec({ { "width", 16 }, { "attention", attention } });
            const auto decoder = codec->make_decoder();
            SymbolBatch batch;
            batch.values = torch::randn({ 4, 512 }, torch::kComplexFloat);
            batch.counts = torch::tensor({ 512, 256, 256, 512 }, torch::kInt64);
            Conditions conditions;
            if (attention)
                conditions.snr_db = torch::tensor({ 0.0f, 5.0f, 10.0f, 20.0f });
            const auto together = decoder->forward(batch, shape, conditions).images;
            CPPUNIT_ASSERT(together.sizes() == (std::vector<int64_t>{ 4, 3, 32, 32 }));
            for (int64_t i = 0; i < 4; ++i) {
                Conditions own;
                if (attention)
                    own.snr_db = conditions.snr_db.slice(0, i, i + 1);
                const auto alone =
                    decoder
                        ->forward({ batch.values.slice(0, i, i + 1)
                                        .slice(1, 0, batch.counts[i].item<int64_t>()) },
                                  shape,
                                  own)
                        .images;
                CPPUNIT_ASSERT(torch::allclose(alone[0], together[i], 1e-4, 1e-5));
            }
            batch.counts[2] = 255;
            CPPUNIT_ASSERT_THROW(decoder->forward(batch, shape, conditions), ConfigError);
        }
    }

    void attention_needs_an_snr()
    {
        const auto codec = make_layers_codec({ { "width", 8 } });
        CPPUNIT_ASSERT(codec->needs().snr);
        test::assert_contains(test::error_text<Error>([&] {
                                  codec->make_encoder()->forward(
                                      torch::rand({ 1, 3, 16, 16 }), Conditions());
                              }),
                              "SNR");
        CPPUNIT_ASSERT(!make_layers_codec({ { "attention", false } })->needs().snr);
    }

    // Pictures through fresh nets and a channel of little noise: the variance of these
    // pictures is 0.06.
    void transform_start()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(4);
        const auto pictures = layer_pictures(16);
        for (const bool attention : { true, false }) {
            const auto codec = make_layers_codec({ { "width", 48 },
                                                   { "t", { 4, 6, 6 } },
                                                   { "attention", attention },
                                                   { "initialization", "transform" } });
            const auto symbols =
                codec->make_encoder()->forward(pictures, layers_at(20, 16)).values;
            const auto decoder = codec->make_decoder();
            std::vector<double> errors;
            for (const int64_t count : codec->symbol_counts(shape))
                errors.push_back(
                    torch::mse_loss(decoder
                                        ->forward({ symbols.slice(1, 0, count) },
                                                  shape,
                                                  layers_at(20, 16))
                                        .images,
                                    pictures)
                        .item<double>());
            const auto text = std::to_string(errors[0]) + ", " +
                              std::to_string(errors[1]) + ", " +
                              std::to_string(errors[2]);
            CPPUNIT_ASSERT_MESSAGE(text, errors[0] < 0.015);
            CPPUNIT_ASSERT_MESSAGE(text, errors[1] < 0.8 * errors[0]);
            CPPUNIT_ASSERT_MESSAGE(text, errors[2] < errors[1]);
        }
    }

    void the_loss_is_the_mean_over_prefixes()
    {
        const torch::NoGradGuard no_grad;
        const auto codec = make_layers_codec(
            { { "width", 12 }, { "t", { 4, 2, 6 } }, { "initialization", "transform" } });
        const auto nets = nets_without_cipher(*codec, 5);
        const auto pictures = layer_pictures(4);
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
        CPPUNIT_ASSERT(most > least + 1e-3);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            sum / 3, value(repeated(pictures, output.prefixes), output), 1e-5);
        CPPUNIT_ASSERT(torch::equal(output.protected_images, repeated(pictures, 3)));
        CPPUNIT_ASSERT(torch::equal(output.decrypted, output.decoded));

        // Who does not ask for prefixes gets the whole.
        conditions.codec = nullptr;
        const auto whole =
            run_chain(nets, pictures, conditions, at::detail::createCPUGenerator(6));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, whole.prefixes);
        CPPUNIT_ASSERT(torch::equal(whole.decoded, output.decoded.slice(0, 8, 12)));
    }

    void gradients_reach_every_parameter()
    {
        for (const std::string start : { "random", "transform" }) {
            const auto codec =
                make_layers_codec({ { "width", 24 }, { "initialization", start } });
            const auto nets = nets_without_cipher(*codec, 7);
            const auto pictures = layer_pictures(4);
            ChainConditions conditions;
            conditions.codec = codec.get();
            conditions.snr_db = torch::tensor({ 0.0f, 7.0f, 13.0f, 20.0f });
            const auto output =
                run_chain(nets, pictures, conditions, at::detail::createCPUGenerator(8));
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

    //! Every image of a training batch has secrets of its own: all its prefixes are
    //! decrypted under these.
    void secrets_are_those_of_the_images()
    {
        const torch::NoGradGuard no_grad;
        const auto cipher = Cipher::create(test::tiny_config().at("cipher"));
        const auto codec = make_layers_codec({ { "width", 8 } });
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
        const auto codec =
            make_layers_codec({ { "width", 16 }, { "initialization", "transform" } });
        const auto nets = nets_without_cipher(*codec, 12);
        ChainRunner chain(cipher, codec, nets, torch::kCPU, { 0, 20 });
        const auto pictures = layer_pictures(3);
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
        const auto codec =
            make_layers_codec({ { "width", 24 }, { "initialization", "transform" } });
        ChainRunner chain(
            cipher, codec, nets_without_cipher(*codec, 14), torch::kCPU, { 0, 20 });
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

    void configuration_is_checked()
    {
        const auto refused = [](nlohmann::json config, const std::string& word) {
            config["type"] = "djscc_l";
            test::assert_contains(
                test::error_text<ConfigError>([&] { Codec::create(config); }), word);
        };
        for (const nlohmann::json& t :
             std::vector<nlohmann::json>{ 16,
                                          { 8 },
                                          { 8, 7 },
                                          { 8, 0 },
                                          { 8, -2 },
                                          { 8, 8.0 },
                                          { 8, "8" },
                                          { 1022, 4 },
                                          std::vector<int>(256, 2) })
            refused({ { "t", t } }, "codec.t is");
        refused({ { "width", 0 } }, "codec.width");
        refused({ { "attention", 1 } }, "codec.attention");
        refused({ { "initialization", "x" } }, "initialization");
        refused({ { "layers", 2 } }, "codec.layers");
        Codec::create({ { "type", "djscc_l" }, { "t", std::vector<int>(255, 4) } });
        const auto codec = make_layers_codec({ { "width", 40 }, { "t", { 2, 6, 4 } } });
        CPPUNIT_ASSERT(Codec::create(codec->config())->config() == codec->config());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_djscc_l> register_qa_djscc_l("djscc_l");

} // namespace djescc
