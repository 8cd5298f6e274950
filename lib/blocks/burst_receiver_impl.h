/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block burst_receiver around sample_receiver. */
#pragma once

#include "blocks/frame_drainer.h"
#include "radio/burst/sample_receiver.h"
#include <gnuradio/djescc/burst_receiver.h>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

class burst_receiver_impl : public burst_receiver
{
public:
    explicit burst_receiver_impl(const options& chosen);

    uint64_t frames_in() const override;
    uint64_t frames_out() const override;
    uint64_t dropped(const std::string& reason) const override;
    uint64_t dropped_total() const override;
    std::map<std::string, uint64_t> counters() const override;

    void setup_rpc() override;
    void forecast(int, gr_vector_int& ninput_items_required) override;
    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;
    bool start() override;
    bool stop() override;

private:
    bool at_end() const;
    void queue(std::vector<assembled_image>& images);
    void publish(const received_burst& burst);

    sample_receiver d_receiver;
    frame_drainer<gr_complex> d_finished;
    std::vector<drained_start> d_starts;
    bool d_ended = false;
};

} // namespace djescc
} // namespace gr
