/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures written one after the other, as files or as a video. */
#pragma once

#include <array>
#include <cstdint>
#include <djescc/export.h>
#include <djescc/image/video.h>
#include <optional>
#include <string>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

/*! Writes pictures into a folder or as a video file. */
class PictureWriter
{
public:
    /*!
     * \param output  a folder, created here, or a video file by its extension
     * \param format  "png"
     * \param frame_rate  of a video file
     * \throws ImageError when the folder cannot be made
     * \throws ConfigError for an unknown format or a frame rate out of range
     */
    PictureWriter(const std::string& output,
                  const std::string& format,
                  double frame_rate);

    /*! \param image  1 or 3 x H x W float32
     *  \param id, name  of the frame, which a picture's file is called by
     *  \throws ImageError when it cannot be written */
    void write(const torch::Tensor& image, int64_t id, const std::string& name);

    /*! Finish a video file. A later frame goes behind the earlier ones: they are encoded
     *  once more, because a finished file cannot be added to.
     *  \throws ImageError where the file is not whole, as on a full disk */
    void close();

private:
    void open_video();

    const std::string d_output;
    const double d_frame_rate;
    const bool d_is_video;
    std::optional<VideoWriter> d_video;
    int64_t d_frames = 0;                  //!< that the video has
    std::array<int64_t, 2> d_frame_size{}; //!< their height and width
};

/*! Name of a frame's file: six digits of its id and, where it has one, its name, of which
 *  anything but letters, digits, dot, dash and underscore becomes an underscore. */
std::string picture_file_name(int64_t id, const std::string& name);

} // namespace djescc
