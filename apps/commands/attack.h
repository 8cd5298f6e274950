/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "commands/action.h"

namespace CLI {
class App;
}

//! `djescc attack`
void add_attack_command(CLI::App& program, Action& action);
