/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The Python module of the blocks: each block's binding stands in a file of its own.

#include <djescc/error.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;

void bind_awgn_channel(py::module& m);
void bind_burst_receiver(py::module& m);
void bind_burst_transmitter(py::module& m);
void bind_channel_emulator(py::module& m);
void bind_image_classifier(py::module& m);
void bind_image_decryptor(py::module& m);
void bind_image_encryptor(py::module& m);
void bind_image_sink(py::module& m);
void bind_image_source(py::module& m);
void bind_jscc_decoder(py::module& m);
void bind_jscc_encoder(py::module& m);
void bind_power_normalizer(py::module& m);
void bind_quality_probe(py::module& m);

namespace {

//! The core's exceptions; each is a RuntimeError too, as GNU Radio's users expect.
void bind_errors(py::module& m)
{
    // A later translator is asked first, so the base comes before what derives from it.
    auto& base = py::register_exception<djescc::Error>(m, "Error", PyExc_RuntimeError);
    base.doc() = "Base of what this module raises on purpose.";
    py::register_exception<djescc::ImageError>(m, "ImageError", base).doc() =
        "A picture or video that cannot be read, written or used.";
    py::register_exception<djescc::ModelError>(m, "ModelError", base).doc() =
        "A model directory or file that is missing, damaged or of another kind.";
    py::register_exception<djescc::ConfigError>(m, "ConfigError", base).doc() =
        "An argument that makes no sense.";
    py::register_exception<djescc::DeviceError>(m, "DeviceError", base).doc() =
        "A compute device that is unknown or absent.";
}

} // namespace

PYBIND11_MODULE(djescc_python, m)
{
    // The base classes' bindings live there.
    py::module::import("gnuradio.gr");

    bind_errors(m);
    bind_awgn_channel(m);
    bind_burst_receiver(m);
    bind_burst_transmitter(m);
    bind_channel_emulator(m);
    bind_image_classifier(m);
    bind_image_decryptor(m);
    bind_image_encryptor(m);
    bind_image_sink(m);
    bind_image_source(m);
    bind_jscc_decoder(m);
    bind_jscc_encoder(m);
    bind_power_normalizer(m);
    bind_quality_probe(m);
}
