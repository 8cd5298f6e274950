/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(image_encryptor.h) */
/* BINDTOOL_HEADER_FILE_HASH(115190345bfd7df91bf3cc64a0ebc0cf) */

#include "frame_statistics_python.h"

#include <gnuradio/djescc/image_encryptor.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_image_encryptor(py::module& m)
{
    using gr::djescc::image_encryptor;
    py::class_<image_encryptor,
               gr::block,
               gr::basic_block,
               std::shared_ptr<image_encryptor>>
        block(m,
              "image_encryptor",
              R"doc(Plain images to visually protected images (the owner's step).

Input and output: frames of float32 in [0, 1], H x W x C. The shape that came in is noted in
the frame dictionary (plain_width, plain_height, plain_channels) for image_decryptor.

The protection is visual: it keeps people from seeing the picture. It is not encryption in
the cryptographer's sense.)doc");
    block.def(py::init(&image_encryptor::make),
              py::arg("model"),
              py::arg("device") = "auto",
              py::arg("threads") = 0,
              py::arg("max_batch") = 8,
              py::arg("keyring") = "",
              py::arg("key_file") = "",
              R"doc(Load the role `encrypt` of a model.

    model:      directory of a model that holds the role's weights (`encrypt`)
    device:     "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
    threads:    the net's threads on the CPU; 0 means 1
    max_batch:  most frames in one inference, 1 to 1024
    keyring:    directory of a keyring; `model` is empty then
    key_file:   key that owner and recipient share; empty for none

Raises ModelError for a model, keyring or weights file that is missing or damaged, DeviceError for
an unknown or absent device, ConfigError for an argument out of range.)doc");
    block.def("inference_seconds",
              &image_encryptor::inference_seconds,
              "Seconds spent in the net so far, transfers included.");
    bind_frame_statistics(block);
}
