/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The flowgraph of `djescc receive`: from samples, or from protected images over
 *  ZeroMQ, to pictures. */
#pragma once

#include "air/air_flowgraph.h"
#include "air/endpoint.h"
#include "air/link_monitor.h"
#include "air/radio_settings.h"
#include <gnuradio/djescc/burst_receiver.h>

struct ReceiveOptions {
    Stage stage = Stage::all;
    NetOptions nets;
    std::string source;     //!< an Endpoint; zmq:ADDRESS for the recipient's stage
    std::string output;     //!< folder or video; zmq:ADDRESS for the provider's stage
    double frame_rate = 25; //!< of a video
    double timeout = 2;     //!< seconds after which an image goes out incomplete
    RadioSettings radio;
    gr::djescc::burst_receiver::options bursts;
};

/*! Samples to protected frames (provider), protected frames to pictures (recipient), or
 *  both. */
class ReceiveFlowgraph : public AirFlowgraph
{
public:
    //! \throws djescc::Error of the blocks and ports, and for options that do not fit
    explicit ReceiveFlowgraph(const ReceiveOptions& options);

    uint64_t images() const override;
    //! What arrived and could not be written.
    uint64_t not_written() const;
    std::string status_line() const override;
    bool ends_in_socket() const override { return d_ends_in_socket; }
    std::map<std::string, double> figures() const override;

    //! Why nothing came, as far as the counters tell.
    std::string explain_nothing() const;

private:
    void append_provider(const ReceiveOptions& options);
    void append_recipient(const ReceiveOptions& options);

    Stage d_stage;
    bool d_ends_in_socket;
    std::shared_ptr<LinkMonitor> d_monitor; //!< none at the recipient's stage
    double d_carrier_spacing = 0;           //!< in Hz
};
