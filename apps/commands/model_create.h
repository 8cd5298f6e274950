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

//! Adds `create` to the command `djescc model`.
void add_model_create_command(CLI::App& model_command, Action& action);
