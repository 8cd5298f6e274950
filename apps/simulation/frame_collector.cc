/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Notes length, tags and time of every frame that passes, and keeps the first pictures.

#ifdef DJESCC_HAVE_GNURADIO
#include "simulation/frame_collector.h"

#include <algorithm>
#include <djescc/net/device.h>
#include <gnuradio/io_signature.h>
#include <torch/nn/functional.h>
#include <utility>

namespace {

int64_t integer(const pmt::pmt_t& dictionary, const char* key)
{
    return pmt::to_long(pmt::dict_ref(dictionary, pmt::mp(key), pmt::from_long(0)));
}

//! H x W x C to C x H x W, no side longer than \p longest_side.
torch::Tensor shrink(const torch::Tensor& interleaved, int64_t longest_side)
{
    namespace F = torch::nn::functional;
    const auto image = interleaved.permute({ 2, 0, 1 });
    const int64_t side = std::max(image.size(1), image.size(2));
    if (side <= longest_side)
        return image.clone(torch::MemoryFormat::Contiguous);
    const auto scaled = [&](int64_t length) {
        return std::max<int64_t>(1, length * longest_side / side);
    };
    return F::adaptive_avg_pool2d(image,
                                  F::AdaptiveAvgPool2dFuncOptions(
                                      { scaled(image.size(1)), scaled(image.size(2)) }));
}

} // namespace

FrameCollector::FrameCollector(std::size_t item_size,
                               int64_t keep_below,
                               int64_t longest_side)
    : gr::sync_block("frame_collector",
                     gr::io_signature::make(1, 1, static_cast<int>(item_size)),
                     gr::io_signature::make(0, 0, 0))
    , d_keep_below(keep_below)
    , d_longest_side(longest_side)
{
}

std::shared_ptr<FrameCollector>
FrameCollector::make(std::size_t item_size, int64_t keep_below, int64_t longest_side)
{
    return gnuradio::get_initial_sptr(
        new FrameCollector(item_size, keep_below, longest_side));
}

bool FrameCollector::start()
{
    djescc::prepare_thread({});
    return gr::sync_block::start();
}

void FrameCollector::begin_frame(uint64_t offset)
{
    std::vector<gr::tag_t> tags;
    get_tags_in_range(tags, 0, offset, offset + 1);
    pmt::pmt_t dictionary = pmt::make_dict();
    int64_t item_count = 0;
    for (const auto& tag : tags) {
        if (pmt::eq(tag.key, pmt::mp("frame")))
            dictionary = tag.value;
        else if (pmt::eq(tag.key, pmt::mp("packet_len")))
            item_count = pmt::to_long(tag.value);
    }
    const int64_t id = integer(dictionary, "id");
    auto& frame = d_frames[id];
    if (integer(dictionary, "part") == 0)
        frame.item_count = 0;
    frame.item_count += item_count;
    frame.outage = pmt::is_true(pmt::dict_ref(dictionary, pmt::mp("outage"), pmt::PMT_F));
    const auto name = pmt::dict_ref(dictionary, pmt::mp("name"), pmt::PMT_NIL);
    frame.name = pmt::is_symbol(name) ? pmt::symbol_to_string(name) : std::to_string(id);
    d_open = {};
    if (id >= d_keep_below)
        return;
    d_open.frame = &frame;
    d_open.channels = integer(dictionary, "channels");
    d_open.height = integer(dictionary, "height");
    d_open.width = integer(dictionary, "width");
    d_open.items.reserve(item_count);
}

void FrameCollector::take(const float* items, int64_t count)
{
    if (d_open.frame == nullptr)
        return;
    d_open.items.insert(d_open.items.end(), items, items + count);
    if (static_cast<int64_t>(d_open.items.size()) !=
        d_open.height * d_open.width * d_open.channels)
        return;
    d_open.frame->image =
        shrink(torch::from_blob(d_open.items.data(),
                                { d_open.height, d_open.width, d_open.channels }),
               d_longest_side);
    d_open = {};
}

int FrameCollector::work(int item_count,
                         gr_vector_const_void_star& inputs,
                         gr_vector_void_star&)
{
    std::vector<gr::tag_t> starts;
    get_tags_in_window(starts, 0, 0, item_count, pmt::mp("frame"));
    std::sort(starts.begin(), starts.end(), gr::tag_t::offset_compare);

    const auto* items = static_cast<const float*>(inputs[0]);
    int64_t position = 0;
    const auto take_until = [&](int64_t end) {
        take(items + position, end - position);
        position = end;
    };
    for (const auto& start : starts) {
        take_until(static_cast<int64_t>(start.offset - nitems_read(0)));
        begin_frame(start.offset);
    }
    take_until(item_count);
    return item_count;
}
#endif
