/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `djscc`: the convolutional encoder and decoder, and the transform code they
// start as.

#include "net/block_transform.h"
#include "net/tiled.h"
#include "net/transposed_conv.h"
#include <algorithm>
#include <array>
#include <djescc/channel/channel.h>
#include <djescc/codec/codec.h>
#include <djescc/files/config.h>
#include <string>
#include <torch/nn/init.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <vector>

namespace djescc {
namespace {

constexpr int64_t layer_count = 5;
constexpr int64_t downsampling = 4; // two layers of stride 2

// The transform initialisation adds He noise of this relative size, so that no two
// filters stay alike.
constexpr double initial_noise = 0.02;
// Es/N0 of the Wiener gains that the decoder starts with: 10 dB.
constexpr double initial_noise_power = 0.05;

// Deviation of every component of an image whose components are equally strong, as a
// masking cipher makes them.
constexpr double flat_deviation = 0.25;

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

/* Kernels of the two stride-2 layers, as convolution weights (out x in x 5 x 5), which
 * together compute the strongest components of each 4x4 block. A stride-2 kernel's taps 2
 * and 3 cover its own 2x2 block. */
torch::Tensor pixels_kernel()
{
    auto kernel = torch::zeros({ 16, 3, 5, 5 });
    for (int64_t colour = 0; colour < 3; ++colour)
        for (int64_t y = 0; y < 2; ++y)
            for (int64_t x = 0; x < 2; ++x)
                kernel[colour * 4 + y * 2 + x][colour][2 + y][2 + x] = 1.0f;
    return kernel;
}

torch::Tensor components_kernel(const torch::Tensor& basis)
{
    // basis rows: colour, row, column of a 4x4 block = colour, (y2, y), (x2, x)
    const auto rows = basis.slice(1, 0, 32).reshape({ 3, 2, 2, 2, 2, 32 });
    auto kernel = torch::zeros({ 32, 16, 5, 5 });
    // to out, (colour, y, x), y2, x2
    kernel.slice(1, 0, 12).slice(2, 2, 4).slice(3, 2, 4).copy_(
        rows.permute({ 5, 0, 2, 4, 1, 3 }).reshape({ 32, 12, 2, 2 }));
    return kernel;
}

// Identity between 5x5 filters' centre taps.
void add_identity(torch::Tensor weight, const torch::Tensor& gain)
{
    const int64_t count = std::min({ weight.size(0), weight.size(1), gain.size(0) });
    for (int64_t i = 0; i < count; ++i)
        weight[i][i][2][2] += gain[i];
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
        d_convs[0]->weight.add_(pixels_kernel());
        d_convs[0]->bias.slice(0, 0, 12).fill_(-0.5); // images are centred at one half
        // Amplitudes of sqrt(deviation) share a power budget best among linear codes.
        const auto gain = transform.deviation.slice(0, 0, 32).rsqrt();
        d_convs[1]->weight.add_(components_kernel(transform.basis) *
                                gain.view({ 32, 1, 1, 1 }));
        for (int64_t i = 2; i < layer_count; ++i)
            add_identity(d_convs[i]->weight, torch::ones({ 32 }));
    }

    SymbolBatch forward(const torch::Tensor& images, const Conditions&) override
    {
        auto reals = run_tiled(*this,
                               images,
                               { downsampling, 1, encoder_halo() },
                               [this](const Tile& tile) {
                                   auto features = tile.input;
                                   for (int64_t i = 0; i < layer_count; ++i)
                                       features = d_activations[i](d_convs[i](features));
                                   return features;
                               })
                         .flatten(1);
        if (reals.size(1) % 2)
            reals = torch::constant_pad_nd(reals, { 0, 1 });
        return { reals_to_symbols(normalize_power(reals)) };
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
        add_identity(d_convs[0]->weight, wiener * torch::sqrt(2 * power));
        add_identity(d_convs[1]->weight, torch::ones({ 32 }));
        add_identity(d_convs[2]->weight, torch::ones({ 32 }));
        // A transposed convolution is the adjoint of the convolution of the same weights.
        d_convs[3]->weight.add_(components_kernel(transform.basis) *
                                torch::sqrt(deviation).view({ 32, 1, 1, 1 }));
        // sigmoid(4 u) has slope 1 at u = 0
        d_convs[4]->weight.add_(4 * pixels_kernel());
    }

    torch::Tensor forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions&) override
    {
        const int64_t height = shape.height / downsampling,
                      width = shape.width / downsampling;
        const auto received =
            symbols_to_reals(symbols.values)
                .slice(1, 0, d_t * height * width)
                .reshape({ symbols.values.size(0), d_t, height, width });
        return run_tiled(*this,
                         received,
                         { 1, downsampling, decoder_halo() },
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
class DjsccCodec : public Codec
{
public:
    explicit DjsccCodec(const nlohmann::json& config)
    {
        ConfigReader reader(config, "codec");
        reader.get<std::string>("type", "djscc");
        d_t = reader.get_in<int64_t>("t", 16, 1, 1024);
        d_initialization = reader.get<std::string>("initialization", "transform");
        reader.finish();
        if (d_initialization != "transform" && d_initialization != "flat" &&
            d_initialization != "random")
            throw ConfigError("codec.initialization is \"" + d_initialization +
                              "\", but must be \"transform\", \"flat\" or \"random\"");
    }

    nlohmann::json config() const override
    {
        return { { "type", "djscc" },
                 { "t", d_t },
                 { "initialization", d_initialization } };
    }

    int64_t multiple() const override { return downsampling; }

    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        const int64_t reals =
            d_t * (shape.height / downsampling) * (shape.width / downsampling);
        return { (reals + 1) / 2 };
    }

    std::string symbol_formula() const override
    {
        return "ceil(" + std::to_string(d_t) + " * (H / 4) * (W / 4) / 2)";
    }

    double bandwidth_ratio() const override { return d_t / 96.0; }

    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        auto net = std::make_shared<DjsccEncoder>(d_t);
        if (d_initialization != "random")
            net->initialize_as_transform(initial_transform());
        return net;
    }

    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        auto net = std::make_shared<DjsccDecoder>(d_t);
        if (d_initialization != "random")
            net->initialize_as_transform(initial_transform());
        return net;
    }

private:
    BlockTransform initial_transform() const
    {
        auto transform = block_transform(downsampling);
        if (d_initialization == "flat")
            transform.deviation.fill_(flat_deviation);
        return transform;
    }

    int64_t d_t;
    std::string d_initialization;
};

const bool djscc_registered = Codec::add("djscc", [](const nlohmann::json& config) {
    return std::make_unique<DjsccCodec>(config);
});

} // namespace

} // namespace djescc
