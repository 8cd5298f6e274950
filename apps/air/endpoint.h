/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Where samples go to or come from, as --sink and --source name it. */
#pragma once

#include <string>

//! Where samples go to or come from, as a command line names it: KIND:ARGUMENT.
struct Endpoint {
    enum class Kind {
        uhd,   //!< a USRP; the argument is UHD's device address, "" for any
        soapy, //!< a SoapySDR device; the argument names it, for instance "driver=lime"
        zmq,   //!< ZeroMQ; the argument is tcp://HOST:PORT or ipc://PATH
        file,  //!< a SigMF recording
    };

    Kind kind = Kind::file;
    std::string argument;

    bool is_radio() const { return kind == Kind::uhd || kind == Kind::soapy; }
};

/*! \param text    for instance "uhd:type=b200" or "file:x.sigmf"
 *  \param option  the option's name, for the error
 *  \throws djescc::ConfigError that says what there is */
Endpoint parse_endpoint(const std::string& text, const std::string& option);

//! True for "zmq:...", which inputs and outputs of frames can be, too.
bool is_zmq(const std::string& text);

//! The address in "zmq:ADDRESS".
//! \throws djescc::ConfigError for any other endpoint
std::string zmq_address(const std::string& text, const std::string& option);
