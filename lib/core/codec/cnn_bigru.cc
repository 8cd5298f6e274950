/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `cnn_bigru`: convolutions and recurrent layers, cut behind the "encryption"
// layer.

#include "codec/picture_tiles.h"
#include <djescc/codec/codec.h>
#include <djescc/files/config.h>
#include <torch/nn/functional/upsampling.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

namespace djescc::cnn_bigru {
namespace {

constexpr int64_t side = 32, steps = 16, features = 256, hidden = 128;
constexpr int64_t values = steps * hidden; // of a tile

torch::nn::Conv2d conv(int64_t in, int64_t out)
{
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).padding(1));
}

//! 256 values a step in, 128 each way out.
torch::nn::GRU recurrent()
{
    return torch::nn::GRU(
        torch::nn::GRUOptions(features, hidden).bidirectional(true).batch_first(true));
}

class CnnBiGruEncoder : public SymbolEncoder
{
public:
    CnnBiGruEncoder()
        : d_first(register_module("conv1", conv(3, 32)))
        , d_second(register_module("conv2", conv(32, 64)))
        , d_recurrent(register_module("gru", recurrent()))
        , d_dense(register_module("dense", torch::nn::Linear(features, hidden)))
    {
    }

    SymbolBatch forward(const torch::Tensor& images, const Conditions&) override
    {
        auto x = to_tiles(images, side);
        x = torch::max_pool2d(torch::relu(d_first(x)), 2);
        x = torch::max_pool2d(torch::relu(d_second(x)), 2);
        // 8 x 8 x 64 as 16 steps: half a row each.
        x = x.permute({ 0, 2, 3, 1 }).reshape({ -1, steps, features });
        x = std::get<0>(d_recurrent(x));
        return { tiles_to_symbols(torch::relu(d_dense(x)).flatten(1), images.size(0)) };
    }

private:
    torch::nn::Conv2d d_first, d_second;
    torch::nn::GRU d_recurrent;
    torch::nn::Linear d_dense;
};

class CnnBiGruDecoder : public SymbolDecoder
{
public:
    CnnBiGruDecoder()
        : d_dense(register_module("dense", torch::nn::Linear(hidden, features)))
        , d_recurrent(register_module("gru", recurrent()))
        , d_first(register_module("conv1", conv(16, 64)))
        , d_second(register_module("conv2", conv(64, 32)))
        , d_last(register_module("last", conv(32, 3)))
    {
    }

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions&) override
    {
        namespace F = torch::nn::functional;
        auto x = symbols_to_tiles(symbols.values, values).view({ -1, steps, hidden });
        x = std::get<0>(d_recurrent(torch::relu(d_dense(x))));
        // A step is a row of 16 places with 16 channels.
        x = x.reshape({ -1, steps, steps, 16 }).permute({ 0, 3, 1, 2 });
        x = F::interpolate(torch::relu(d_first(x)),
                           F::InterpolateFuncOptions()
                               .scale_factor(std::vector<double>{ 2, 2 })
                               .mode(torch::kNearest));
        x = torch::relu(d_second(x));
        return from_tiles(torch::sigmoid(d_last(x)), shape);
    }

private:
    torch::nn::Linear d_dense;
    torch::nn::GRU d_recurrent;
    torch::nn::Conv2d d_first, d_second, d_last;
};

/*! Codec `cnn_bigru`: the hybrid autoencoder of Abd Ali, "Secure image reconstruction
 *  using deep learning-based autoencoder with integrated encryption layers" (2024):
 *  706,819 parameters.
 *
 *  Encoder: 3x3 convolutions 3-32-64 with ReLU and max pooling, to 8x8x64, as 16 steps of
 *  256 values; a bidirectional GRU of 128 units each way; the "encryption" layer, dense
 *  256 to 128 with ReLU at each step. The channel comes behind it: 1024 symbols, R = 1/3.
 *  Decoder: the "decryption" layer, dense 128 to 256 with ReLU; another bidirectional
 *  GRU; its output as 16x16x16; convolutions 16-64, upsampling, 64-32, 32-3 with sigmoid.
 *  The layers have no key.
 *
 *  Larger pictures go as tiles of 32x32 pixels, which know nothing of one another. No
 *  configuration. */
class CnnBiGruCodec : public Codec
{
public:
    explicit CnnBiGruCodec(const nlohmann::json& config)
    {
        ConfigReader reader(config, "codec");
        reader.get<std::string>("type", "cnn_bigru");
        reader.finish();
    }

    nlohmann::json config() const override { return { { "type", "cnn_bigru" } }; }
    int64_t multiple() const override { return side; }

    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return { values / 2 * tile_count(shape, side) };
    }

    std::string symbol_formula() const override { return "1024 * (H / 32) * (W / 32)"; }
    double bandwidth_ratio() const override { return 1.0 / 3; }

    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<CnnBiGruEncoder>();
    }

    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<CnnBiGruDecoder>();
    }
};

const bool registered = Codec::add("cnn_bigru", [](const nlohmann::json& config) {
    return std::make_unique<CnnBiGruCodec>(config);
});

} // namespace
} // namespace djescc::cnn_bigru
