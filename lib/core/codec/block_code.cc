/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sizes, symbols and linear starts of the convolutional codecs of R = t / 96.

#include "codec/block_code.h"

#include <algorithm>
#include <djescc/channel/channel.h>

namespace djescc {

namespace {

// Deviation of every component of an image whose components are equally strong, as a
// masking cipher makes them.
constexpr double flat_deviation = 0.25;
// Values of the 2x2 blocks of three colours that the first layer passes on.
constexpr int64_t block_pixels = 12;

int64_t code_reals(int64_t t, const ImageShape& shape)
{
    return t * (shape.height / BlockCodec::downsampling) *
           (shape.width / BlockCodec::downsampling);
}

} // namespace

BlockCodec::BlockCodec(ConfigReader& reader, const std::string& usual_start)
    : BlockCodec(reader, usual_start, reader.get_in<int64_t>("t", 16, 1, most_channels))
{
}

BlockCodec::BlockCodec(ConfigReader& reader, const std::string& usual_start, int64_t t)
    : d_t(t), d_initialization(reader.get<std::string>("initialization", usual_start))
{
    if (d_initialization != "transform" && d_initialization != "flat" &&
        d_initialization != "random")
        throw ConfigError("codec.initialization is \"" + d_initialization +
                          "\", but must be \"transform\", \"flat\" or \"random\"");
}

std::vector<int64_t> BlockCodec::symbol_counts(const ImageShape& shape) const
{
    return { (code_reals(d_t, shape) + 1) / 2 };
}

std::string BlockCodec::symbol_formula() const
{
    return "ceil(" + std::to_string(d_t) + " * (H / 4) * (W / 4) / 2)";
}

BlockTransform BlockCodec::initial_transform() const
{
    auto transform = block_transform(downsampling);
    if (d_initialization == "flat")
        transform.deviation.fill_(flat_deviation);
    return transform;
}

torch::Tensor symbols_from_features(const torch::Tensor& features)
{
    auto reals = features.flatten(1);
    if (reals.size(1) % 2)
        reals = torch::constant_pad_nd(reals, { 0, 1 });
    return reals_to_symbols(normalize_power(reals));
}

torch::Tensor
features_from_symbols(const torch::Tensor& symbols, int64_t t, const ImageShape& shape)
{
    return symbols_to_reals(symbols)
        .slice(1, 0, code_reals(t, shape))
        .reshape({ symbols.size(0),
                   t,
                   shape.height / BlockCodec::downsampling,
                   shape.width / BlockCodec::downsampling });
}

torch::Tensor pixels_kernel(int64_t filters, int64_t size)
{
    const int64_t first = (size - 1) / 2;
    auto kernel = torch::zeros({ filters, 3, size, size });
    for (int64_t i = 0; i < std::min(filters, block_pixels); ++i)
        kernel[i][i / 4][first + i / 2 % 2][first + i % 2] = 1.0f;
    return kernel;
}

torch::Tensor components_kernel(const torch::Tensor& basis, int64_t out, int64_t in)
{
    const int64_t count = std::min(out, basis.size(1));
    const int64_t pixels = std::min(in, block_pixels);
    // basis rows: colour, row, column of a 4x4 block = colour, (y2, y), (x2, x)
    const auto rows = basis.slice(1, 0, count).reshape({ 3, 2, 2, 2, 2, count });
    auto kernel = torch::zeros({ out, in, 5, 5 });
    // to out, (colour, y, x), y2, x2
    kernel.slice(0, 0, count)
        .slice(1, 0, pixels)
        .slice(2, 2, 4)
        .slice(3, 2, 4)
        .copy_(rows.permute({ 5, 0, 2, 4, 1, 3 })
                   .reshape({ count, block_pixels, 2, 2 })
                   .slice(1, 0, pixels));
    return kernel;
}

void add_gains(torch::Tensor weight, const torch::Tensor& gain)
{
    const int64_t count = std::min({ weight.size(0), weight.size(1), gain.size(0) });
    for (int64_t i = 0; i < count; ++i)
        weight[i][i][2][2] += gain[i];
}

} // namespace djescc
