/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sums up PSNR, SSIM and visual security.

#include "attack/figure_sums.h"

#include <cmath>
#include <djescc/metrics/quality.h>
#include <djescc/metrics/visual_security.h>

nlohmann::json AttackFigures::to_json() const
{
    return { { "of", of },
             { "psnr_db", psnr_db },
             { "mean_mse_psnr_db", mean_mse_psnr_db },
             { "ssim", ssim },
             { "visual_security", visual_security } };
}

void FigureSums::add(const torch::Tensor& images, const torch::Tensor& plain)
{
    const auto psnr_db = djescc::psnr(images, plain).to(torch::kFloat64);
    const auto sum = [](const torch::Tensor& values) {
        return values.sum().item<double>();
    };
    d_figures.psnr_db += sum(psnr_db);
    d_mse += sum(torch::pow(10.0, psnr_db / -10.0));
    d_figures.ssim += sum(djescc::ssim(images, plain));
    d_figures.visual_security += sum(djescc::visual_security(images, plain));
    d_count += static_cast<double>(plain.size(0));
}

AttackFigures FigureSums::mean() const
{
    auto figures = d_figures;
    figures.psnr_db /= d_count;
    figures.ssim /= d_count;
    figures.visual_security /= d_count;
    figures.mean_mse_psnr_db = -10 * std::log10(d_mse / d_count);
    return figures;
}
