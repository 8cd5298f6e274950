/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codec `djscc`: sizes, shapes, power, rewritten convolutions, its start.

#include "error_text.h"
#include "net/transposed_conv.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <djescc/net/rewrites.h>
#include <torch/torch.h>

namespace djescc {
namespace {

int64_t parameters_without(const torch::nn::Module& net, const std::string& part)
{
    int64_t count = 0;
    for (const auto& item : net.named_parameters())
        if (item.key().find(part) == std::string::npos)
            count += item.value().numel();
    return count;
}

} // namespace

class qa_djscc : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_djscc);
    CPPUNIT_TEST(parameter_counts_are_the_papers);
    CPPUNIT_TEST(shapes_and_bandwidth_ratio);
    CPPUNIT_TEST(odd_code_sizes_are_padded);
    CPPUNIT_TEST(power_is_one_per_image);
    CPPUNIT_TEST(kernels_of_any_odd_size);
    CPPUNIT_TEST(rewritten_transposed_convolutions_equal_plain_ones);
    CPPUNIT_TEST(rewritten_gradients_equal_plain_ones);
    CPPUNIT_TEST(kept_weights_follow_changes);
    CPPUNIT_TEST(rewriting_can_be_switched_off);
    CPPUNIT_TEST(transform_start_beats_random_start);
    CPPUNIT_TEST(gradients_reach_every_parameter);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST_SUITE_END();

    void parameter_counts_are_the_papers()
    {
        const auto codec = Codec::create({ { "type", "djscc" }, { "t", 16 } });
        CPPUNIT_ASSERT_EQUAL(int64_t{ 78128 },
                             parameters_without(*codec->make_encoder(), "prelu"));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 78115 },
                             parameters_without(*codec->make_decoder(), "prelu"));
    }

    void shapes_and_bandwidth_ratio()
    {
        torch::NoGradGuard no_grad;
        for (const int64_t t : { 1, 2, 8, 16, 40 }) {
            const auto codec = Codec::create({ { "type", "djscc" }, { "t", t } });
            const ImageShape shape{ 3, 32, 24 };
            const auto images = torch::rand({ 2, 3, 32, 24 });
            const auto symbols = codec->make_encoder()->forward(images, {}).values;
            CPPUNIT_ASSERT(symbols.scalar_type() == torch::kComplexFloat);
            CPPUNIT_ASSERT_EQUAL(codec->symbol_count(shape), symbols.size(1));
            CPPUNIT_ASSERT_DOUBLES_EQUAL(codec->bandwidth_ratio(),
                                         static_cast<double>(symbols.size(1)) /
                                             shape.numel(),
                                         1e-9);
            const auto decoded =
                codec->make_decoder()->forward({ symbols }, shape, {}).images;
            CPPUNIT_ASSERT(decoded.sizes() == images.sizes());
        }
        const auto sixth = Codec::create({ { "type", "djscc" }, { "t", 16 } });
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0 / 6, sixth->bandwidth_ratio(), 1e-9);
    }

    void odd_code_sizes_are_padded()
    {
        torch::NoGradGuard no_grad;
        const auto codec = Codec::create({ { "type", "djscc" }, { "t", 3 } });
        const ImageShape shape{ 3, 12, 12 }; // 3 * 3 * 3 = 27 reals
        CPPUNIT_ASSERT_EQUAL(int64_t{ 14 }, codec->symbol_count(shape));
        const auto symbols =
            codec->make_encoder()->forward(torch::rand({ 1, 3, 12, 12 }), {}).values;
        CPPUNIT_ASSERT_EQUAL(int64_t{ 14 }, symbols.size(1));
        const auto decoded =
            codec->make_decoder()->forward({ symbols }, shape, {}).images;
        CPPUNIT_ASSERT_EQUAL(int64_t{ 12 }, decoded.size(3));
    }

    void power_is_one_per_image()
    {
        torch::NoGradGuard no_grad;
        const auto codec = Codec::create({ { "type", "djscc" }, { "t", 16 } });
        auto images = torch::rand({ 3, 3, 32, 32 });
        images[1] *= 0.01; // dark and bright pictures get the same power
        const auto symbols = codec->make_encoder()->forward(images, {}).values;
        const auto power = symbols.abs().square().mean(1);
        CPPUNIT_ASSERT(torch::allclose(power, torch::ones({ 3 }), 0, 1e-5));
    }

    // torch's own transposed convolution with the same parameters
    static torch::Tensor
    plain(TransposedConv& layer, const torch::Tensor& input, int64_t stride)
    {
        return torch::conv_transpose2d(input,
                                       layer->weight,
                                       layer->bias,
                                       stride,
                                       /*padding=*/2,
                                       /*output_padding=*/stride - 1);
    }

    void kernels_of_any_odd_size()
    {
        torch::NoGradGuard no_grad;
        torch::manual_seed(1);
        const auto input = torch::randn({ 2, 3, 9, 12 });
        for (const int64_t kernel : { 1, 3, 5, 7, 9 })
            for (const int64_t stride : { 1, 2 })
                for (const bool with_bias : { false, true }) {
                    TransposedConv layer(3, 4, stride, kernel, with_bias);
                    CPPUNIT_ASSERT_EQUAL(with_bias, layer->bias.defined());
                    if (with_bias)
                        layer->bias.normal_();
                    const auto expected = torch::conv_transpose2d(input,
                                                                  layer->weight,
                                                                  layer->bias,
                                                                  stride,
                                                                  (kernel - 1) / 2,
                                                                  stride - 1);
                    layer->eval();
                    CPPUNIT_ASSERT_MESSAGE(
                        std::to_string(kernel),
                        torch::allclose(layer(input), expected, 1e-4, 1e-4));
                    layer->weight.mul_(2); // what is kept follows
                    if (with_bias)
                        layer->bias.mul_(2);
                    CPPUNIT_ASSERT(
                        torch::allclose(layer(input), 2 * expected, 1e-4, 1e-4));
                }
    }

    void rewritten_transposed_convolutions_equal_plain_ones()
    {
        torch::NoGradGuard no_grad;
        torch::manual_seed(1);
        for (const int64_t stride : { 1, 2 }) {
            TransposedConv layer(5, 7, stride);
            layer->bias.normal_();
            const auto input = torch::randn({ 2, 5, 9, 6 });
            const auto expected = plain(layer, input, stride);
            for (const bool training : { true, false }) {
                layer->train(training);
                const auto output = layer(input);
                CPPUNIT_ASSERT(output.sizes() == expected.sizes());
                CPPUNIT_ASSERT(torch::allclose(output, expected, 1e-5, 1e-5));
            }
        }
    }

    void rewritten_gradients_equal_plain_ones()
    {
        torch::manual_seed(2);
        for (const int64_t stride : { 1, 2 }) {
            TransposedConv layer(4, 3, stride);
            const auto input = torch::randn({ 2, 4, 5, 6 });
            const auto gradients = [&](const torch::Tensor& output) {
                return torch::autograd::grad({ output.square().sum() },
                                             { layer->weight, layer->bias });
            };
            const auto expected = gradients(plain(layer, input, stride));
            const auto actual = gradients(layer(input));
            for (std::size_t i = 0; i < 2; ++i)
                CPPUNIT_ASSERT(torch::allclose(actual[i], expected[i], 1e-4, 1e-3));
        }
    }

    void kept_weights_follow_changes()
    {
        torch::NoGradGuard no_grad;
        torch::manual_seed(5);
        for (const int64_t stride : { 1, 2 }) {
            TransposedConv layer(2, 2, stride);
            layer->eval();
            const auto input = torch::randn({ 1, 2, 4, 4 });
            const std::vector<std::function<void()>> changes{
                [&] { layer->weight.mul_(2); },
                [&] { layer->bias.add_(1); },
                [&] {
                    layer->weight.set_data(torch::randn({ 2, 2, 5, 5 }));
                },
                [&] { layer->bias.set_data(torch::randn({ 2 })); },
            };
            for (const auto& change : changes) {
                const auto before = layer(input);
                change();
                const auto after = layer(input);
                CPPUNIT_ASSERT(
                    torch::allclose(after, plain(layer, input, stride), 1e-5, 1e-5));
                CPPUNIT_ASSERT(!torch::allclose(after, before));
            }
        }
    }

    void rewriting_can_be_switched_off()
    {
        torch::NoGradGuard no_grad;
        torch::manual_seed(6);
        const auto codec = Codec::create({ { "type", "djscc" }, { "t", 16 } });
        const auto encoder = codec->make_encoder();
        const auto decoder = codec->make_decoder();
        CPPUNIT_ASSERT(has_rewritten_convolutions(*decoder));
        CPPUNIT_ASSERT(!has_rewritten_convolutions(*encoder));
        decoder->eval();
        TransposedConv layer(5, 7, 2);
        const auto input = torch::randn({ 2, 5, 9, 6 });
        const auto symbols = encoder->forward(torch::rand({ 2, 3, 32, 24 }), {});
        const auto decode = [&] {
            return decoder->forward(symbols, { 3, 32, 24 }, {}).images;
        };

        const auto rewritten = decode();
        use_rewritten_convolutions(false);
        const auto own = decode();
        const auto of_layer = layer(input);
        use_rewritten_convolutions(true);
        CPPUNIT_ASSERT(torch::equal(of_layer, plain(layer, input, 2)));
        CPPUNIT_ASSERT(torch::allclose(own, rewritten, 1e-5, 1e-5));
        CPPUNIT_ASSERT(torch::equal(rewritten, decode()));
    }

    // Smooth pictures through fresh nets and a clean channel.
    static double fresh_error(const std::string& initialization)
    {
        torch::NoGradGuard no_grad;
        torch::manual_seed(3);
        const auto codec = Codec::create(
            { { "type", "djscc" }, { "t", 16 }, { "initialization", initialization } });
        const auto images = torch::nn::functional::interpolate(
            torch::rand({ 8, 3, 4, 4 }),
            torch::nn::functional::InterpolateFuncOptions()
                .size(std::vector<int64_t>{ 32, 32 })
                .mode(torch::kBilinear)
                .align_corners(false));
        const auto symbols = codec->make_encoder()->forward(images, {}).values;
        const auto decoded =
            codec->make_decoder()->forward({ symbols }, { 3, 32, 32 }, {}).images;
        return torch::mse_loss(decoded, images).item<double>();
    }

    void transform_start_beats_random_start()
    {
        const double transform = fresh_error("transform"), random = fresh_error("random");
        // Variance of the pictures is about 0.04; a transform code must keep most of it.
        CPPUNIT_ASSERT(transform < 0.01);
        CPPUNIT_ASSERT(transform < 0.2 * random);
    }

    void gradients_reach_every_parameter()
    {
        torch::manual_seed(4);
        const auto codec = Codec::create({ { "type", "djscc" }, { "t", 16 } });
        const auto encoder = codec->make_encoder();
        const auto decoder = codec->make_decoder();
        const auto images = torch::rand({ 2, 3, 16, 16 });
        const auto decoded =
            decoder->forward(encoder->forward(images, {}), { 3, 16, 16 }, {}).images;
        torch::mse_loss(decoded, images).backward();
        for (const auto* net : { static_cast<torch::nn::Module*>(encoder.get()),
                                 static_cast<torch::nn::Module*>(decoder.get()) })
            for (const auto& item : net->named_parameters()) {
                CPPUNIT_ASSERT_MESSAGE(item.key(), item.value().grad().defined());
                CPPUNIT_ASSERT_MESSAGE(
                    item.key(), item.value().grad().abs().sum().item<double>() > 0);
            }
    }

    void configuration_is_checked()
    {
        const auto refused = [](const nlohmann::json& config, const std::string& word) {
            const auto text =
                test::error_text<ConfigError>([&] { Codec::create(config); });
            CPPUNIT_ASSERT_MESSAGE(text, text.find(word) != std::string::npos);
        };
        refused({ { "type", "djscc" }, { "t", 0 } }, "codec.t");
        refused({ { "type", "djscc" }, { "t", 1.5 } }, "whole number");
        refused({ { "type", "djscc" }, { "T", 16 } }, "codec.T");
        refused({ { "type", "djscc" }, { "initialization", "x" } }, "initialization");
        refused({ { "type", "jpeg" } }, "known types");
        refused(nlohmann::json::object(), "codec.type");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_djscc> register_qa_djscc("djscc");

} // namespace djescc
