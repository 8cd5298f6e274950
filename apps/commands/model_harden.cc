/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc model harden`: makes a model with a secret rotation out of one with signs.

#include "commands/commands.h"

#include "exit_code.h"
#include "text_table.h"
#include <CLI/CLI.hpp>
#include <cmath>
#include <djescc/data/dataset.h>
#include <djescc/error.h>
#include <djescc/model/harden.h>
#include <djescc/model/rekey.h>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr char harden_footer[] = R"(Examples:
  djescc model harden models/cifar10-slim-r6 --cifar10 data/cifar10/train.bin \
      --output my-keyed-model
  djescc model harden models/photo-slim-r6 --input photos --crop 256 --output my-keyed-model

For models of cipher unet with a mask. The mask's signs hide a picture from the eye, not
from a net that an attacker trains. The new model, of cipher keyed-unet, rotates all
latents by a matrix that the key decides; docs/security.md says what that hides. The
command measures on the pictures how each latent gets through the link, and sets the
rotation so that it costs little. Training can go on from there ("initial").
Prints a row for each latent: what is sent, what of it arrives, noise, and their ratio.
Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

struct HardenArguments {
    std::string directory, output, input;
    std::vector<std::string> cifar10;
    djescc::HardenOptions options;
};

nlohmann::json pictures_of(const HardenArguments& arguments)
{
    if (arguments.cifar10.empty() == arguments.input.empty())
        throw djescc::ConfigError("give one of --cifar10 FILE and --input FOLDER");
    nlohmann::json config = { { "limit", arguments.options.pictures } };
    if (!arguments.cifar10.empty())
        config["cifar10"] = arguments.cifar10;
    else
        config[std::filesystem::is_regular_file(arguments.input) ? "pack" : "folder"] =
            arguments.input;
    return config;
}

int run_harden(const HardenArguments& arguments)
{
    const djescc::Model model(arguments.directory);
    const auto pictures = djescc::Dataset::open(pictures_of(arguments), ".");
    const auto links = djescc::harden_model(model,
                                            arguments.output,
                                            *pictures,
                                            arguments.options,
                                            djescc::make_random_generator());
    TextTable table({ "latent", "sent", "gain", "noise", "SNR dB", "" });
    for (std::size_t i = 0; i < links.size(); ++i)
        table.add({ std::to_string(i),
                    format_number(links[i].deviation, 3),
                    format_number(links[i].gain, 3),
                    format_number(links[i].noise, 3),
                    format_number(10 * std::log10(links[i].snr()), 1),
                    links[i].dead ? "dead" : "" });
    table.print(std::cout, "  ");
    const djescc::Model hardened(arguments.output);
    std::cout << "The hardened model is in " << arguments.output << ", fingerprint "
              << djescc::to_string(hardened.fingerprint()) << '\n';
    return exit_code::success;
}

} // namespace

void add_model_harden_command(CLI::App& model_command, Action& action)
{
    auto* command = model_command.add_subcommand(
        "harden", "Write a model with a secret rotation in the place of its mask");
    command->footer(harden_footer);
    auto arguments = std::make_shared<HardenArguments>();
    command->add_option("DIR", arguments->directory, "The model's directory")->required();
    command->add_option("--output", arguments->output, "The directory to write to")
        ->required();
    command->add_option("--cifar10",
                        arguments->cifar10,
                        "Pictures to measure with: files of CIFAR-10's binary version");
    command->add_option(
        "--input",
        arguments->input,
        "Pictures to measure with: a folder, or a file of `djescc dataset "
        "pack`");
    command
        ->add_option("--limit",
                     arguments->options.pictures,
                     "Most pictures to measure with (default: 256)")
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--crop",
                     arguments->options.crop,
                     "Side of centre crops in pixels; needed where pictures differ in "
                     "size (default: whole pictures)")
        ->check(CLI::Range(8, 4096));
    command
        ->add_option("--snr",
                     arguments->options.snr_db,
                     "Es/N0 in dB of the measured link (default: 10)")
        ->check(CLI::Range(-100.0, 100.0));
    command->add_option("--name",
                        arguments->options.name,
                        "Name of the new model (default: the old one's and -keyed)");
    command->callback([arguments, &action] {
        action = [arguments] { return run_harden(*arguments); };
    });
}
