/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Adds white Gaussian noise to a stream and takes the SNR from messages.

#include "blocks/awgn_channel_impl.h"

#include "blocks/frame_block_support.h"
#include "blocks/frame_info.h"
#include "blocks/snr_message.h"
#include <cmath>
#include <djescc/error.h>
#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

namespace {

constexpr double lowest_snr_db = -100; // noise of amplitude 1e5

} // namespace

awgn_channel::sptr awgn_channel::make(double snr_db, uint64_t seed)
{
    return gnuradio::make_block_sptr<awgn_channel_impl>(snr_db, seed);
}

awgn_channel_impl::awgn_channel_impl(double snr_db, uint64_t seed)
    : gr::sync_block("awgn_channel",
                     gr::io_signature::make(1, 1, sizeof(gr_complex)),
                     gr::io_signature::make(1, 1, sizeof(gr_complex)))
    , d_noise(seed)
{
    set_snr_db(snr_db);
    set_tag_propagation_policy(TPP_DONT); // pass_tags() writes the SNR into frames
    // A smaller buffer would cut the batches on their way from coder to decoder.
    set_min_output_buffer(0, min_output_items<gr_complex>);
    message_port_register_in(snr_port());
    set_msg_handler(snr_port(),
                    [this](const pmt::pmt_t& message) { handle_snr(message); });
}

void awgn_channel_impl::set_snr_db(double snr_db)
{
    if (!(snr_db >= lowest_snr_db)) {
        throw ::djescc::ConfigError(
            "awgn_channel: the SNR must be -100 dB or more, or +infinity");
    }
    d_snr_db = snr_db;
}

void awgn_channel_impl::handle_snr(const pmt::pmt_t& message)
{
    const auto parsed = parse_snr_message(message);
    if (parsed.kind == snr_message::value) {
        set_snr_db(parsed.snr_db);
    } else {
        d_bad_messages.add(d_logger,
                           "a message at port snr holds no number: " +
                               pmt::write_string(message));
    }
}

void awgn_channel_impl::pass_tags(int items)
{
    static const pmt::pmt_t snr_key = pmt::intern("snr_db");
    const double snr_db = d_snr_db;
    get_tags_in_window(d_tags, 0, 0, items);
    for (auto& tag : d_tags) {
        // Without noise there is no number to write.
        if (std::isfinite(snr_db) && pmt::eqv(tag.key, frame_key()) &&
            pmt::is_dict(tag.value)) {
            tag.value = pmt::dict_add(tag.value, snr_key, pmt::from_double(snr_db));
        }
        add_item_tag(0, tag);
    }
}

int awgn_channel_impl::work(int noutput_items,
                            gr_vector_const_void_star& input_items,
                            gr_vector_void_star& output_items)
{
    // Es/N0 of symbols of average power 1: the whole noise power of a complex sample is
    // 10^(-SNR/10), and complex_gaussian_noise halves it between the two dimensions.
    const auto amplitude = static_cast<float>(std::pow(10.0, -d_snr_db / 20.0));
    d_noise.add(static_cast<const gr_complex*>(input_items[0]),
                static_cast<gr_complex*>(output_items[0]),
                static_cast<size_t>(noutput_items),
                amplitude);
    pass_tags(noutput_items);
    return noutput_items;
}

bool awgn_channel_impl::stop()
{
    keep_output_buffer(*this);
    return awgn_channel::stop();
}

} // namespace djescc
} // namespace gr
