/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc keyring`: makes keyrings, verifies them and hands out roles of them.

#include "commands/commands.h"

#include "commands/subcommand.h"
#include "exit_code.h"
#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <djescc/model/keyring.h>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr char create_footer[] = R"(Examples:
  djescc keyring create --model models/photo-slim-r6 --count 4 --output ring
  djescc keyring create seed-1 seed-2 seed-3 --output ring

Writes several models around one codec, of which a key (djescc keygen) chooses one for every
picture; nothing of the choice is sent. --count makes copies of one model, each with secrets
of its own from the operating system's randomness. Models of your own must have been trained
around one codec. With --masks frame, the default for ciphers that can, the key changes the
members' masks from picture to picture, too; --masks member leaves them as they are.
docs/security.md says what that is worth.
Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

constexpr char keyring_info_footer[] = R"(Example:
  djescc keyring info ring

Checks keyring.json and every model.json; --weights checks the weights files, too. Owner and
recipient can compare the fingerprint, which is never sent.
Exit codes: 0 done, 1 no keyring or a damaged one, 2 wrong usage.)";

constexpr char keyring_split_footer[] = R"(Example: hand the recipient only what he needs
  djescc keyring split ring --role decrypt --output for-the-recipient

The provider needs no keyring but the model in its folder codec (djescc model split).
Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

struct KeyringArguments {
    std::vector<std::string> models;
    std::string model, directory, output, role;
    std::string masks = "frame";
    int64_t count = 0;
    bool weights = false;
};

void print_info(const djescc::Keyring& keyring)
{
    std::cout << keyring.directory() << ": " << keyring.size() << " models, cipher "
              << keyring.member(0).cipher().type() << ", codec "
              << keyring.codec().codec().type() << '\n'
              << "fingerprint of the keyring: "
              << djescc::to_string(keyring.fingerprint()) << '\n'
              << "fingerprint that frames carry: "
              << djescc::to_string(keyring.codec().fingerprint()) << '\n'
              << "masks: "
              << (keyring.frame_masks() ? "changed by the key from picture to picture"
                                        : "each member's own")
              << '\n'
              << "opened by a wrong key: "
              << (keyring.frame_masks()
                      ? "no picture"
                      : "one picture in " + std::to_string(keyring.size()))
              << '\n';
}

int run_create(const KeyringArguments& arguments)
{
    const auto masks = arguments.masks == "frame" ? djescc::MaskChoice::where_possible
                                                  : djescc::MaskChoice::never;
    if (arguments.model.empty())
        djescc::create_keyring(arguments.models, arguments.output, masks);
    else
        djescc::create_keyring(djescc::Model(arguments.model),
                               static_cast<std::size_t>(arguments.count),
                               arguments.output,
                               masks);
    print_info(djescc::Keyring(arguments.output));
    return exit_code::success;
}

int run_keyring_info(const KeyringArguments& arguments)
{
    const djescc::Keyring keyring(arguments.directory);
    if (arguments.weights) {
        keyring.codec().verify();
        for (std::size_t i = 0; i < keyring.size(); i++)
            keyring.member(i).verify();
    }
    print_info(keyring);
    return exit_code::success;
}

int run_keyring_split(const KeyringArguments& arguments)
{
    djescc::split_keyring(djescc::Keyring(arguments.directory),
                          djescc::role_from_string(arguments.role),
                          arguments.output);
    std::cout << "The role " << arguments.role << " is in " << arguments.output << '\n';
    return exit_code::success;
}

} // namespace

void add_keyring_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand(
        "keyring", "Make and look at keyrings: several models, one secret index");
    command->require_subcommand(1);
    auto arguments = std::make_shared<KeyringArguments>();

    auto* create = add_subcommand(*command,
                                  "create",
                                  "Write a keyring",
                                  create_footer,
                                  arguments,
                                  run_create,
                                  action);
    auto* source = create->add_option_group("source", "The models, one of:");
    source->add_option("MODEL", arguments->models, "Directories of at least two models");
    auto* model =
        source->add_option("--model", arguments->model, "One model, to be re-keyed");
    source->require_option(1);
    auto* count =
        create->add_option("--count", arguments->count, "Models that are made of --model")
            ->check(CLI::Range(2, static_cast<int>(djescc::Keyring::max_members)))
            ->needs(model);
    model->needs(count);
    create
        ->add_option("--masks", arguments->masks, "frame (default) or member, see below")
        ->check(CLI::IsMember({ "frame", "member" }));

    auto* info = add_subcommand(*command,
                                "info",
                                "Check a keyring and say what it is",
                                keyring_info_footer,
                                arguments,
                                run_keyring_info,
                                action);
    info->add_flag("--weights", arguments->weights, "Check the weights files, too");

    auto* split = add_subcommand(*command,
                                 "split",
                                 "Copy what the owner or the recipient needs",
                                 keyring_split_footer,
                                 arguments,
                                 run_keyring_split,
                                 action);
    split->add_option("--role", arguments->role, "encrypt (owner) or decrypt (recipient)")
        ->required()
        ->check(CLI::IsMember({ "encrypt", "encode", "decode", "decrypt" }));
    for (auto* reader : { info, split })
        reader->add_option("DIR", arguments->directory, "The keyring's directory")
            ->required();
    for (auto* writer : { create, split })
        writer->add_option("--output", arguments->output, "The directory to write to")
            ->required();
}
