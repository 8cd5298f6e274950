/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Fuzz target of the decoders of HEVC pictures, by themselves and of a clip.

#include "digital/hevc_bytes.h"
#include "digital/hevc_clip_coder.h"

#include <cstdlib>
#include <djescc/error.h>

namespace {

constexpr int height = 40, width = 72;

void decode(djescc::PictureCoder& coder, const std::string& bytes, int channels)
{
    try {
        const auto picture = coder.decode(bytes, channels, height, width);
        const std::size_t samples = static_cast<std::size_t>(channels) * height * width;
        if (picture.samples.size() != samples) {
            std::abort();
        }
    } catch (const djescc::ImageError&) {
        return;
    }
}

//! A key picture, grey with a slope.
std::string key_bytes(int channels)
{
    djescc::PlanarPicture picture{ channels, height, width, {} };
    const int count = channels * height * width;
    for (int i = 0; i < count; ++i) {
        picture.samples.push_back(0.3f + 0.4f * static_cast<float>(i) /
                                             static_cast<float>(count));
    }
    constexpr int quality = 500;
    return djescc::HevcCoder(djescc::HevcCoder::Speed::fast)
        .encode_at(picture, quality)
        .bytes;
}

} // namespace

//! x265 keeps a little of every encoder.
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265"; }

//! Any bytes are a picture of the shape that was asked for, or an ImageError.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    static const std::string keys[] = { key_bytes(1), key_bytes(3) };
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    djescc::HevcCoder coder;
    // One for each number of channels: what they need of x265 is made once.
    static djescc::HevcClipCoder clips[] = { { djescc::HevcCoder::Speed::fast, 2 },
                                             { djescc::HevcCoder::Speed::fast, 2 } };
    for (const int channels : { 1, 3 }) {
        decode(coder, bytes, channels);
        const auto& key = keys[channels == 1 ? 0 : 1];
        auto& clip = clips[channels == 1 ? 0 : 1];
        clip.decode(key, channels, height, width);
        auto predicted = bytes;
        if (predicted.size() >= djescc::hevc_predicted_own_bytes) {
            // Any bytes follow the key picture.
            predicted[1] = static_cast<char>(static_cast<uint8_t>(predicted[1]) | 1u);
            const uint32_t digest = djescc::hevc_digest(key);
            for (const unsigned i : { 0u, 1u, 2u, 3u }) {
                predicted[djescc::hevc_own_bytes + i] =
                    static_cast<char>(digest >> (24 - 8 * i) & 0xff);
            }
        }
        decode(clip, predicted, channels);
    }
    return 0;
}
