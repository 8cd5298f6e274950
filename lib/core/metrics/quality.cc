/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Measures PSNR and SSIM, large images in pieces.

#include "metrics/ssim_map.h"
#include <algorithm>
#include <djescc/error.h>
#include <djescc/image/levels.h>
#include <djescc/metrics/quality.h>
#include <vector>

namespace djescc {

namespace {

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

} // namespace

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

torch::Tensor argmax_agreement(const torch::Tensor& images,
                               const torch::Tensor& references)
{
    require_same_images(images, references);
    return images.argmax(1).eq(references.argmax(1)).to(torch::kFloat).mean({ 1, 2 });
}

torch::Tensor ssim(const torch::Tensor& images, const torch::Tensor& references)
{
    require_same_images(images, references);
    const torch::NoGradGuard no_gradients;
    const auto channels = images.size(1);
    const auto height = images.size(2);
    const auto width = images.size(3);
    const auto smaller_side = std::min(height, width);
    const auto window = ssim_window(smaller_side);
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
            sum += ssim_map(piece(images), piece(references), window).sum({ 1, 2, 3 });
        }
        indices.push_back(
            sum / static_cast<double>(channels * rows_of_windows * (width - margin)));
    }
    return torch::cat(indices).to(torch::kFloat);
}

} // namespace djescc
