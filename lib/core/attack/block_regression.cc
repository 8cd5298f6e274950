/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sums up pairs for each place, chooses the ridge, and solves for the coefficients.

#include "attack/block_regression.h"

#include <limits>

namespace djescc {

namespace {

using torch::Tensor;

// From "features are exact" to "hardly more than a mean is known".
constexpr std::array<double, 7> ridges{ 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1 };
constexpr double usual_ridge = 1e-2;
constexpr int64_t most_judged = 256; // values of a block, about

//! N x C x H x W to places x N x values of a block.
Tensor blocks(const Tensor& maps, int64_t side)
{
    return torch::pixel_unshuffle(maps, side).flatten(2).permute({ 2, 0, 1 });
}

} // namespace

Tensor BlockRegression::rows(const Tensor& features) const
{
    const auto values = blocks(features, d_block);
    return torch::cat({ values, torch::ones_like(values.slice(2, 0, 1)) }, 2);
}

void BlockRegression::add(const Tensor& features, const Tensor& images, bool held_out)
{
    const auto x = rows(features).to(torch::kFloat64);
    const auto y = blocks(images, d_block).to(torch::kFloat64);
    const auto transposed = x.transpose(1, 2);
    auto& sums = d_sums[held_out ? 1 : 0];
    const auto gram = torch::bmm(transposed, x), cross = torch::bmm(transposed, y);
    sums.gram = sums.gram.defined() ? sums.gram.add_(gram) : gram;
    sums.cross = sums.cross.defined() ? sums.cross.add_(cross) : cross;
    sums.pairs += static_cast<double>(features.size(0));
}

Tensor BlockRegression::solve(const Sums& sums, double ridge)
{
    auto gram = sums.gram / sums.pairs;
    auto diagonal = gram.diagonal(0, 1, 2);
    // The last feature is the constant one, which has no price.
    auto priced = diagonal.slice(1, 0, diagonal.size(1) - 1);
    const double power = priced.mean().item<double>();
    priced.add_(ridge * (power > 0 ? power : 1));
    return torch::linalg_solve(gram, sums.cross / sums.pairs);
}

void BlockRegression::keep_used_features()
{
    auto& [fitted, held_out] = d_sums;
    auto squares = fitted.gram.diagonal(0, 1, 2).sum(0);
    if (held_out.pairs > 0)
        squares = squares + held_out.gram.diagonal(0, 1, 2).sum(0);
    d_used = squares.nonzero().flatten();
    for (auto* sums : { &fitted, &held_out })
        if (sums->gram.defined()) {
            sums->gram = sums->gram.index_select(1, d_used).index_select(2, d_used);
            sums->cross = sums->cross.index_select(1, d_used);
        }
}

void BlockRegression::fit()
{
    keep_used_features();
    auto& [fitted, held_out] = d_sums;
    d_ridge = usual_ridge;
    if (held_out.pairs > 0) {
        // Of many values some are enough to choose by.
        const auto some = [&](const Sums& sums) {
            const int64_t values = sums.cross.size(2);
            return sums.cross.slice(
                2, 0, values, std::max<int64_t>(values / most_judged, 1));
        };
        const auto held_out_cross = some(held_out);
        double least = std::numeric_limits<double>::infinity();
        for (const double ridge : ridges) {
            // sum |y - x W|^2 over the held-out pairs, but for sum |y|^2
            const auto weights =
                solve({ fitted.gram, some(fitted), fitted.pairs }, ridge);
            const double error =
                ((torch::bmm(held_out.gram, weights) - 2 * held_out_cross) * weights)
                    .sum()
                    .item<double>();
            if (error < least) {
                least = error;
                d_ridge = ridge;
            }
        }
        fitted.gram += held_out.gram;
        fitted.cross += held_out.cross;
        fitted.pairs += held_out.pairs;
    }
    d_weights = solve(fitted, d_ridge).to(torch::kFloat32);
    d_sums = {};
}

Tensor BlockRegression::apply(const Tensor& features) const
{
    const auto values = torch::bmm(rows(features).index_select(2, d_used), d_weights)
                            .permute({ 1, 2, 0 });
    const auto height = features.size(2) / d_block, width = features.size(3) / d_block;
    return torch::pixel_shuffle(values.reshape({ features.size(0), -1, height, width }),
                                d_block);
}

} // namespace djescc
