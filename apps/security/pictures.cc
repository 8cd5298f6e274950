/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Crops, scales and tiles pictures for measurements of ciphers.

#include "security/pictures.h"

#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <torch/nn/functional.h>
#include <vector>

namespace {

constexpr int64_t most_tiles = 1024;

} // namespace

torch::Tensor square_picture(const std::string& file, int64_t channels, int64_t size)
{
    namespace F = torch::nn::functional;
    const auto image = djescc::read_image(file, static_cast<int>(channels));
    const int64_t side = std::min(image.size(1), image.size(2));
    const auto square = image.narrow(1, (image.size(1) - side) / 2, side)
                            .narrow(2, (image.size(2) - side) / 2, side)
                            .unsqueeze(0);
    const auto scaled =
        F::adaptive_avg_pool2d(square, F::AdaptiveAvgPool2dFuncOptions({ size, size }));
    // as a picture file of this size would hold it
    return scaled.mul(255).round().div(255);
}

torch::Tensor picture_tiles(const std::string& input, int64_t channels, int64_t size)
{
    std::vector<torch::Tensor> all;
    for (const auto& file : djescc::list_images(input)) {
        const auto image = djescc::read_image(file, static_cast<int>(channels));
        for (int64_t row = 0; row + size <= image.size(1); row += size)
            for (int64_t column = 0; column + size <= image.size(2); column += size)
                if (static_cast<int64_t>(all.size()) < most_tiles)
                    all.push_back(image.narrow(1, row, size).narrow(2, column, size));
    }
    if (all.empty())
        throw djescc::ImageError("no picture of " + input + " has " +
                                 std::to_string(size) + " pixels in both directions");
    return torch::stack(all);
}
