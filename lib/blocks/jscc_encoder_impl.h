/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block jscc_encoder: images to symbols, with the SNR that is to be expected, and
 *  round by round where the codec has feedback. */
#pragma once

#include "blocks/message_warnings.h"
#include "blocks/model_block.h"
#include "blocks/snr_message.h"
#include <atomic>
#include <chrono>
#include <gnuradio/djescc/jscc_encoder.h>
#include <optional>
#include <vector>

namespace gr {
namespace djescc {

//! Seconds: longer than a photograph's part needs through a receiver and back.
inline constexpr double usual_feedback_timeout = 5.0;

class jscc_encoder_impl : public model_block<jscc_encoder, float, gr_complex>
{
public:
    jscc_encoder_impl(const ::djescc::ModelSource& source,
                      const ::djescc::RuntimeOptions& options,
                      int max_batch);

    void set_snr_hint(double snr_db) override { d_hint.set(snr_db); }
    void clear_snr_hint() override { d_hint.clear(); }
    void set_rate_groups(int groups) override;
    void set_feedback_timeout(double seconds) override;
    std::map<std::string, uint64_t> counters() const override;

    bool stop() override;

protected:
    void prepare() override
    {
        runner().set_snr_hint(d_hint.get());
        runner().set_rate_groups(d_rate_groups);
    }
    size_t batch_size(const std::deque<frame<float>>& waiting) const override;
    bool takes_more(const std::deque<frame<float>>& waiting) const override;
    void process(std::vector<frame<float>> batch) override;
    void add_conditions(::djescc::FrameBatch& input) override;
    void made(const ::djescc::FrameFacts& taken, ::djescc::FrameFacts& facts) override;
    bool awaits() const override { return d_open.has_value(); }
    void go_on() override;

private:
    using base = model_block<jscc_encoder, float, gr_complex>;
    using clock = std::chrono::steady_clock;

    //! The image whose next round waits for what came back of those before.
    struct open_image {
        frame<float> image;
        std::vector<int64_t> ends{};     //!< of each round's symbols
        std::vector<gr_complex> heard{}; //!< of the rounds before the next one
        size_t rounds_sent = 0;
        size_t rounds_heard = 0;
        std::optional<clock::time_point> deadline{}; //!< since the round is handed over
    };

    bool by_rounds() const { return runner().codec().needs().feedback; }
    void send_round();
    void handle_rate(const pmt::pmt_t& message);
    void handle_feedback(const pmt::pmt_t& message);

    snr_hint d_hint;
    std::atomic<int> d_rate_groups{ 0 };
    std::atomic<double> d_feedback_timeout{ usual_feedback_timeout };
    std::atomic<uint64_t> d_given_up{ 0 }, d_foreign_feedback{ 0 };
    message_warnings d_bad_messages;
    std::optional<open_image> d_open;
};

} // namespace djescc
} // namespace gr
