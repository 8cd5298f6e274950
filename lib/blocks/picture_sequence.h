/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cstdint>
#include <djescc/image/video.h>
#include <functional>
#include <optional>
#include <string>
#include <torch/types.h>
#include <vector>

namespace gr {
namespace djescc {

//! A picture and what to call it.
struct picture {
    torch::Tensor image; //!< C x H x W float32 in [0, 1]
    std::string name;
};

/*! Pictures one after the other from a file, a folder, a glob pattern, a video file or a
 *  camera. Files that cannot be read are reported and left out. */
class picture_sequence
{
public:
    //! Gets the text of the error for every picture that cannot be read.
    using report_function = std::function<void(const std::string&)>;

    /*! Finds the first readable picture.
     *  \param channels  1 or 3
     *  \param repeat  start again at the end; ignored for cameras
     *  \throws djescc::ImageError where there is none */
    picture_sequence(const std::string& input,
                     int channels,
                     bool repeat,
                     report_function report);

    //! The next picture, nothing at the end.
    std::optional<picture> next();

private:
    std::optional<picture> next_file();
    std::optional<picture> next_video_frame();

    const std::string d_input;
    const int d_channels;
    const bool d_repeat;
    report_function d_report;
    std::string d_last_error;

    std::vector<std::string> d_files;
    size_t d_next_file = 0;
    std::optional<::djescc::VideoReader> d_video;
    int64_t d_video_frame = 0;
    std::optional<picture> d_first; //!< read at construction, not handed out yet
};

} // namespace djescc
} // namespace gr
