/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codec `adjscc`: counts, shapes, power, attention, start and gradients.

#include "error_text.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <torch/torch.h>

namespace djescc {
namespace {

std::unique_ptr<Codec> make_adjscc_codec(nlohmann::json config)
{
    config["type"] = "adjscc";
    return Codec::create(config);
}

Conditions at(const torch::Tensor& snr_db)
{
    Conditions conditions;
    conditions.snr_db = snr_db;
    return conditions;
}

int64_t adjscc_parameter_count(const Codec& codec)
{
    int64_t count = 0;
    for (const auto& parameter : codec.make_encoder()->parameters())
        count += parameter.numel();
    for (const auto& parameter : codec.make_decoder()->parameters())
        count += parameter.numel();
    return count;
}

torch::Tensor smooth_adjscc_images(int64_t count)
{
    return torch::nn::functional::interpolate(
        torch::rand({ count, 3, 4, 4 }),
        torch::nn::functional::InterpolateFuncOptions()
            .size(std::vector<int64_t>{ 32, 32 })
            .mode(torch::kBilinear)
            .align_corners(false));
}

} // namespace

class qa_adjscc : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_adjscc);
    CPPUNIT_TEST(parameter_counts_are_the_papers);
    CPPUNIT_TEST(shapes_and_bandwidth_ratio);
    CPPUNIT_TEST(odd_code_sizes_are_padded);
    CPPUNIT_TEST(power_is_one_per_image);
    CPPUNIT_TEST(attention_follows_each_images_snr);
    CPPUNIT_TEST(without_attention_the_snr_does_not_matter);
    CPPUNIT_TEST(attention_needs_an_snr);
    CPPUNIT_TEST(transform_start_beats_random_start);
    CPPUNIT_TEST(attention_starts_as_a_constant);
    CPPUNIT_TEST(gradients_reach_every_parameter);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST_SUITE_END();

    void parameter_counts_are_the_papers()
    {
        CPPUNIT_ASSERT_EQUAL(int64_t{ 10758191 },
                             adjscc_parameter_count(*make_adjscc_codec({ { "t", 16 } })));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 10690351 },
                             adjscc_parameter_count(*make_adjscc_codec(
                                 { { "t", 16 }, { "attention", false } })));
    }

    void shapes_and_bandwidth_ratio()
    {
        torch::NoGradGuard no_grad;
        const auto snr_db = torch::tensor({ 0.0f, 20.0f });
        for (const std::string initialization : { "random", "transform", "flat" })
            for (const int64_t width : { 1, 9, 40, 64 })
                for (const int64_t t : { 1, 2, 16, 40 }) {
                    const auto codec =
                        make_adjscc_codec({ { "t", t },
                                            { "width", width },
                                            { "initialization", initialization } });
                    const ImageShape shape{ 3, 32, 24 };
                    const auto images = torch::rand({ 2, 3, 32, 24 });
                    const auto symbols =
                        codec->make_encoder()->forward(images, at(snr_db)).values;
                    CPPUNIT_ASSERT(symbols.scalar_type() == torch::kComplexFloat);
                    CPPUNIT_ASSERT_EQUAL(codec->symbol_count(shape), symbols.size(1));
                    CPPUNIT_ASSERT_DOUBLES_EQUAL(codec->bandwidth_ratio(),
                                                 static_cast<double>(symbols.size(1)) /
                                                     shape.numel(),
                                                 1e-9);
                    const auto decoded = codec->make_decoder()
                                             ->forward({ symbols }, shape, at(snr_db))
                                             .images;
                    CPPUNIT_ASSERT(decoded.sizes() == images.sizes());
                    CPPUNIT_ASSERT(decoded.isfinite().all().item<bool>());
                }
    }

    void odd_code_sizes_are_padded()
    {
        torch::NoGradGuard no_grad;
        const auto codec = make_adjscc_codec({ { "t", 3 }, { "width", 8 } });
        const ImageShape shape{ 3, 12, 12 }; // 3 * 3 * 3 = 27 reals
        CPPUNIT_ASSERT_EQUAL(int64_t{ 14 }, codec->symbol_count(shape));
        const auto snr_db = torch::tensor({ 10.0f });
        const auto symbols = codec->make_encoder()
                                 ->forward(torch::rand({ 1, 3, 12, 12 }), at(snr_db))
                                 .values;
        CPPUNIT_ASSERT_EQUAL(int64_t{ 14 }, symbols.size(1));
        const auto decoded =
            codec->make_decoder()->forward({ symbols }, shape, at(snr_db)).images;
        CPPUNIT_ASSERT_EQUAL(int64_t{ 12 }, decoded.size(3));
    }

    void power_is_one_per_image()
    {
        torch::NoGradGuard no_grad;
        const auto codec = make_adjscc_codec({ { "width", 32 } });
        auto images = torch::rand({ 3, 3, 32, 32 });
        images[1] *= 0.01; // dark and bright pictures get the same power
        const auto symbols =
            codec->make_encoder()->forward(images, at(torch::full({ 3 }, 5.0))).values;
        const auto power = symbols.abs().square().mean(1);
        CPPUNIT_ASSERT(torch::allclose(power, torch::ones({ 3 }), 0, 1e-5));
    }

    void attention_follows_each_images_snr()
    {
        torch::NoGradGuard no_grad;
        torch::manual_seed(6);
        const auto codec = make_adjscc_codec({ { "width", 24 } });
        const auto encoder = codec->make_encoder();
        const auto images = torch::rand({ 1, 3, 16, 16 }).repeat({ 3, 1, 1, 1 });
        const auto symbols =
            encoder->forward(images, at(torch::tensor({ 0.0f, 0.0f, 20.0f }))).values;
        CPPUNIT_ASSERT(torch::allclose(torch::view_as_real(symbols[0]),
                                       torch::view_as_real(symbols[1]),
                                       1e-4,
                                       1e-5));
        CPPUNIT_ASSERT((symbols[0] - symbols[2]).abs().max().item<double>() > 1e-3);

        const auto decoder = codec->make_decoder();
        const auto same = symbols.slice(0, 0, 1).repeat({ 2, 1 });
        const auto decoded =
            decoder->forward({ same }, { 3, 16, 16 }, at(torch::tensor({ 0.0f, 20.0f })))
                .images;
        CPPUNIT_ASSERT((decoded[0] - decoded[1]).abs().max().item<double>() > 1e-4);
    }

    void without_attention_the_snr_does_not_matter()
    {
        torch::NoGradGuard no_grad;
        const auto codec = make_adjscc_codec({ { "width", 24 }, { "attention", false } });
        const auto encoder = codec->make_encoder();
        const auto images = torch::rand({ 2, 3, 16, 16 });
        CPPUNIT_ASSERT(torch::equal(
            torch::view_as_real(encoder->forward(images, Conditions()).values),
            torch::view_as_real(
                encoder->forward(images, at(torch::zeros({ 2 }))).values)));
    }

    void attention_needs_an_snr()
    {
        torch::NoGradGuard no_grad;
        const auto codec = make_adjscc_codec({ { "width", 8 } });
        const auto text = test::error_text<Error>([&] {
            codec->make_encoder()
                ->forward(torch::rand({ 1, 3, 16, 16 }), Conditions())
                .values;
        });
        CPPUNIT_ASSERT_MESSAGE(text, text.find("SNR") != std::string::npos);
    }

    // Smooth pictures through fresh nets and a clean channel.
    static double fresh_error(const std::string& initialization, bool attention)
    {
        torch::NoGradGuard no_grad;
        torch::manual_seed(7);
        const auto codec = make_adjscc_codec({ { "width", 48 },
                                               { "attention", attention },
                                               { "initialization", initialization } });
        const auto images = smooth_adjscc_images(8);
        const auto snr_db = torch::full({ 8 }, 20.0);
        const auto symbols = codec->make_encoder()->forward(images, at(snr_db)).values;
        const auto decoded =
            codec->make_decoder()->forward({ symbols }, { 3, 32, 32 }, at(snr_db)).images;
        return torch::mse_loss(decoded, images).item<double>();
    }

    void transform_start_beats_random_start()
    {
        // Variance of the pictures is about 0.04; a transform code must keep most of it.
        for (const bool attention : { true, false }) {
            const double random = fresh_error("random", attention);
            for (const std::string start : { "transform", "flat" }) {
                const double error = fresh_error(start, attention);
                CPPUNIT_ASSERT_MESSAGE(std::to_string(error), error < 0.01);
                CPPUNIT_ASSERT(error < 0.2 * random);
            }
        }
    }

    void attention_starts_as_a_constant()
    {
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            fresh_error("flat", false), fresh_error("flat", true), 2e-3);
    }

    void gradients_reach_every_parameter()
    {
        torch::manual_seed(8);
        for (const std::string initialization : { "random", "flat" }) {
            const auto codec = make_adjscc_codec(
                { { "width", 24 }, { "initialization", initialization } });
            const auto encoder = codec->make_encoder();
            const auto decoder = codec->make_decoder();
            const auto images = torch::rand({ 4, 3, 16, 16 });
            const auto snr_db = torch::tensor({ 0.0f, 7.0f, 13.0f, 20.0f });
            const auto decoded = decoder
                                     ->forward(encoder->forward(images, at(snr_db)),
                                               { 3, 16, 16 },
                                               at(snr_db))
                                     .images;
            torch::mse_loss(decoded, images).backward();
            for (const auto* net : { static_cast<torch::nn::Module*>(encoder.get()),
                                     static_cast<torch::nn::Module*>(decoder.get()) })
                for (const auto& item : net->named_parameters()) {
                    CPPUNIT_ASSERT_MESSAGE(item.key(), item.value().grad().defined());
                    CPPUNIT_ASSERT_MESSAGE(
                        item.key(), item.value().grad().abs().sum().item<double>() > 0);
                }
        }
    }

    void configuration_is_checked()
    {
        const auto refused = [](const nlohmann::json& config, const std::string& word) {
            const auto text =
                test::error_text<ConfigError>([&] { Codec::create(config); });
            CPPUNIT_ASSERT_MESSAGE(text, text.find(word) != std::string::npos);
        };
        refused({ { "type", "adjscc" }, { "t", 0 } }, "codec.t");
        refused({ { "type", "adjscc" }, { "width", 0 } }, "codec.width");
        refused({ { "type", "adjscc" }, { "attention", 1 } }, "codec.attention");
        refused({ { "type", "adjscc" }, { "initialization", "x" } }, "initialization");
        refused({ { "type", "adjscc" }, { "widths", 256 } }, "codec.widths");
        const auto codec =
            Codec::create({ { "type", "adjscc" }, { "width", 40 }, { "t", 8 } });
        CPPUNIT_ASSERT(Codec::create(codec->config())->config() == codec->config());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_adjscc> register_qa_adjscc("adjscc");

} // namespace djescc
