/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block that writes images into files. */
#pragma once

#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <map>
#include <memory>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief Writes frames as pictures into a folder, or as a video file.
 *
 * Input: frames of float32 in [0, 1], H x W x C with one or three channels, tagged as
 * image_source does. A picture is named `<id, six digits>_<name>.<format>`, without the
 * underscore and the name where the frame has none; characters of the name other than
 * letters, digits, dot, dash and underscore become underscores. A frame that cannot be
 * written is dropped and counted.
 *
 * Of a progressive jscc_decoder several versions of a frame come, under one `id`. Each
 * replaces the picture of the one before; of a video the last one is a frame.
 *
 * \ingroup djescc
 */
class DJESCC_API image_sink : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<image_sink>;

    /*!
     * \param output  a folder, created where it is missing, or a video file (known by its
     *                extension: mp4, mkv, avi, ...), replaced where it exists
     * \param format  of the pictures in a folder: "png"
     * \param frame_rate  of a video file, in frames per second, above 0
     * \throws djescc::ImageError when the folder cannot be made
     * \throws djescc::ConfigError for an unknown format or a frame rate out of range
     */
    static sptr make(const std::string& output,
                     const std::string& format = "png",
                     double frame_rate = 25.0);

    //! Frames that began at the input, good or bad.
    virtual uint64_t frames_in() const = 0;

    //! Frames written.
    virtual uint64_t written() const = 0;

    //! Frames dropped for any reason.
    virtual uint64_t dropped() const = 0;

    //! Frames that the decoder marked as outages, with the entry `outage`. They are
    //! written as others are.
    virtual uint64_t outages() const = 0;

    //! `frames_in`, `written`, and `dropped: <reason>` for each reason that occurred:
    //! those of frame_statistics, and `not written`; `outages` where there were any.
    virtual std::map<std::string, uint64_t> counters() const = 0;
};

} // namespace djescc
} // namespace gr
