/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads pictures one after the other and leaves out those that cannot be read.

#include "image/left_out_images.h"
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <djescc/image/picture_sequence.h>
#include <filesystem>
#include <torch/torch.h>
#include <utility>

namespace djescc {

namespace {

//! Luma of an RGB image by ITU-R BT.601, as OpenCV has it for files.
torch::Tensor to_luma(const torch::Tensor& image)
{
    return (0.299 * image[0] + 0.587 * image[1] + 0.114 * image[2]).unsqueeze(0);
}

} // namespace

PictureSequence::PictureSequence(const std::string& input,
                                 int channels,
                                 bool repeat,
                                 ReportFunction report)
    : d_input(input)
    , d_channels(channels)
    , d_repeat(repeat && !is_camera(input))
    , d_report(std::move(report))
{
    if (is_camera(input) || is_video_file(input)) {
        d_video.emplace(input);
        d_first = next_video_frame();
    } else {
        d_files = list_images(input);
        for (const auto& path : left_out_images(input)) {
            d_report(path + " is left out: " + left_out_reason(path));
        }
        d_first = next_file();
    }
    if (!d_first) {
        throw ImageError(input + " holds no readable picture" +
                         (d_last_error.empty() ? "" : ": " + d_last_error));
    }
}

std::optional<Picture> PictureSequence::next()
{
    if (d_first) {
        return std::exchange(d_first, std::nullopt);
    }
    return d_video ? next_video_frame() : next_file();
}

std::optional<Picture> PictureSequence::next_file()
{
    // One whole round without a readable picture is the end, repeated or not.
    for (std::size_t failures = 0; failures < d_files.size(); failures++) {
        if (d_next_file == d_files.size()) {
            if (!d_repeat) {
                return std::nullopt;
            }
            d_next_file = 0;
        }
        const std::string& path = d_files[d_next_file++];
        try {
            return Picture{ read_image(path, d_channels),
                            std::filesystem::path(path).stem().string() };
        } catch (const ImageError& error) {
            d_last_error = error.what();
            d_report(d_last_error);
        }
    }
    return std::nullopt;
}

std::optional<Picture> PictureSequence::next_video_frame()
{
    auto image = d_video->read();
    if (!image && d_repeat && d_video_frame > 0) {
        d_video->rewind();
        d_video_frame = 0;
        image = d_video->read();
    }
    if (!image) {
        return std::nullopt;
    }
    ++d_video_frame;
    return Picture{ d_channels == 1 ? to_luma(*image) : std::move(*image), {} };
}

} // namespace djescc
