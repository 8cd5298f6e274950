/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <djescc/metrics/quality.h>
#include <vector>

namespace djescc {

namespace {

// Wang et al., "Image Quality Assessment: From Error Visibility to Structural
// Similarity", 2004, section III-C; MAX is 1 here, which gives the same index as 255.
constexpr int64_t full_window = 11;
constexpr double window_deviation = 1.5;
constexpr double luminance_constant = 0.01 * 0.01;
constexpr double contrast_constant = 0.03 * 0.03;

// Work is cut into pieces of about this many scalars: they stay in the cache, and the
// statistics of a large photograph need no memory worth mentioning.
constexpr int64_t piece_size = int64_t{ 1 } << 18;

void require_same_images(const torch::Tensor& images, const torch::Tensor& references)
{
    if (images.dim() != 4 || images.numel() == 0 ||
        images.sizes() != references.sizes()) {
        throw ImageError("images to compare must be N x C x H x W of one size.");
    }
}

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

//! Sum of the SSIM map of each image, in double precision.
torch::Tensor ssim_map_sum(const torch::Tensor& x,
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
    return (numerator / denominator).sum({ 1, 2, 3 });
}

} // namespace

torch::Tensor to_8bit_levels(const torch::Tensor& images)
{
    return images.to(torch::kFloat).clamp(0, 1).mul(255).round();
}

torch::Tensor psnr(const torch::Tensor& images, const torch::Tensor& references)
{
    require_same_images(images, references);
    const torch::NoGradGuard no_gradients;
    const auto error = to_8bit_levels(images).sub_(to_8bit_levels(references));
    // Rows in single precision, the rest in double: no double copy of the image.
    const auto squared_error =
        error.square_().sum(3).sum({ 1, 2 }, false, torch::kDouble);
    const auto mean_squared_error =
        squared_error / static_cast<double>(images[0].numel());
    return (10 * torch::log10(255.0 * 255.0 / mean_squared_error)).to(torch::kFloat);
}

torch::Tensor ssim(const torch::Tensor& images, const torch::Tensor& references)
{
    require_same_images(images, references);
    const torch::NoGradGuard no_gradients;
    const auto channels = images.size(1);
    const auto height = images.size(2);
    const auto width = images.size(3);
    const auto smaller_side = std::min(height, width);
    const auto window = gaussian_window(
        std::min(full_window, smaller_side % 2 == 1 ? smaller_side : smaller_side - 1));
    const auto margin = static_cast<int64_t>(window.size()) - 1;
    const auto rows_of_windows = height - margin;

    const auto images_per_piece =
        std::max(int64_t{ 1 }, piece_size / (channels * height * width));
    const auto rows_per_piece =
        std::max(int64_t{ 1 }, piece_size / (channels * width * images_per_piece));
    std::vector<torch::Tensor> indices;
    for (int64_t first = 0; first < images.size(0); first += images_per_piece) {
        const auto count = std::min(images_per_piece, images.size(0) - first);
        auto sum = torch::zeros({ count }, images.options().dtype(torch::kDouble));
        for (int64_t row = 0; row < rows_of_windows; row += rows_per_piece) {
            const auto rows = std::min(rows_per_piece, rows_of_windows - row) + margin;
            const auto piece = [&](const torch::Tensor& all) {
                return all.narrow(0, first, count)
                    .narrow(2, row, rows)
                    .to(torch::kDouble);
            };
            sum += ssim_map_sum(piece(images), piece(references), window);
        }
        indices.push_back(
            sum / static_cast<double>(channels * rows_of_windows * (width - margin)));
    }
    return torch::cat(indices).to(torch::kFloat);
}

} // namespace djescc
