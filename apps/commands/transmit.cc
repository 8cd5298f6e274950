/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc transmit`: pictures to a radio, a socket or a recording.

#include "commands/commands.h"

#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <djescc/image/video.h>
#include <iostream>
#include <memory>

namespace {

constexpr char transmit_footer[] = R"(Examples:
  djescc transmit --model models/photo-slim-r6 --input pictures --sink file:air.sigmf
  djescc transmit --model models/photo-slim-r6 --input camera:0 --sink uhd:type=b200 \
      --freq 915e6 --rate 2e6 --gain 30 --key link.key
  djescc transmit --stage owner --model owner-model --input pictures --sink zmq:tcp://*:5550
  djescc transmit --stage provider --model provider-model --input zmq:tcp://owner:5550 \
      --sink soapy:driver=lime --freq 915e6 --rate 2e6 --gain 30

Sends pictures as bursts of complex samples. --sink is a USRP (uhd:ARGS), a SoapySDR device
(soapy:ARGS), a socket (zmq:tcp://HOST:PORT, which this end binds) or a SigMF recording
(file:NAME.sigmf). With --stage owner it sends protected pictures over ZeroMQ instead, which
--stage provider takes from there and puts on the air. docs/over-the-air.md goes through it
step by step.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage, 130 stopped by Ctrl-C.)";

} // namespace

#ifdef DJESCC_HAVE_GNURADIO

#include "air/run.h"
#include "air/transmit_flowgraph.h"
#include "commands/radio_options.h"
#include "commands/subcommand.h"
#include "exit_code.h"

namespace {

struct TransmitArguments {
    RadioArguments common;
    TransmitOptions options;
};

//! What does not travel with a video's frames.
void tell_of_video(const std::string& input)
{
    if (!djescc::is_video_file(input))
        return;
    const double rate = djescc::VideoReader(input).frame_rate();
    std::cerr << "djescc: pictures alone are sent, no sound and no times";
    if (rate > 0)
        std::cerr << "; " << input << " has " << rate
                  << " frames/s, which the receiver is told by --frame-rate " << rate;
    std::cerr << '\n';
}

int run_transmit(const TransmitArguments& arguments)
{
    TransmitOptions options = arguments.options;
    options.stage = parse_stage(arguments.common.stage);
    check_net_options(options.nets, options.stage);
    options.radio.format = djescc::parse_sample_format(arguments.common.format);
    if (options.stage == Stage::provider && options.count > 0)
        throw djescc::ConfigError(
            "--count belongs to the owner's end: a provider that "
            "stops by itself would cut what is on its way");
    TransmitFlowgraph flowgraph(options);
    if (options.stage != Stage::provider)
        tell_of_video(options.input);
    if (options.stage != Stage::owner)
        warn_without_key(options.bursts.key_file);
    RunOptions run;
    run.json = arguments.common.json;
    if (run_flowgraph(flowgraph, run))
        return exit_code::interrupted;
    if (flowgraph.images() == 0)
        throw djescc::Error("nothing of " + options.input + " was sent");
    return exit_code::success;
}

} // namespace

void add_transmit_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "transmit", "Send pictures with a radio, over a socket or to a recording");
    command->footer(transmit_footer);
    auto arguments = std::make_shared<TransmitArguments>();
    arguments->options.bursts.amplitude = 0.3;
    auto& options = arguments->options;
    add_net_options(*command, options.nets);
    command
        ->add_option("--input",
                     options.input,
                     "A picture, a folder of pictures, a glob pattern, a video file or "
                     "camera:N; zmq:ADDRESS at the stage provider")
        ->required();
    command
        ->add_option("--sink",
                     options.sink,
                     "uhd:ARGS, soapy:ARGS, zmq:ADDRESS or file:NAME.sigmf")
        ->required();
    command->add_option("--stage",
                        arguments->common.stage,
                        "all (default), owner or provider: the part that runs here");
    command->add_option("--key",
                        options.bursts.key_file,
                        "Key file of djescc keygen: authentic headers, hidden symbols");
    command->add_option("--snr-hint",
                        options.snr_hint_db,
                        "Es/N0 in dB to be expected, for codecs that adapt (default: the "
                        "middle of the model's range)");
    add_rate_groups_option(*command, options.rate_groups);
    command->add_flag("--repeat", options.repeat, "Start again after the last picture");
    command
        ->add_option("--frame-rate",
                     options.frame_rate,
                     "Most pictures a second (default: as fast as the rest goes)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--count", options.count, "Stop after so many pictures")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--json",
                        arguments->common.json,
                        "File for the counters, a line of JSON a second");
    command->add_option("--amplitude",
                        options.bursts.amplitude,
                        "Mean amplitude of a carrier; peaks of 1 clip (default: 0.3)");
    command->add_option("--clip",
                        options.bursts.clip_db,
                        "Limit peaks to so many dB above the mean power (default: 9)");
    command->add_option(
        "--gap", options.bursts.gap, "Zero samples after every burst (default: 0)");
    command->add_flag("--filler",
                      options.bursts.filler,
                      "Send zeros while no picture waits (always with soapy:)");
    command->add_option("--sample-format",
                        arguments->common.format,
                        "Of a recording: cf32_le (default) or ci16_le");
    add_radio_options(*command, options.radio);
    add_format_options(*command, options.bursts.format);
    command->callback([arguments, &action] {
        action = [arguments] { return run_transmit(*arguments); };
    });
}

#else

void add_transmit_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand("transmit", "Needs GNU Radio");
    command->footer(transmit_footer);
    command->allow_extras();
    command->callback([&action] {
        action = []() -> int {
            throw djescc::Error(
                "transmit runs GNU Radio's blocks, and this djescc was "
                "built without GNU Radio");
        };
    });
}

#endif
