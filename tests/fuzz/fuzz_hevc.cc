/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Fuzz target of the decoder of HEVC pictures.

#include "digital/hevc_coder.h"

#include <cstdlib>
#include <djescc/error.h>

//! Any bytes are a picture of the shape that was asked for, or an ImageError.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    constexpr int height = 40, width = 72;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    djescc::HevcCoder coder;
    for (const int channels : { 1, 3 }) {
        try {
            const auto picture = coder.decode(bytes, channels, height, width);
            const std::size_t samples =
                static_cast<std::size_t>(channels) * height * width;
            if (picture.samples.size() != samples) {
                std::abort();
            }
        } catch (const djescc::ImageError&) {
            continue;
        }
    }
    return 0;
}
