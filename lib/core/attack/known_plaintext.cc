/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "attack/linear_map.h"
#include "cipher/ednn_decoders.h"
#include "cipher/le_halves.h"
#include <array>
#include <djescc/attack/known_plaintext.h>
#include <djescc/error.h>
#include <limits>
#include <torch/utils.h>

namespace djescc {
namespace {

// Protected images are float32: what is known is known to about this precision.
constexpr double ednn_ridge = 1e-9;
constexpr double largest_cipher = 1 - 1e-6;

torch::Tensor attack_le(const torch::Tensor& plain,
                        const torch::Tensor& hidden,
                        const torch::Tensor& protected_image)
{
    const auto in = le_halves(plain).flatten(0, 2), out = le_halves(hidden).flatten(0, 2);
    const int64_t count = in.size(1);
    const auto target = le_halves(protected_image);
    auto recovered = torch::zeros_like(target);
    for (int64_t i = 0; i < count; ++i) {
        const auto value = in.narrow(1, i, 1);
        const auto kept = (out - value).abs().mean(0);
        const auto complemented = (out - (half_levels - 1 - value)).abs().mean(0);
        const auto cost = torch::minimum(kept, complemented);
        const int64_t place = cost.argmin().item<int64_t>();
        const auto half = target.select(3, place);
        const bool flip = complemented[place].item<float>() < kept[place].item<float>();
        recovered.select(3, i).copy_(flip ? half_levels - 1 - half : half);
    }
    return images_from_le_halves(recovered);
}

torch::Tensor attack_pe(const torch::Tensor& plain,
                        const torch::Tensor& hidden,
                        const torch::Tensor& protected_image)
{
    if (hidden.sizes().slice(1) != protected_image.sizes().slice(1))
        throw ConfigError("the attack on cipher pe needs known images of the same size");
    using Order = std::vector<int64_t>;
    const std::vector<Order> orders =
        plain.size(1) == 3 ? std::vector<Order>{ { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                                 { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } }
                           : std::vector<Order>{ { 0 } };
    auto best = torch::full({ plain.size(2), plain.size(3) },
                            std::numeric_limits<float>::infinity());
    auto recovered = torch::zeros_like(protected_image);
    for (const auto& order : orders) {
        auto cost = torch::zeros_like(best);
        auto candidate = torch::zeros_like(protected_image);
        for (std::size_t channel = 0; channel < order.size(); ++channel) {
            const auto value = plain.select(1, order[channel]);
            const auto seen = hidden.select(1, static_cast<int64_t>(channel));
            const auto kept = (seen - value).abs().sum(0);
            const auto complemented = (seen - (1 - value)).abs().sum(0);
            const auto target = protected_image.select(1, static_cast<int64_t>(channel));
            cost += torch::minimum(kept, complemented);
            candidate.select(1, order[channel])
                .copy_(torch::where(complemented < kept, 1 - target, target));
        }
        recovered = torch::where(cost < best, candidate, recovered);
        best = torch::minimum(best, cost);
    }
    return recovered;
}

//! N x C x (rows * side) x (columns * side) to blocks of side x side.
torch::Tensor to_blocks(const torch::Tensor& images, int64_t side)
{
    return images
        .reshape({ -1, images.size(2) / side, side, images.size(3) / side, side })
        .permute({ 0, 1, 3, 2, 4 })
        .reshape({ -1, side, side });
}

/* The attacker's network has the same layers in the order of the DCT, so that only the
 * map from the protected values to x2 is unknown. */
torch::Tensor attack_ednn(const Cipher& cipher,
                          const torch::Tensor& plain,
                          const torch::Tensor& hidden,
                          const torch::Tensor& protected_image)
{
    const auto config = cipher.config();
    EdnnLayers layers;
    layers.weights = dct_weights_from_string(config["weights"]);
    layers.sides = config["sides"].get<std::array<int64_t, 3>>();
    layers.relu = config["relu"];
    layers.offset = config["offset"];
    const EdnnMatrices matrices(layers, { { 0.5, 0.5 }, { 4, 4 } }, plain.device());
    const auto sums = [&](const torch::Tensor& images) {
        return (to_blocks(images, layers.sides[2]) * 2 - 1)
            .clamp(-largest_cipher, largest_cipher)
            .atanh()
            .flatten(1);
    };
    auto x2 = matrices.hidden.product(to_blocks(plain, layers.sides[0]) - layers.offset);
    if (layers.relu)
        x2 = x2.clamp_min(0);
    const LinearMap map(sums(hidden), x2.flatten(1), ednn_ridge);
    const int64_t side = layers.sides[1];
    const auto found = map.apply(sums(protected_image)).view({ -1, side, side });
    const auto blocks =
        EdnnLeastSquaresDecoder(layers, {}).decode_hidden(matrices, found);
    const int64_t rows = protected_image.size(2) / layers.sides[2],
                  columns = protected_image.size(3) / layers.sides[2];
    return blocks.reshape({ -1, rows, columns, layers.sides[0], layers.sides[0] })
        .permute({ 0, 1, 3, 2, 4 })
        .reshape({ 1, -1, rows * layers.sides[0], columns * layers.sides[0] });
}

} // namespace

std::optional<torch::Tensor> known_plaintext_attack(const Cipher& cipher,
                                                    const torch::Tensor& known_plain,
                                                    const torch::Tensor& known_protected,
                                                    const torch::Tensor& protected_image)
{
    const torch::NoGradGuard no_grad;
    const std::string type = cipher.config().value("type", "");
    if (type != "le" && type != "pe" && type != "ednn")
        return std::nullopt;
    if (!known_plain.defined() || known_plain.size(0) == 0 ||
        known_plain.size(0) != known_protected.size(0))
        throw ConfigError("a known-plaintext attack needs pairs of images");
    if (type == "le")
        return attack_le(known_plain, known_protected, protected_image);
    if (type == "pe")
        return attack_pe(known_plain, known_protected, protected_image);
    return attack_ednn(cipher, known_plain, known_protected, protected_image);
}

} // namespace djescc
