/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Adds and checks the options that `djescc transmit` and `djescc receive` share.

#ifdef DJESCC_HAVE_GNURADIO
#include "commands/radio_options.h"

#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <iostream>

Stage parse_stage(const std::string& text)
{
    if (text == "all")
        return Stage::all;
    if (text == "owner")
        return Stage::owner;
    if (text == "provider")
        return Stage::provider;
    if (text == "recipient")
        return Stage::recipient;
    throw djescc::ConfigError("--stage must be all, owner, provider or recipient, not '" +
                              text + "'");
}

void add_radio_options(CLI::App& command, RadioSettings& settings)
{
    const auto group = "Radio";
    command.add_option("--rate", settings.rate, "Samples a second (default: 1e6)")
        ->check(CLI::Range(1.0, 1e9))
        ->group(group);
    command.add_option("--freq", settings.frequency, "Centre frequency in Hz")
        ->group(group);
    command
        .add_option("--gain",
                    settings.gain,
                    "Gain in dB (default: the least when sending with a USRP, the middle "
                    "when receiving with one)")
        ->group(group);
    command.add_option("--bandwidth", settings.bandwidth, "Of the analog filter, in Hz")
        ->group(group);
    command.add_option("--antenna", settings.antenna, "For instance TX/RX or RX2")
        ->group(group);
    command.add_option("--subdev", settings.subdevice, "UHD's subdevice, such as A:A")
        ->group(group);
    command
        .add_option("--clock-source",
                    settings.clock_source,
                    "internal, external or gpsdo: where the reference comes from")
        ->group(group);
    command
        .add_option("--time-source",
                    settings.time_source,
                    "internal, external or gpsdo: where the time comes from")
        ->group(group);
}

void add_format_options(CLI::App& command, gr::djescc::burst_format& format)
{
    const auto group = "Burst format (the same at both ends)";
    command.add_option("--carriers", format.carriers, "Length of the FFT (default: 64)")
        ->group(group);
    command
        .add_option("--prefix", format.prefix, "Samples of cyclic prefix (default: 16)")
        ->group(group);
    command
        .add_option("--data-carriers",
                    format.data_carriers,
                    "Carriers with symbols (default: 48)")
        ->group(group);
    command
        .add_option("--pilot-carriers",
                    format.pilot_carriers,
                    "Carriers with pilots (default: 4)")
        ->group(group);
    command
        .add_option("--burst-symbols",
                    format.symbols_per_burst,
                    "Most symbols in a burst (default: 4096)")
        ->group(group);
}

void add_net_options(CLI::App& command, NetOptions& nets)
{
    auto* models = command.add_option_group("models", "The nets, one of:");
    models->add_option("--model", nets.model, "The model's directory");
    models->add_option(
        "--keyring", nets.keyring, "The keyring's directory (djescc keyring)");
    models->require_option(1);
    command.add_option("--picture-key",
                       nets.picture_key,
                       "Key file of the pictures' owner and recipient: every picture is "
                       "protected in its own way");
    command.add_option(
        "--device", nets.device, "auto, cpu, cuda or cuda:N (default: auto)");
    command.add_option("--threads", nets.threads, "CPU threads of each net (default: 1)")
        ->check(CLI::NonNegativeNumber);
    command
        .add_option("--max-batch",
                    nets.max_batch,
                    "Most frames that go through a net together (default: 1)")
        ->check(CLI::Range(1, 1024));
}

void check_net_options(const NetOptions& nets, Stage stage)
{
    const bool no_key = nets.picture_key.empty() ||
                        (nets.keyring.empty() && !nets.key_use().codec.empty());
    if (stage == Stage::provider && !(nets.keyring.empty() && no_key))
        throw djescc::ConfigError(
            "--keyring and --picture-key are for the owner and the recipient alone: the "
            "provider takes the keyring's folder codec as --model");
}

void warn_without_key(const std::string& key_file)
{
    if (key_file.empty())
        std::cerr << "djescc: warning: no --key: nothing here is secret or authentic to "
                     "somebody with a radio and the model (docs/security.md)\n";
}
#endif
