/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Computes SSIM at every place, by two one-dimensional filters.

#include "metrics/ssim_map.h"

#include <algorithm>
#include <cmath>

namespace djescc {
namespace {

// MAX is 1 here, which gives the same index as 255.
constexpr int64_t full_window = 11;
constexpr double window_deviation = 1.5;
constexpr double luminance_constant = 0.01 * 0.01;
constexpr double contrast_constant = 0.03 * 0.03;

std::vector<double> gaussian_window(int64_t size)
{
    std::vector<double> window(size);
    double sum = 0;
    for (int64_t i = 0; i < size; ++i) {
        const auto offset = static_cast<double>(i - size / 2);
        window[i] =
            std::exp(-offset * offset / (2 * window_deviation * window_deviation));
        sum += window[i];
    }
    for (auto& weight : window) {
        weight /= sum;
    }
    return window;
}

torch::Tensor filter_dimension(const torch::Tensor& images,
                               const std::vector<double>& window,
                               int64_t dimension)
{
    const auto taps = static_cast<int64_t>(window.size());
    const auto size = images.size(dimension) - taps + 1;
    auto filtered = images.narrow(dimension, 0, size) * window.front();
    for (int64_t i = 1; i < taps; ++i) {
        filtered.add_(images.narrow(dimension, i, size), window[i]);
    }
    return filtered;
}

torch::Tensor weighted_mean(const torch::Tensor& images,
                            const std::vector<double>& window)
{
    return filter_dimension(filter_dimension(images, window, 2), window, 3);
}

} // namespace

std::vector<double> ssim_window(int64_t smaller_side)
{
    return gaussian_window(
        std::min(full_window, smaller_side % 2 == 1 ? smaller_side : smaller_side - 1));
}

torch::Tensor ssim_map(const torch::Tensor& x,
                       const torch::Tensor& y,
                       const std::vector<double>& window)
{
    const auto mean_x = weighted_mean(x, window);
    const auto mean_y = weighted_mean(y, window);
    const auto variance_x = weighted_mean(x * x, window) - mean_x * mean_x;
    const auto variance_y = weighted_mean(y * y, window) - mean_y * mean_y;
    const auto covariance = weighted_mean(x * y, window) - mean_x * mean_y;
    const auto numerator =
        (2 * mean_x * mean_y + luminance_constant) * (2 * covariance + contrast_constant);
    const auto denominator = (mean_x * mean_x + mean_y * mean_y + luminance_constant) *
                             (variance_x + variance_y + contrast_constant);
    return numerator / denominator;
}

} // namespace djescc
