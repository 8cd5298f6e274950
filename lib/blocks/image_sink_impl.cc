/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Gathers frames and writes each as soon as it is whole.

#include "blocks/image_sink_impl.h"

#include "blocks/frame_tensors.h"
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <gnuradio/io_signature.h>
#include <torch/torch.h>
#include <utility>

namespace gr {
namespace djescc {

image_sink::sptr
image_sink::make(const std::string& output, const std::string& format, double frame_rate)
{
    return gnuradio::make_block_sptr<image_sink_impl>(output, format, frame_rate);
}

image_sink_impl::image_sink_impl(const std::string& output,
                                 const std::string& format,
                                 double frame_rate)
    : gr::block("image_sink",
                gr::io_signature::make(1, 1, sizeof(float)),
                gr::io_signature::make(0, 0, 0))
    ,
    // Frames are written as they become whole, so that never more than one waits.
    d_gatherer(frame_content::image, 1, 1, d_counters)
    , d_writer(output, format, frame_rate)
    , d_is_video(::djescc::is_video_file(output))
{
    d_counters.set_log([this](const std::string& line) { d_logger->warn("{:s}", line); });
}

std::map<std::string, uint64_t> image_sink_impl::counters() const
{
    std::map<std::string, uint64_t> counters{ { "frames_in", frames_in() },
                                              { "written", written() } };
    for (const auto& [reason, count] : d_counters.drops()) {
        counters["dropped: " + reason] = count;
    }
    if (outages() > 0) {
        counters["outages"] = outages();
    }
    return counters;
}

bool image_sink_impl::stop()
{
    d_gatherer.finish();
    write_held_frame();
    try {
        d_writer.close();
    } catch (const ::djescc::Error& error) {
        d_counters.drop(drop_reason::not_written, error.what());
    }
    return image_sink::stop();
}

void image_sink_impl::take_frame(frame<float> taken)
{
    if (d_held && d_held->info.id == taken.info.id) {
        d_held.reset();
    }
    write_held_frame();
    if (d_is_video && taken.info.part + 1 < taken.info.parts) {
        d_held = std::move(taken);
    } else {
        write_frame(std::move(taken));
    }
}

void image_sink_impl::write_held_frame()
{
    if (d_held) {
        write_frame(std::move(*d_held));
        d_held.reset();
    }
}

void image_sink_impl::write_frame(frame<float> taken)
{
    const frame_info info = taken.info;
    if (info.outage) {
        d_counters.count_outage();
    }
    const torch::Tensor image = image_tensor(std::move(taken))[0];
    const bool odd = image.size(1) % 2 != 0 || image.size(2) % 2 != 0;
    if (d_is_video && odd && !std::exchange(d_told_of_odd_size, true)) {
        d_logger->warn(
            "frames of {:d} x {:d} pixels grow by one where a side is odd: "
            "video needs even sides",
            image.size(2),
            image.size(1));
    }
    try {
        d_writer.write(image, info.id, info.name.value_or(""));
        d_counters.count_out();
    } catch (const ::djescc::Error& error) {
        d_counters.drop(drop_reason::not_written, error.what());
    }
}

int image_sink_impl::general_work(int,
                                  gr_vector_int& ninput_items,
                                  gr_vector_const_void_star& input_items,
                                  gr_vector_void_star&)
{
    const auto* items = static_cast<const float*>(input_items[0]);
    const auto count = static_cast<size_t>(ninput_items[0]);
    const uint64_t first_offset = nitems_read(0);
    get_tags_in_range(d_tags, 0, first_offset, first_offset + count);
    size_t taken = 0;
    while (taken < count) {
        taken +=
            d_gatherer.push(items + taken, count - taken, first_offset + taken, d_tags);
        while (!d_gatherer.waiting().empty()) {
            take_frame(d_gatherer.pop());
        }
    }
    consume(0, ninput_items[0]);
    return 0;
}

} // namespace djescc
} // namespace gr
