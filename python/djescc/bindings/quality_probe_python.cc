/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(quality_probe.h) */
/* BINDTOOL_HEADER_FILE_HASH(3ae117b06ceb49a4bbd63ae8d4e8d831) */

#include <gnuradio/djescc/quality_probe.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_quality_probe(py::module& m)
{
    using gr::djescc::quality_probe;
    py::class_<quality_probe, gr::block, gr::basic_block, std::shared_ptr<quality_probe>>
        block(m,
              "quality_probe",
              R"doc(PSNR and SSIM of a stream of frames against a reference stream.

Inputs: 0 the reference frames, 1 the frames to be judged, paired by the `id` of their frame
dictionaries. Outputs (optional): 0 PSNR in dB, 1 SSIM, one float32 per pair.

Message port `quality` (output): a dictionary per pair: id, name, psnr_db, ssim.)doc");
    block.def(py::init(&quality_probe::make),
              py::arg("log") = false,
              R"doc(Make a probe.

    log:  write one line per pair to the log)doc");
    block.def("mean_psnr",
              &quality_probe::mean_psnr,
              "Mean of the pairs' PSNRs in dB; NaN before the first pair.");
    block.def("mean_ssim",
              &quality_probe::mean_ssim,
              "Mean of the pairs' SSIMs; NaN before the first pair.");
    block.def("last_psnr",
              &quality_probe::last_psnr,
              "PSNR of the latest pair in dB; NaN before the first.");
    block.def("last_ssim",
              &quality_probe::last_ssim,
              "SSIM of the latest pair; NaN before the first.");
    block.def("matched", &quality_probe::matched, "Pairs compared.");
    block.def("dropped",
              &quality_probe::dropped,
              "Frames of both streams that were bad or had no partner.");
    block.def("counters",
              &quality_probe::counters,
              "Every counter by name: `reference_frames`, `test_frames`, `matched`, "
              "`dropped: <reason>`.");
}
