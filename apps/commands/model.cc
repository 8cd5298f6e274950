/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc model`: describes, verifies, splits, compacts and rekeys models on disk.

#include "commands/commands.h"

#include "commands/subcommand.h"
#include "exit_code.h"
#include "model_info.h"
#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <djescc/loss/classifier.h>
#include <djescc/loss/compact_classifier.h>
#include <djescc/model/compact.h>
#include <djescc/model/model.h>
#include <djescc/model/rekey.h>
#include <iostream>
#include <memory>
#include <string>

namespace {

constexpr char model_info_footer[] = R"(Example:
  djescc model info models/photo-slim-r6

Reads model.json alone; `djescc model verify` checks the weights files.
Exit codes: 0 done, 1 not a model, 2 wrong usage.)";

constexpr char verify_footer[] = R"(Example:
  djescc model verify models/photo-slim-r6

Checks every weights file that is there: SHA-256, and that its tensors have the names,
shapes and types that model.json implies.
Exit codes: 0 every file is right, 1 one is not (the message says which), 2 wrong usage.)";

constexpr char model_split_footer[] =
    R"(Example: hand the provider's receiver only what it needs
  djescc model split models/photo-slim-r6 --role decode --output for-the-receiver

The new directory holds model.json and one weights file. Another --role with the same
--output adds that role's file.
Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

constexpr char rekey_footer[] = R"(Example:
  djescc model rekey models/photo-slim-r6 --output my-model

Draws the secrets that the encryption and the decryption net share anew, from the
operating system's randomness; the trained weights stay. A model that everybody can
download hides nothing until this is done. The new model has a fingerprint of its own:
give every party the new model.json, the provider otherwise nothing (djescc model split).
Neural encryption is no cipher in the cryptographer's sense: see docs/limits.md.
Exit codes: 0 done, 1 it went wrong (a cipher without such secrets, a missing role), 2
wrong usage.)";

constexpr char compact_footer[] = R"(Examples:
  djescc model compact runs/mine/model --output my-model
  djescc model compact runs/my-classifier --output my-classifier

Stores the weights in half precision: half the bytes, and no difference that is worth
a hundredth of a dB in this project's models. Nets compute in single precision as before.
The new model has a fingerprint of its own: give every party the new files.
Exit codes: 0 done, 1 it went wrong (a missing role, a model of programs), 2 wrong usage.)";

struct ModelArguments {
    std::string directory;
    std::string role;
    std::string output;
};

using Run = int (*)(const ModelArguments&);

int run_model_info(const ModelArguments& arguments)
{
    print_model_info(djescc::Model(arguments.directory), std::cout);
    return exit_code::success;
}

int run_verify(const ModelArguments& arguments)
{
    const djescc::Model model(arguments.directory);
    model.verify();
    std::string present, absent;
    for (const auto& [role, file] : model.manifest().weights)
        (model.has_role(role) ? present : absent) += " " + file.file;
    if (present.empty() && !absent.empty())
        throw djescc::ModelError(arguments.directory +
                                 " holds no weights file of the model:" + absent +
                                 " are missing");
    std::cout << model.manifest().name
              << ": right:" << (present.empty() ? " (needs no weights)" : present)
              << '\n';
    if (!absent.empty())
        std::cout << "not in this directory:" << absent << '\n';
    return exit_code::success;
}

int run_model_split(const ModelArguments& arguments)
{
    const auto role = djescc::role_from_string(arguments.role);
    const djescc::Model model(arguments.directory);
    djescc::split_model(model, role, arguments.output);
    std::cout << "The role " << arguments.role << " is in " << arguments.output << '\n';
    return exit_code::success;
}

int run_rekey(const ModelArguments& arguments)
{
    const djescc::Model model(arguments.directory);
    djescc::rekey_model(model, arguments.output, djescc::make_random_generator());
    const djescc::Model rekeyed(arguments.output);
    std::cout << "The model with new secrets is in " << arguments.output
              << ", fingerprint " << djescc::to_string(rekeyed.fingerprint()) << '\n';
    return exit_code::success;
}

int run_compact(const ModelArguments& arguments)
{
    if (djescc::holds_classifier(arguments.directory)) {
        djescc::compact_classifier(arguments.directory, arguments.output);
        djescc::Classifier::load(arguments.output);
        std::cout << "The compact classifier is in " << arguments.output << '\n';
        return exit_code::success;
    }
    djescc::compact_model(djescc::Model(arguments.directory), arguments.output);
    const djescc::Model compacted(arguments.output);
    if (const auto& training = compacted.manifest().training;
        training.is_object() && training.value("finished", nlohmann::json()) == false)
        std::cerr << "warning: the training run of " << arguments.directory
                  << " had not ended: these are its weights after step "
                  << training.value("steps", nlohmann::json(0))
                  << "; 'djescc train --resume' goes on with it\n";
    std::cout << "The compact model is in " << arguments.output << ", fingerprint "
              << djescc::to_string(compacted.fingerprint()) << '\n';
    return exit_code::success;
}

CLI::App* add(CLI::App& parent,
              const std::string& name,
              const std::string& description,
              const char* footer,
              const std::shared_ptr<ModelArguments>& arguments,
              Run run,
              Action& action)
{
    auto* command =
        add_subcommand(parent, name, description, footer, arguments, run, action);
    command->add_option("DIR", arguments->directory, "The model's directory")->required();
    return command;
}

} // namespace

void add_model_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand("model", "Look at, check and divide models");
    command->require_subcommand(1);
    add_model_create_command(*command, action);
    add_model_harden_command(*command, action);
    auto arguments = std::make_shared<ModelArguments>();
    add(*command,
        "info",
        "Say what a model is: nets, symbols, fingerprint, measured quality",
        model_info_footer,
        arguments,
        run_model_info,
        action);
    add(*command,
        "verify",
        "Check a model's files",
        verify_footer,
        arguments,
        run_verify,
        action);
    auto* split = add(*command,
                      "split",
                      "Copy what one role needs to a directory of its own",
                      model_split_footer,
                      arguments,
                      run_model_split,
                      action);
    split->add_option("--role", arguments->role, "encrypt, encode, decode or decrypt")
        ->required()
        ->check(CLI::IsMember({ "encrypt", "encode", "decode", "decrypt" }));
    auto* rekey = add(*command,
                      "rekey",
                      "Write a model with new secrets and the same weights",
                      rekey_footer,
                      arguments,
                      run_rekey,
                      action);
    auto* compact = add(*command,
                        "compact",
                        "Write a model with its weights in half precision",
                        compact_footer,
                        arguments,
                        run_compact,
                        action);
    for (auto* writer : { split, rekey, compact })
        writer->add_option("--output", arguments->output, "The directory to write to")
            ->required();
}
