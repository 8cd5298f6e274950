/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures one after the other, from files, a video or a camera. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <djescc/image/video.h>
#include <functional>
#include <optional>
#include <string>
#include <torch/types.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! A picture and what to call it.
struct Picture {
    torch::Tensor image; //!< C x H x W float32 in [0, 1]
    //! Without the extension; none for frames of videos and cameras: GNU Radio keeps
    //! every name for ever, and they have no end.
    std::string name;
};

/*! Pictures one after the other from a file, a folder, a glob pattern, a video file or a
 *  camera. Files that cannot be read are reported and left out; so are pictures of a
 *  folder in formats such as HEIC and GIF, at the start. */
class PictureSequence
{
public:
    //! Gets the text of the error for every picture that cannot be read.
    using ReportFunction = std::function<void(const std::string&)>;

    /*! Finds the first readable picture.
     *  \param channels  1 or 3
     *  \param repeat  start again at the end; ignored for cameras
     *  \throws ImageError where there is none */
    PictureSequence(const std::string& input,
                    int channels,
                    bool repeat,
                    ReportFunction report);

    //! The next picture, nothing at the end.
    std::optional<Picture> next();

private:
    std::optional<Picture> next_file();
    std::optional<Picture> next_video_frame();

    const std::string d_input;
    const int d_channels;
    const bool d_repeat;
    ReportFunction d_report;
    std::string d_last_error;

    std::vector<std::string> d_files;
    std::size_t d_next_file = 0;
    std::optional<VideoReader> d_video;
    int64_t d_video_frame = 0;
    std::optional<Picture> d_first; //!< read at construction, not handed out yet
};

} // namespace djescc
