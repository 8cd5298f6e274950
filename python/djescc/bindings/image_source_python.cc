/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(image_source.h) */
/* BINDTOOL_HEADER_FILE_HASH(fc5f89ea9b7b8906b22aa5c97e8203c6) */

#include <gnuradio/djescc/image_source.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_image_source(py::module& m)
{
    using gr::djescc::image_source;
    py::class_<image_source,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<image_source>>
        block(
            m, "image_source", R"doc(Pictures, a video or a camera as a stream of frames.

Output: float32 in [0, 1], row by row, interleaved (H x W x C). The first item of each frame
carries the tags `packet_len` (number of items) and `frame` (a dictionary: id, width,
height, channels, name).)doc");
    block.def(py::init(&image_source::make),
              py::arg("input"),
              py::arg("repeat") = false,
              py::arg("frame_rate") = 0.0,
              py::arg("channels") = 3,
              py::arg("max_frames") = 0,
              R"doc(Open a picture, a folder, a glob pattern, a video file or a camera.

    input:       a picture, a folder of pictures (not recursive, in natural order), a glob
                 pattern, a video file, or "camera:N" for the N-th camera
    repeat:      start again at the end (not for cameras)
    frame_rate:  frames per second of wall-clock time; 0 sends as fast as the blocks
                 downstream take them
    channels:    1 (luma) or 3 (RGB)
    max_frames:  end after so many frames; 0 means no limit

Raises ImageError when the input is missing or holds nothing readable, ConfigError for an
argument out of range.)doc");
    block.def("frames_out", &image_source::frames_out, "Frames sent (begun) so far.");
    block.def("dropped", &image_source::dropped, "Pictures that could not be read.");
    block.def("counters",
              &image_source::counters,
              "Every counter by name: `frames_out`, `dropped: unreadable`.");
}
