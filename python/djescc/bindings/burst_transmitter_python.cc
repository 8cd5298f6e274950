/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(burst_transmitter.h) */
/* BINDTOOL_HEADER_FILE_HASH(7b4346024f74e7f39f83b43eea9b8369) */

#include "frame_statistics_python.h"
#include <gnuradio/djescc/burst_transmitter.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

namespace {

using gr::djescc::burst_transmitter;

burst_transmitter::sptr make_burst_transmitter(int carriers,
                                               int prefix,
                                               int data_carriers,
                                               int pilot_carriers,
                                               int symbols_per_burst,
                                               int64_t gap,
                                               bool filler,
                                               double clip_db,
                                               bool spread,
                                               double amplitude,
                                               double sample_rate,
                                               std::optional<double> start_time,
                                               std::optional<int> session,
                                               const std::string& key_file)
{
    burst_transmitter::options chosen;
    chosen.format.carriers = carriers;
    chosen.format.prefix = prefix;
    chosen.format.data_carriers = data_carriers;
    chosen.format.pilot_carriers = pilot_carriers;
    chosen.format.symbols_per_burst = symbols_per_burst;
    chosen.gap = gap;
    chosen.filler = filler;
    chosen.clip_db = clip_db;
    chosen.spread = spread;
    chosen.amplitude = amplitude;
    chosen.sample_rate = sample_rate;
    chosen.start_time = start_time;
    chosen.session = session;
    chosen.key_file = key_file;
    return burst_transmitter::make(chosen);
}

} // namespace

void bind_burst_transmitter(py::module& m)
{
    py::class_<burst_transmitter,
               gr::block,
               gr::basic_block,
               std::shared_ptr<burst_transmitter>>
        block(m,
              "burst_transmitter",
              R"doc(Frames of symbols to bursts of samples for a radio.

Input: frames of complex64 as jscc_encoder makes them. Output: complex baseband samples, a
carrier having average power 1; a burst's first sample is tagged tx_sob, its last tx_eob.)doc");
    block.def(py::init(&make_burst_transmitter),
              py::arg("carriers") = 64,
              py::arg("prefix") = 16,
              py::arg("data_carriers") = 48,
              py::arg("pilot_carriers") = 4,
              py::arg("symbols_per_burst") = 4096,
              py::arg("gap") = 0,
              py::arg("filler") = false,
              py::arg("clip_db") = 9.0,
              py::arg("spread") = true,
              py::arg("amplitude") = 1.0,
              py::arg("sample_rate") = 1e6,
              py::arg("start_time") = py::none(),
              py::arg("session") = py::none(),
              py::arg("key_file") = "",
              R"doc(Frames of symbols to bursts of samples for a radio.

    carriers:           of the FFT, a power of two
    prefix:             samples of cyclic prefix
    data_carriers:      even
    pilot_carriers:     even
    symbols_per_burst:  most payload symbols in a burst
    gap:                zero samples after every burst
    filler:             zeros while no image waits; no tags then
    clip_db:            limit of the samples over their mean power in dB; infinity for none
    spread:             every symbol over a thousand, so that a lost burst is no hole
    amplitude:          factor on every sample
    sample_rate:        samples a second, for tx_time
    start_time:         time of the first sample in seconds, asks for tx_time; None for none
    session:            tells this run from earlier ones, 0 to 65535; None for a random one
    key_file:           key of both ends, empty for none

Raises ConfigError for an argument out of range.)doc");
    bind_frame_statistics(block);
    block.def("set_amplitude",
              &burst_transmitter::set_amplitude,
              py::arg("amplitude"),
              "Change the factor on the samples from the next burst on.");
    block.def("amplitude", &burst_transmitter::amplitude, "The factor on the samples.");
    block.def("longest_burst",
              &burst_transmitter::longest_burst,
              "Samples of the longest burst, its gap included.");
}
