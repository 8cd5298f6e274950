/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// A plug-in with one codec: the means of an image's blocks, sent as they are, and shrunk at
// the receiver by what is known of the noise.

#include <djescc/channel/channel.h>
#include <djescc/codec/codec.h>
#include <djescc/files/config.h>
#include <torch/types.h>

namespace {

using djescc::Conditions;
using djescc::DecodedImages;
using djescc::ImageShape;
using djescc::SymbolBatch;

constexpr double middle = 0.5; // grey value that is sent as 0

//! Real numbers that an image is sent as: one for each block and colour.
int64_t value_count(const ImageShape& shape, int64_t block)
{
    return shape.channels * (shape.height / block) * (shape.width / block);
}

//! Two of them make a symbol.
int64_t symbols_for(int64_t values) { return (values + 1) / 2; }

class BlockMeansEncoder : public djescc::SymbolEncoder
{
public:
    explicit BlockMeansEncoder(int64_t block) : d_block(block) {}

    SymbolBatch forward(const torch::Tensor& images, const Conditions&) override
    {
        auto values = torch::avg_pool2d(images, d_block).flatten(1) - middle;
        if (values.size(1) % 2 != 0)
            values = torch::constant_pad_nd(values, { 0, 1 });
        return { djescc::reals_to_symbols(djescc::normalize_power(values)) };
    }

private:
    int64_t d_block;
};

class BlockMeansDecoder : public djescc::SymbolDecoder
{
public:
    explicit BlockMeansDecoder(int64_t block) : d_block(block) {}

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        // Symbols have power 1 and noise 10^(-SNR / 10): the Wiener gain.
        const auto noise = torch::pow(10.0, conditions.snr_db / -10.0);
        const auto gain = (1 / (1 + noise)).reshape({ -1, 1 });
        // How far a picture's means lie from the middle the receiver can only guess.
        constexpr double usual_deviation = 0.25;
        const auto values = djescc::symbols_to_reals(symbols.values) * gain *
                                (usual_deviation * M_SQRT2) +
                            middle;
        const auto means = values.slice(1, 0, value_count(shape, d_block))
                               .reshape({ -1,
                                          shape.channels,
                                          shape.height / d_block,
                                          shape.width / d_block });
        return torch::upsample_nearest2d(
                   means, at::IntArrayRef({ shape.height, shape.width }))
            .clamp(0, 1);
    }

private:
    int64_t d_block;
};

/*! Codec `block_means`. Configuration: "block" [4], side of the blocks in pixels, 1 to 64.
 */
class BlockMeansCodec : public djescc::Codec
{
public:
    explicit BlockMeansCodec(const nlohmann::json& config)
    {
        djescc::ConfigReader reader(config, "codec");
        reader.get<std::string>("type", "block_means");
        d_block = reader.get_in<int64_t>("block", 4, 1, 64);
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "block_means" }, { "block", d_block } };
    }
    int64_t multiple() const override { return d_block; }
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return { symbols_for(value_count(shape, d_block)) };
    }
    std::string symbol_formula() const override
    {
        const auto block = std::to_string(d_block);
        return "ceil(3 * (H / " + block + ") * (W / " + block + ") / 2)";
    }
    double bandwidth_ratio() const override
    {
        return 0.5 / static_cast<double>(d_block * d_block);
    }
    djescc::CodecNeeds needs() const override { return { /*snr=*/true, false }; }
    std::shared_ptr<djescc::SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<BlockMeansEncoder>(d_block);
    }
    std::shared_ptr<djescc::SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<BlockMeansDecoder>(d_block);
    }

private:
    int64_t d_block = 4;
};

// Runs when the library is loaded.
const bool registered =
    djescc::Codec::add("block_means", [](const nlohmann::json& config) {
        return std::make_unique<BlockMeansCodec>(config);
    });

} // namespace
