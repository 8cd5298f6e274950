/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Pads images by repeating their edge, and crops them.

#include <djescc/error.h>
#include <djescc/image/padding.h>
#include <string>

namespace djescc {

int64_t round_up(int64_t value, int64_t multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

torch::Tensor pad_to_multiple(const torch::Tensor& images, int64_t multiple)
{
    const auto height = images.size(2);
    const auto width = images.size(3);
    const auto bottom = round_up(height, multiple) - height;
    const auto right = round_up(width, multiple) - width;
    if (bottom == 0 && right == 0) {
        return images;
    }
    return torch::replication_pad2d(images, { 0, right, 0, bottom });
}

torch::Tensor crop(const torch::Tensor& images, int64_t height, int64_t width)
{
    if (height < 1 || width < 1 || images.size(2) < height || images.size(3) < width) {
        throw ImageError("cannot cut " + std::to_string(width) + " x " +
                         std::to_string(height) + " pixels out of an image of " +
                         std::to_string(images.size(3)) + " x " +
                         std::to_string(images.size(2)) + ".");
    }
    return images.narrow(2, 0, height).narrow(3, 0, width);
}

} // namespace djescc
