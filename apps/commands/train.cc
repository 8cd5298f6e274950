/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc train`: trains models and classifiers from a configuration.

#include "commands/commands.h"

#include "exit_code.h"
#include "interrupt.h"
#include "json_file.h"
#include "progress.h"
#include "text_table.h"
#include <CLI/CLI.hpp>
#include <cmath>
#include <djescc/error.h>
#include <djescc/train/trainer.h>
#include <filesystem>
#include <memory>

namespace {

constexpr char train_footer[] = R"(Examples:
  djescc train examples/training/cifar10-slim-r6.json --data ~/data --output runs/slim
  djescc train examples/training/cifar10-slim-r6.json --data ~/data --output runs/slim --resume
  djescc train my.json --output runs/mine --device cuda:0

The output directory gets the configuration, a log (log.csv), checkpoints and, from the
first checkpoint on, the model itself in OUTPUT/model. Ctrl-C stops after a checkpoint,
a second Ctrl-C at once; --resume goes on from the last checkpoint and, on the CPU with
the same number of threads, ends with the same weights as a run that was never stopped.
With --resume the configuration may have another learning rate, gradient clip, schedule,
loss or length; what has changed is said, and stands in the model's manifest.

Exit codes: 0 trained, 1 it went wrong, 2 wrong usage, 130 stopped by Ctrl-C.)";

struct TrainArguments {
    std::string config;
    djescc::TrainOptions options;
};

std::string describe(const djescc::TrainProgress& progress)
{
    std::string text =
        std::to_string(progress.step) + "/" + std::to_string(progress.step_count);
    if (std::isfinite(progress.loss))
        text += "  loss " + format_number(progress.loss, 5);
    if (std::isfinite(progress.validation_psnr_db))
        text += "  val " + format_number(progress.validation_psnr_db, 2) + " dB";
    if (std::isfinite(progress.validation_accuracy))
        text += "  val " + format_number(100 * progress.validation_accuracy, 2) + " %";
    text += "  " + format_number(progress.images_per_second, 0) + " img/s";
    return text + "  ETA " + format_duration(progress.seconds_left);
}

std::string resume_command(const TrainArguments& arguments)
{
    const auto& options = arguments.options;
    std::string command = "djescc train " + arguments.config + " --data " +
                          options.data_root + " --output " + options.output;
    if (options.device != "auto")
        command += " --device " + options.device;
    if (options.threads > 0)
        command += " --threads " + std::to_string(options.threads);
    return command + " --resume";
}

//! A run takes days; the command line that starts another one must not overwrite it.
void protect_earlier_run(const djescc::TrainOptions& options)
{
    const auto checkpoint = std::filesystem::path(options.output) / "checkpoint.pt";
    const bool present = std::filesystem::exists(checkpoint);
    if (present && !options.resume)
        throw djescc::ConfigError(options.output +
                                  " holds a run already: continue it with --resume, or "
                                  "choose another --output");
    if (!present && options.resume)
        throw djescc::ConfigError("there is no " + checkpoint.string() +
                                  " to continue from: start without --resume");
}

int run_train(const TrainArguments& arguments)
{
    const auto config = read_json_file(arguments.config);
    protect_earlier_run(arguments.options);
    const Interrupt interrupt;
    Progress progress;
    bool told = false;
    djescc::TrainOptions options = arguments.options;
    options.stop_requested = [&] {
        if (interrupt.requested() && !told) {
            progress.line(
                "Stopping after a checkpoint; Ctrl-C again stops at once "
                "and loses what was learnt since the last one.");
            told = true;
        }
        return interrupt.requested();
    };
    options.progress = [&](const djescc::TrainProgress& now) {
        const double fraction =
            now.step_count > 0 ? static_cast<double>(now.step) / now.step_count : 0.0;
        progress.update(fraction, describe(now));
    };
    options.message = [&](const std::string& text) { progress.line(text); };

    const bool classification =
        config.is_object() && config.value("task", nlohmann::json()) == "classification";
    const bool finished = classification ? djescc::train_classifier(config, options)
                                         : djescc::train(config, options);
    if (finished) {
        progress.line(classification ? "The classifier is in " + options.output
                                     : "The model is in " + options.output + "/model");
        return exit_code::success;
    }
    progress.line("Stopped. Continue with: " + resume_command(arguments));
    return interrupt.requested() ? exit_code::interrupted : exit_code::success;
}

} // namespace

void add_train_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand("train", "Train a model from a configuration");
    command->footer(train_footer);
    auto arguments = std::make_shared<TrainArguments>();
    auto& options = arguments->options;
    command
        ->add_option("CONFIG.json",
                     arguments->config,
                     "What to train on what; docs/training.md describes it")
        ->required();
    command->add_option(
        "--data",
        options.data_root,
        "Folder where relative paths of the configuration's data start (default: .)");
    command
        ->add_option("--output", options.output, "Directory of this run, made if missing")
        ->required();
    command->add_option(
        "--device", options.device, "auto, cpu, cuda or cuda:N (default: auto)");
    command->add_option("--threads", options.threads, "CPU threads (default: every core)")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--stop-at",
                     options.stop_at,
                     "Stop after a checkpoint at this step (default: at the last one)")
        ->check(CLI::PositiveNumber);
    command->add_flag(
        "--resume", options.resume, "Continue from the run's last checkpoint");
    command->callback(
        [arguments, &action] { action = [arguments] { return run_train(*arguments); }; });
}
