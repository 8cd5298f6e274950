/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Connects the blocks of a transmitter's or a receiver's flowgraph and reads their
// counters.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/air_flowgraph.h"

#include <djescc/model/keyring.h>

uint64_t counter_of(const BlockCounters& counters,
                    const std::string& block,
                    const std::string& name)
{
    const auto found = counters.find(block);
    if (found == counters.end())
        return 0;
    const auto counter = found->second.find(name);
    return counter == found->second.end() ? 0 : counter->second;
}

std::string NetOptions::codec_model() const
{
    return keyring.empty() ? model : djescc::Keyring(keyring).codec_directory();
}

AirFlowgraph::AirFlowgraph(const std::string& name) : d_top(gr::make_top_block(name)) {}

AirFlowgraph::~AirFlowgraph() = default;

BlockCounters AirFlowgraph::counters() const
{
    BlockCounters all;
    for (const auto& [name, counters] : d_watched)
        all[name] = counters();
    return all;
}

std::string AirFlowgraph::error() const
{
    for (const auto& port : d_ports)
        if (const auto error = port->error(); !error.empty())
            return error;
    return {};
}

std::vector<std::string> AirFlowgraph::remarks() const
{
    std::vector<std::string> remarks;
    for (const auto& port : d_ports)
        if (auto remark = port->remark(); !remark.empty())
            remarks.push_back(std::move(remark));
    return remarks;
}

void AirFlowgraph::append(const gr::basic_block_sptr& block)
{
    if (d_last)
        d_top->connect(d_last, 0, block, 0);
    d_last = block;
}

SamplePort& AirFlowgraph::append(const std::string& name,
                                 std::unique_ptr<SamplePort> port)
{
    SamplePort& opened = *port;
    append(opened.block());
    opened.attach(*d_top);
    watch(name, [&opened] { return opened.counters(); });
    d_ports.push_back(std::move(port));
    return opened;
}

void AirFlowgraph::watch(const std::string& name, std::function<Counters()> counters)
{
    d_watched.emplace_back(name, std::move(counters));
}
#endif
