/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the parts of the U-Net ciphers, and the linear code that they start as.

#include "cipher/unet_parts.h"

#include "net/block_transform.h"
#include <cmath>
#include <torch/nn/init.h>
#include <torch/utils.h>

namespace djescc::unet_parts {
namespace {

// Standard deviation of the protected image's pixels, before the sigmoid, at the start.
constexpr double protected_deviation = 0.22;
// sigmoid(4 u) passes pixels that are centred at zero almost unchanged.
constexpr double sigmoid_gain = 4.0;
// Side of the blocks that codec `djscc` codes: its two strided layers.
constexpr int64_t codec_block = 4;

/* Columns that carry latents (first) and noise (then) in a block's pixels at the start. A
 * block of more than 4x4 pixels is made of cells that the codec codes one by one; its
 * latents are dealt out to the cells in turn, and each cell carries its share as its
 * strongest components, which is what the codec passes on. */
torch::Tensor carrier_columns(int64_t block, int64_t count)
{
    if (block <= codec_block)
        return block_transform(block).basis.slice(1, 0, count);
    const int64_t side = block / codec_block, cells = side * side;
    const auto basis =
        block_transform(codec_block).basis.view({ 3, codec_block, codec_block, -1 });
    auto columns = torch::zeros({ count, 3, block, block });
    for (int64_t i = 0; i < count; ++i) {
        const int64_t cell = i % cells, component = i / cells;
        const int64_t top = cell / side * codec_block, left = cell % side * codec_block;
        columns[i]
            .slice(1, top, top + codec_block)
            .slice(2, left, left + codec_block)
            .copy_(basis.select(3, component));
    }
    return columns.flatten(1).t().contiguous();
}

} // namespace

torch::nn::Conv2d pointwise(int64_t in, int64_t out, bool bias)
{
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 1).bias(bias));
}

UNet refinement(UNetOptions options, int64_t in, int64_t out)
{
    options.in_channels = in;
    options.out_channels = out;
    UNet net(options);
    torch::NoGradGuard no_grad;
    torch::nn::init::zeros_(net->head->weight);
    torch::nn::init::zeros_(net->head->bias);
    return net;
}

TileGrid tile_grid(int64_t step, int64_t halo) { return { step, step, halo }; }

torch::Tensor to_blocks(const torch::Tensor& images, int64_t block)
{
    const auto centred = images - 0.5;
    return block == 1 ? centred : torch::pixel_unshuffle(centred, block);
}

torch::Tensor from_blocks(const torch::Tensor& blocks, int64_t block)
{
    const auto images = block == 1 ? blocks : torch::pixel_shuffle(blocks, block);
    return torch::sigmoid(sigmoid_gain * images);
}

InitialLatents::InitialLatents(int64_t block, int64_t latents, int64_t noise)
    : carriers(carrier_columns(block, latents + noise))
{
    const auto transform = block_transform(block);
    basis = transform.basis.slice(1, 0, latents);
    const auto deviation = transform.deviation.slice(0, 0, latents);
    gain = torch::rsqrt(deviation) / torch::sqrt(deviation.mean());
    const double pixels = static_cast<double>(3 * block * block);
    amplitude =
        protected_deviation * std::sqrt(pixels / static_cast<double>(latents + noise));
}

} // namespace djescc::unet_parts
