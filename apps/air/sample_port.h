/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a flowgraph needs of a radio, a socket or a recording, whichever it is. */
#pragma once

#include "air/endpoint.h"
#include "air/radio_settings.h"
#include <cstdint>
#include <gnuradio/top_block.h>
#include <map>
#include <memory>
#include <string>

/*! The end of a flowgraph that samples leave by or come in by: a radio, a socket or a
 *  recording. */
class SamplePort
{
public:
    using Counters = std::map<std::string, uint64_t>;

    virtual ~SamplePort() = default;

    //! The block with the one stream of complex samples.
    virtual gr::basic_block_sptr block() = 0;
    //! Connects what the port has beside its block.
    virtual void attach(gr::top_block&) {}
    //! What went wrong so far, by name; any thread may ask.
    virtual Counters counters() const { return {}; }
    //! What stopped the port by itself, for instance a full disk; empty for nothing.
    virtual std::string error() const { return {}; }
    //! Remarks for the user, made when the port was opened.
    virtual std::string remark() const { return {}; }
    //! The samples' rate; 0 where nobody knows it.
    virtual double rate() const { return 0; }
};

/*! \throws djescc::DeviceError where there is no such radio, djescc::RecordingError for a
 *          file, djescc::ConfigError for settings that make no sense or a kind of port
 *          that this program was built without */
std::unique_ptr<SamplePort> open_sink(const Endpoint& endpoint,
                                      const RadioSettings& settings);
std::unique_ptr<SamplePort> open_source(const Endpoint& endpoint,
                                        const RadioSettings& settings);

// What the two choose from.
std::unique_ptr<SamplePort> open_uhd_sink(const std::string&, const RadioSettings&);
std::unique_ptr<SamplePort> open_uhd_source(const std::string&, const RadioSettings&);
std::unique_ptr<SamplePort> open_soapy_sink(const std::string&, const RadioSettings&);
std::unique_ptr<SamplePort> open_soapy_source(const std::string&, const RadioSettings&);
std::unique_ptr<SamplePort> open_zmq_sink(const std::string& address);
std::unique_ptr<SamplePort> open_zmq_source(const std::string& address);
std::unique_ptr<SamplePort> open_sigmf_sink(const std::string&, const RadioSettings&);
std::unique_ptr<SamplePort> open_sigmf_source(const std::string&, const RadioSettings&);
