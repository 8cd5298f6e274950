/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the block jscc_encoder and takes its messages.

#include "blocks/jscc_encoder_impl.h"

#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

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
}

} // namespace djescc
} // namespace gr
