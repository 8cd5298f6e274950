/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Opens the radio, socket or recording that an endpoint names.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/sample_port.h"

std::unique_ptr<SamplePort> open_sink(const Endpoint& endpoint,
                                      const RadioSettings& settings)
{
    switch (endpoint.kind) {
    case Endpoint::Kind::uhd:
        return open_uhd_sink(endpoint.argument, settings);
    case Endpoint::Kind::soapy:
        return open_soapy_sink(endpoint.argument, settings);
    case Endpoint::Kind::zmq:
        return open_zmq_sink(endpoint.argument);
    case Endpoint::Kind::file:
        break;
    }
    return open_sigmf_sink(endpoint.argument, settings);
}

std::unique_ptr<SamplePort> open_source(const Endpoint& endpoint,
                                        const RadioSettings& settings)
{
    switch (endpoint.kind) {
    case Endpoint::Kind::uhd:
        return open_uhd_source(endpoint.argument, settings);
    case Endpoint::Kind::soapy:
        return open_soapy_source(endpoint.argument, settings);
    case Endpoint::Kind::zmq:
        return open_zmq_source(endpoint.argument);
    case Endpoint::Kind::file:
        break;
    }
    return open_sigmf_source(endpoint.argument, settings);
}
#endif
