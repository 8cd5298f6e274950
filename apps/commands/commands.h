/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The subcommands of `djescc`: each function adds one to the program, and it sets the
 *  action when the command line names it. The action must outlive the program. */
#pragma once

#include <functional>

namespace CLI {
class App;
}

//! What a subcommand does once the command line is read; returns an exit code.
using Action = std::function<int()>;

void add_attack_command(CLI::App& program, Action& action);
void add_bench_command(CLI::App& program, Action& action);
void add_classify_command(CLI::App& program, Action& action);
void add_dataset_command(CLI::App& program, Action& action);
void add_evaluate_command(CLI::App& program, Action& action);
void add_keygen_command(CLI::App& program, Action& action);
void add_keyring_command(CLI::App& program, Action& action);
void add_link_command(CLI::App& program, Action& action);
void add_model_command(CLI::App& program, Action& action);
void add_receive_command(CLI::App& program, Action& action);
void add_security_command(CLI::App& program, Action& action);
void add_simulate_command(CLI::App& program, Action& action);
void add_train_command(CLI::App& program, Action& action);
void add_transmit_command(CLI::App& program, Action& action);

//! `djescc model create`, a subcommand of `djescc model`.
void add_model_create_command(CLI::App& model_command, Action& action);
void add_model_harden_command(CLI::App& model_command, Action& action);
