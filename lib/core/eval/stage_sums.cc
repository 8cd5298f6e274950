/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sums up PSNR, SSIM and visual security, and takes means and their intervals.

#include "eval/stage_sums.h"

#include <algorithm>
#include <cmath>
#include <djescc/image/padding.h>
#include <djescc/metrics/quality.h>
#include <djescc/metrics/visual_security.h>
#include <limits>

namespace djescc {
namespace {

// Neighbouring images get far apart values of SNR: multiples of the golden ratio.
constexpr double golden_ratio = 0.6180339887498949;

constexpr double not_comparable = std::numeric_limits<double>::quiet_NaN();

constexpr double normal_quantile = 1.959964; // 97.5 %

} // namespace

torch::Tensor
spread_snrs(const std::array<double, 2>& range, int64_t first, int64_t count)
{
    auto values = torch::empty({ count });
    for (int64_t i = 0; i < count; ++i) {
        const double fraction = golden_ratio * static_cast<double>(first + i);
        values[i] = range[0] + (range[1] - range[0]) * (fraction - std::floor(fraction));
    }
    return values;
}

StageSums::StageSums(int64_t images)
    : d_psnr(torch::zeros({ images }, torch::kFloat64))
    , d_ssim(torch::zeros({ images }, torch::kFloat64))
    , d_visual_security(torch::zeros({ images }, torch::kFloat64))
    , d_mse(torch::zeros({ images }, torch::kFloat64))
    , d_argmax(torch::zeros({ images }, torch::kFloat64))
{
}

torch::Tensor StageSums::add(const torch::Tensor& indices,
                             const torch::Tensor& images,
                             const torch::Tensor& plain)
{
    const auto same_size = crop(images, plain.size(2), plain.size(3));
    const auto psnr_db = psnr(same_size, plain).to(torch::kCPU, torch::kFloat64);
    d_psnr.index_add_(0, indices, psnr_db);
    d_mse.index_add_(0, indices, torch::pow(10.0, psnr_db / -10.0));
    d_ssim.index_add_(
        0, indices, ssim(same_size, plain).to(torch::kCPU, torch::kFloat64));
    if (plain.size(1) == 3)
        d_argmax.index_add_(
            0,
            indices,
            argmax_agreement(same_size, plain).to(torch::kCPU, torch::kFloat64));
    else
        d_argmax.fill_(not_comparable);
    if (std::min(plain.size(2), plain.size(3)) < smallest_scored_side)
        d_visual_security.fill_(not_comparable);
    else
        d_visual_security.index_add_(
            0,
            indices,
            visual_security(same_size, plain).to(torch::kCPU, torch::kFloat64));
    return psnr_db;
}

void StageSums::add_nothing_comparable()
{
    d_psnr.fill_(not_comparable);
    d_mse.fill_(not_comparable);
    d_ssim.fill_(not_comparable);
    d_argmax.fill_(not_comparable);
    d_visual_security.fill_(not_comparable);
}

StageQuality StageSums::quality(int64_t draws) const
{
    StageQuality quality;
    const auto summarize =
        [&](const torch::Tensor& sums, double& mean, double& interval) {
            const auto values = sums / static_cast<double>(draws);
            mean = values.mean().item<double>();
            const auto count = static_cast<double>(values.numel());
            interval = count > 1 ? normal_quantile * values.std().item<double>() /
                                       std::sqrt(count)
                                 : std::numeric_limits<double>::quiet_NaN();
        };
    summarize(d_psnr, quality.psnr_db, quality.psnr_db_interval);
    summarize(d_ssim, quality.ssim, quality.ssim_interval);
    summarize(
        d_visual_security, quality.visual_security, quality.visual_security_interval);
    quality.mean_mse_psnr_db =
        -10.0 * std::log10(d_mse.mean().item<double>() / static_cast<double>(draws));
    quality.argmax_agreement =
        d_argmax.mean().item<double>() / static_cast<double>(draws);
    return quality;
}

} // namespace djescc
