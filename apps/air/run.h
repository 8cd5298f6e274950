/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How `djescc transmit` and `djescc receive` run their flowgraphs: until the end, the
 *  last picture or Ctrl-C. */
#pragma once

#include "air/air_flowgraph.h"
#include <cstdint>
#include <string>

struct RunOptions {
    std::string json;   //!< file for a line of JSON every second; empty for none
    uint64_t count = 0; //!< images after which to stop; 0 to go on
};

/*! Runs a flowgraph until it ends, has its images, or somebody presses Ctrl-C, with a
 *  status line on standard output.
 *  \return whether it was interrupted
 *  \throws djescc::Error where a port failed meanwhile */
bool run_flowgraph(AirFlowgraph& flowgraph, const RunOptions& options);
