/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The size of an image. */
#pragma once

#include <cstdint>
#include <djescc/export.h>

namespace DJESCC_EXPORT djescc {

/*! Size of one image, without the batch dimension. All in pixels, channels in planes. */
struct ImageShape {
    int64_t channels = 3;
    int64_t height = 0;
    int64_t width = 0;

    //! Number of scalars in the image: channels * height * width (the papers' n).
    int64_t numel() const { return channels * height * width; }

    friend bool operator==(const ImageShape& a, const ImageShape& b)
    {
        return a.channels == b.channels && a.height == b.height && a.width == b.width;
    }
    friend bool operator!=(const ImageShape& a, const ImageShape& b) { return !(a == b); }
};

} // namespace djescc
