/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block jscc_decoder: symbols to images, each with the SNR that it met. */
#pragma once

#include "blocks/message_warnings.h"
#include "blocks/model_block.h"
#include "blocks/part_collector.h"
#include "blocks/snr_message.h"
#include "radio/dsp/complex_gaussian_noise.h"
#include <atomic>
#include <gnuradio/djescc/jscc_decoder.h>
#include <mutex>

namespace gr {
namespace djescc {

class jscc_decoder_impl : public model_block<jscc_decoder, gr_complex, float>
{
public:
    jscc_decoder_impl(const ::djescc::ModelSource& source,
                      const ::djescc::RuntimeOptions& options,
                      int max_batch);

    void set_snr_hint(double snr_db) override { d_hint.set(snr_db); }
    void clear_snr_hint() override { d_hint.clear(); }
    void set_progressive(bool progressive) override { d_progressive = progressive; }
    void set_feedback_snr(double snr_db, uint64_t seed) override;
    uint64_t outages() const override { return d_counters.outages(); }

protected:
    void prepare() override { runner().set_snr_hint(d_hint.get()); }
    const char* refuse(const frame<gr_complex>& candidate) override;
    void made(const ::djescc::FrameFacts& taken, ::djescc::FrameFacts& facts) override
    {
        // Of an image that is joined for good the parts are 1.
        facts.part = taken.part;
        facts.parts = taken.parts;
        if (facts.outage) {
            d_counters.count_outage();
        }
    }
    void assemble(std::vector<frame<gr_complex>>& batch) override;
    bool holds_back() const override { return d_parts.holds_back(); }
    void release() override;

private:
    /*! Reason to drop symbols that the codec cannot have sent; null for good ones.
     *  \param of_part  they are one of several parts, else an image as far as it came */
    const char* refuse_symbols(const frame<gr_complex>& candidate, bool of_part) const;

    //! Tell the transmitter what came, where the codec has feedback and a further part.
    void send_back(const frame<gr_complex>& part);

    part_collector d_parts;
    snr_hint d_hint;
    message_warnings d_bad_messages;
    std::mutex d_feedback_mutex; //!< of the two below
    float d_feedback_noise = 0;  //!< amplitude
    complex_gaussian_noise d_noise_source{ 0 };
    std::atomic<bool> d_progressive{ false };
};

} // namespace djescc
} // namespace gr
