/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block image_sink: a gatherer of frames before a writer of pictures. */
#pragma once

#include "blocks/frame_counters.h"
#include "blocks/frame_gatherer.h"
#include <djescc/image/picture_writer.h>
#include <gnuradio/djescc/image_sink.h>
#include <optional>
#include <vector>

namespace gr {
namespace djescc {

class image_sink_impl : public image_sink
{
public:
    image_sink_impl(const std::string& output,
                    const std::string& format,
                    double frame_rate);

    uint64_t frames_in() const override { return d_counters.frames_in(); }
    uint64_t written() const override { return d_counters.frames_out(); }
    uint64_t dropped() const override { return d_counters.dropped_total(); }
    uint64_t outages() const override { return d_counters.outages(); }
    std::map<std::string, uint64_t> counters() const override;

    bool stop() override;
    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    void take_frame(frame<float> taken);
    void write_frame(frame<float> taken);
    void write_held_frame();

    frame_counters d_counters;
    frame_gatherer<float> d_gatherer;
    ::djescc::PictureWriter d_writer;
    const bool d_is_video;
    //! Of a video, which nothing can be written over: a version of a frame that a better
    //! one may follow.
    std::optional<frame<float>> d_held;
    bool d_told_of_odd_size = false;
    std::vector<gr::tag_t> d_tags;
};

} // namespace djescc
} // namespace gr
