/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the block jscc_encoder and takes its messages.

#include "blocks/jscc_encoder_impl.h"

#include <cmath>
#include <djescc/error.h>
#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

namespace {

constexpr double most_groups = 1e6;

const pmt::pmt_t& rate_port()
{
    static const pmt::pmt_t port = pmt::mp("rate");
    return port;
}

} // namespace

jscc_encoder::sptr jscc_encoder::make(const std::string& model,
                                      const std::string& device,
                                      int threads,
                                      int max_batch,
                                      const std::string& key_file)
{
    return gnuradio::make_block_sptr<jscc_encoder_impl>(
        ::djescc::ModelSource{ model, {}, key_file },
        runtime_options(device, threads),
        max_batch);
}

jscc_encoder_impl::jscc_encoder_impl(const ::djescc::ModelSource& source,
                                     const ::djescc::RuntimeOptions& options,
                                     int max_batch)
    : gr::block("jscc_encoder",
                gr::io_signature::make(1, 1, sizeof(float)),
                gr::io_signature::make(1, 1, sizeof(gr_complex)))
    , model_block(
          frame_content::image, ::djescc::Role::encode, source, options, max_batch)
{
    message_port_register_in(snr_port());
    set_msg_handler(snr_port(), [this](const pmt::pmt_t& message) {
        if (!d_hint.handle(message)) {
            d_logger->warn("a message at port snr holds no number: {:s}",
                           pmt::write_string(message));
        }
    });
    message_port_register_in(rate_port());
    set_msg_handler(rate_port(),
                    [this](const pmt::pmt_t& message) { handle_rate(message); });
}

void jscc_encoder_impl::set_rate_groups(int groups)
{
    runner().check_rate_groups(groups);
    d_rate_groups = groups;
}

void jscc_encoder_impl::handle_rate(const pmt::pmt_t& message)
{
    const auto parsed = parse_snr_message(message); // a number, or nothing
    if (parsed.kind == snr_message::invalid) {
        d_logger->warn("a message at port rate holds no number: {:s}",
                       pmt::write_string(message));
        return;
    }
    const double groups = parsed.kind == snr_message::value ? parsed.snr_db : 0;
    try {
        if (groups != std::floor(groups) || std::abs(groups) > most_groups) {
            throw ::djescc::ConfigError("a number of groups is a whole number, not " +
                                        std::to_string(groups));
        }
        set_rate_groups(static_cast<int>(groups));
    } catch (const ::djescc::ConfigError& error) {
        d_logger->warn("a message at port rate: {:s}", error.what());
    }
}

} // namespace djescc
} // namespace gr
