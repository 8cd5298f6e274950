/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// What coders of pictures refuse.

#include "digital/picture_coder.h"

#include <algorithm>
#include <cmath>
#include <djescc/error.h>

namespace djescc {

void check_coded_shape(int channels, int height, int width)
{
    if (channels != 1 && channels != 3)
        throw ImageError("a picture of " + std::to_string(channels) +
                         " channels cannot be coded: 1 or 3 are");
    if (height < 1 || width < 1 || height > most_coded_side || width > most_coded_side ||
        int64_t{ height } * width > most_coded_pixels)
        throw ImageError("a picture of " + std::to_string(height) + " x " +
                         std::to_string(width) + " pixels cannot be coded: 1 to " +
                         std::to_string(most_coded_side) + " on a side and at most " +
                         std::to_string(most_coded_pixels) + " in all are");
}

void check_coded_picture(const PlanarPicture& picture)
{
    check_coded_shape(picture.channels, picture.height, picture.width);
    const auto count = static_cast<std::size_t>(picture.channels) * picture.height *
                       static_cast<std::size_t>(picture.width);
    if (picture.samples.size() != count)
        throw ImageError("a picture to be coded has " +
                         std::to_string(picture.samples.size()) + " samples, not " +
                         std::to_string(count));
    if (!std::all_of(picture.samples.begin(), picture.samples.end(), [](float sample) {
            return std::isfinite(sample);
        }))
        throw ImageError("a picture to be coded has samples that are no numbers");
}

void check_coded_quality(const PictureCoder& coder, int quality)
{
    if (quality < coder.least_quality() || quality > coder.most_quality())
        throw ConfigError("quality " + std::to_string(quality) +
                          " of a picture coder is not " +
                          std::to_string(coder.least_quality()) + " to " +
                          std::to_string(coder.most_quality()));
}

} // namespace djescc
