/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "blocks/jscc_decoder_impl.h"

#include <djescc/error.h>
#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

jscc_decoder::sptr jscc_decoder::make(const std::string& model,
                                      const std::string& device,
                                      int threads,
                                      int max_batch)
{
    return gnuradio::make_block_sptr<jscc_decoder_impl>(
        model, runtime_options(device, threads), max_batch);
}

jscc_decoder_impl::jscc_decoder_impl(const std::string& model,
                                     const ::djescc::RuntimeOptions& options,
                                     int max_batch)
    : gr::block("jscc_decoder",
                gr::io_signature::make(1, 1, sizeof(gr_complex)),
                gr::io_signature::make(1, 1, sizeof(float)))
    , model_block(frame_content::symbols, options, max_batch)
    , d_stage(model, options)
    , d_fingerprint(d_stage.model().fingerprint())
{
    message_port_register_in(snr_port());
    set_msg_handler(snr_port(), [this](const pmt::pmt_t& message) {
        if (!d_hint.handle(message)) {
            d_logger->warn("a message at port snr holds no number: {:s}",
                           pmt::write_string(message));
        }
    });
}

const char* jscc_decoder_impl::refuse(const frame<gr_complex>& candidate)
{
    const auto& info = candidate.info;
    if (info.model && *info.model != d_fingerprint) {
        return drop_reason::foreign_model;
    }
    if (info.shape.channels != 1 &&
        info.shape.channels != d_stage.model().codec().channels()) {
        return drop_reason::wrong_shape;
    }
    try {
        if (d_stage.symbol_count(info.shape) != static_cast<int64_t>(candidate.length)) {
            return drop_reason::wrong_symbol_count;
        }
    } catch (const ::djescc::Error&) {
        return drop_reason::wrong_shape;
    }
    return nullptr;
}

bool jscc_decoder_impl::same_batch(const frame<gr_complex>& first,
                                   const frame<gr_complex>& other) const
{
    // An inference has one SNR.
    return model_block::same_batch(first, other) &&
           first.info.snr_db == other.info.snr_db;
}

torch::Tensor jscc_decoder_impl::infer(torch::Tensor symbols,
                                       std::vector<frame_info>& infos)
{
    static const pmt::pmt_t reliability = pmt::intern("reliability");
    for (auto& info : infos) {
        // It speaks of symbols and is as long as they are: not for the image's way on.
        info.erase(reliability);
    }
    const auto hint = d_hint.get();
    return d_stage.run(symbols, infos.front().shape, hint ? hint : infos.front().snr_db);
}

} // namespace djescc
} // namespace gr
