/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Builds the transmitter of a whole chain, of the owner or of the provider.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/transmit_flowgraph.h"

#include "air/zmq_port.h"
#include <djescc/error.h>
#include <gnuradio/djescc/image_encryptor.h>
#include <gnuradio/djescc/jscc_encoder.h>

TransmitFlowgraph::TransmitFlowgraph(const TransmitOptions& options)
    : AirFlowgraph("transmit")
    , d_stage(options.stage)
    , d_ends_in_socket(is_zmq(options.sink))
{
    if (d_stage == Stage::recipient)
        throw djescc::ConfigError("transmit has the stages all, owner and provider");
    if (d_stage == Stage::provider)
        append(make_zmq_source(sizeof(float), zmq_address(options.input, "--input")));
    else
        append_owner(options);
    if (d_stage == Stage::owner)
        append(make_zmq_sink(sizeof(float), zmq_address(options.sink, "--sink")));
    else
        append_provider(options);
}

void TransmitFlowgraph::append_owner(const TransmitOptions& options)
{
    using namespace gr::djescc;
    append("image_source",
           image_source::make(
               options.input, options.repeat, options.frame_rate, 3, options.count));
    append("image_encryptor",
           image_encryptor::make(options.nets.model,
                                 options.nets.device,
                                 options.nets.threads,
                                 options.nets.max_batch,
                                 options.nets.keyring,
                                 options.nets.key_use().cipher));
}

void TransmitFlowgraph::append_provider(const TransmitOptions& options)
{
    using namespace gr::djescc;
    const Endpoint endpoint = parse_endpoint(options.sink, "--sink");
    const auto encoder = jscc_encoder::make(options.nets.codec_model(),
                                            options.nets.device,
                                            options.nets.threads,
                                            options.nets.max_batch,
                                            options.nets.key_use().codec);
    if (options.snr_hint_db)
        encoder->set_snr_hint(*options.snr_hint_db);
    encoder->set_rate_groups(options.rate_groups);
    encoder->set_feedback_timeout(0); // this program has no way back
    append("jscc_encoder", encoder);
    auto bursts = options.bursts;
    bursts.sample_rate = options.radio.rate;
    // gr-soapy knows no bursts, so a device would run dry between them.
    if (endpoint.kind == Endpoint::Kind::soapy)
        bursts.filler = true;
    append("burst_transmitter", burst_transmitter::make(bursts));
    append("sink", open_sink(endpoint, options.radio));
}

uint64_t TransmitFlowgraph::images() const
{
    return d_stage == Stage::owner
               ? counter_of(counters(), "image_encryptor", "frames_out")
               : counter_of(counters(), "burst_transmitter", "images");
}

std::string TransmitFlowgraph::status_line() const
{
    const auto all = counters();
    uint64_t dropped = 0, underruns = 0;
    std::string others;
    for (const auto& [block, counters] : all)
        for (const auto& [name, count] : counters) {
            if (name.rfind("dropped", 0) == 0)
                dropped += count;
            else if (block == "sink" && name.rfind("underflow", 0) == 0)
                underruns += count;
            else if (block == "sink" && count > 0)
                others += std::to_string(count) + ' ' + name + ", ";
        }
    std::string line;
    if (d_stage != Stage::owner)
        line = std::to_string(counter_of(all, "burst_transmitter", "bursts")) +
               " bursts, " + std::to_string(underruns) + " underruns, " + others;
    return line + std::to_string(dropped) + " dropped";
}
#endif
