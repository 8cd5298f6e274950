/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The program's exit codes. */
#pragma once

//! What the program returns; docs/command.md lists them.
namespace exit_code {
inline constexpr int success = 0;
inline constexpr int failure = 1;       //!< something went wrong; one line says what
inline constexpr int usage = 2;         //!< the command line makes no sense
inline constexpr int interrupted = 130; //!< stopped by Ctrl-C or SIGTERM
} // namespace exit_code
