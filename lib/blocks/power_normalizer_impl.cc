/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Scales frames of symbols to average power 1, several at a time.

#include "blocks/power_normalizer_impl.h"

#include "radio/dsp/value_runs.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

namespace {
// Short frames are taken several at a time, which saves calls by the scheduler.
constexpr size_t max_frames_per_call = 16;
} // namespace

power_normalizer::sptr power_normalizer::make()
{
    return gnuradio::make_block_sptr<power_normalizer_impl>();
}

power_normalizer_impl::power_normalizer_impl()
    : gr::block("power_normalizer",
                gr::io_signature::make(1, 1, sizeof(gr_complex)),
                gr::io_signature::make(1, 1, sizeof(gr_complex)))
    , frame_block(frame_content::any, max_frames_per_call)
{
}

size_t
power_normalizer_impl::batch_size(const std::deque<frame<gr_complex>>& waiting) const
{
    return waiting.size();
}

void power_normalizer_impl::process(std::vector<frame<gr_complex>> batch)
{
    for (auto& symbols : batch) {
        if (!normalize_to_unit_power(symbols.items.get(), symbols.length)) {
            d_counters.drop(drop_reason::zero_power);
            continue;
        }
        finish_frame(std::move(symbols.items), symbols.length, symbols.tag);
    }
}

} // namespace djescc
} // namespace gr
