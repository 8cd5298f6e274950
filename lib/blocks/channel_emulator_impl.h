/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block channel_emulator over the radio library's channel model. */
#pragma once

#include "radio/propagation/propagation_model.h"
#include <atomic>
#include <gnuradio/djescc/channel_emulator.h>
#include <mutex>
#include <vector>

namespace gr {
namespace djescc {

class channel_emulator_impl : public channel_emulator
{
public:
    channel_emulator_impl(const channel_settings& settings, uint64_t seed);

    void set(const channel_settings& settings) override;
    channel_settings settings() const override;
    uint64_t lost_bursts() const override { return d_lost_bursts; }
    uint64_t dropped_samples() const override { return d_dropped_samples; }

    void forecast(int, gr_vector_int& ninput_items_required) override;
    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    void pass(const gr_complex* in, size_t count);

    mutable std::mutex d_mutex; //!< of d_settings
    channel_settings d_settings;
    propagation_model d_channel;
    std::vector<gr::tag_t> d_tags;
    std::vector<gr_complex> d_output; //!< samples that wait for room
    size_t d_written = 0;             //!< of them that are out already
    std::atomic<uint64_t> d_lost_bursts{ 0 };
    std::atomic<uint64_t> d_dropped_samples{ 0 };
};

} // namespace djescc
} // namespace gr
