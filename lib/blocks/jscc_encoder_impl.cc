/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes the block jscc_encoder and takes its messages.

#include "blocks/jscc_encoder_impl.h"

#include "blocks/feedback_message.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <gnuradio/io_signature.h>
#include <thread>
#include <utility>

namespace gr {
namespace djescc {

namespace {

constexpr double most_groups = 1e6;
constexpr double longest_feedback_timeout = 3600;

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
            d_bad_messages.add(d_logger,
                               "a message at port snr holds no number: " +
                                   pmt::write_string(message));
        }
    });
    message_port_register_in(rate_port());
    set_msg_handler(rate_port(),
                    [this](const pmt::pmt_t& message) { handle_rate(message); });
    message_port_register_in(feedback_port());
    set_msg_handler(feedback_port(),
                    [this](const pmt::pmt_t& message) { handle_feedback(message); });
}

void jscc_encoder_impl::set_feedback_timeout(double seconds)
{
    if (!(seconds >= 0 && seconds <= longest_feedback_timeout)) {
        throw ::djescc::ConfigError(
            "jscc_encoder: the time that feedback is waited for must be 0 to 3600 s");
    }
    d_feedback_timeout = seconds;
}

std::map<std::string, uint64_t> jscc_encoder_impl::counters() const
{
    auto counters = base::counters();
    if (d_given_up > 0) {
        counters["without feedback"] = d_given_up;
    }
    if (d_foreign_feedback > 0) {
        counters["foreign feedback"] = d_foreign_feedback;
    }
    if (d_bad_messages.count() > 0) {
        counters["unusable messages"] = d_bad_messages.count();
    }
    return counters;
}

bool jscc_encoder_impl::stop()
{
    d_open.reset();
    return base::stop();
}

size_t jscc_encoder_impl::batch_size(const std::deque<frame<float>>& waiting) const
{
    return by_rounds() ? 1 : base::batch_size(waiting);
}

bool jscc_encoder_impl::takes_more(const std::deque<frame<float>>& waiting) const
{
    return !by_rounds() && base::takes_more(waiting);
}

void jscc_encoder_impl::process(std::vector<frame<float>> batch)
{
    if (!by_rounds()) {
        base::process(std::move(batch));
        return;
    }
    // One image after the other, for a receiver takes the parts of one at a time.
    d_open = open_image{ std::move(batch.front()) };
    send_round();
}

void jscc_encoder_impl::send_round()
{
    const size_t before = d_open->rounds_sent;
    base::process({ d_open->image });
    const bool sent = d_open->rounds_sent > before; // else it was dropped
    if (!sent || d_open->rounds_sent == d_open->ends.size()) {
        d_open.reset();
        return;
    }
    d_open->deadline.reset();
}

void jscc_encoder_impl::add_conditions(::djescc::FrameBatch& input)
{
    if (!by_rounds() || d_open->heard.empty()) {
        return;
    }
    const auto count = static_cast<int64_t>(d_open->heard.size());
    input.feedback = torch::empty({ 1, count }, torch::kComplexFloat);
    std::copy(d_open->heard.begin(),
              d_open->heard.end(),
              static_cast<gr_complex*>(input.feedback.data_ptr()));
}

void jscc_encoder_impl::made(const ::djescc::FrameFacts&, ::djescc::FrameFacts& facts)
{
    if (by_rounds()) {
        d_open->ends = runner().symbol_counts(facts.shape);
        d_open->rounds_sent = static_cast<size_t>(facts.part) + 1;
    }
}

void jscc_encoder_impl::go_on()
{
    // The round is handed over now: before, it may have waited for the blocks behind.
    const double timeout = d_feedback_timeout;
    if (!d_open->deadline) {
        d_open->deadline = clock::now() + std::chrono::duration_cast<clock::duration>(
                                              std::chrono::duration<double>(timeout));
    }
    if (d_open->rounds_heard == d_open->rounds_sent && timeout > 0) {
        send_round();
    } else if (clock::now() >= *d_open->deadline) {
        // The receiver makes of it what it got.
        d_logger->debug("nothing came back of frame {:d}, part {:d}",
                        d_open->image.info.id,
                        d_open->rounds_sent - 1);
        d_given_up++;
        d_open.reset();
    } else {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void jscc_encoder_impl::handle_feedback(const pmt::pmt_t& message)
{
    auto parsed = feedback_message::from_pmt(message);
    if (!parsed) {
        d_bad_messages.add(d_logger,
                           "a message at port feedback holds no received symbols");
        return;
    }
    // Late, or of another transmitter: whoever sends it cannot make this block wait or
    // grow.
    const bool awaited = d_open && d_open->rounds_heard < d_open->rounds_sent &&
                         parsed->id == d_open->image.info.id &&
                         parsed->part == static_cast<int64_t>(d_open->rounds_heard);
    if (!awaited || static_cast<int64_t>(d_open->heard.size() + parsed->symbols.size()) !=
                        d_open->ends[d_open->rounds_heard]) {
        d_foreign_feedback++;
        return;
    }
    d_open->heard.insert(
        d_open->heard.end(), parsed->symbols.begin(), parsed->symbols.end());
    d_open->rounds_heard++;
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
        d_bad_messages.add(d_logger,
                           "a message at port rate holds no number: " +
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
        d_bad_messages.add(d_logger,
                           std::string("a message at port rate: ") + error.what());
    }
}

} // namespace djescc
} // namespace gr
