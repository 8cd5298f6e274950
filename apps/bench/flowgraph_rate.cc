/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs the chain as a flowgraph from memory to a null sink, and counts what arrives.

#include "bench/flowgraph_rate.h"

#include <djescc/error.h>

#ifdef DJESCC_HAVE_GNURADIO

#include <gnuradio/blocks/null_sink.h>
#include <gnuradio/blocks/vector_source.h>
#include <gnuradio/djescc/awgn_channel.h>
#include <gnuradio/djescc/image_decryptor.h>
#include <gnuradio/djescc/image_encryptor.h>
#include <gnuradio/djescc/jscc_decoder.h>
#include <gnuradio/djescc/jscc_encoder.h>
#include <gnuradio/logger.h>
#include <gnuradio/top_block.h>
#include <vector>

namespace {

constexpr double snr_db = 10.0;
// As image_source has.
constexpr long source_buffer_items = 1 << 19;

//! One batch of pictures for ever.
gr::blocks::vector_source_f::sptr make_source(const BenchOptions& options)
{
    const auto pictures = options.pictures().values.permute({ 0, 2, 3, 1 }).contiguous();
    const auto* items = pictures.data_ptr<float>();
    const auto frame_items = static_cast<uint64_t>(options.shape.numel());
    std::vector<gr::tag_t> tags;
    for (int64_t id = 0; id < options.batch; id++) {
        pmt::pmt_t dictionary = pmt::make_dict();
        const auto add = [&](const char* key, int64_t value) {
            dictionary = pmt::dict_add(dictionary, pmt::mp(key), pmt::from_long(value));
        };
        add("id", id);
        add("width", options.shape.width);
        add("height", options.shape.height);
        add("channels", options.shape.channels);
        gr::tag_t tag;
        tag.offset = static_cast<uint64_t>(id) * frame_items;
        tag.key = pmt::mp("packet_len");
        tag.value = pmt::from_long(options.shape.numel());
        tags.push_back(tag);
        tag.key = pmt::mp("frame");
        tag.value = dictionary;
        tags.push_back(tag);
    }
    const auto source = gr::blocks::vector_source_f::make(
        std::vector<float>(items, items + pictures.numel()), true, 1, tags);
    source->set_min_output_buffer(0, source_buffer_items);
    return source;
}

//! Stops the flowgraph however the measurement ends.
class RunningFlowgraph
{
public:
    explicit RunningFlowgraph(gr::top_block_sptr top) : d_top(std::move(top))
    {
        d_top->start();
    }
    ~RunningFlowgraph()
    {
        d_top->stop();
        d_top->wait();
    }
    RunningFlowgraph(const RunningFlowgraph&) = delete;
    RunningFlowgraph& operator=(const RunningFlowgraph&) = delete;

private:
    gr::top_block_sptr d_top;
};

} // namespace

bool have_flowgraph() { return true; }

FlowgraphRate measure_flowgraph(const BenchOptions& options)
{
    using namespace gr::djescc;
    // stopping in the middle of a frame is no news here
    gr::logging::singleton().set_default_level(gr::log_level::err);
    const auto make = [&](auto make_block, auto... more) {
        return make_block(options.model,
                          options.runtime.device,
                          options.runtime.threads,
                          static_cast<int>(options.batch),
                          more...);
    };
    const std::string no_keyring, no_key;
    const auto encryptor = make(image_encryptor::make, no_keyring, no_key);
    const auto encoder = make(jscc_encoder::make, no_key);
    const auto decoder = make(jscc_decoder::make, no_key);
    const auto decryptor = make(image_decryptor::make, no_keyring, no_key);
    const auto channel = awgn_channel::make(snr_db);
    const auto sink = gr::blocks::null_sink::make(sizeof(float));
    auto top = gr::make_top_block("bench");
    top->connect(make_source(options), 0, encryptor, 0);
    top->connect(encryptor, 0, encoder, 0);
    top->connect(encoder, 0, channel, 0);
    top->connect(channel, 0, decoder, 0);
    top->connect(decoder, 0, decryptor, 0);
    top->connect(decryptor, 0, sink, 0);
    top->msg_connect(decoder, "feedback", encoder, "feedback"); // where there is any

    const RunningFlowgraph running(top);
    FlowgraphRate rate;
    const auto progress = [&] {
        const uint64_t last = decryptor->frames_out(); // first, or it might be ahead
        return PipelineProgress{ encryptor->frames_out(), last };
    };
    rate.images =
        steady_rate(progress, options.seconds, static_cast<uint64_t>(options.batch));
    double batches = 0, frames = 0;
    const auto add = [&](const auto& block) {
        const auto counters = block->counters();
        batches += static_cast<double>(counters.at("batches"));
        frames += static_cast<double>(counters.at("frames_out"));
    };
    add(encryptor);
    add(encoder);
    add(decoder);
    add(decryptor);
    rate.mean_batch = frames / batches;
    return rate;
}

#else

bool have_flowgraph() { return false; }

FlowgraphRate measure_flowgraph(const BenchOptions&)
{
    throw djescc::Error("this djescc was built without GNU Radio");
}

#endif
