/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the pictures that are measured with.

#include "bench/bench_options.h"

#include <ATen/Functions.h>
#include <algorithm>
#include <cmath>
#include <djescc/image/image_io.h>
#include <vector>

namespace {

//! Scaled until it covers the shape, and cut to its middle. C x H x W.
torch::Tensor fitted(const torch::Tensor& image, const djescc::ImageShape& shape)
{
    const double scale =
        std::max(static_cast<double>(shape.height) / static_cast<double>(image.size(1)),
                 static_cast<double>(shape.width) / static_cast<double>(image.size(2)));
    const auto scaled_side = [&](int64_t side, int64_t least) {
        return std::max<int64_t>(least, std::llround(scale * static_cast<double>(side)));
    };
    const int64_t height = scaled_side(image.size(1), shape.height),
                  width = scaled_side(image.size(2), shape.width);
    auto scaled = image.unsqueeze(0);
    if (height < image.size(1)) // pixels are means of what they cover
        scaled = at::adaptive_avg_pool2d(scaled, { height, width });
    else if (height > image.size(1))
        scaled = at::upsample_bilinear2d(scaled, { height, width }, false);
    return scaled.squeeze(0)
        .slice(1, (height - shape.height) / 2, (height - shape.height) / 2 + shape.height)
        .slice(2, (width - shape.width) / 2, (width - shape.width) / 2 + shape.width);
}

//! Noise of every scale, the more of it the larger: N x C x H x W.
torch::Tensor drawn(int64_t batch, const djescc::ImageShape& shape)
{
    constexpr int64_t largest_grain = 256;
    auto images = at::zeros({ batch, shape.channels, shape.height, shape.width });
    double most = 0;
    for (int64_t grain = 1; grain <= largest_grain; grain *= 2) {
        const auto noise = at::rand(
            { batch, shape.channels, shape.height / grain + 2, shape.width / grain + 2 });
        const auto part = at::upsample_bilinear2d(
            noise,
            { (shape.height / grain + 2) * grain, (shape.width / grain + 2) * grain },
            false);
        images += static_cast<double>(grain) *
                  part.slice(2, 0, shape.height).slice(3, 0, shape.width);
        most += static_cast<double>(grain);
    }
    return images / most;
}

} // namespace

djescc::FrameBatch BenchOptions::pictures() const
{
    if (input.empty())
        return djescc::image_batch(drawn(batch, shape));
    const auto files = djescc::list_images(input);
    std::vector<torch::Tensor> images;
    for (int64_t i = 0; i < batch; i++)
        images.push_back(
            fitted(djescc::read_image(files[static_cast<std::size_t>(i) % files.size()],
                                      static_cast<int>(shape.channels)),
                   shape));
    return djescc::image_batch(at::stack(images));
}
