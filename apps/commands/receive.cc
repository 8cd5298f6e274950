/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc receive`: pictures from a radio, a socket or a recording.

#include "commands/commands.h"

#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <iostream>
#include <memory>

namespace {

constexpr char receive_footer[] = R"(Examples:
  djescc receive --model models/photo-slim-r6 --source file:air.sigmf --output pictures
  djescc receive --model models/photo-slim-r6 --source uhd:type=b200 --freq 915e6 \
      --rate 2e6 --gain 40 --key link.key --output pictures
  djescc receive --stage provider --model provider-model --source uhd: --freq 915e6 \
      --rate 2e6 --output zmq:tcp://*:5551
  djescc receive --stage recipient --model recipient-model --source zmq:tcp://provider:5551 \
      --output pictures

Receives bursts of complex samples and writes the pictures that they carry. --source is a
USRP (uhd:ARGS), a SoapySDR device (soapy:ARGS), a socket (zmq:tcp://HOST:PORT, which the
sending end binds) or a SigMF recording (file:NAME.sigmf). With --stage provider it hands
protected pictures on over ZeroMQ instead, which --stage recipient takes from there and
decrypts. docs/over-the-air.md goes through it step by step.

Exit codes: 0 done, 1 it went wrong or no picture arrived, 2 wrong usage, 130 stopped by
Ctrl-C.)";

} // namespace

#ifdef DJESCC_HAVE_GNURADIO

#include "air/receive_flowgraph.h"
#include "air/run.h"
#include "commands/radio_options.h"
#include "exit_code.h"

namespace {

struct ReceiveArguments {
    RadioArguments common;
    ReceiveOptions options;
    int64_t count = 0;
    bool frame_rate_given = false;
};

int run_receive(const ReceiveArguments& arguments)
{
    ReceiveOptions options = arguments.options;
    options.stage = parse_stage(arguments.common.stage);
    check_net_options(options.nets, options.stage);
    ReceiveFlowgraph flowgraph(options);
    if (options.stage != Stage::provider && djescc::is_video_file(options.output) &&
        !arguments.frame_rate_given)
        std::cerr << "djescc: " << options.output << " gets " << options.frame_rate
                  << " frames/s, since pictures come without times; --frame-rate sets "
                     "another\n";
    if (options.stage != Stage::recipient)
        warn_without_key(options.bursts.key_file);
    RunOptions run;
    run.json = arguments.common.json;
    run.count = static_cast<uint64_t>(arguments.count);
    if (run_flowgraph(flowgraph, run))
        return exit_code::interrupted;
    if (flowgraph.not_written() > 0)
        throw djescc::Error(arguments.options.output +
                            " is not complete: not everything that arrived could be "
                            "written; the lines above say why");
    if (flowgraph.images() == 0)
        throw djescc::Error(flowgraph.explain_nothing());
    return exit_code::success;
}

} // namespace

void add_receive_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "receive", "Receive pictures with a radio, from a socket or a recording");
    command->footer(receive_footer);
    auto arguments = std::make_shared<ReceiveArguments>();
    auto& options = arguments->options;
    add_net_options(*command, options.nets);
    command
        ->add_option("--source",
                     options.source,
                     "uhd:ARGS, soapy:ARGS, zmq:ADDRESS or file:NAME.sigmf")
        ->required();
    command
        ->add_option("--output",
                     options.output,
                     "Folder for the pictures, or a video file; zmq:ADDRESS at the stage "
                     "provider")
        ->required();
    command->add_option("--stage",
                        arguments->common.stage,
                        "all (default), provider or recipient: the part that runs here");
    command->add_option(
        "--key",
        options.bursts.key_file,
        "The transmitter's key file: whatever it did not seal is refused");
    command->add_option("--max-age",
                        options.bursts.max_age,
                        "Refuse bursts that were sealed so many seconds ago (default: "
                        "take them)");
    command->add_option("--count", arguments->count, "Stop after so many pictures")
        ->check(CLI::NonNegativeNumber);
    command->add_option(
        "--timeout",
        options.timeout,
        "Seconds of the stream after which an incomplete picture is given "
        "out (default: 2)");
    auto* frame_rate = command->add_option(
        "--frame-rate", options.frame_rate, "Of a video file (default: 25)");
    command->add_option("--json",
                        arguments->common.json,
                        "File for the counters, a line of JSON a second");
    add_radio_options(*command, options.radio);
    add_format_options(*command, options.bursts.format);
    command->callback([arguments, frame_rate, &action] {
        arguments->frame_rate_given = frame_rate->count() > 0;
        action = [arguments] { return run_receive(*arguments); };
    });
}

#else

void add_receive_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand("receive", "Needs GNU Radio");
    command->footer(receive_footer);
    command->allow_extras();
    command->callback([&action] {
        action = []() -> int {
            throw djescc::Error(
                "receive runs GNU Radio's blocks, and this djescc was "
                "built without GNU Radio");
        };
    });
}

#endif
