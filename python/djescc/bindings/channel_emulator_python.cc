/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(channel_emulator.h) */
/* BINDTOOL_HEADER_FILE_HASH(5b3fbfaf5f42dc7ddbe999bc09dce554) */

#include <gnuradio/djescc/channel_emulator.h>
#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <string>

namespace py = pybind11;

namespace {

using gr::djescc::channel_emulator;
using gr::djescc::channel_settings;

//! set_NAME(value) and NAME() of one setting.
template <class Block, class Value>
void add_setting(Block& block,
                 const std::string& name,
                 Value channel_settings::*member,
                 const std::string& text)
{
    block.def(("set_" + name).c_str(),
              [member](channel_emulator& self, const Value& value) {
                  auto settings = self.settings();
                  settings.*member = value;
                  self.set(settings);
              },
              py::arg(name.c_str()),
              text.c_str());
    block.def(
        name.c_str(),
        [member](const channel_emulator& self) { return self.settings().*member; },
        text.c_str());
}

channel_emulator::sptr make_channel_emulator(double snr_db,
                                             double carrier_offset,
                                             double clock_offset,
                                             const std::vector<std::complex<float>>& taps,
                                             double doppler,
                                             double linewidth,
                                             double burst_loss,
                                             double gain_step_db,
                                             int64_t gain_period,
                                             double tone_amplitude,
                                             double tone_frequency,
                                             double iq_gain_db,
                                             double iq_phase_degrees,
                                             int quantizer_bits,
                                             double full_scale,
                                             int64_t drop_interval,
                                             int64_t drop_length,
                                             uint64_t seed)
{
    channel_settings settings;
    settings.snr_db = snr_db;
    settings.carrier_offset = carrier_offset;
    settings.clock_offset = clock_offset;
    settings.taps = taps;
    settings.doppler = doppler;
    settings.linewidth = linewidth;
    settings.burst_loss = burst_loss;
    settings.gain_step_db = gain_step_db;
    settings.gain_period = gain_period;
    settings.tone_amplitude = tone_amplitude;
    settings.tone_frequency = tone_frequency;
    settings.iq_gain_db = iq_gain_db;
    settings.iq_phase_degrees = iq_phase_degrees;
    settings.quantizer_bits = quantizer_bits;
    settings.full_scale = full_scale;
    settings.drop_interval = drop_interval;
    settings.drop_length = drop_length;
    return channel_emulator::make(settings, seed);
}

} // namespace

void bind_channel_emulator(py::module& m)
{
    py::class_<channel_emulator,
               gr::block,
               gr::basic_block,
               std::shared_ptr<channel_emulator>>
        block(m,
              "channel_emulator",
              R"doc(A radio channel with its radios' faults, for tests and simulations.

Input and output: complex samples. Tags are not passed on; tx_sob and tx_eob say where
bursts are that can be lost. Every setting may be changed while the flowgraph runs.)doc");
    block.def(py::init(&make_channel_emulator),
              py::arg("snr_db"),
              py::arg("carrier_offset") = 0.0,
              py::arg("clock_offset") = 0.0,
              py::arg("taps") = std::vector<std::complex<float>>{ 1.0f },
              py::arg("doppler") = 0.0,
              py::arg("linewidth") = 0.0,
              py::arg("burst_loss") = 0.0,
              py::arg("gain_step_db") = 0.0,
              py::arg("gain_period") = 100000,
              py::arg("tone_amplitude") = 0.0,
              py::arg("tone_frequency") = 0.1,
              py::arg("iq_gain_db") = 0.0,
              py::arg("iq_phase_degrees") = 0.0,
              py::arg("quantizer_bits") = 0,
              py::arg("full_scale") = 4.0,
              py::arg("drop_interval") = 0,
              py::arg("drop_length") = 1000,
              py::arg("seed") = 0,
              R"doc(Make a channel.

    snr_db:           Es/N0 in dB of carriers of average power 1; infinity for no noise
    carrier_offset:   as a fraction of the sample rate, -0.5 to 0.5
    clock_offset:     transmitter's clock over the receiver's, parts of a million
    taps:             response at delays of 0, 1, 2, ... samples
    doppler:          of fading taps, as a fraction of the sample rate, 0 to 0.01
    linewidth:        of the oscillator, as a fraction of the sample rate, 0 to 0.01
    burst_loss:       share of bursts that are silenced, 0 to 1
    gain_step_db:     gain that comes and goes
    gain_period:      samples with and without it
    tone_amplitude:   of an interfering tone
    tone_frequency:   as a fraction of the sample rate, -0.5 to 0.5
    iq_gain_db:       quadrature branch against the in-phase one
    iq_phase_degrees: the same
    quantizer_bits:   of the converter for I and Q, 0 for none
    full_scale:       amplitude at which it clips
    drop_interval:    mean samples between overruns, 0 for none
    drop_length:      samples that an overrun takes
    seed:             of everything random

Raises ConfigError for a setting out of range.)doc");
    add_setting(block,
                "snr_db",
                &channel_settings::snr_db,
                "Es/N0 in dB of carriers of average power 1; infinity for no noise.");
    add_setting(block,
                "carrier_offset",
                &channel_settings::carrier_offset,
                "As a fraction of the sample rate, -0.5 to 0.5.");
    add_setting(block,
                "clock_offset",
                &channel_settings::clock_offset,
                "Transmitter's clock over the receiver's, parts of a million.");
    add_setting(block,
                "taps",
                &channel_settings::taps,
                "Response at delays of 0, 1, 2, ... samples.");
    add_setting(block,
                "doppler",
                &channel_settings::doppler,
                "Of fading taps, as a fraction of the sample rate, 0 to 0.01.");
    add_setting(block,
                "linewidth",
                &channel_settings::linewidth,
                "Of the oscillator, as a fraction of the sample rate, 0 to 0.01.");
    add_setting(block,
                "burst_loss",
                &channel_settings::burst_loss,
                "Share of bursts that are silenced, 0 to 1.");
    add_setting(block,
                "gain_step_db",
                &channel_settings::gain_step_db,
                "Gain that comes and goes.");
    add_setting(block,
                "gain_period",
                &channel_settings::gain_period,
                "Samples with and without it.");
    add_setting(block,
                "tone_amplitude",
                &channel_settings::tone_amplitude,
                "Of an interfering tone.");
    add_setting(block,
                "tone_frequency",
                &channel_settings::tone_frequency,
                "As a fraction of the sample rate, -0.5 to 0.5.");
    add_setting(block,
                "iq_gain_db",
                &channel_settings::iq_gain_db,
                "Quadrature branch against the in-phase one.");
    add_setting(
        block, "iq_phase_degrees", &channel_settings::iq_phase_degrees, "The same.");
    add_setting(block,
                "quantizer_bits",
                &channel_settings::quantizer_bits,
                "Of the converter for I and Q, 0 for none.");
    add_setting(block,
                "full_scale",
                &channel_settings::full_scale,
                "Amplitude at which it clips.");
    add_setting(block,
                "drop_interval",
                &channel_settings::drop_interval,
                "Mean samples between overruns, 0 for none.");
    add_setting(block,
                "drop_length",
                &channel_settings::drop_length,
                "Samples that an overrun takes.");
    block.def(
        "lost_bursts", &channel_emulator::lost_bursts, "Bursts that were silenced.");
    block.def("dropped_samples",
              &channel_emulator::dropped_samples,
              "Samples that overruns took.");
}
