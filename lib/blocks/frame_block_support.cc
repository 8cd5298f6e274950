/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the tags of frames that go out and registers counters with GNU Radio.

#include "blocks/frame_block_support.h"

#include <cstdint>
#include <gnuradio/djescc/frame_statistics.h>
#include <string>
#ifdef GR_CTRLPORT
#include <gnuradio/rpcregisterhelpers.h>
#endif

namespace gr {
namespace djescc {

std::vector<gr::tag_t> make_frame_tags(const std::vector<drained_start>& starts,
                                       uint64_t first_offset,
                                       const pmt::pmt_t& source)
{
    std::vector<gr::tag_t> tags;
    for (const auto& start : starts) {
        gr::tag_t tag;
        tag.offset = first_offset + start.index;
        tag.srcid = source;
        tag.key = packet_len_key();
        tag.value = pmt::from_long(static_cast<long>(start.packet_len));
        tags.push_back(tag);
        if (start.info) {
            tag.key = frame_key();
            tag.value = start.info;
            tags.push_back(tag);
        }
    }
    return tags;
}

void keep_output_buffer(gr::block& block)
{
    // What is smaller than the least was set by the user.
    if (block.max_output_buffer(0) >= block.min_output_buffer(0)) {
        block.set_max_output_buffer(0, -1);
    }
}

#ifdef GR_CTRLPORT
void register_statistics(gr::block& block)
{
    const auto add = [&block](const char* name,
                              uint64_t (frame_statistics::*getter)() const,
                              const char* description) {
        block.add_rpc_variable(
            rpcbasic_sptr(new rpcbasic_register_get<frame_statistics, uint64_t>(
                block.alias(),
                name,
                getter,
                pmt::from_uint64(0),
                pmt::from_uint64(UINT64_MAX),
                pmt::from_uint64(0),
                "frames",
                description,
                RPC_PRIVLVL_MIN,
                DISPTIME)));
    };
    add("frames_in", &frame_statistics::frames_in, "Frames that began at the input");
    add("frames_out", &frame_statistics::frames_out, "Frames that were made");
    add("dropped", &frame_statistics::dropped_total, "Frames that were dropped");
}
#else
void register_statistics(gr::block&) {}
#endif

} // namespace djescc
} // namespace gr
