/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block image_source: a sequence of pictures before a drainer of frames. */
#pragma once

#include "blocks/frame_counters.h"
#include "blocks/frame_drainer.h"
#include <chrono>
#include <djescc/image/picture_sequence.h>
#include <gnuradio/djescc/image_source.h>

namespace gr {
namespace djescc {

class image_source_impl : public image_source
{
public:
    image_source_impl(const std::string& input,
                      bool repeat,
                      double frame_rate,
                      int channels,
                      int64_t max_frames);

    uint64_t frames_out() const override { return d_counters.frames_out(); }
    uint64_t dropped() const override { return d_counters.dropped_total(); }
    std::map<std::string, uint64_t> counters() const override;

    bool start() override;
    bool stop() override;
    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    using clock = std::chrono::steady_clock;

    void wait_until_due();
    bool load_next_frame();

    const clock::duration d_frame_period; //!< zero for no pacing
    const int64_t d_max_frames;           //!< 0 for no limit
    frame_counters d_counters;
    ::djescc::PictureSequence d_pictures;
    frame_drainer<float> d_output;
    int64_t d_next_id = 0;
    clock::time_point d_due; //!< when the next frame may begin
};

} // namespace djescc
} // namespace gr
