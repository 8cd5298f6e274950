/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc dataset`: packs pictures into one file for training.

#include "commands/commands.h"

#include "exit_code.h"
#include "progress.h"
#include <CLI/CLI.hpp>
#include <cstdint>
#include <djescc/data/dataset.h>
#include <memory>

namespace {

constexpr char dataset_footer[] = R"(Examples:
  djescc dataset pack ~/photos photos.pack
  djescc dataset pack '~/photos/*.jpg' photos-256.pack --shorter-side 256

Training then reads the file memory-mapped: {"data": {"train": {"pack": "photos.pack"}}}.
Pictures that cannot be read are left out and counted.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

struct DatasetArguments {
    std::string input;
    std::string output;
    int64_t shorter_side = 0;
};

int run_pack(const DatasetArguments& arguments)
{
    Progress progress;
    int64_t skipped = 0;
    const int64_t packed = djescc::pack_dataset(
        arguments.input,
        arguments.output,
        arguments.shorter_side,
        [&](int64_t done, int64_t total) {
            progress.update(total > 0 ? static_cast<double>(done) / total : 0.0,
                            std::to_string(done) + "/" + std::to_string(total) +
                                " pictures");
        },
        &skipped);
    std::string line = arguments.output + ": " + std::to_string(packed) + " pictures";
    if (skipped > 0)
        line += ", " + std::to_string(skipped) + " unreadable ones left out";
    progress.line(line);
    return exit_code::success;
}

} // namespace

void add_dataset_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand("dataset", "Prepare pictures for training");
    command->require_subcommand(1);
    auto* pack = command->add_subcommand(
        "pack", "Make one memory-mapped file of a folder of pictures");
    pack->footer(dataset_footer);
    auto arguments = std::make_shared<DatasetArguments>();
    pack->add_option("INPUT", arguments->input, "A folder of pictures or a glob pattern")
        ->required();
    pack->add_option("OUTPUT", arguments->output, "The file to write")->required();
    pack->add_option("--shorter-side",
                     arguments->shorter_side,
                     "Shrink larger pictures until their shorter side has so many pixels "
                     "(default: as they are)")
        ->check(CLI::NonNegativeNumber);
    pack->callback(
        [arguments, &action] { action = [arguments] { return run_pack(*arguments); }; });
}
