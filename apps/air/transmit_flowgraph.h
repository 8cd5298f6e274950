/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The flowgraph of `djescc transmit`: from pictures, or from protected images over
 *  ZeroMQ, to samples. */
#pragma once

#include "air/air_flowgraph.h"
#include "air/endpoint.h"
#include "air/radio_settings.h"
#include <gnuradio/djescc/burst_transmitter.h>
#include <gnuradio/djescc/image_source.h>

struct TransmitOptions {
    Stage stage = Stage::all;
    NetOptions nets;
    std::string input; //!< pictures; zmq:ADDRESS for the provider's stage
    std::string sink;  //!< an Endpoint; zmq:ADDRESS for the owner's stage
    bool repeat = false;
    double frame_rate = 0; //!< pictures a second; 0 as fast as the rest goes
    int64_t count = 0;     //!< pictures to be sent; 0 for all
    //! Es/N0 in dB to be expected, for codecs that adapt.
    std::optional<double> snr_hint_db;
    int rate_groups = 0; //!< that every picture is sent in; 0: the codec decides
    RadioSettings radio;
    gr::djescc::burst_transmitter::options bursts;
};

/*! Pictures to protected frames (owner), protected frames to bursts (provider), or both.
 */
class TransmitFlowgraph : public AirFlowgraph
{
public:
    //! \throws djescc::Error of the blocks and ports, and for options that do not fit
    explicit TransmitFlowgraph(const TransmitOptions& options);

    uint64_t images() const override;
    std::string status_line() const override;
    bool ends_in_socket() const override { return d_ends_in_socket; }

private:
    void append_owner(const TransmitOptions& options);
    void append_provider(const TransmitOptions& options);

    Stage d_stage;
    bool d_ends_in_socket;
};
