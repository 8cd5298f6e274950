/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block quality_probe: two streams gathered, matched and measured. */
#pragma once

#include "blocks/frame_counters.h"
#include "blocks/frame_matcher.h"
#include <array>
#include <chrono>
#include <deque>
#include <gnuradio/djescc/quality_probe.h>
#include <mutex>
#include <vector>

namespace gr {
namespace djescc {

/*! The scheduler ends a block as soon as one of its inputs has ended and is used up, but
 *  here the reference stream ends while the last judged frames are still on their way. So
 *  the last item of each input is looked at but stays unconsumed until both streams have
 *  ended. */
class quality_probe_impl : public quality_probe
{
public:
    explicit quality_probe_impl(bool log);

    double mean_psnr() const override;
    double mean_ssim() const override;
    double last_psnr() const override;
    double last_ssim() const override;
    uint64_t matched() const override;
    uint64_t dropped() const override;
    std::map<std::string, uint64_t> counters() const override;

    bool start() override;
    bool stop() override;
    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;
    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    enum port : size_t { reference = 0, test = 1 };
    struct quality {
        float psnr_db;
        float ssim;
    };
    //! How far a version of a frame is.
    struct part_number {
        int64_t part;
        int64_t parts;
    };

    bool has_news(port input) const;
    bool has_ended(port input) const;
    bool is_full(port input) const;
    bool is_stuck() const;
    void take_items(port input, int available, const void* items);
    void drop_hopeless();
    void compare(frame_matcher::pair pair);
    void
    publish(const frame_info& info, const part_number& version, const quality& result);
    int write_outputs(int space, gr_vector_void_star& output_items);

    const bool d_log;
    frame_counters d_reference_counters;
    frame_counters d_test_counters;
    frame_matcher d_matcher;
    std::vector<gr::tag_t> d_tags;
    std::array<size_t, 2> d_seen{ 0,
                                  0 }; //!< unconsumed items that were looked at: 0 or 1
    std::chrono::steady_clock::time_point d_last_progress;
    std::deque<quality> d_unwritten;

    mutable std::mutex d_mutex; //!< of what follows
    uint64_t d_matched = 0;
    double d_psnr_sum = 0.0;
    double d_ssim_sum = 0.0;
    quality d_last;
};

} // namespace djescc
} // namespace gr
