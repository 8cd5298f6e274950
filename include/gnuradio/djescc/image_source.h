/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block that sends pictures, videos and cameras as frames. */
#pragma once

#include <cstdint>
#include <gnuradio/djescc/api.h>
#include <gnuradio/sync_block.h>
#include <map>
#include <memory>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief Pictures, a video or a camera as a stream of frames.
 *
 * Output: float32 in [0, 1], row by row, interleaved (H x W x C). The first item of each
 * frame carries two tags: `packet_len` (number of items, an integer) and `frame`, a
 * dictionary with the integers `id` (0, 1, 2, ... in this run), `width`, `height`,
 * `channels` and the string `name` (the file's stem; none in a video).
 *
 * A picture in a folder that cannot be read is counted, logged and left out. Frames need
 * not fit into the scheduler's buffers.
 *
 * \ingroup djescc
 */
class DJESCC_API image_source : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<image_source>;

    /*!
     * \param input  a picture, a folder of pictures (not recursive, in natural order), a
     *               glob pattern, a video file, or "camera:N" for the N-th camera
     * \param repeat  start again at the end (not for cameras); without it the stream ends
     * \param frame_rate  frames per second of wall-clock time; 0 sends as fast as the
     *                    blocks downstream take them (a camera as fast as it delivers)
     * \param channels  1 (luma) or 3 (RGB)
     * \param max_frames  end after so many frames; 0 means no limit
     * \throws djescc::ImageError when \p input is missing or holds nothing readable
     * \throws djescc::ConfigError for \p frame_rate, \p channels or \p max_frames out of
     *         range
     */
    static sptr make(const std::string& input,
                     bool repeat = false,
                     double frame_rate = 0.0,
                     int channels = 3,
                     int64_t max_frames = 0);

    //! Frames sent so far (begun, to be exact: the last one may still be on its way).
    virtual uint64_t frames_out() const = 0;

    //! Pictures that could not be read.
    virtual uint64_t dropped() const = 0;

    //! `frames_out` and, where there were any, `dropped: unreadable`.
    virtual std::map<std::string, uint64_t> counters() const = 0;
};

} // namespace djescc
} // namespace gr
