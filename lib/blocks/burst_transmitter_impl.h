/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block burst_transmitter around burst_builder. */
#pragma once

#include "blocks/frame_counters.h"
#include "blocks/frame_gatherer.h"
#include "radio/burst/burst_builder.h"
#include <atomic>
#include <gnuradio/djescc/burst_transmitter.h>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

class burst_transmitter_impl : public burst_transmitter
{
public:
    explicit burst_transmitter_impl(const options& chosen);

    void set_amplitude(double amplitude) override;
    double amplitude() const override { return d_amplitude; }
    int64_t longest_burst() const override;

    uint64_t frames_in() const override { return d_counters.frames_in(); }
    uint64_t frames_out() const override { return d_counters.frames_out(); }
    uint64_t dropped(const std::string& reason) const override
    {
        return d_counters.dropped(reason);
    }
    uint64_t dropped_total() const override { return d_counters.dropped_total(); }
    std::map<std::string, uint64_t> counters() const override;

    void setup_rpc() override;
    void forecast(int, gr_vector_int& ninput_items_required) override;
    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;
    bool stop() override;

private:
    void gather(const gr_complex* items, int count);
    bool next_image();
    size_t next_length() const;
    //! No image waits, and none comes any more.
    bool at_end() const;
    void send_burst(gr_complex* out, uint64_t offset);
    void tag_time(uint64_t offset);

    const options d_options;
    burst_builder d_builder;
    std::atomic<double> d_amplitude;
    frame_counters d_counters;
    frame_gatherer<gr_complex> d_gatherer;
    std::vector<gr::tag_t> d_tags;
    uint32_t d_burst = 0;      //!< next one of the image
    uint32_t d_bursts = 0;     //!< of the image; 0 between images
    bool d_first_part = false; //!< whether they are an image, or its first part
    std::atomic<uint64_t> d_images_sent{ 0 };
    std::atomic<uint64_t> d_bursts_sent{ 0 };
    std::atomic<uint64_t> d_samples_sent{ 0 };
};

} // namespace djescc
} // namespace gr
