/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs a stream through the radio library's channel model, with bursts by their tags.

#include "blocks/channel_emulator_impl.h"

#include <algorithm>
#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

namespace {

//! Samples that are taken at a time.
constexpr int max_emulated_samples = 1 << 14;

const channel_settings& checked_settings(const channel_settings& settings)
{
    settings.validate();
    return settings;
}

} // namespace

channel_emulator::sptr channel_emulator::make(const channel_settings& settings,
                                              uint64_t seed)
{
    return gnuradio::make_block_sptr<channel_emulator_impl>(settings, seed);
}

channel_emulator_impl::channel_emulator_impl(const channel_settings& settings,
                                             uint64_t seed)
    : gr::block("channel_emulator",
                gr::io_signature::make(1, 1, sizeof(gr_complex)),
                gr::io_signature::make(1, 1, sizeof(gr_complex)))
    , d_settings(checked_settings(settings))
    , d_channel(seed)
{
    set_tag_propagation_policy(gr::block::TPP_DONT);
}

void channel_emulator_impl::set(const channel_settings& settings)
{
    settings.validate();
    std::lock_guard<std::mutex> lock(d_mutex);
    d_settings = settings;
}

channel_settings channel_emulator_impl::settings() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_settings;
}

void channel_emulator_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    const bool busy = d_written < d_output.size();
    ninput_items_required.assign(ninput_items_required.size(), busy ? 0 : 1);
}

void channel_emulator_impl::pass(const gr_complex* in, size_t count)
{
    const auto settings = this->settings();
    const uint64_t first = nitems_read(0);
    get_tags_in_range(d_tags, 0, first, first + count);
    static const pmt::pmt_t begin_key = pmt::intern("tx_sob");
    static const pmt::pmt_t end_key = pmt::intern("tx_eob");
    d_output.clear();
    d_written = 0;
    size_t done = 0;
    for (const auto& tag : d_tags) {
        const bool begins = pmt::eqv(tag.key, begin_key);
        if (!begins && !pmt::eqv(tag.key, end_key)) {
            continue;
        }
        // A burst ends behind the sample with the tag.
        const auto place = static_cast<size_t>(tag.offset - first) + (begins ? 0 : 1);
        if (place > done) {
            d_channel.process(in + done, place - done, settings, d_output);
            done = place;
        }
        if (begins) {
            d_channel.begin_burst(settings);
        } else {
            d_channel.end_burst();
        }
    }
    if (count > done) {
        d_channel.process(in + done, count - done, settings, d_output);
    }
    consume(0, static_cast<int>(count));
    d_lost_bursts = d_channel.lost_bursts();
    d_dropped_samples = d_channel.dropped_samples();
}

int channel_emulator_impl::general_work(int noutput_items,
                                        gr_vector_int& ninput_items,
                                        gr_vector_const_void_star& input_items,
                                        gr_vector_void_star& output_items)
{
    if (d_written == d_output.size() && ninput_items[0] > 0) {
        pass(static_cast<const gr_complex*>(input_items[0]),
             static_cast<size_t>(std::min(ninput_items[0], max_emulated_samples)));
    }
    const size_t count =
        std::min(static_cast<size_t>(noutput_items), d_output.size() - d_written);
    std::copy_n(d_output.begin() + static_cast<std::ptrdiff_t>(d_written),
                count,
                static_cast<gr_complex*>(output_items[0]));
    d_written += count;
    return static_cast<int>(count);
}

} // namespace djescc
} // namespace gr
