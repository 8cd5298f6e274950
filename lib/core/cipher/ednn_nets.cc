/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cuts images into blocks, runs cipher `ednn`'s two layers over them, and keeps its
// key.

#include "cipher/ednn_nets.h"

#include <djescc/error.h>
#include <nlohmann/json.hpp>
#include <torch/utils.h>

namespace djescc {
namespace {

// The paper's range; below it the map is periodic.
constexpr double smallest_mu = 3.57;
constexpr double largest_mu = 4.0;

// Bounds one inference's memory: about 1 MB of squares per block.
constexpr int64_t blocks_at_once = 64;

//! N x C x (rows * side) x (columns * side) to blocks of side x side, row by row.
torch::Tensor to_blocks(const torch::Tensor& images, int64_t side)
{
    const int64_t rows = images.size(2) / side, columns = images.size(3) / side;
    return images.reshape({ -1, rows, side, columns, side })
        .permute({ 0, 1, 3, 2, 4 })
        .reshape({ -1, side, side });
}

//! Inverse of to_blocks() for \p planes = {N, C} and a grid of rows x columns blocks.
torch::Tensor from_blocks(const torch::Tensor& blocks,
                          const std::array<int64_t, 2>& planes,
                          int64_t rows,
                          int64_t columns)
{
    const int64_t side = blocks.size(1);
    return blocks.reshape({ planes[0] * planes[1], rows, columns, side, side })
        .permute({ 0, 1, 3, 2, 4 })
        .reshape({ planes[0], planes[1], rows * side, columns * side });
}

void require_multiple(const torch::Tensor& images, int64_t side)
{
    if (images.size(2) % side != 0 || images.size(3) % side != 0)
        throw ConfigError("cipher ednn takes images whose sides are multiples of " +
                          std::to_string(side));
}

} // namespace

void check_ednn_key(const EdnnKey& key, const std::string& where)
{
    for (const double r : key.r)
        if (!(r > 0 && r < 1))
            throw ConfigError(where + ": r is " + nlohmann::json(r).dump() +
                              ", but must lie between 0 and 1");
    for (const double mu : key.mu)
        if (!(mu >= smallest_mu && mu <= largest_mu))
            throw ConfigError(where + ": mu is " + nlohmann::json(mu).dump() +
                              ", but must be from 3.57 to 4");
}

EdnnMatrices::EdnnMatrices(const EdnnLayers& layers,
                           const EdnnKey& key,
                           torch::Device device)
    : hidden(
          layers.weights, layers.sides[1], layers.sides[0], key.r[0], key.mu[0], device)
    , output(
          layers.weights, layers.sides[2], layers.sides[1], key.r[1], key.mu[1], device)
{
}

EdnnKeyHolder::EdnnKeyHolder(const EdnnLayers& layers)
    : d_layers(layers)
    , d_r(torch::full({ 2 }, 0.5, torch::kFloat64))
    , d_mu(torch::full({ 2 }, largest_mu, torch::kFloat64))
{
}

void EdnnKeyHolder::set_key(const EdnnKey& key)
{
    check_ednn_key(key, "the key");
    const torch::NoGradGuard no_grad;
    for (int64_t layer = 0; layer < 2; ++layer) {
        d_r[layer].fill_(key.r[static_cast<std::size_t>(layer)]);
        d_mu[layer].fill_(key.mu[static_cast<std::size_t>(layer)]);
    }
}

EdnnKey EdnnKeyHolder::key() const
{
    const auto r = d_r.to(torch::kCPU), mu = d_mu.to(torch::kCPU);
    return { { r[0].item<double>(), r[1].item<double>() },
             { mu[0].item<double>(), mu[1].item<double>() } };
}

void EdnnKeyHolder::check_stored_key(const std::string& origin) const
{
    try {
        check_ednn_key(key(), origin);
    } catch (const ConfigError& error) {
        throw ModelError(error.what());
    }
}

const EdnnMatrices& EdnnKeyHolder::matrices()
{
    const auto device = d_r.device();
    const auto present = key();
    if (!d_matrices || !(d_matrices_key == present) || d_matrices_device != device) {
        d_matrices = std::make_unique<EdnnMatrices>(d_layers, present, device);
        d_matrices_key = present;
        d_matrices_device = device;
    }
    return *d_matrices;
}

ProtectedImages EdnnEncryptor::forward(const torch::Tensor& images, const Conditions&)
{
    const torch::NoGradGuard no_grad;
    const int64_t side = d_layers.sides[0];
    require_multiple(images, side);
    const auto& layers = matrices();
    std::vector<torch::Tensor> cipher;
    for (const auto& blocks : to_blocks(images, side).split(blocks_at_once)) {
        auto hidden = layers.hidden.product(blocks - d_layers.offset);
        if (d_layers.relu)
            hidden.clamp_min_(0);
        const auto output = layers.output.product(layers.hidden.scramble(hidden));
        cipher.push_back(layers.output.scramble(output).tanh_().add_(1).mul_(0.5));
    }
    return { from_blocks(torch::cat(cipher),
                         { images.size(0), images.size(1) },
                         images.size(2) / side,
                         images.size(3) / side) };
}

EdnnDecryptor::EdnnDecryptor(const EdnnLayers& layers,
                             std::shared_ptr<const EdnnDecoder> decoder)
    : EdnnNet(layers), d_decoder(std::move(decoder))
{
}

torch::Tensor EdnnDecryptor::forward(const ProtectedImages& received, const Conditions&)
{
    const auto& images = received.images;
    const torch::NoGradGuard no_grad;
    const int64_t side = d_layers.sides[2];
    require_multiple(images, side);
    std::vector<torch::Tensor> plain;
    for (const auto& blocks : to_blocks(images, side).split(blocks_at_once)) {
        const auto known = (blocks != 0).to(torch::kFloat32);
        const bool complete = known.min().item<float>() > 0;
        plain.push_back(d_decoder->decode(
            matrices(), blocks * 2 - 1, complete ? torch::Tensor() : known));
    }
    return from_blocks(torch::cat(plain),
                       { images.size(0), images.size(1) },
                       images.size(2) / side,
                       images.size(3) / side);
}

} // namespace djescc
