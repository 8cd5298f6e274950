/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Videos and cameras by OpenCV. */
#pragma once

#include <djescc/export.h>
#include <memory>
#include <optional>
#include <string>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

//! True for "camera:N".
bool is_camera(const std::string& source);

/*! Frames of a video file or a camera, by OpenCV. */
class VideoReader
{
public:
    /*! \param source  a video file, or "camera:N" for the N-th camera
     *  \throws ImageError naming \p source */
    explicit VideoReader(const std::string& source);
    ~VideoReader();
    VideoReader(VideoReader&&) noexcept;
    VideoReader& operator=(VideoReader&&) noexcept;

    //! The next frame, 3 x H x W float32 in [0, 1], or nothing at the end.
    std::optional<torch::Tensor> read();
    //! Start again at the first frame (files only).
    //! \throws ImageError
    void rewind();
    //! Frames per second as the container says; 0 where unknown.
    double frame_rate() const;

private:
    struct Impl;
    std::unique_ptr<Impl> d_impl;
};

/*! Writes a video file. The container and codec follow from the extension: .mp4, .m4v and
 *  .mov (MPEG-4), .avi (Motion JPEG) and .mkv (FFV1, lossless but for the colour
 *  conversion). Odd widths and heights grow by one repeated column or row, since video
 *  needs even ones. */
class VideoWriter
{
public:
    /*! The file is created at the first frame.
     *  \param frame_rate  frames per second, above 0, at most 1000
     *  \throws ConfigError for a frame rate out of range
     *  \throws ImageError for another extension */
    VideoWriter(const std::string& path, double frame_rate);
    ~VideoWriter();
    VideoWriter(VideoWriter&&) noexcept;
    VideoWriter& operator=(VideoWriter&&) noexcept;

    /*! \param frame  1 or 3 x H x W float32; every frame has the first one's size
     *  \throws ImageError for another size or when the file cannot be written */
    void write(const torch::Tensor& frame);
    /*! Finish the file; further frames are refused.
     *  \throws ImageError where frames were written and the file is not whole, as on a
     *          full disk */
    void close();

private:
    struct Impl;
    std::unique_ptr<Impl> d_impl;
};

} // namespace djescc
