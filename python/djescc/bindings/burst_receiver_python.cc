/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(burst_receiver.h) */
/* BINDTOOL_HEADER_FILE_HASH(a033ac42fd08d46517e0238a18646eec) */

#include "frame_statistics_python.h"
#include <gnuradio/djescc/burst_receiver.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

namespace {

using gr::djescc::burst_receiver;

burst_receiver::sptr make_burst_receiver(int carriers,
                                         int prefix,
                                         int data_carriers,
                                         int pilot_carriers,
                                         int symbols_per_burst,
                                         const std::string& model,
                                         int64_t timeout,
                                         int max_open_images,
                                         bool shrink,
                                         const std::string& key_file,
                                         double max_age)
{
    burst_receiver::options chosen;
    chosen.format.carriers = carriers;
    chosen.format.prefix = prefix;
    chosen.format.data_carriers = data_carriers;
    chosen.format.pilot_carriers = pilot_carriers;
    chosen.format.symbols_per_burst = symbols_per_burst;
    chosen.model = model;
    chosen.timeout = timeout;
    chosen.max_open_images = max_open_images;
    chosen.shrink = shrink;
    chosen.key_file = key_file;
    chosen.max_age = max_age;
    return burst_receiver::make(chosen);
}

} // namespace

void bind_burst_receiver(py::module& m)
{
    py::class_<burst_receiver,
               gr::block,
               gr::basic_block,
               std::shared_ptr<burst_receiver>>
        block(m,
              "burst_receiver",
              R"doc(Samples of a radio to frames of symbols.

Output: frames of complex64 with id, width, height, channels, model, snr_db, erased (number
of missing symbols, which are zeros) and reliability (a number in [0, 1] for every symbol).
Message port `status` (output): a dictionary about every burst.)doc");
    block.def(py::init(&make_burst_receiver),
              py::arg("carriers") = 64,
              py::arg("prefix") = 16,
              py::arg("data_carriers") = 48,
              py::arg("pilot_carriers") = 4,
              py::arg("symbols_per_burst") = 4096,
              py::arg("model") = "",
              py::arg("timeout") = 10000000,
              py::arg("max_open_images") = 8,
              py::arg("shrink") = false,
              py::arg("key_file") = "",
              py::arg("max_age") = 0.0,
              R"doc(Samples of a radio to frames of symbols.

    carriers:           of the FFT, a power of two
    prefix:             samples of cyclic prefix
    data_carriers:      even
    pilot_carriers:     even
    symbols_per_burst:  most payload symbols in a burst
    model:              directory of the model that is wanted, or its fingerprint; empty for all
    timeout:            samples after which an incomplete image goes out
    max_open_images:    at a time, 1 to 1024
    shrink:             LMMSE estimates whose gain is not brought to 1
    key_file:           key of both ends, empty for none
    max_age:            seconds by which a burst may be older than the clock says, 0 for any

Raises ConfigError for an argument out of range.)doc");
    bind_frame_statistics(block);
}
