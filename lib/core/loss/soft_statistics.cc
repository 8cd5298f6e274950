/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Counts and compares the pixels of cipher images, with gradients.

#include "loss/soft_statistics.h"

#include <cmath>

namespace djescc {
namespace {

constexpr int64_t pair_bins = 8; // the paper's choice
constexpr double ideal_uaci = 0.334635;
constexpr double least_deviation = 1e-8, least_share = 1e-12;

//! N x count x bins: how much each value counts for each bin.
torch::Tensor shares(const torch::Tensor& values, int64_t bins)
{
    const auto position = values.clamp(0, 1) * static_cast<double>(bins - 1);
    const auto centres = torch::arange(bins, values.options());
    return torch::relu(1 - (position.unsqueeze(2) - centres).abs());
}

} // namespace

torch::Tensor soft_histogram(const torch::Tensor& values, int64_t bins)
{
    const auto position = values.clamp(0, 1) * static_cast<double>(bins - 1);
    const auto lower = position.detach().floor().clamp(0, static_cast<double>(bins - 2));
    const auto part = position - lower;
    const auto index = lower.to(torch::kInt64);
    return torch::zeros({ values.size(0), bins }, values.options())
        .scatter_add(1, index, 1 - part)
        .scatter_add(1, index + 1, part);
}

torch::Tensor
soft_histogram_2d(const torch::Tensor& first, const torch::Tensor& second, int64_t bins)
{
    return torch::matmul(shares(first, bins).transpose(1, 2), shares(second, bins));
}

torch::Tensor histogram_loss(const torch::Tensor& histogram)
{
    return (histogram - histogram.mean(1, /*keepdim=*/true)).square().mean(1);
}

torch::Tensor entropy_loss(const torch::Tensor& histogram)
{
    const auto share = histogram / histogram.sum(1, /*keepdim=*/true);
    return 8 + (share * torch::log(share.clamp_min(least_share))).sum(1) / std::log(2.0);
}

std::array<std::array<torch::Tensor, 2>, 3> neighbours(const torch::Tensor& images)
{
    const int64_t rows = images.size(2), columns = images.size(3);
    const auto pair = [&](int64_t down, int64_t right) {
        const auto part = [&](int64_t top, int64_t left) {
            return images.narrow(2, top, rows - down)
                .narrow(3, left, columns - right)
                .flatten(1);
        };
        return std::array<torch::Tensor, 2>{ part(0, 0), part(down, right) };
    };
    return { pair(0, 1), pair(1, 0), pair(1, 1) };
}

torch::Tensor correlation_loss(const torch::Tensor& images)
{
    torch::Tensor sum;
    for (const auto& [x, y] : neighbours(images)) {
        const auto a = x - x.mean(1, true), b = y - y.mean(1, true);
        const auto deviations = torch::sqrt(
            (a.square().mean(1) * b.square().mean(1)).clamp_min(least_deviation));
        const auto r = ((a * b).mean(1) / deviations).abs();
        sum = sum.defined() ? sum + r : r;
    }
    return sum / 3;
}

torch::Tensor pairs_loss(const torch::Tensor& images)
{
    torch::Tensor sum;
    for (const auto& [x, y] : neighbours(images)) {
        const auto counts = soft_histogram_2d(x, y, pair_bins).flatten(1);
        const auto loss = (counts - counts.mean(1, true)).square().sum(1);
        sum = sum.defined() ? sum + loss : loss;
    }
    return sum / 3;
}

torch::Tensor npcr_loss(const torch::Tensor& a, const torch::Tensor& b, double tolerance)
{
    const auto levels = (a - b) * (255 / tolerance);
    return torch::exp(-levels.square()).flatten(1).mean(1);
}

torch::Tensor uaci_loss(const torch::Tensor& a, const torch::Tensor& b)
{
    return ((a - b).abs().flatten(1).mean(1) - ideal_uaci).abs();
}

} // namespace djescc
