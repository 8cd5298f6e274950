/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block awgn_channel over the radio library's noise generator. */
#pragma once

#include "blocks/message_warnings.h"
#include "radio/dsp/complex_gaussian_noise.h"
#include <atomic>
#include <gnuradio/djescc/awgn_channel.h>
#include <vector>

namespace gr {
namespace djescc {

class awgn_channel_impl : public awgn_channel
{
public:
    awgn_channel_impl(double snr_db, uint64_t seed);

    void set_snr_db(double snr_db) override;
    double snr_db() const override { return d_snr_db; }

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;
    bool stop() override;

private:
    void handle_snr(const pmt::pmt_t& message);
    //! Tags of the next items go on, those of frames with the SNR that they meet.
    void pass_tags(int items);

    std::atomic<double> d_snr_db;
    message_warnings d_bad_messages;
    complex_gaussian_noise d_noise;
    std::vector<gr::tag_t> d_tags;
};

} // namespace djescc
} // namespace gr
