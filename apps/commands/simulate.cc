/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc simulate`: the chain of GNU Radio blocks over white noise, once for each SNR.

#include "commands/commands.h"

#include "commands/subcommand.h"
#include "exit_code.h"
#include "interrupt.h"
#include "json_file.h"
#include "progress.h"
#include "simulation/sheet.h"
#include "simulation/simulation.h"
#include "snr_list.h"
#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <djescc/net/device.h>
#include <iostream>
#include <memory>
#include <optional>

namespace {

constexpr char simulate_footer[] = R"(Examples:
  djescc simulate --model models/photo-slim-r6 --input photo.jpg --snr 0:5:20 --seed 1
  djescc simulate --model models/photo-slim-r6 --input pictures --snr 0,5,10,20 --seed 1 \
      --output result --json result.json --sheet result.png
  djescc simulate --model models/photo-slim-r6 --input clip.mp4 --limit 50 --snr 10

Sends pictures through the whole chain of GNU Radio blocks, once for each SNR: encryption,
encoder, white Gaussian noise, decoder, decryption. SNR is Es/N0, the average power of a
symbol over the noise power of a sample. Every figure is against the plain picture. The
same --seed gives the same figures; a --max-batch above 1 is faster for small pictures but
may change their last digits, because batches form as frames happen to arrive.

Exit codes: 0 done, 1 it went wrong or nothing arrived, 2 wrong usage, 130 stopped by
Ctrl-C.)";

struct SimulateArguments {
    SimulationOptions options;
    std::string snr;
    std::string json;
    std::string sheet;
    int64_t sheet_pictures = 4;
};

//! Frames that a run will have, or nothing where only the end tells.
std::optional<int64_t> frame_count(const SimulationOptions& options)
{
    const bool camera = options.input.rfind("camera:", 0) == 0;
    if (camera && options.limit == 0)
        throw djescc::ConfigError("a camera's pictures have no end: give --limit");
    if (camera)
        return options.limit;
    if (djescc::is_video_file(options.input))
        return options.limit > 0 ? std::optional<int64_t>(options.limit) : std::nullopt;
    const auto count = static_cast<int64_t>(djescc::list_images(options.input).size());
    return options.limit > 0 ? std::min(options.limit, count) : count;
}

void warn(const SimulationRun& run, double snr_db)
{
    for (const auto& drop : run.drops)
        std::cerr << "djescc: at " << format_snr(snr_db) << " dB SNR, " << drop << '\n';
}

int run_simulate(const SimulateArguments& arguments)
{
    const auto snrs = parse_snr_list(arguments.snr);
    SimulationOptions options = arguments.options;
    djescc::select_device(options.device); // an error before anything is written
    const auto count = frame_count(options);
    const bool with_sheet = !arguments.sheet.empty();
    options.kept_images = with_sheet ? arguments.sheet_pictures : 0;

    const Interrupt interrupt;
    Progress progress;
    options.stop_requested = [&] { return interrupt.requested(); };
    std::vector<FrameResult> frames;
    Sheet sheet;
    for (std::size_t i = 0; i < snrs.size(); i++) {
        options.progress = [&, i](int64_t begun) {
            const double part =
                count ? static_cast<double>(begun) / static_cast<double>(*count) : 0.0;
            progress.update(
                (static_cast<double>(i) + part) / static_cast<double>(snrs.size()),
                format_snr(snrs[i]) + " dB SNR, frame " + std::to_string(begun) +
                    (count ? "/" + std::to_string(*count) : ""));
        };
        options.progress(0);
        SimulationRun run = run_simulation(options, snrs[i]);
        progress.clear();
        // a run may end before it asks whether it should
        if (run.stopped || interrupt.requested()) {
            std::cerr << "djescc: stopped; nothing of this run was summed up\n";
            return exit_code::interrupted;
        }
        warn(run, snrs[i]);
        frames.insert(frames.end(), run.frames.begin(), run.frames.end());
        if (with_sheet)
            sheet.add(run, snrs[i]);
    }
    if (frames.empty())
        throw djescc::Error("no frame of " + options.input +
                            " reached the end; the lines above say where they went");
    print_results(frames, std::cout);
    if (!arguments.json.empty())
        write_json_file(to_json(frames), arguments.json);
    if (with_sheet)
        sheet.write(arguments.sheet);
    return exit_code::success;
}

} // namespace

void add_simulate_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "simulate", "Send pictures over a simulated channel and measure what arrives");
    command->footer(simulate_footer);
    auto arguments = std::make_shared<SimulateArguments>();
    auto& options = arguments->options;
    auto* models = command->add_option_group("models", "The nets, one of:");
    models->add_option("--model", options.model, "The model's directory");
    models->add_option(
        "--keyring", options.keyring, "The keyring's directory (djescc keyring)");
    models->require_option(1);
    auto* key = command->add_option("--picture-key",
                                    options.picture_key,
                                    "Key file of owner and recipient: every picture is "
                                    "protected in its own way");
    command
        ->add_option("--recipient-key",
                     options.recipient_key,
                     "Another key file for the recipient, to see what a wrong one gives")
        ->needs(key);
    command
        ->add_option("--input",
                     options.input,
                     "A picture, a folder of pictures, a glob pattern, a video file or "
                     "camera:N")
        ->required();
    command
        ->add_option("--snr",
                     arguments->snr,
                     "Es/N0 in dB: a list such as 0,5,10,20 or START:STEP:STOP")
        ->required();
    command->add_option("--snr-hint",
                        options.snr_hint_db,
                        "Es/N0 in dB that the nets are told (default: what the channel "
                        "has)");
    add_rate_groups_option(*command, options.rate_groups);
    add_parts_option(*command, options.parts);
    add_feedback_option(*command, options.feedback_snr_db);
    command->add_option("--seed", options.seed, "Of the noise (default: 0)");
    command->add_option(
        "--output",
        options.output,
        "Folder for the decrypted pictures, in one folder for each SNR, or "
        "a video file, of which each SNR gets one");
    command->add_option("--json", arguments->json, "File for the figures of every frame");
    command->add_option("--sheet",
                        arguments->sheet,
                        "PNG with a row for each SNR: plain, protected, decoded by the "
                        "provider, decrypted");
    command
        ->add_option("--sheet-pictures",
                     arguments->sheet_pictures,
                     "Pictures on the sheet, the first ones (default: 4)")
        ->check(CLI::Range(1, 64));
    command
        ->add_option("--limit", options.limit, "Most frames at each SNR (default: all)")
        ->check(CLI::NonNegativeNumber);
    command->add_option(
        "--device", options.device, "auto, cpu, cuda or cuda:N (default: auto)");
    command
        ->add_option("--threads", options.threads, "CPU threads of each net (default: 1)")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--max-batch",
                     options.max_batch,
                     "Most frames that go through a net together (default: 1)")
        ->check(CLI::Range(1, 1024));
    command->callback([arguments, &action] {
        action = [arguments] { return run_simulate(*arguments); };
    });
}
