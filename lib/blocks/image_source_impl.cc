/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sends pictures as frames, at the wanted rate.

#include "blocks/image_source_impl.h"

#include "blocks/drop_reason.h"
#include "blocks/frame_block_support.h"
#include "blocks/frame_tensors.h"
#include <cmath>
#include <djescc/error.h>
#include <gnuradio/io_signature.h>
#include <gnuradio/thread/thread.h>

namespace gr {
namespace djescc {

namespace {

constexpr double fastest_frame_rate = 1e6;
constexpr double slowest_frame_rate = 1e-3;

std::chrono::steady_clock::duration frame_period(double frame_rate)
{
    using clock = std::chrono::steady_clock;
    if (frame_rate == 0.0) {
        return clock::duration::zero();
    }
    if (!(frame_rate >= slowest_frame_rate && frame_rate <= fastest_frame_rate)) {
        throw ::djescc::ConfigError(
            "image_source: the frame rate must be 0 or from 0.001 to "
            "1000000 frames per second");
    }
    return std::chrono::duration_cast<clock::duration>(
        std::chrono::duration<double>(1.0 / frame_rate));
}

int checked_channels(int channels)
{
    if (channels != 1 && channels != 3) {
        throw ::djescc::ConfigError("image_source: channels must be 1 or 3, but is " +
                                    std::to_string(channels));
    }
    return channels;
}

int64_t checked_max_frames(int64_t max_frames)
{
    if (max_frames < 0) {
        throw ::djescc::ConfigError(
            "image_source: max_frames must be 0 (no limit) or above, but is " +
            std::to_string(max_frames));
    }
    return max_frames;
}

} // namespace

image_source::sptr image_source::make(const std::string& input,
                                      bool repeat,
                                      double frame_rate,
                                      int channels,
                                      int64_t max_frames)
{
    return gnuradio::make_block_sptr<image_source_impl>(
        input, repeat, frame_rate, channels, max_frames);
}

image_source_impl::image_source_impl(const std::string& input,
                                     bool repeat,
                                     double frame_rate,
                                     int channels,
                                     int64_t max_frames)
    : gr::sync_block("image_source",
                     gr::io_signature::make(0, 0, 0),
                     gr::io_signature::make(1, 1, sizeof(float)))
    , d_frame_period(frame_period(frame_rate))
    , d_max_frames(checked_max_frames(max_frames))
    , d_pictures(
          input, checked_channels(channels), repeat, [this](const std::string& error) {
              d_counters.drop(drop_reason::unreadable, error);
          })
{
    d_counters.set_log([this](const std::string& line) { d_logger->warn("{:s}", line); });
    set_min_output_buffer(0, min_output_items<float>);
}

std::map<std::string, uint64_t> image_source_impl::counters() const
{
    auto counters = d_counters.all();
    counters.erase("frames_in");
    return counters;
}

bool image_source_impl::start()
{
    d_output.clear();
    d_due = clock::now();
    return image_source::start();
}

void image_source_impl::wait_until_due()
{
    if (d_frame_period == clock::duration::zero()) {
        return;
    }
    const auto now = clock::now();
    if (now < d_due) {
        // Boost's sleep, because stopping the flowgraph interrupts it.
        const auto wait = std::chrono::nanoseconds(d_due - now);
        boost::this_thread::sleep_for(boost::chrono::nanoseconds(wait.count()));
        d_due += d_frame_period;
    } else {
        // Late: go on from here instead of sending a burst.
        d_due = now + d_frame_period;
    }
}

bool image_source_impl::load_next_frame()
{
    if (d_max_frames > 0 && d_next_id == d_max_frames) {
        return false;
    }
    auto next = d_pictures.next();
    if (!next) {
        return false;
    }
    const auto batch =
        ::djescc::image_batch(next->image.unsqueeze(0).contiguous(), d_next_id++);
    std::vector<frame_items<float>> frames;
    split_batch(batch, frames);
    auto& items = frames.front();
    frame_info info(batch.facts.front());
    if (!next->name.empty()) {
        info.name = std::move(next->name);
    }
    d_output.push(std::move(items.items), items.length, info.to_pmt(), items.channels);
    return true;
}

int image_source_impl::work(int noutput_items,
                            gr_vector_const_void_star&,
                            gr_vector_void_star& output_items)
{
    if (d_output.empty()) {
        if (!load_next_frame()) {
            return WORK_DONE;
        }
        wait_until_due();
        d_counters.count_out();
    }
    std::vector<drained_start> starts;
    const size_t written = d_output.drain(
        static_cast<float*>(output_items[0]), static_cast<size_t>(noutput_items), starts);
    for (const auto& tag : make_frame_tags(starts, nitems_written(0), alias_pmt())) {
        add_item_tag(0, tag);
    }
    return static_cast<int>(written);
}

bool image_source_impl::stop()
{
    keep_output_buffer(*this);
    return image_source::stop();
}

} // namespace djescc
} // namespace gr
