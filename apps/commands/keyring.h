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

//! Adds `djescc keyring` to \p program. \p action must outlive it.
void add_keyring_command(CLI::App& program, Action& action);
