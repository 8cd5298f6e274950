/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc keygen`: makes a key file.

#include "commands/commands.h"

#include "exit_code.h"
#include <CLI/CLI.hpp>
#include <djescc/keys/secret_key.h>
#include <iostream>
#include <memory>

namespace {

constexpr char keygen_footer[] = R"(Examples:
  djescc keygen link.key
  scp -p link.key receiver:

Makes a file with a new secret key that its owner alone may read. Both ends need the same
key: transmitter and receiver (--key), or owner and recipient of the pictures, whose key the
radios must not have (--picture-key). The number that is printed tells keys apart and may be
known. An existing file is never replaced. docs/security.md says what a key protects and
what not.

Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

int run_keygen(const std::string& path)
{
    const auto key = djescc::SecretKey::generate();
    key.write(path);
    std::cout << path << " holds the new key " << key.id() << '\n';
    return exit_code::success;
}

} // namespace

void add_keygen_command(CLI::App& program, Action& action)
{
    auto* command = program.add_subcommand("keygen", "Make a key that two ends share");
    command->footer(keygen_footer);
    auto path = std::make_shared<std::string>();
    command->add_option("FILE", *path, "The key file to be made")->required();
    command->callback([path, &action] { action = [path] { return run_keygen(*path); }; });
}
