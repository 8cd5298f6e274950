/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs the U-Nets of cipher `unet` in tiles, and draws and applies its masks.

#include "cipher/unet_nets.h"

#include "cipher/unet_parts.h"
#include "net/random.h"
#include "net/tiled.h"
#include <algorithm>
#include <array>
#include <djescc/error.h>
#include <torch/nn/init.h>
#include <utility>

namespace djescc {

using namespace unet_parts;

namespace {

// The part of the mask, repeated without end, that lies over height x width blocks from
// block (top, left) on.
torch::Tensor
cover(const torch::Tensor& mask, int64_t top, int64_t left, int64_t height, int64_t width)
{
    const int64_t size = mask.size(2);
    auto cut = top % size || left % size ? mask.roll({ -top, -left }, { 2, 3 }) : mask;
    if (height > size || width > size)
        cut = cut.repeat({ 1, 1, (height + size - 1) / size, (width + size - 1) / size });
    return cut.slice(2, 0, height).slice(3, 0, width).to(torch::kFloat32);
}

// Masks of their own for the images of a batch: int8, images x channels x height x width
// in blocks. Undefined where the net's own masks are all there is.
struct ImageMasks {
    torch::Tensor signs, noise;
};

torch::Tensor keyed_masks(const PictureKeys& keys,
                          FrameSecrets::Signs purpose,
                          const std::array<int64_t, 4>& sizes)
{
    auto masks = torch::empty(sizes, torch::kInt8);
    const int64_t signs = sizes[1] * sizes[2] * sizes[3];
    for (int64_t i = 0; i < sizes[0]; ++i)
        keys.secrets->draw(purpose,
                           keys.counters[static_cast<std::size_t>(i)],
                           masks.data_ptr<int8_t>() + i * signs,
                           static_cast<std::size_t>(signs));
    return masks;
}

/* The signs come first from a training step's seed, so both ends draw the same ones. The
 * recipient, who has no use for noise, passes an undefined mask for it. */
ImageMasks image_masks(const Conditions& conditions,
                       const torch::Tensor& signs,
                       const torch::Tensor& noise,
                       int64_t images,
                       int64_t height,
                       int64_t width)
{
    const auto sizes = [&](const torch::Tensor& mask) {
        return std::array<int64_t, 4>{ images, mask.size(1), height, width };
    };
    ImageMasks masks;
    if (conditions.keys) {
        if (static_cast<int64_t>(conditions.keys->counters.size()) != images)
            throw ConfigError("every image of a batch needs a counter");
        masks.signs =
            keyed_masks(*conditions.keys, FrameSecrets::Signs::latents, sizes(signs));
        if (noise.defined())
            masks.noise =
                keyed_masks(*conditions.keys, FrameSecrets::Signs::noise, sizes(noise));
    } else if (conditions.training && conditions.training->own_secrets) {
        auto generator = make_generator(conditions.training->seed);
        const auto coins = [&](const torch::Tensor& mask) {
            return torch::randint(0, 2, sizes(mask), generator, torch::kInt8) * 2 - 1;
        };
        masks.signs = coins(signs);
        if (noise.defined())
            masks.noise = coins(noise);
    }
    return masks;
}

// The net's mask over a tile of height x width blocks, times those of its images where
// there are such.
torch::Tensor masking(const torch::Tensor& mask,
                      const torch::Tensor& own,
                      const Tile& tile,
                      int64_t block,
                      int64_t height,
                      int64_t width)
{
    const int64_t top = tile.top / block, left = tile.left / block;
    const auto covering = cover(mask, top, left, height, width);
    if (!own.defined())
        return covering;
    return covering * own.narrow(0, tile.first_image, tile.input.size(0))
                          .narrow(2, top, height)
                          .narrow(3, left, width)
                          .to(mask.device(), torch::kFloat32);
}

torch::Tensor plain_unet(const torch::nn::Module& net,
                         UNet& unet,
                         const torch::Tensor& images,
                         int64_t block)
{
    const TileGrid grid = tile_grid(block * unet->multiple(), block * unet->halo());
    return run_tiled(net, images, grid, [&](const Tile& tile) {
        return from_blocks(unet(to_blocks(tile.input, block)), block);
    });
}

} // namespace

PlainUNetEncryptor::PlainUNetEncryptor(const UNetOptions& options, int64_t block)
    : d_block(block)
{
    d_unet = register_module("unet", UNet(options));
}

ProtectedImages PlainUNetEncryptor::forward(const torch::Tensor& plain, const Conditions&)
{
    return { plain_unet(*this, d_unet, plain, d_block) };
}

bool PlainUNetEncryptor::starts_as_nothing(const std::string& tensor_name) const
{
    return is_of_residual_block(tensor_name);
}

PlainUNetDecryptor::PlainUNetDecryptor(const UNetOptions& options, int64_t block)
    : d_block(block)
{
    d_unet = register_module("unet", UNet(options));
}

torch::Tensor PlainUNetDecryptor::forward(const ProtectedImages& images,
                                          const Conditions&)
{
    return plain_unet(*this, d_unet, images.images, d_block);
}

bool PlainUNetDecryptor::starts_as_nothing(const std::string& tensor_name) const
{
    return is_of_residual_block(tensor_name);
}

MaskedEncryptor::MaskedEncryptor(const UNetOptions& options,
                                 int64_t block,
                                 const MaskOptions& mask)
    : d_block(block)
{
    const int64_t pixels = 3 * block * block;
    d_unet = register_module("unet", UNet(options));
    d_linear = register_module("linear", pointwise(pixels, mask.latents, true));
    const int64_t channels = mask.latents + mask.noise;
    d_mix = register_module("mix", pointwise(channels, pixels, false));
    if (mask.mix)
        d_mix_unet = register_module(mix_name, refinement(*mask.mix, channels, channels));
    signs = register_buffer(
        "signs", torch::ones({ 1, mask.latents, mask.size, mask.size }, torch::kInt8));
    noise = register_buffer(
        "noise", torch::ones({ 1, mask.noise, mask.size, mask.size }, torch::kInt8));

    torch::NoGradGuard no_grad;
    const InitialLatents initial(block, mask.latents, mask.noise);
    torch::nn::init::normal_(d_unet->head->weight, 0.0, initial_head_deviation);
    torch::nn::init::zeros_(d_unet->head->bias);
    torch::nn::init::zeros_(d_linear->bias);
    d_linear->weight.copy_(
        (initial.basis * initial.gain).t().reshape_as(d_linear->weight));
    d_mix->weight.copy_((initial.amplitude * initial.carriers).reshape_as(d_mix->weight));
}

ProtectedImages MaskedEncryptor::forward(const torch::Tensor& plain,
                                         const Conditions& conditions)
{
    const auto own = image_masks(conditions,
                                 signs,
                                 noise,
                                 plain.size(0),
                                 plain.size(2) / d_block,
                                 plain.size(3) / d_block);
    int64_t multiple = d_unet->multiple(), halo = d_unet->halo();
    if (d_mix_unet) {
        multiple = std::max(multiple, d_mix_unet->multiple());
        halo = d_unet->halo(d_mix_unet->halo());
    }
    const TileGrid grid = tile_grid(d_block * multiple, d_block * halo);
    return { run_tiled(*this, plain, grid, [&](const Tile& tile) {
        const auto blocks = to_blocks(tile.input, d_block);
        const int64_t height = blocks.size(2), width = blocks.size(3);
        const auto latents = (d_unet(blocks) + d_linear(blocks)) *
                             masking(signs, own.signs, tile, d_block, height, width);
        const auto covering = masking(noise, own.noise, tile, d_block, height, width)
                                  .expand({ blocks.size(0), -1, -1, -1 });
        auto mixture = torch::cat({ latents, covering.to(latents.dtype()) }, 1);
        if (d_mix_unet)
            mixture = mixture + d_mix_unet(mixture);
        return from_blocks(d_mix(mixture), d_block);
    }) };
}

torch::Tensor MaskedEncryptor::latents_of(const torch::Tensor& plain)
{
    const auto blocks = to_blocks(plain, d_block);
    return d_unet(blocks) + d_linear(blocks);
}

bool MaskedEncryptor::starts_as_nothing(const std::string& tensor_name) const
{
    return is_of_residual_block(tensor_name) || tensor_name.rfind(mix_name, 0) == 0;
}

MaskedDecryptor::MaskedDecryptor(const UNetOptions& options,
                                 int64_t block,
                                 const MaskOptions& mask)
    : d_block(block)
{
    const int64_t pixels = 3 * block * block;
    d_unet = register_module("unet", UNet(options));
    d_linear = register_module("linear", pointwise(mask.latents, pixels, true));
    d_unmix = register_module("unmix", pointwise(pixels, mask.latents, true));
    if (mask.unmix)
        d_unmix_unet =
            register_module(unmix_name, refinement(*mask.unmix, pixels, mask.latents));
    signs = register_buffer(
        "signs", torch::ones({ 1, mask.latents, mask.size, mask.size }, torch::kInt8));

    torch::NoGradGuard no_grad;
    const InitialLatents initial(block, mask.latents, mask.noise);
    torch::nn::init::normal_(d_unet->head->weight, 0.0, initial_head_deviation);
    torch::nn::init::zeros_(d_unet->head->bias);
    torch::nn::init::zeros_(d_linear->bias);
    torch::nn::init::zeros_(d_unmix->bias);
    d_linear->weight.copy_((initial.basis / initial.gain).reshape_as(d_linear->weight));
    const auto carriers = initial.carriers.slice(1, 0, mask.latents);
    d_unmix->weight.copy_((carriers / initial.amplitude).t().reshape_as(d_unmix->weight));
}

torch::Tensor MaskedDecryptor::forward(const ProtectedImages& images,
                                       const Conditions& conditions)
{
    const auto& received = images.images;
    const auto own = image_masks(conditions,
                                 signs,
                                 {},
                                 received.size(0),
                                 received.size(2) / d_block,
                                 received.size(3) / d_block);
    int64_t multiple = d_unet->multiple(), halo = d_unet->halo();
    if (d_unmix_unet) {
        multiple = std::max(multiple, d_unmix_unet->multiple());
        halo = d_unmix_unet->halo(halo);
    }
    const TileGrid grid = tile_grid(d_block * multiple, d_block * halo);
    return run_tiled(*this, received, grid, [&](const Tile& tile) {
        const auto blocks = to_blocks(tile.input, d_block);
        auto latents = unmixed(blocks);
        latents =
            latents *
            masking(signs, own.signs, tile, d_block, latents.size(2), latents.size(3));
        return picture_of(latents);
    });
}

torch::Tensor MaskedDecryptor::unmixed(const torch::Tensor& blocks)
{
    const auto latents = d_unmix(blocks);
    return d_unmix_unet ? latents + d_unmix_unet(blocks) : latents;
}

torch::Tensor MaskedDecryptor::read(const torch::Tensor& images)
{
    return unmixed(to_blocks(images, d_block));
}

torch::Tensor MaskedDecryptor::picture_of(const torch::Tensor& latents)
{
    return from_blocks(d_unet(latents) + d_linear(latents), d_block);
}

bool MaskedDecryptor::starts_as_nothing(const std::string& tensor_name) const
{
    return is_of_residual_block(tensor_name) || tensor_name.rfind(unmix_name, 0) == 0;
}

} // namespace djescc
