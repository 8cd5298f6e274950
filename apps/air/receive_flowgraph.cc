/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Builds the receiver of a whole chain, of the provider or of the recipient.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/receive_flowgraph.h"

#include "air/zmq_port.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <gnuradio/djescc/image_decryptor.h>
#include <gnuradio/djescc/image_sink.h>
#include <gnuradio/djescc/jscc_decoder.h>
#include <iomanip>
#include <sstream>

namespace {

constexpr double longest_timeout = 1e5; // a day, in seconds

int64_t timeout_samples(double seconds, double rate)
{
    if (!(seconds > 0 && seconds <= longest_timeout))
        throw djescc::ConfigError("--timeout must be above 0 and at most 100000 seconds");
    return std::max<int64_t>(1, std::llround(seconds * rate));
}

} // namespace

ReceiveFlowgraph::ReceiveFlowgraph(const ReceiveOptions& options)
    : AirFlowgraph("receive")
    , d_stage(options.stage)
    , d_ends_in_socket(is_zmq(options.output))
{
    if (d_stage == Stage::owner)
        throw djescc::ConfigError("receive has the stages all, provider and recipient");
    if (d_stage == Stage::recipient)
        append(make_zmq_source(sizeof(float), zmq_address(options.source, "--source")));
    else
        append_provider(options);
    if (d_stage == Stage::provider)
        append(make_zmq_sink(sizeof(float), zmq_address(options.output, "--output")));
    else
        append_recipient(options);
}

void ReceiveFlowgraph::append_provider(const ReceiveOptions& options)
{
    using namespace gr::djescc;
    const auto endpoint = parse_endpoint(options.source, "--source");
    const SamplePort& port = append("source", open_source(endpoint, options.radio));
    const double rate = port.rate() > 0 ? port.rate() : options.radio.rate;
    auto bursts = options.bursts;
    bursts.model = options.nets.codec_model();
    bursts.timeout = timeout_samples(options.timeout, rate);
    d_carrier_spacing = rate / bursts.format.carriers;
    const auto receiver = burst_receiver::make(bursts);
    append("burst_receiver", receiver);
    d_monitor = LinkMonitor::make();
    top().msg_connect(receiver, "status", d_monitor, "in");
    append("jscc_decoder",
           jscc_decoder::make(options.nets.codec_model(),
                              options.nets.device,
                              options.nets.threads,
                              options.nets.max_batch,
                              options.nets.key_use().codec));
}

void ReceiveFlowgraph::append_recipient(const ReceiveOptions& options)
{
    using namespace gr::djescc;
    append("image_decryptor",
           image_decryptor::make(options.nets.model,
                                 options.nets.device,
                                 options.nets.threads,
                                 options.nets.max_batch,
                                 options.nets.keyring,
                                 options.nets.key_use().cipher));
    append("image_sink", image_sink::make(options.output, "png", options.frame_rate));
}

uint64_t ReceiveFlowgraph::images() const
{
    return d_stage == Stage::provider
               ? counter_of(counters(), "jscc_decoder", "frames_out")
               : counter_of(counters(), "image_sink", "written");
}

uint64_t ReceiveFlowgraph::not_written() const
{
    return d_stage == Stage::provider
               ? 0
               : counter_of(counters(), "image_sink", "dropped: not written");
}

std::map<std::string, double> ReceiveFlowgraph::figures() const
{
    auto figures = d_monitor ? d_monitor->newest() : std::map<std::string, double>();
    if (const auto offset = figures.find("carrier_offset"); offset != figures.end())
        figures["carrier_offset_hz"] = offset->second * d_carrier_spacing;
    return figures;
}

std::string ReceiveFlowgraph::status_line() const
{
    const auto all = counters();
    uint64_t dropped = 0;
    for (const auto& [block, counters] : all)
        for (const auto& [name, count] : counters)
            if (name.rfind("dropped", 0) == 0)
                dropped += count;
    std::ostringstream line;
    line << std::fixed << std::setprecision(1);
    if (d_monitor) {
        const auto of = [&](const char* name) {
            return counter_of(all, "burst_receiver", name);
        };
        const auto now = figures();
        line << of("bursts") << " bursts, ";
        if (now.count("snr_db") && now.count("carrier_offset_hz"))
            line << now.at("snr_db") << " dB, " << std::showpos << std::setprecision(0)
                 << now.at("carrier_offset_hz") << std::noshowpos << " Hz, ";
        line << of("lost") << " lost, ";
        const auto source = all.find("source");
        if (source != all.end() && source->second.count("overruns"))
            line << source->second.at("overruns") << " overruns, ";
    }
    line << dropped << " dropped";
    return line.str();
}

std::string ReceiveFlowgraph::explain_nothing() const
{
    if (!d_monitor)
        return "no picture arrived from the provider";
    const auto all = counters();
    const auto of = [&](const char* name) {
        return counter_of(all, "burst_receiver", name);
    };
    const auto bursts = [&](const char* name) {
        return std::to_string(of(name)) + (of(name) == 1 ? " burst" : " bursts");
    };
    std::string text = "no picture arrived: ";
    if (of("detected") == 0)
        return text +
               "no burst was heard; check frequency, rate, gain, antenna and the "
               "burst format";
    if (of("refused") > 0)
        return text + bursts("refused") +
               " refused, because they carry no tag of this key, are replayed or stale, "
               "or need a key (--key)";
    if (of("foreign") > 0)
        return text + bursts("foreign") +
               " of another model; transmitter and receiver need the same model.json";
    if (of("bursts") == 0)
        return text + bursts("header failures") +
               " heard with a header that cannot be read; the signal is too weak or the "
               "burst format another one";
    return text + "the bursts of no image gave a picture; --json tells the counters";
}
#endif
