/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(image_sink.h) */
/* BINDTOOL_HEADER_FILE_HASH(b8ff6c6367a569d3404c239da0fb63a0) */

#include <gnuradio/djescc/image_sink.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_image_sink(py::module& m)
{
    using gr::djescc::image_sink;
    py::class_<image_sink, gr::block, gr::basic_block, std::shared_ptr<image_sink>> block(
        m,
        "image_sink",
        R"doc(Writes frames as pictures into a folder, or as a video file.

Input: frames of float32 in [0, 1], H x W x C with one or three channels. A picture is named
<id, six digits>_<name>.<format>. A frame that cannot be written is dropped and counted.)doc");
    block.def(py::init(&image_sink::make),
              py::arg("output"),
              py::arg("format") = "png",
              py::arg("frame_rate") = 25.0,
              R"doc(Open a folder or a video file.

    output:      a folder, created where it is missing, or a video file (known by its
                 extension: mp4, mkv, avi, ...), replaced where it exists
    format:      of the pictures in a folder: "png"
    frame_rate:  of a video file, in frames per second, above 0

Raises ImageError when the folder cannot be made, ConfigError for an unknown format or a
frame rate out of range.)doc");
    block.def("frames_in",
              &image_sink::frames_in,
              "Frames that began at the input, good or bad.");
    block.def("written", &image_sink::written, "Frames written.");
    block.def("dropped", &image_sink::dropped, "Frames dropped for any reason.");
    block.def(
        "outages",
        &image_sink::outages,
        "Frames that the decoder marked as outages; they are written as others are.");
    block.def("counters",
              &image_sink::counters,
              "Every counter by name: `frames_in`, `written`, `dropped: <reason>`, "
              "`outages`.");
}
