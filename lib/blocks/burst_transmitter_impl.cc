/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Frames to whole bursts, with their tags. */

#include "blocks/burst_transmitter_impl.h"

#include "blocks/burst_security.h"
#include "blocks/drop_reason.h"
#include "blocks/frame_block_support.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <gnuradio/block_detail.h>
#include <gnuradio/buffer_reader.h>
#include <gnuradio/io_signature.h>
#include <random>
#include <volk/volk.h>

namespace gr {
namespace djescc {

namespace {

constexpr int64_t max_gap = 1 << 20;

//! An image and the next one, so that bursts follow without a pause.
constexpr size_t max_waiting_images = 2;

//! Zeros that are sent at a time while no image waits: little delay for the next one.
constexpr size_t filler_samples = 1024;

const pmt::pmt_t& start_of_burst_key()
{
    static const pmt::pmt_t key = pmt::intern("tx_sob");
    return key;
}

const pmt::pmt_t& end_of_burst_key()
{
    static const pmt::pmt_t key = pmt::intern("tx_eob");
    return key;
}

const pmt::pmt_t& time_key()
{
    static const pmt::pmt_t key = pmt::intern("tx_time");
    return key;
}

double checked_amplitude(double amplitude)
{
    if (!(amplitude >= 0.0) || !std::isfinite(static_cast<float>(amplitude))) {
        throw ::djescc::ConfigError(
            "burst_transmitter: amplitude must be a finite number, 0 or more");
    }
    return amplitude;
}

const burst_transmitter::options& checked(const burst_transmitter::options& chosen)
{
    const auto require = [](bool good, const char* what) {
        if (!good) {
            throw ::djescc::ConfigError(std::string("burst_transmitter: ") + what);
        }
    };
    require(chosen.gap >= 0 && chosen.gap <= max_gap, "gap must be 0 to 1048576");
    require(chosen.sample_rate > 0.0 && std::isfinite(chosen.sample_rate),
            "sample_rate must be a finite number above 0");
    require(!chosen.start_time ||
                (*chosen.start_time >= 0.0 && std::isfinite(*chosen.start_time)),
            "start_time must be a finite number, 0 or more");
    require(!chosen.session || (*chosen.session >= 0 && *chosen.session <= UINT16_MAX),
            "session must be 0 to 65535");
    checked_amplitude(chosen.amplitude);
    return chosen;
}

uint16_t session_of(const burst_transmitter::options& chosen)
{
    return static_cast<uint16_t>(
        chosen.session ? *chosen.session : static_cast<int>(std::random_device()()));
}

burst_builder make_builder(const burst_transmitter::options& chosen)
{
    checked(chosen);
    auto security = make_transmit_security(chosen.key_file);
    return burst_builder(chosen.format,
                         chosen.clip_db,
                         session_of(chosen),
                         std::move(security.guard),
                         std::move(security.cipher),
                         chosen.spread);
}

} // namespace

burst_transmitter::sptr burst_transmitter::make(const options& chosen)
{
    return gnuradio::make_block_sptr<burst_transmitter_impl>(chosen);
}

burst_transmitter_impl::burst_transmitter_impl(const options& chosen)
    : gr::block("burst_transmitter",
                gr::io_signature::make(1, 1, sizeof(gr_complex)),
                gr::io_signature::make(1, 1, sizeof(gr_complex)))
    , d_options(chosen)
    , d_builder(make_builder(chosen))
    , d_amplitude(chosen.amplitude)
    , d_gatherer(
          frame_content::symbols, max_waiting_images, max_waiting_items, d_counters)
{
    d_counters.set_log([this](const std::string& line) { d_logger->warn("{:s}", line); });
    set_tag_propagation_policy(gr::block::TPP_DONT);
    // A burst is made when there is room for the longest one, so the next block sees it
    // whole.
    const auto longest = static_cast<int>(longest_burst());
    set_min_noutput_items(longest);
    set_min_output_buffer(0, 2 * longest + static_cast<int>(filler_samples));
}

void burst_transmitter_impl::set_amplitude(double amplitude)
{
    d_amplitude = checked_amplitude(amplitude);
}

int64_t burst_transmitter_impl::longest_burst() const
{
    const auto& layout = d_builder.layout();
    return d_options.gap + static_cast<int64_t>(layout.burst_samples(
                               static_cast<size_t>(layout.format().symbols_per_burst),
                               burst_header::max_extension_size));
}

std::map<std::string, uint64_t> burst_transmitter_impl::counters() const
{
    auto counters = d_counters.all();
    counters["images"] = d_images_sent;
    counters["bursts"] = d_bursts_sent;
    counters["samples"] = d_samples_sent;
    return counters;
}

void burst_transmitter_impl::setup_rpc() { register_statistics(*this); }

void burst_transmitter_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    const bool busy = d_bursts > 0 || !d_gatherer.waiting().empty() || d_options.filler;
    ninput_items_required.assign(ninput_items_required.size(), busy ? 0 : 1);
}

void burst_transmitter_impl::gather(const gr_complex* items, int count)
{
    const uint64_t first_offset = nitems_read(0);
    get_tags_in_range(
        d_tags, 0, first_offset, first_offset + static_cast<uint64_t>(count));
    const size_t taken =
        d_gatherer.push(items, static_cast<size_t>(count), first_offset, d_tags);
    consume(0, static_cast<int>(taken));
}

bool burst_transmitter_impl::next_image()
{
    while (d_bursts == 0 && !d_gatherer.waiting().empty()) {
        const auto image = d_gatherer.pop();
        try {
            d_builder.begin(image.info, image.items.get(), image.length);
            d_bursts = d_builder.bursts();
            d_burst = 0;
            d_first_part = image.info.part == 0;
        } catch (const ::djescc::ConfigError& error) {
            d_counters.drop(drop_reason::wrong_shape, error.what());
        }
    }
    return d_bursts > 0;
}

size_t burst_transmitter_impl::next_length() const
{
    return d_builder.burst_samples(d_burst) + static_cast<size_t>(d_options.gap);
}

void burst_transmitter_impl::tag_time(uint64_t offset)
{
    const auto rate = d_options.sample_rate;
    // Whole seconds apart, so that hours of samples keep the fraction's precision.
    const double start_seconds = std::floor(*d_options.start_time);
    const double whole = std::floor(static_cast<double>(offset) / rate);
    const double rest = (*d_options.start_time - start_seconds) +
                        (static_cast<double>(offset) - whole * rate) / rate;
    const double carry = std::floor(rest);
    const auto seconds = static_cast<uint64_t>(start_seconds + whole + carry);
    add_item_tag(
        0,
        offset,
        time_key(),
        pmt::make_tuple(pmt::from_uint64(seconds), pmt::from_double(rest - carry)),
        alias_pmt());
}

void burst_transmitter_impl::send_burst(gr_complex* out, uint64_t offset)
{
    const size_t length = next_length();
    const size_t samples = d_builder.burst_samples(d_burst);
    d_builder.build(d_burst, out);
    auto* reals = reinterpret_cast<float*>(out);
    volk_32f_s32f_multiply_32f(reals,
                               reals,
                               static_cast<float>(d_amplitude),
                               static_cast<unsigned>(2 * samples));
    std::fill(out + samples, out + length, gr_complex(0.0f));
    if (!d_options.filler) {
        add_item_tag(0, offset, start_of_burst_key(), pmt::PMT_T, alias_pmt());
        if (d_options.start_time) {
            tag_time(offset);
        }
        add_item_tag(0, offset + length - 1, end_of_burst_key(), pmt::PMT_T, alias_pmt());
    }
    d_bursts_sent++;
    if (++d_burst == d_bursts) {
        d_bursts = 0;
        d_images_sent += d_first_part ? 1 : 0;
        d_counters.count_out();
    }
}

int burst_transmitter_impl::general_work(int noutput_items,
                                         gr_vector_int& ninput_items,
                                         gr_vector_const_void_star& input_items,
                                         gr_vector_void_star& output_items)
{
    gather(static_cast<const gr_complex*>(input_items[0]), ninput_items[0]);
    auto* out = static_cast<gr_complex*>(output_items[0]);
    const auto space = static_cast<size_t>(noutput_items);
    const uint64_t first = nitems_written(0);
    if (first == 0 && d_options.filler && d_options.start_time && space > 0) {
        tag_time(0);
    }
    size_t written = 0;
    while (next_image() && next_length() <= space - written) {
        const size_t length = next_length();
        send_burst(out + written, first + written);
        written += length;
    }
    if (d_options.filler && d_bursts == 0) {
        // Else zeros would follow the last image for ever.
        if (written == 0 && at_end()) {
            return WORK_DONE;
        }
        const size_t zeros = std::min(filler_samples, space - written);
        std::fill_n(out + written, zeros, gr_complex(0.0f));
        written += zeros;
    }
    d_samples_sent += written;
    return static_cast<int>(written);
}

bool burst_transmitter_impl::at_end() const
{
    const auto input = detail()->input(0);
    return d_gatherer.waiting().empty() && input->done() && input->items_available() == 0;
}

bool burst_transmitter_impl::stop()
{
    d_gatherer.finish();
    keep_output_buffer(*this);
    return burst_transmitter::stop();
}

} // namespace djescc
} // namespace gr
