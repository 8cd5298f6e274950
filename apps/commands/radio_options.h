/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The options that `djescc transmit` and `djescc receive` share: radio, format of the
 *  bursts, nets. */
#pragma once

#include "air/air_flowgraph.h"
#include "air/radio_settings.h"
#include <gnuradio/djescc/burst_format.h>
#include <string>

namespace CLI {
class App;
}

//! What `transmit` and `receive` have in common, as the command line gives it.
struct RadioArguments {
    std::string stage = "all";
    std::string format = "cf32_le";
    std::string json;
};

Stage parse_stage(const std::string& text);

//! Adds --rate, --freq, --gain and the rest of the radio's settings.
void add_radio_options(CLI::App& command, RadioSettings& settings);
//! Adds --carriers, --prefix, --data-carriers, --pilot-carriers, --burst-symbols.
void add_format_options(CLI::App& command, gr::djescc::burst_format& format);
//! Adds --model, --keyring, --picture-key, --device, --threads, --max-batch.
void add_net_options(CLI::App& command, NetOptions& nets);
//! \throws djescc::ConfigError where the provider is given what he must not have
void check_net_options(const NetOptions& nets, Stage stage);

/*! Says on standard error what it means that there is no key. */
void warn_without_key(const std::string& key_file);
