/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codec `djscc_l`: parameters, layers and their power, prefixes, the start,
// gradients.

#include "error_text.h"
#include "layered_codecs.h"
#include "loss/loss.h"
#include "runtime/chain.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>

namespace djescc {
namespace {

std::shared_ptr<const Codec>
make_layers_codec(nlohmann::json config = nlohmann::json::object())
{
    return test::make_codec("djscc_l", std::move(config));
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
    CPPUNIT_TEST(gradients_reach_every_parameter);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST_SUITE_END();

    static constexpr ImageShape shape{ 3, 32, 32 };

    void parameter_counts()
    {
        const auto codec = make_layers_codec();
        CPPUNIT_ASSERT_EQUAL(test::encoder_parameters(256, 16),
                             test::parameter_count(*codec->make_encoder()));
        CPPUNIT_ASSERT_EQUAL(test::decoder_parameters(256, 8) +
                                 test::decoder_parameters(256, 16),
                             test::parameter_count(*codec->make_decoder()));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 16085950 },
                             test::parameter_count(*codec->make_encoder()) +
                                 test::parameter_count(*codec->make_decoder()));
        const auto three = make_layers_codec({ { "width", 20 }, { "t", { 4, 2, 10 } } });
        CPPUNIT_ASSERT_EQUAL(test::encoder_parameters(20, 16),
                             test::parameter_count(*three->make_encoder()));
        CPPUNIT_ASSERT_EQUAL(test::decoder_parameters(20, 4) +
                                 test::decoder_parameters(20, 6) +
                                 test::decoder_parameters(20, 16),
                             test::parameter_count(*three->make_decoder()));
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
                        ->forward(torch::rand({ 2, 3, 16, 8 }), test::told_snr(7, 2))
                        .values;
                CPPUNIT_ASSERT_EQUAL(int64_t{ 200 }, symbols.size(1));
                const auto decoder = three->make_decoder();
                for (const int64_t end : ends) {
                    const auto decoded = decoder
                                             ->forward({ symbols.slice(1, 0, end) },
                                                       narrow,
                                                       test::told_snr(7, 2))
                                             .images;
                    CPPUNIT_ASSERT(decoded.sizes() ==
                                   (std::vector<int64_t>{ 2, 3, 16, 8 }));
                    CPPUNIT_ASSERT(decoded.isfinite().all().item<bool>());
                }
                CPPUNIT_ASSERT_THROW(decoder->forward({ symbols.slice(1, 0, 25) },
                                                      narrow,
                                                      test::told_snr(7, 2)),
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
        const auto power = codec->make_encoder()
                               ->forward(images, test::told_snr(5, 3))
                               .values.abs()
                               .square();
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
                ->forward({ symbols.slice(1, 0, count) }, shape, test::told_snr(10, 2))
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
        const auto pictures = test::block_pictures(16);
        for (const bool attention : { true, false }) {
            const auto codec = make_layers_codec({ { "width", 48 },
                                                   { "t", { 4, 6, 6 } },
                                                   { "attention", attention },
                                                   { "initialization", "transform" } });
            const auto symbols =
                codec->make_encoder()->forward(pictures, test::told_snr(20, 16)).values;
            const auto decoder = codec->make_decoder();
            std::vector<double> errors;
            for (const int64_t count : codec->symbol_counts(shape))
                errors.push_back(
                    torch::mse_loss(decoder
                                        ->forward({ symbols.slice(1, 0, count) },
                                                  shape,
                                                  test::told_snr(20, 16))
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

    void gradients_reach_every_parameter()
    {
        for (const std::string start : { "random", "transform" }) {
            const auto codec =
                make_layers_codec({ { "width", 24 }, { "initialization", start } });
            const auto nets = test::nets_without_cipher(*codec, 7);
            const auto pictures = test::block_pictures(4);
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
