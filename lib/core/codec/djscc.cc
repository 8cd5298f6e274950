/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `djscc`: the convolutional encoder and decoder, and the transform code they
// start as.

#include "codec/block_code.h"
#include "net/tiled.h"
#include "net/transposed_conv.h"
#include <algorithm>
#include <array>
#include <string>
#include <torch/nn/init.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <vector>

namespace djescc {
namespace {

constexpr int64_t layer_count = 5;
struct Layer {
    int64_t in, out, stride;
};

std::array<Layer, layer_count> encoder_layers(int64_t t)
{
    return {
        { { 3, 16, 2 }, { 16, 32, 2 }, { 32, 32, 1 }, { 32, 32, 1 }, { 32, t, 1 } }
    };
}

std::array<Layer, layer_count> decoder_layers(int64_t t)
{
    return {
        { { t, 32, 1 }, { 32, 32, 1 }, { 32, 32, 1 }, { 32, 16, 2 }, { 16, 3, 2 } }
    };
}

// Pixels that the middle of a layer's filter sees on each side.
constexpr int64_t filter_radius = 2;

// The encoder's input pixels around those that a feature comes from.
int64_t encoder_halo()
{
    const auto layers = encoder_layers(1);
    int64_t halo = 0;
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
        halo = layer->stride * halo + filter_radius;
    return halo;
}

// The decoder's input features around the one that a pixel comes from. A layer of stride
// 2 sees one of its input's pixels on each side, as its even and odd taps take turns.
int64_t decoder_halo()
{
    const auto layers = decoder_layers(1);
    int64_t halo = 0;
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
        halo = (halo + layer->stride - 1) / layer->stride + filter_radius / layer->stride;
    return halo;
}

void linearize(torch::nn::PReLU& activation) { activation->weight.fill_(1.0); }

class DjsccEncoder : public SymbolEncoder
{
public:
    explicit DjsccEncoder(int64_t t)
    {
        int64_t number = 1;
        for (const auto& layer : encoder_layers(t)) {
            const auto suffix = std::to_string(number++);
            auto conv = register_module(
                "conv" + suffix,
                torch::nn::Conv2d(torch::nn::Conv2dOptions(layer.in, layer.out, 5)
                                      .stride(layer.stride)
                                      .padding(2)));
            torch::nn::init::kaiming_normal_(conv->weight);
            torch::nn::init::zeros_(conv->bias);
            d_convs.push_back(conv);
            d_activations.push_back(register_module(
                "prelu" + suffix,
                torch::nn::PReLU(torch::nn::PReLUOptions().num_parameters(layer.out))));
        }
    }

    void initialize_as_transform(const BlockTransform& transform)
    {
        torch::NoGradGuard no_grad;
        for (auto& conv : d_convs)
            conv->weight.mul_(initial_noise);
        for (auto& activation : d_activations)
            linearize(activation);
        d_convs[0]->weight.add_(pixels_kernel(16, 5));
        d_convs[0]->bias.slice(0, 0, 12).fill_(-0.5); // images are centred at one half
        // Amplitudes of sqrt(deviation) share a power budget best among linear codes.
        const auto gain = transform.deviation.slice(0, 0, 32).rsqrt();
        d_convs[1]->weight.add_(components_kernel(transform.basis, 32, 16) *
                                gain.view({ 32, 1, 1, 1 }));
        for (int64_t i = 2; i < layer_count; ++i)
            add_gains(d_convs[i]->weight, torch::ones({ 32 }));
    }

    SymbolBatch forward(const torch::Tensor& images, const Conditions&) override
    {
        return { symbols_from_features(
            run_tiled(*this,
                      images,
                      { BlockCodec::downsampling, 1, encoder_halo() },
                      [this](const Tile& tile) {
                          auto features = tile.input;
                          for (int64_t i = 0; i < layer_count; ++i)
                              features = d_activations[i](d_convs[i](features));
                          return features;
                      })) };
    }

private:
    std::vector<torch::nn::Conv2d> d_convs;
    std::vector<torch::nn::PReLU> d_activations;
};

class DjsccDecoder : public SymbolDecoder
{
public:
    explicit DjsccDecoder(int64_t t) : d_t(t)
    {
        int64_t number = 1;
        for (const auto& layer : decoder_layers(t)) {
            const auto suffix = std::to_string(number++);
            d_convs.push_back(register_module(
                "deconv" + suffix, TransposedConv(layer.in, layer.out, layer.stride)));
            if (number <= layer_count)
                d_activations.push_back(register_module(
                    "prelu" + suffix,
                    torch::nn::PReLU(
                        torch::nn::PReLUOptions().num_parameters(layer.out))));
        }
    }

    void initialize_as_transform(const BlockTransform& transform)
    {
        torch::NoGradGuard no_grad;
        for (auto& conv : d_convs)
            conv->weight.mul_(initial_noise);
        for (auto& activation : d_activations)
            linearize(activation);
        // What the encoder's normalisation did to the coefficients, on average: real
        // dimensions of power one half. Then the Wiener gain of each component.
        const auto deviation = transform.deviation.slice(0, 0, 32);
        const int64_t sent = std::min<int64_t>(d_t, 32);
        const auto power = deviation.slice(0, 0, sent).mean();
        const auto received = 0.5 * deviation / power;
        const auto wiener = received / (received + initial_noise_power);
        add_gains(d_convs[0]->weight, wiener * torch::sqrt(2 * power));
        add_gains(d_convs[1]->weight, torch::ones({ 32 }));
        add_gains(d_convs[2]->weight, torch::ones({ 32 }));
        // A transposed convolution is the adjoint of the convolution of the same weights.
        d_convs[3]->weight.add_(components_kernel(transform.basis, 32, 16) *
                                torch::sqrt(deviation).view({ 32, 1, 1, 1 }));
        // sigmoid(4 u) has slope 1 at u = 0
        d_convs[4]->weight.add_(4 * pixels_kernel(16, 5));
    }

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions&) override
    {
        return run_tiled(*this,
                         features_from_symbols(symbols.values, d_t, shape),
                         { 1, BlockCodec::downsampling, decoder_halo() },
                         [this](const Tile& tile) {
                             auto features = tile.input;
                             for (int64_t i = 0; i < layer_count; ++i) {
                                 features = d_convs[i](features);
                                 features = i + 1 < layer_count
                                                ? d_activations[i](features)
                                                : torch::sigmoid(features);
                             }
                             return features;
                         });
    }

private:
    int64_t d_t;
    std::vector<TransposedConv> d_convs;
    std::vector<torch::nn::PReLU> d_activations;
};

/*! Codec `djscc`: deep joint source-channel coding of Bourtsoulatze, Kurka and Gunduz
 *  (IEEE Trans. Cogn. Commun. Netw. 5(3), 2019), the codec of the DJESCC paper's Fig. 6.
 *
 *  Encoder: five 5x5 convolutions 16|2, 32|2, 32|1, 32|1, t|1 (filters|stride), PReLU
 *  after each, reshape, power normalisation. Decoder: reshape, five 5x5 transposed
 *  convolutions 32|1, 32|1, 32|1, 16|2, 3|2, PReLU after four, sigmoid after the last.
 *  R = k/n = t/96. No GDN.
 *
 *  Configuration: "t" (channels of the code, 1 to 1024, default 16), "initialization":
 *  "transform" (the default) starts as a linear block transform code for natural images,
 *  "flat" as one for images whose components are equally strong (what a masking cipher
 *  makes), "random" as usual (He). A trained model does not depend on it.
 */
class DjsccCodec : public BlockCodec
{
public:
    explicit DjsccCodec(ConfigReader&& reader) : BlockCodec(reader, "transform")
    {
        reader.get<std::string>("type", "djscc");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "djscc" },
                 { "t", t() },
                 { "initialization", initialization() } };
    }

    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return made<DjsccEncoder>();
    }

    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return made<DjsccDecoder>();
    }

private:
    template <typename Net>
    std::shared_ptr<Net> made() const
    {
        auto net = std::make_shared<Net>(t());
        if (starts_as_transform())
            net->initialize_as_transform(initial_transform());
        return net;
    }
};

const bool djscc_registered = Codec::add("djscc", [](const nlohmann::json& config) {
    return std::make_unique<DjsccCodec>(ConfigReader(config, "codec"));
});

} // namespace

} // namespace djescc
