/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `cae`: a convolutional autoencoder, cut behind its "encryption" layer.

#include "codec/picture_tiles.h"
#include <array>
#include <djescc/codec/codec.h>
#include <djescc/files/config.h>
#include <torch/nn/functional/upsampling.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

namespace djescc::cae {
namespace {

constexpr int64_t side = 32, latents = 128, feature_side = 4;

//! 3x3, and batch normalisation where it is asked for.
class ConvImpl : public torch::nn::Module
{
public:
    ConvImpl(int64_t in, int64_t out, bool normalized)
        : d_conv(register_module(
              "conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).padding(1))))
    {
        if (normalized)
            d_norm = register_module("norm", torch::nn::BatchNorm2d(out));
    }

    torch::Tensor forward(const torch::Tensor& x)
    {
        const auto y = d_conv(x);
        return d_norm.is_empty() ? y : d_norm(y);
    }

private:
    torch::nn::Conv2d d_conv;
    torch::nn::BatchNorm2d d_norm{ nullptr };
};
TORCH_MODULE(Conv);

torch::Tensor doubled(const torch::Tensor& x)
{
    namespace F = torch::nn::functional;
    return F::interpolate(x,
                          F::InterpolateFuncOptions()
                              .scale_factor(std::vector<double>{ 2, 2 })
                              .mode(torch::kNearest));
}

class CaeEncoder : public SymbolEncoder
{
public:
    explicit CaeEncoder(bool normalized)
        : d_convs{ register_module("conv1", Conv(3, 32, normalized)),
                   register_module("conv2", Conv(32, 16, normalized)),
                   register_module("conv3", Conv(16, 8, normalized)) }
        , d_dense(register_module("dense", torch::nn::Linear(latents, latents)))
    {
    }

    SymbolBatch forward(const torch::Tensor& images, const Conditions&) override
    {
        auto x = to_tiles(images, side);
        for (auto& conv : d_convs)
            x = torch::max_pool2d(torch::relu(conv(x)), 2);
        // Rows, columns, channels: the order in which the paper's framework flattens.
        const auto flat = x.permute({ 0, 2, 3, 1 }).flatten(1);
        return { tiles_to_symbols(torch::relu(d_dense(flat)), images.size(0)) };
    }

private:
    std::array<Conv, 3> d_convs;
    torch::nn::Linear d_dense;
};

class CaeDecoder : public SymbolDecoder
{
public:
    explicit CaeDecoder(bool normalized)
        : d_dense(register_module("dense", torch::nn::Linear(latents, 2 * latents)))
        , d_convs{ register_module("conv1", Conv(16, 8, normalized)),
                   register_module("conv2", Conv(8, 16, normalized)),
                   register_module("conv3", Conv(16, 32, normalized)) }
        , d_last(register_module("last", Conv(32, 3, false)))
    {
    }

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions&) override
    {
        auto x = torch::relu(d_dense(symbols_to_tiles(symbols.values, latents)))
                     .view({ -1, feature_side, feature_side, 16 })
                     .permute({ 0, 3, 1, 2 });
        for (auto& conv : d_convs)
            x = doubled(torch::relu(conv(x)));
        return from_tiles(torch::sigmoid(d_last(x)), shape);
    }

private:
    torch::nn::Linear d_dense;
    std::array<Conv, 3> d_convs;
    Conv d_last;
};

/*! Codec `cae`: the convolutional autoencoder of Abd Ali, "Secure image reconstruction
 *  using deep learning-based autoencoder with integrated encryption layers" (Wasit
 *  Journal of Computer and Mathematics Science, 2024), in the only reading that fits its
 *  sizes: 64,051 parameters.
 *
 *  Encoder: 3x3 convolutions 3-32-16-8, each with ReLU and max pooling, to 4x4x8; the
 *  "encryption" layer, dense 128 to 128 with ReLU. The channel comes behind it: 64
 *  symbols, R = 1/48. Decoder: the "decryption" layer, dense 128 to 256 with ReLU, as
 *  4x4x16; convolutions 16-8-16-32 with ReLU and upsampling, and 32 to 3 with sigmoid.
 *  The layers have no key.
 *
 *  Larger pictures go as tiles of 32x32 pixels, which know nothing of one another.
 *
 *  Configuration: "batch_normalization" [false]: behind every convolution but the last,
 *  the paper's auxiliary net. */
class CaeCodec : public Codec
{
public:
    explicit CaeCodec(const nlohmann::json& config)
    {
        ConfigReader reader(config, "codec");
        reader.get<std::string>("type", "cae");
        d_normalized = reader.get("batch_normalization", false);
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "cae" }, { "batch_normalization", d_normalized } };
    }

    int64_t multiple() const override { return side; }

    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return { latents / 2 * tile_count(shape, side) };
    }

    std::string symbol_formula() const override { return "64 * (H / 32) * (W / 32)"; }
    double bandwidth_ratio() const override { return 1.0 / 48; }

    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<CaeEncoder>(d_normalized);
    }

    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<CaeDecoder>(d_normalized);
    }

private:
    bool d_normalized = false;
};

const bool registered = Codec::add("cae", [](const nlohmann::json& config) {
    return std::make_unique<CaeCodec>(config);
});

} // namespace
} // namespace djescc::cae
