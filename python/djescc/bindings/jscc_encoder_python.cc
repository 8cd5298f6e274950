/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(jscc_encoder.h) */
/* BINDTOOL_HEADER_FILE_HASH(e773347f2afc35800d25c100616b9d5e) */

#include "frame_statistics_python.h"

#include <gnuradio/djescc/jscc_encoder.h>
#include <optional>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_jscc_encoder(py::module& m)
{
    using gr::djescc::jscc_encoder;
    py::class_<jscc_encoder, gr::block, gr::basic_block, std::shared_ptr<jscc_encoder>>
        block(m,
              "jscc_encoder",
              R"doc(Protected images to complex symbols (the provider's transmit side).

Input: frames of float32 in [0, 1], H x W x C. Output: frames of complex64 of
average power 1. The frame dictionary gets `model`, the model's fingerprint.

Message port `snr` (input): expected Es/N0 in dB, a number or a pair (anything . number);
#f or nil clears it.

Message port `rate` (input): groups that every image is sent in, for codecs of variable
rate; 0, #f or nil lets the codec decide.

Message port `feedback` (input): what was received of a part, from jscc_decoder's port of
that name, for codecs with feedback.)doc");
    block.def(py::init(&jscc_encoder::make),
              py::arg("model"),
              py::arg("device") = "auto",
              py::arg("threads") = 0,
              py::arg("max_batch") = 8,
              py::arg("key_file") = "",
              R"doc(Load the role `encode` of a model.

    model:      directory of a model that holds the role's weights (`encode`)
    device:     "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
    threads:    the net's threads on the CPU; 0 means 1
    max_batch:  most frames in one inference, 1 to 1024
    key_file:   key of owner and recipient, for codecs that seal what they send; "" for none

Raises ModelError for a model or weights file that is missing or damaged, DeviceError for
an unknown or absent device, ConfigError for an argument out of range.)doc");
    block.def("inference_seconds",
              &jscc_encoder::inference_seconds,
              "Seconds spent in the net so far, transfers included.");
    bind_frame_statistics(block);
    block.def(
        "set_snr_hint",
        [](jscc_encoder& self, std::optional<double> snr_db) {
            snr_db ? self.set_snr_hint(*snr_db) : self.clear_snr_hint();
        },
        py::arg("snr_db"),
        "Tell a codec that adapts to the channel its Es/N0 in dB (finite); other codecs "
        "ignore it. None clears the hint.");
    block.def(
        "set_rate_groups",
        &jscc_encoder::set_rate_groups,
        py::arg("groups"),
        "Groups that every image is sent in, of a codec of variable rate; 0 lets it "
        "decide. Raises ConfigError for a number that the codec has not.");
    block.def("set_feedback_timeout",
              &jscc_encoder::set_feedback_timeout,
              py::arg("seconds"),
              "How long to wait for what comes back of a part, of a codec with feedback; "
              "0: only first parts are sent. Raises ConfigError out of range.");
    block.def("clear_snr_hint", &jscc_encoder::clear_snr_hint, "Back to no hint.");
}
