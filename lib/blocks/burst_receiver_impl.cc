/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Samples to frames, with what was measured in their tags. */

#include "blocks/burst_receiver_impl.h"

#include "blocks/burst_security.h"
#include "blocks/fingerprint.h"
#include "blocks/frame_block_support.h"
#include <algorithm>
#include <djescc/error.h>
#include <djescc/model/model.h>
#include <gnuradio/block_detail.h>
#include <gnuradio/buffer_reader.h>
#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

namespace {

constexpr int most_open_images = 1024;

//! Samples of one call, so that images go out as they are ready.
constexpr int max_samples_per_call = 1 << 16;

constexpr double parts_per_million = 1e6;

const pmt::pmt_t& status_port()
{
    static const pmt::pmt_t port = pmt::intern("status");
    return port;
}

std::optional<::djescc::Fingerprint> wanted_fingerprint(const std::string& model)
{
    if (model.empty()) {
        return std::nullopt;
    }
    const auto fingerprint = parse_fingerprint(model);
    return fingerprint ? *fingerprint : ::djescc::Model(model).fingerprint();
}

sample_receiver::options receiver_options(const burst_receiver::options& chosen)
{
    if (chosen.timeout < 1) {
        throw ::djescc::ConfigError("burst_receiver: timeout must be at least 1 sample");
    }
    if (chosen.max_open_images < 1 || chosen.max_open_images > most_open_images) {
        throw ::djescc::ConfigError("burst_receiver: max_open_images must be 1 to 1024");
    }
    sample_receiver::options options;
    options.format = chosen.format;
    options.fingerprint = wanted_fingerprint(chosen.model);
    options.assembly.timeout = chosen.timeout;
    options.assembly.max_open_images = static_cast<size_t>(chosen.max_open_images);
    options.assembly.shrink = chosen.shrink;
    return options;
}

pmt::pmt_t
add(const pmt::pmt_t& dictionary, const std::string& key, const pmt::pmt_t& value)
{
    return pmt::dict_add(dictionary, pmt::intern(key), value);
}

pmt::pmt_t dictionary_of(const assembled_image& image)
{
    auto dictionary = frame_info(image.facts).to_pmt();
    dictionary =
        add(dictionary, "erased", pmt::from_long(static_cast<long>(image.erased)));
    return add(dictionary,
               "reliability",
               pmt::init_f32vector(image.reliability.size(), image.reliability.data()));
}

} // namespace

burst_receiver::sptr burst_receiver::make(const options& chosen)
{
    return gnuradio::make_block_sptr<burst_receiver_impl>(chosen);
}

burst_receiver_impl::burst_receiver_impl(const options& chosen)
    : gr::block("burst_receiver",
                gr::io_signature::make(1, 1, sizeof(gr_complex)),
                gr::io_signature::make(1, 1, sizeof(gr_complex)))
    , d_receiver([&] {
        auto security = make_receive_security(chosen.key_file, chosen.max_age);
        return sample_receiver(receiver_options(chosen),
                               std::move(security.guard),
                               std::move(security.cipher));
    }())
{
    message_port_register_out(status_port());
    d_receiver.set_observer([this](const received_burst& burst) { publish(burst); });
    set_tag_propagation_policy(gr::block::TPP_DONT);
    set_min_output_buffer(0, min_output_items<gr_complex>);
}

void burst_receiver_impl::publish(const received_burst& burst)
{
    const auto integer = [](auto value) {
        return pmt::from_long(static_cast<long>(value));
    };
    auto status = pmt::make_dict();
    status = add(status, "id", integer(burst.header.facts.id));
    if (burst.header.facts.parts != 1) {
        status = add(status, "part", integer(burst.header.facts.part));
        status = add(status, "parts", integer(burst.header.facts.parts));
    }
    status = add(status, "burst", integer(burst.header.burst));
    status = add(status, "bursts", integer(burst.header.bursts));
    status = add(status, "snr_db", pmt::from_double(burst.snr_db));
    status = add(status, "carrier_offset", pmt::from_double(burst.carrier_offset));
    status = add(
        status, "clock_offset", pmt::from_double(parts_per_million * burst.clock_offset));
    status = add(status, "power", pmt::from_double(burst.power));
    status = add(status, "sample", integer(burst.sample));
    message_port_pub(status_port(), status);
}

uint64_t burst_receiver_impl::frames_in() const
{
    return d_receiver.counters().images_begun;
}

uint64_t burst_receiver_impl::frames_out() const { return d_receiver.counters().images; }

uint64_t burst_receiver_impl::dropped(const std::string& reason) const
{
    const auto& counters = d_receiver.counters();
    const std::map<std::string, uint64_t> drops{
        { "header failures", counters.header_failures },
        { "foreign", counters.foreign },
        { "refused", counters.refused },
        { "late", counters.late },
        { "duplicate", counters.duplicate },
    };
    const auto found = drops.find(reason);
    return found == drops.end() ? 0 : found->second;
}

uint64_t burst_receiver_impl::dropped_total() const
{
    const auto& counters = d_receiver.counters();
    return counters.header_failures + counters.foreign + counters.refused +
           counters.late + counters.duplicate;
}

std::map<std::string, uint64_t> burst_receiver_impl::counters() const
{
    const auto& counters = d_receiver.counters();
    return {
        { "frames_in", counters.images_begun },
        { "frames_out", counters.images },
        { "detected", counters.detected },
        { "bursts", counters.bursts },
        { "header failures", counters.header_failures },
        { "foreign", counters.foreign },
        { "refused", counters.refused },
        { "lost", counters.lost },
        { "late", counters.late },
        { "duplicate", counters.duplicate },
        { "cut short", counters.cut_short },
        { "erased symbols", counters.erased_symbols },
        { "incomplete images", counters.incomplete_images },
        { "side bytes lost", counters.side_lost },
    };
}

void burst_receiver_impl::setup_rpc() { register_statistics(*this); }

//! The source is done and its last sample taken.
bool burst_receiver_impl::at_end() const
{
    const auto input = detail()->input(0);
    return input->done() && input->items_available() == 0;
}

void burst_receiver_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    const bool busy = !d_finished.empty() || (!d_ended && at_end());
    ninput_items_required.assign(ninput_items_required.size(), busy ? 0 : 1);
}

void burst_receiver_impl::queue(std::vector<assembled_image>& images)
{
    for (auto& image : images) {
        d_finished.push(
            std::move(image.symbols), image.reliability.size(), dictionary_of(image));
    }
}

int burst_receiver_impl::general_work(int noutput_items,
                                      gr_vector_int& ninput_items,
                                      gr_vector_const_void_star& input_items,
                                      gr_vector_void_star& output_items)
{
    if (d_finished.empty()) {
        std::vector<assembled_image> images;
        const int count = std::min(ninput_items[0], max_samples_per_call);
        if (count > 0) {
            d_receiver.push(static_cast<const gr_complex*>(input_items[0]),
                            static_cast<size_t>(count),
                            images);
            consume(0, count);
        } else if (!d_ended && at_end()) {
            d_receiver.finish(images);
            d_ended = true;
        }
        queue(images);
    }
    d_starts.clear();
    const size_t written = d_finished.drain(static_cast<gr_complex*>(output_items[0]),
                                            static_cast<size_t>(noutput_items),
                                            d_starts);
    for (const auto& tag : make_frame_tags(d_starts, nitems_written(0), alias_pmt())) {
        add_item_tag(0, tag);
    }
    return static_cast<int>(written);
}

bool burst_receiver_impl::start()
{
    d_ended = false;
    return burst_receiver::start();
}

bool burst_receiver_impl::stop()
{
    keep_output_buffer(*this);
    return burst_receiver::stop();
}

} // namespace djescc
} // namespace gr
