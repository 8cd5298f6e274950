/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures drawn by the program gnuplot, as PNG and SVG. */
#pragma once

#include <string>

/*! Look for the program `gnuplot`, before anything that takes long.
 *  \throws djescc::ConfigError that names the package where it is not on PATH */
void require_gnuplot();

/*! \p text as a string of a gnuplot script. Nothing in it is a command: what stands
 *  between single quotes is taken as it is, and control characters become spaces. */
std::string gnuplot_string(const std::string& text);

/*! Draw one picture as \p stem.png and \p stem.svg, replacing both; folders that are
 *  missing are made.
 *  \param script  gnuplot commands up to `plot`, without terminal and output
 *  \throws djescc::Error with gnuplot's own message, or that names the file that cannot
 *          be written; djescc::ConfigError as require_gnuplot() */
void write_plots(const std::string& script, const std::string& stem);
