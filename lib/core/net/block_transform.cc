/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "net/block_transform.h"

#include <torch/utils.h>

namespace djescc {

BlockTransform block_transform(int64_t size)
{
    constexpr double pixel_correlation = 0.95;
    constexpr double colour_correlation = 0.92;
    constexpr double pixel_deviation = 0.25;

    const auto index = torch::arange(size, torch::kFloat64);
    const auto distance = (index.unsqueeze(1) - index.unsqueeze(0)).abs();
    const auto line = torch::pow(pixel_correlation, distance);
    const auto colour = torch::full({ 3, 3 }, colour_correlation, torch::kFloat64) +
                        (1 - colour_correlation) * torch::eye(3, torch::kFloat64);
    const auto covariance =
        pixel_deviation * pixel_deviation * torch::kron(colour, torch::kron(line, line));

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
