/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(image_classifier.h) */
/* BINDTOOL_HEADER_FILE_HASH(68df77b44861542e71e12f37e9e841dd) */

#include "frame_statistics_python.h"

#include <gnuradio/djescc/image_classifier.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_image_classifier(py::module& m)
{
    using gr::djescc::image_classifier;
    py::class_<image_classifier,
               gr::block,
               gr::basic_block,
               std::shared_ptr<image_classifier>>
        block(m,
              "image_classifier",
              R"doc(Labels images by a classifier, and passes them on as they are.

Input and output: frames of float32 in [0, 1], H x W x C with three channels or one. The
frame dictionary gets `label` (the most probable class, from 0), `class_name` (where the
class has a name) and `probabilities` (of all classes).

Message port `labels` (output): a dictionary per labelled frame: id, name, label, class_name,
probability, probabilities.

An image that cannot be classified is passed on without a label, and counted as
`unlabelled: <reason>`.)doc");
    block.def(py::init(&image_classifier::make),
              py::arg("classifier"),
              py::arg("device") = "auto",
              py::arg("threads") = 0,
              py::arg("max_batch") = 8,
              py::arg("classes") = std::vector<std::string>{},
              R"doc(Load a classifier.

    classifier:  directory with classifier.json and classifier.safetensors (djescc train)
    device:      "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
    threads:     the net's threads on the CPU; 0 means 1
    max_batch:   most frames in one inference, 1 to 1024
    classes:     names of the classes by their numbers; none: those of classifier.json

Raises ModelError for a classifier that is missing or damaged, DeviceError for an unknown or
absent device, ConfigError for an argument out of range or a wrong number of names.)doc");
    block.def("classes",
              &image_classifier::classes,
              "Names of the classes by their numbers; none where they have no names.");
    block.def("unlabelled",
              &image_classifier::unlabelled,
              "Frames passed on without a label for any reason.");
    block.def("inference_seconds",
              &image_classifier::inference_seconds,
              "Seconds spent in the net so far, transfers included.");
    bind_frame_statistics(block);
}
