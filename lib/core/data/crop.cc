/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cuts crops out of pictures, padded and mirrored as asked.

#include "data/dataset_kinds.h"

#include <algorithm>
#include <djescc/error.h>

namespace djescc {

torch::Tensor
take_crop(const torch::Tensor& image, const CropChoice& choice, int64_t side)
{
    auto crop = image;
    if (side > 0) {
        for (int64_t dimension : { 1, 2 }) {
            const int64_t size = crop.size(dimension);
            if (size < side) {
                const auto index = torch::arange(side).clamp_max(size - 1);
                crop = crop.index_select(dimension, index);
                continue;
            }
            const double fraction = dimension == 1 ? choice.top : choice.left;
            const auto start = std::min(
                size - side,
                static_cast<int64_t>(fraction * static_cast<double>(size - side + 1)));
            crop = crop.narrow(dimension, start, side);
        }
    }
    return choice.flip ? crop.flip(2) : crop;
}

} // namespace djescc
