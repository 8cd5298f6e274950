/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs the nets of cipher `keyed-unet`: latents, the secret rotation, pixels, and back.

#include "cipher/keyed_unet_nets.h"

#include "cipher/unet_parts.h"
#include "net/random.h"
#include <algorithm>
#include <djescc/error.h>
#include <torch/nn/init.h>
#include <torch/utils.h>
#include <utility>

namespace djescc::keyed_unet {

using namespace unet_parts;

namespace {

// Of latents that are all but zero, as those of a grey picture may be.
constexpr double least_gain = 1e-4;
constexpr char gain_name[] = "gain";

torch::Tensor indices(const std::vector<int64_t>& values)
{
    return torch::tensor(values, torch::kInt64);
}

torch::Tensor per_channel(const torch::Tensor& factors)
{
    return factors.view({ 1, -1, 1, 1 });
}

void check_counters(const PictureKeys& keys, int64_t pictures)
{
    if (static_cast<int64_t>(keys.counters.size()) != pictures)
        throw ConfigError("every image of a batch needs a counter");
}

uint64_t number_of(const Conditions& conditions, int64_t picture)
{
    return conditions.keys != nullptr
               ? conditions.keys->counters[static_cast<std::size_t>(picture)]
               : 0;
}

std::vector<std::unique_ptr<SecretRotation>>
rotations(const std::vector<PictureSecrets>& secrets, int64_t size)
{
    std::vector<std::unique_ptr<SecretRotation>> drawn;
    drawn.reserve(secrets.size());
    for (const auto& of_one : secrets)
        drawn.push_back(of_one.rotation(static_cast<std::size_t>(size)));
    return drawn;
}

//! |w| / sqrt(D) of each row: N x 1.
torch::Tensor length_of(const torch::Tensor& rows)
{
    return rows.square().mean(1, true).sqrt();
}

//! Rows without length would be sent without energy, which everybody sees: they get some.
torch::Tensor with_a_length(const torch::Tensor& rows)
{
    return torch::where(rows.square().mean(1, true) < least_gain * least_gain,
                        torch::full_like(rows, least_gain),
                        rows);
}

TileGrid latent_grid(int64_t block, const UNet& unet)
{
    return { block * unet->multiple(), unet->multiple(), block * unet->halo() };
}

} // namespace

std::vector<int64_t> Options::live() const
{
    std::vector<int64_t> live;
    for (int64_t i = 0; i < latents; ++i)
        if (std::find(dead.begin(), dead.end(), i) == dead.end())
            live.push_back(i);
    return live;
}

KeyedEncryptor::KeyedEncryptor(const Options& options)
    : d_options(options), d_live(indices(options.live()))
{
    const int64_t pixels = 3 * options.block * options.block,
                  channels = options.latents + options.noise;
    d_unet = register_module("unet", UNet(options.encrypt));
    d_linear = register_module("linear", pointwise(pixels, options.latents, true));
    d_mix = register_module("mix", pointwise(channels, pixels, false));
    if (options.mix)
        d_mix_unet =
            register_module(mix_name, refinement(*options.mix, channels, channels));
    metric = register_parameter("metric", torch::ones(d_live.numel()));
    spread = register_parameter("spread", torch::ones(d_live.numel()));

    torch::NoGradGuard no_grad;
    const InitialLatents initial(options.block, options.latents, options.noise);
    torch::nn::init::normal_(d_unet->head->weight, 0.0, initial_head_deviation);
    torch::nn::init::zeros_(d_unet->head->bias);
    torch::nn::init::zeros_(d_linear->bias);
    d_linear->weight.copy_(
        (initial.basis * initial.gain).t().reshape_as(d_linear->weight));
    d_mix->weight.copy_((initial.amplitude * initial.carriers).reshape_as(d_mix->weight));
}

bool KeyedEncryptor::starts_as_nothing(const std::string& tensor_name) const
{
    return is_of_residual_block(tensor_name) || tensor_name.rfind(mix_name, 0) == 0;
}

torch::Tensor KeyedEncryptor::latents_of(const torch::Tensor& plain)
{
    return run_tiled(
        *this, plain, latent_grid(d_options.block, d_unet), [&](const Tile& tile) {
            const auto blocks = to_blocks(tile.input, d_options.block);
            return d_unet(blocks) + d_linear(blocks);
        });
}

torch::Tensor KeyedEncryptor::pixels_of(const torch::Tensor& latents,
                                        const torch::Tensor& noise)
{
    const int64_t multiple = d_mix_unet ? d_mix_unet->multiple() : 1;
    const TileGrid grid = { multiple,
                            multiple * d_options.block,
                            d_mix_unet ? d_mix_unet->halo() * d_options.block : 0 };
    const auto all = noise.defined() ? torch::cat({ latents, noise }, 1) : latents;
    return run_tiled(*this, all, grid, [&](const Tile& tile) {
        auto mixture = tile.input;
        if (d_mix_unet)
            mixture = mixture + d_mix_unet(mixture);
        return from_blocks(d_mix(mixture), d_options.block);
    });
}

ProtectedImages KeyedEncryptor::forward(const torch::Tensor& plain,
                                        const Conditions& conditions)
{
    const int64_t pictures = plain.size(0);
    const auto latents = latents_of(plain).to(torch::kFloat32);
    const auto live = d_live.to(plain.device());
    const auto chosen = latents.index_select(1, live);
    const auto rows = with_a_length((chosen * per_channel(metric)).flatten(1));
    const int64_t size = rows.size(1);
    const auto gain = length_of(rows);
    const auto codes = gain_codes(gain.squeeze(1));

    std::vector<PictureSecrets> secrets;
    std::vector<RotationSide> sides(static_cast<std::size_t>(pictures));
    torch::Tensor turned, noise;
    const std::vector<int64_t> noise_sizes = {
        pictures, d_options.noise, chosen.size(2), chosen.size(3)
    };
    ProtectedImages result;
    if (conditions.training != nullptr) {
        const TrainingRotation rotation(size, conditions.training->seed, plain.device());
        turned = rotation.turn(rows / gain);
        if (d_options.noise > 0)
            noise = torch::randint(0,
                                   2,
                                   noise_sizes,
                                   make_generator(conditions.training->seed + 1),
                                   torch::kInt8);
        result.extras[gain_name] = gain;
    } else {
        const auto own = key();
        const auto* master = master_key(conditions, own);
        const auto* keys = conditions.keys;
        if (keys != nullptr)
            check_counters(*keys, pictures);
        for (int64_t i = 0; i < pictures; ++i) {
            auto& side = sides[static_cast<std::size_t>(i)];
            side.run = keys != nullptr && !keys->runs.empty()
                           ? keys->runs[static_cast<std::size_t>(i)]
                           : PictureSeal::draw_run();
            secrets.emplace_back(master, side.run, number_of(conditions, i));
            side.gain_code = static_cast<uint16_t>(codes[i].item<int64_t>()) ^
                             secrets.back().gain_mask();
        }
        turned = turn_rows(rows / gain, rotations(secrets, size), false);
        if (d_options.noise > 0) {
            noise = torch::empty(noise_sizes, torch::kInt8);
            const int64_t count = noise[0].numel();
            for (int64_t i = 0; i < pictures; ++i)
                secrets[static_cast<std::size_t>(i)].draw_noise(
                    noise.data_ptr<int8_t>() + i * count,
                    static_cast<std::size_t>(count));
            noise = (noise + 1).div(2, "floor");
        }
        result.side = torch::empty({ pictures, rotation_side_bytes }, torch::kUInt8);
        for (int64_t i = 0; i < pictures; ++i)
            sides[static_cast<std::size_t>(i)].write(result.side[i].data_ptr<uint8_t>());
        result.side = result.side.to(plain.device());
    }
    if (noise.defined())
        noise = noise.to(plain.device(), torch::kFloat32) * 2 - 1;
    const auto sent = turned.view_as(chosen) * per_channel(spread);
    result.images =
        pixels_of(torch::zeros_like(latents).index_copy(1, live, sent), noise);
    return result;
}

KeyedDecryptor::KeyedDecryptor(const Options& options)
    : d_options(options), d_live(indices(options.live()))
{
    const int64_t pixels = 3 * options.block * options.block;
    d_unet = register_module("unet", UNet(options.decrypt));
    d_linear = register_module("linear", pointwise(options.latents, pixels, true));
    d_unmix = register_module("unmix", pointwise(pixels, options.latents, true));
    if (options.unmix)
        d_unmix_unet = register_module(
            unmix_name, refinement(*options.unmix, pixels, options.latents));
    take = register_parameter("take", torch::ones(d_live.numel()));
    give = register_parameter("give", torch::ones(d_live.numel()));

    torch::NoGradGuard no_grad;
    const InitialLatents initial(options.block, options.latents, options.noise);
    torch::nn::init::normal_(d_unet->head->weight, 0.0, initial_head_deviation);
    torch::nn::init::zeros_(d_unet->head->bias);
    torch::nn::init::zeros_(d_linear->bias);
    torch::nn::init::zeros_(d_unmix->bias);
    d_linear->weight.copy_((initial.basis / initial.gain).reshape_as(d_linear->weight));
    const auto carriers = initial.carriers.slice(1, 0, options.latents);
    d_unmix->weight.copy_((carriers / initial.amplitude).t().reshape_as(d_unmix->weight));
}

bool KeyedDecryptor::starts_as_nothing(const std::string& tensor_name) const
{
    return is_of_residual_block(tensor_name) || tensor_name.rfind(unmix_name, 0) == 0;
}

torch::Tensor KeyedDecryptor::read(const torch::Tensor& images)
{
    const int64_t multiple = d_unmix_unet ? d_unmix_unet->multiple() : 1;
    const TileGrid grid = { multiple * d_options.block,
                            multiple,
                            d_unmix_unet ? d_unmix_unet->halo() * d_options.block : 0 };
    return run_tiled(*this, images, grid, [&](const Tile& tile) {
        const auto blocks = to_blocks(tile.input, d_options.block);
        auto latents = d_unmix(blocks);
        if (d_unmix_unet)
            latents = latents + d_unmix_unet(blocks);
        return latents;
    });
}

torch::Tensor KeyedDecryptor::picture_of(const torch::Tensor& latents)
{
    const int64_t multiple = d_unet->multiple();
    const TileGrid grid = { multiple,
                            multiple * d_options.block,
                            d_unet->halo() * d_options.block };
    return run_tiled(*this, latents, grid, [&](const Tile& tile) {
        return from_blocks(d_unet(tile.input) + d_linear(tile.input), d_options.block);
    });
}

torch::Tensor KeyedDecryptor::forward(const ProtectedImages& images,
                                      const Conditions& conditions)
{
    const int64_t pictures = images.images.size(0);
    const auto latents = read(images.images).to(torch::kFloat32);
    const auto live = d_live.to(latents.device());
    const auto chosen = latents.index_select(1, live);
    const auto rows = (chosen * per_channel(take)).flatten(1);
    const int64_t size = rows.size(1);
    torch::Tensor turned, gain;
    if (conditions.training != nullptr) {
        const TrainingRotation rotation(size, conditions.training->seed, rows.device());
        turned = rotation.turn_back(rows);
        gain = images.extras.at(gain_name);
    } else {
        const auto own = key();
        const auto* master = master_key(conditions, own);
        if (conditions.keys != nullptr)
            check_counters(*conditions.keys, pictures);
        const auto side = images.side.to(torch::kCPU).contiguous();
        auto codes = torch::empty({ pictures }, torch::kInt64);
        std::vector<PictureSecrets> secrets;
        for (int64_t i = 0; i < pictures; ++i) {
            const auto beside = RotationSide::read(side[i].data_ptr<uint8_t>());
            secrets.emplace_back(master, beside.run, number_of(conditions, i));
            codes[i] = beside.gain_code ^ secrets.back().gain_mask();
        }
        turned = turn_rows(rows, rotations(secrets, size), true);
        gain = gain_of(codes).to(rows.device()).unsqueeze(1);
    }
    const auto found = (turned * gain).view_as(chosen) * per_channel(give);
    return picture_of(latents.index_copy(1, live, found));
}

} // namespace djescc::keyed_unet
