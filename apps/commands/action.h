/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <functional>

/*! What a subcommand does once the command line is read; returns an exit code. Each
 *  add_..._command() adds a subcommand that sets it when the command line names it. */
using Action = std::function<int()>;
