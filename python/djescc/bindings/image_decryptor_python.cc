/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(image_decryptor.h) */
/* BINDTOOL_HEADER_FILE_HASH(98bcd4d3a1c6f72b5fade2a084ec6884) */

#include "frame_statistics_python.h"

#include <gnuradio/djescc/image_decryptor.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_image_decryptor(py::module& m)
{
    using gr::djescc::image_decryptor;
    py::class_<image_decryptor,
               gr::block,
               gr::basic_block,
               std::shared_ptr<image_decryptor>>
        block(m,
              "image_decryptor",
              R"doc(Protected images back to plain images (the recipient's step).

Input and output: frames of float32 in [0, 1], H x W x C. The result is cropped to the shape
that image_encryptor noted, or keeps the shape that came in.)doc");
    block.def(py::init(&image_decryptor::make),
              py::arg("model"),
              py::arg("device") = "auto",
              py::arg("threads") = 0,
              py::arg("max_batch") = 8,
              py::arg("keyring") = "",
              py::arg("key_file") = "",
              R"doc(Load the role `decrypt` of a model.

    model:      directory of a model that holds the role's weights (`decrypt`)
    device:     "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
    threads:    the net's threads on the CPU; 0 means 1
    max_batch:  most frames in one inference, 1 to 1024
    keyring:    directory of a keyring; `model` is empty then
    key_file:   key that owner and recipient share; empty for none

Raises ModelError for a model, keyring or weights file that is missing or damaged, DeviceError for
an unknown or absent device, ConfigError for an argument out of range.)doc");
    block.def("inference_seconds",
              &image_decryptor::inference_seconds,
              "Seconds spent in the net so far, transfers included.");
    bind_frame_statistics(block);
}
