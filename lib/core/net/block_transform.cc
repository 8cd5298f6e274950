/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Finds the strongest components of blocks under a model of natural images.

#include "net/block_transform.h"

#include <torch/utils.h>

namespace djescc {
namespace {

struct OpponentChannel {
    double red, green, blue;
    double variance; // of full scale
    double pixel_correlation;
};

constexpr OpponentChannel opponent_channels[] = { { 1, 1, 1, 0.1705, 0.93 },
                                                  { 1, 0, -1, 0.014, 0.97 },
                                                  { 1, -2, 1, 0.003, 0.95 } };

} // namespace

BlockTransform block_transform(int64_t size)
{
    const auto index = torch::arange(size, torch::kFloat64);
    const auto distance = (index.unsqueeze(1) - index.unsqueeze(0)).abs();
    const int64_t side = 3 * size * size;
    auto covariance = torch::zeros({ side, side }, torch::kFloat64);
    for (const auto& channel : opponent_channels) {
        const auto colour =
            torch::tensor({ channel.red, channel.green, channel.blue }, torch::kFloat64);
        const auto line = torch::pow(channel.pixel_correlation, distance);
        covariance += channel.variance *
                      torch::kron(torch::outer(colour, colour) / colour.dot(colour),
                                  torch::kron(line, line));
    }

    auto [values, vectors] = torch::linalg_eigh(covariance, "L");
    values = values.flip({ 0 });
    vectors = vectors.flip({ 1 });
    // An eigenvector's sign is arbitrary: make its largest element positive.
    const auto largest = vectors.abs().argmax(0, /*keepdim=*/true);
    vectors = vectors * vectors.gather(0, largest).sign();
    return { vectors.to(torch::kFloat32),
             values.clamp_min(0).sqrt().to(torch::kFloat32) };
}

} // namespace djescc
