/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Takes KIND:ARGUMENT apart and refuses kinds that do not exist.

#include "air/endpoint.h"

#include <djescc/error.h>
#include <map>

Endpoint parse_endpoint(const std::string& text, const std::string& option)
{
    using Kind = Endpoint::Kind;
    static const std::map<std::string, Kind> kinds{ { "uhd", Kind::uhd },
                                                    { "soapy", Kind::soapy },
                                                    { "zmq", Kind::zmq },
                                                    { "file", Kind::file } };
    const auto colon = text.find(':');
    const auto kind = kinds.find(text.substr(0, colon));
    if (colon == std::string::npos || kind == kinds.end())
        throw djescc::ConfigError(option +
                                  " must be uhd:ARGS, soapy:ARGS, zmq:ADDRESS or "
                                  "file:NAME.sigmf, not '" +
                                  text + "'");
    const Endpoint endpoint{ kind->second, text.substr(colon + 1) };
    if (endpoint.argument.empty() && !endpoint.is_radio())
        throw djescc::ConfigError(option + " needs something after '" + text + "'");
    return endpoint;
}

bool is_zmq(const std::string& text) { return text.rfind("zmq:", 0) == 0; }

std::string zmq_address(const std::string& text, const std::string& option)
{
    const Endpoint endpoint = parse_endpoint(text, option);
    if (endpoint.kind != Endpoint::Kind::zmq)
        throw djescc::ConfigError(option + " must be zmq:ADDRESS at this stage, not '" +
                                  text + "'");
    return endpoint.argument;
}
