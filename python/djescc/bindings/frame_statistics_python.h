/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Binds the counters that all blocks for frames have to Python. */
#pragma once

#include <gnuradio/djescc/frame_statistics.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

//! Bind the counters that a block has from gr::djescc::frame_statistics.
template <typename Binding>
void bind_frame_statistics(Binding& block)
{
    using Block = typename Binding::type;
    block.def(
        "frames_in", &Block::frames_in, "Frames that began at the input, good or bad.");
    block.def("frames_out", &Block::frames_out, "Frames that the block made.");
    block.def("dropped",
              &Block::dropped,
              pybind11::arg("reason"),
              "Frames dropped for this reason; 0 for a reason that never was.");
    block.def("dropped_total", &Block::dropped_total, "Frames dropped for any reason.");
    block.def(
        "counters",
        &Block::counters,
        "Every counter by name: `frames_in`, `frames_out`, `dropped: <reason>`, and "
        "of blocks with a net `batches` and `largest_batch`.");
}
