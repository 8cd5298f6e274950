/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the block jscc_decoder, refuses what is not for it, and joins images' parts.

#include "blocks/jscc_decoder_impl.h"

#include "blocks/feedback_message.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <gnuradio/io_signature.h>

namespace gr {
namespace djescc {

namespace {

constexpr double lowest_feedback_snr_db = -100;
constexpr uint64_t feedback_noise = 0x6665656462616b00;

} // namespace

jscc_decoder::sptr jscc_decoder::make(const std::string& model,
                                      const std::string& device,
                                      int threads,
                                      int max_batch,
                                      const std::string& key_file)
{
    return gnuradio::make_block_sptr<jscc_decoder_impl>(
        ::djescc::ModelSource{ model, {}, key_file },
        runtime_options(device, threads),
        max_batch);
}

jscc_decoder_impl::jscc_decoder_impl(const ::djescc::ModelSource& source,
                                     const ::djescc::RuntimeOptions& options,
                                     int max_batch)
    : gr::block("jscc_decoder",
                gr::io_signature::make(1, 1, sizeof(gr_complex)),
                gr::io_signature::make(1, 1, sizeof(float)))
    , model_block(
          frame_content::symbols, ::djescc::Role::decode, source, options, max_batch)
    , d_parts(d_counters)
{
    message_port_register_in(snr_port());
    set_msg_handler(snr_port(), [this](const pmt::pmt_t& message) {
        if (!d_hint.handle(message)) {
            d_bad_messages.add(d_logger,
                               "a message at port snr holds no number: " +
                                   pmt::write_string(message));
        }
    });
    message_port_register_out(feedback_port());
}

void jscc_decoder_impl::set_feedback_snr(double snr_db, uint64_t seed)
{
    if (!(snr_db >= lowest_feedback_snr_db)) {
        throw ::djescc::ConfigError(
            "jscc_decoder: the feedback's SNR must be -100 dB or more, or +infinity");
    }
    const std::lock_guard<std::mutex> lock(d_feedback_mutex);
    d_feedback_noise = static_cast<float>(std::pow(10.0, -snr_db / 20));
    // Another noise than a channel's of the same seed.
    d_noise_source = complex_gaussian_noise(seed ^ feedback_noise);
}

void jscc_decoder_impl::send_back(const frame<gr_complex>& part)
{
    if (!runner().codec().needs().feedback || part.info.part + 1 >= part.info.parts) {
        return;
    }
    feedback_message heard{ part.info.id, part.info.part, {} };
    heard.symbols.resize(part.length);
    {
        const std::lock_guard<std::mutex> lock(d_feedback_mutex);
        d_noise_source.add(
            part.items.get(), heard.symbols.data(), part.length, d_feedback_noise);
    }
    message_port_pub(feedback_port(), heard.to_pmt());
}

const char* jscc_decoder_impl::refuse_symbols(const frame<gr_complex>& candidate,
                                              bool of_part) const
{
    const auto& info = candidate.info;
    if (info.model && *info.model != runner().fingerprint()) {
        return drop_reason::foreign_model;
    }
    const auto& codec = runner().codec();
    if (info.shape.channels != 1 && info.shape.channels != codec.channels()) {
        return drop_reason::wrong_shape;
    }
    try {
        const auto counts = runner().symbol_counts(info.shape);
        const auto length = static_cast<int64_t>(candidate.length);
        if (!of_part) {
            const bool known =
                std::find(counts.begin(), counts.end(), length) != counts.end();
            return known ? nullptr : drop_reason::wrong_symbol_count;
        }
        if (info.parts != codec.parts()) {
            return drop_reason::wrong_symbol_count;
        }
        const auto part = static_cast<size_t>(info.part);
        const int64_t begin = part == 0 ? 0 : counts.at(part - 1);
        return counts.at(part) - begin == length ? nullptr
                                                 : drop_reason::wrong_symbol_count;
    } catch (const std::exception&) {
        return drop_reason::wrong_shape;
    }
}

const char* jscc_decoder_impl::refuse(const frame<gr_complex>& candidate)
{
    return refuse_symbols(candidate, /*of_part=*/false);
}

void jscc_decoder_impl::assemble(std::vector<frame<gr_complex>>& batch)
{
    d_parts.set_progressive(d_progressive);
    std::vector<frame<gr_complex>> whole;
    for (auto& taken : batch) {
        // What waits for its other parts is bounded by the codec, not by what a sender
        // says of it.
        const char* const reason =
            taken.info.parts > 1 ? refuse_symbols(taken, /*of_part=*/true) : nullptr;
        if (reason) {
            d_counters.drop(reason, "frame " + std::to_string(taken.info.id));
            continue;
        }
        send_back(taken);
        d_parts.push(std::move(taken), whole);
    }
    batch = std::move(whole);
}

void jscc_decoder_impl::release()
{
    std::vector<frame<gr_complex>> whole;
    d_parts.finish(whole);
    process(std::move(whole));
}

} // namespace djescc
} // namespace gr
