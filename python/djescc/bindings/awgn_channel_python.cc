/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(awgn_channel.h) */
/* BINDTOOL_HEADER_FILE_HASH(100b0f0ca294448755010acf5afa4fea) */

#include <gnuradio/djescc/awgn_channel.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

void bind_awgn_channel(py::module& m)
{
    using gr::djescc::awgn_channel;
    py::class_<awgn_channel,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<awgn_channel>>
        block(m,
              "awgn_channel",
              R"doc(Complex white Gaussian noise for symbols of average power 1.

SNR is Es/N0: the noise's total power is 10^(-SNR/10), half of it in each real dimension.
The noise of an item depends on nothing but seed, SNR and the item's number.

Message port `snr` (input): a new SNR in dB, a number or a pair (anything . number).)doc");
    block.def(py::init(&awgn_channel::make),
              py::arg("snr_db"),
              py::arg("seed") = 0,
              R"doc(Make a channel.

    snr_db:  Es/N0 in dB; infinity means no noise
    seed:    of the noise; one seed, one noise

Raises ConfigError for a NaN or -infinity.)doc");
    block.def("set_snr_db",
              &awgn_channel::set_snr_db,
              py::arg("snr_db"),
              "Change the SNR (Es/N0 in dB) while the flowgraph runs.");
    block.def("snr_db", &awgn_channel::snr_db, "The SNR (Es/N0) in dB.");
}
