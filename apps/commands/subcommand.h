/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Adds subcommands of subcommands, such as `djescc model verify`, and options that
 *  several commands have. */
#pragma once

#include "commands/commands.h"
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

//! A subcommand of a subcommand that runs \p run with what was given.
template <class Arguments>
CLI::App* add_subcommand(CLI::App& parent,
                         const std::string& name,
                         const std::string& description,
                         const char* footer,
                         const std::shared_ptr<Arguments>& arguments,
                         int (*run)(const Arguments&),
                         Action& action)
{
    auto* command = parent.add_subcommand(name, description);
    command->footer(footer);
    command->callback([arguments, run, &action] {
        action = [arguments, run] { return run(*arguments); };
    });
    return command;
}

//! `--parts`: how many of the first ones arrive.
template <class Integer>
void add_parts_option(CLI::App& command, Integer& parts)
{
    command
        .add_option("--parts",
                    parts,
                    "How many parts of every picture arrive, the first ones, of a codec "
                    "that sends in parts (default: 0, all)")
        ->check(CLI::NonNegativeNumber);
}

//! `--feedback-snr`: none where it is noiseless.
inline void add_feedback_option(CLI::App& command, std::optional<double>& snr_db)
{
    command.add_option("--feedback-snr",
                       snr_db,
                       "Es/N0 in dB on the way back, of a codec with feedback (default: "
                       "it is noiseless)");
}

//! `--rate-groups`: RoleRunner::set_rate_groups().
template <class Integer>
void add_rate_groups_option(CLI::App& command, Integer& groups)
{
    command
        .add_option("--rate-groups",
                    groups,
                    "Groups that every picture is sent in, of a codec of variable rate "
                    "(default: 0, it decides)")
        ->check(CLI::NonNegativeNumber);
}
