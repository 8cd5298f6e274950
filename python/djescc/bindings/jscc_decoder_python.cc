/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(jscc_decoder.h) */
/* BINDTOOL_HEADER_FILE_HASH(4b35a6a06fac5cc4535979cc08310162) */

#include "frame_statistics_python.h"

#include <gnuradio/djescc/jscc_decoder.h>
#include <optional>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_jscc_decoder(py::module& m)
{
    using gr::djescc::jscc_decoder;
    py::class_<jscc_decoder, gr::block, gr::basic_block, std::shared_ptr<jscc_decoder>>
        block(
            m,
            "jscc_decoder",
            R"doc(Noisy symbols back to (protected) images (the provider's receive side).

Input: frames of complex64 as jscc_encoder makes them. Output: frames of float32 in [0, 1],
H x W x C. Symbols of another model are dropped as `foreign model`. An image of which
nothing could be decoded goes on as a stand-in with the entry `outage`.

Message port `snr` (input): the channel's Es/N0 in dB, a number or a pair
(anything . number); #f or nil clears it.

Message port `feedback` (output): every part but the last as it was received, of codecs
with feedback; for jscc_encoder's port of that name.)doc");
    block.def(py::init(&jscc_decoder::make),
              py::arg("model"),
              py::arg("device") = "auto",
              py::arg("threads") = 0,
              py::arg("max_batch") = 8,
              py::arg("key_file") = "",
              R"doc(Load the role `decode` of a model.

    model:      directory of a model that holds the role's weights (`decode`)
    device:     "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
    threads:    the net's threads on the CPU; 0 means 1
    max_batch:  most frames in one inference, 1 to 1024
    key_file:   key of owner and recipient, for codecs that seal what they send; "" for none

Raises ModelError for a model or weights file that is missing or damaged, DeviceError for
an unknown or absent device, ConfigError for an argument out of range.)doc");
    block.def("inference_seconds",
              &jscc_decoder::inference_seconds,
              "Seconds spent in the net so far, transfers included.");
    bind_frame_statistics(block);
    block.def("outages",
              &jscc_decoder::outages,
              "Images of which nothing could be decoded; each is sent on as a stand-in.");
    block.def(
        "set_snr_hint",
        [](jscc_decoder& self, std::optional<double> snr_db) {
            snr_db ? self.set_snr_hint(*snr_db) : self.clear_snr_hint();
        },
        py::arg("snr_db"),
        "Tell a codec that adapts to the channel its Es/N0 in dB (finite); other codecs "
        "ignore it. None clears the hint.");
    block.def("set_progressive",
              &jscc_decoder::set_progressive,
              py::arg("progressive"),
              "Put an image out with every part of it that comes, instead of once, with "
              "all; for codecs that send in parts.");
    block.def("set_feedback_snr",
              &jscc_decoder::set_feedback_snr,
              py::arg("snr_db"),
              py::arg("seed") = 0,
              "Add white noise to what port `feedback` sends: Es/N0 in dB, infinity for "
              "none. Raises ConfigError for NaN and -infinity.");
    block.def("clear_snr_hint",
              &jscc_decoder::clear_snr_hint,
              "Back to the SNR that the frames carry, or to no hint.");
}
