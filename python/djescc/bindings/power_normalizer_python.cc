/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(power_normalizer.h) */
/* BINDTOOL_HEADER_FILE_HASH(aa03fedbd1e34d39bc62a23fd5bf907f) */

#include "frame_statistics_python.h"

#include <gnuradio/djescc/power_normalizer.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_power_normalizer(py::module& m)
{
    using gr::djescc::power_normalizer;
    py::class_<power_normalizer,
               gr::block,
               gr::basic_block,
               std::shared_ptr<power_normalizer>>
        block(m,
              "power_normalizer",
              R"doc(Scales every frame of symbols to average power exactly 1.

Input and output: complex64; a frame begins at a `packet_len` tag. Frames with a NaN, an
infinite sample or no power at all are dropped and counted.)doc");
    block.def(py::init(&power_normalizer::make),
              "Make a power normaliser; it has no parameters.");
    bind_frame_statistics(block);
}
