/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block that does to samples what channels and radios do, and its settings. */
#pragma once

#include <complex>
#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace gr {
namespace djescc {

/*! What a channel does to samples, in this order. Frequencies are fractions of the sample
 *  rate; powers are relative to a carrier of average power 1. */
struct channel_settings {
    //! Share of bursts (from `tx_sob` to `tx_eob`) that are silenced, 0 to 1.
    double burst_loss = 0.0;
    //! Multipath: response at delays of 0, 1, 2, ... samples; 1 to 64 taps.
    std::vector<std::complex<float>> taps{ 1.0f };
    /*! Fading: with a Doppler frequency above 0 (to 0.01) every tap is a Rayleigh process
     *  (Jakes' spectrum) of its own, |tap|^2 being its mean power. */
    double doppler = 0.0;
    /*! By how many parts of a million the transmitter's clock is faster than the
     *  receiver's, -1000 to 1000. Nonzero adds 16 samples of delay. */
    double clock_offset = 0.0;
    double carrier_offset = 0.0; //!< -0.5 to 0.5
    /*! Width of the oscillator's line at half power, 0 to 0.01: its phase is a random
     *  walk of variance 2 pi linewidth a sample. */
    double linewidth = 0.0;
    //! Gain that comes and goes every \p gain_period samples, in dB, -60 to 60.
    double gain_step_db = 0.0;
    int64_t gain_period = 100000; //!< at least 1
    //! Amplitude of a tone, 0 or more, and its frequency, -0.5 to 0.5.
    double tone_amplitude = 0.0;
    double tone_frequency = 0.1;
    //! Es/N0 in dB of carriers of average power 1; +infinity for no noise.
    double snr_db = std::numeric_limits<double>::infinity();
    //! The receiver's quadrature branch against the in-phase one, in dB and in degrees.
    double iq_gain_db = 0.0;
    double iq_phase_degrees = 0.0;
    //! Bits of the converter for each of I and Q, 2 to 24, 0 for none, and the amplitude
    //! at which it clips, above 0.
    int quantizer_bits = 0;
    double full_scale = 4.0;
    //! An overrun about every \p drop_interval samples, 0 for none, takes \p drop_length.
    int64_t drop_interval = 0;
    int64_t drop_length = 1000;

    //! \throws djescc::ConfigError that names the setting at fault
    void DJESCC_API validate() const;
};

/*!
 * \brief A radio channel with its radios' faults, for tests and simulations.
 *
 * Input and output: complex samples, slightly more or fewer of them where clocks differ
 * or samples are dropped. Tags are not passed on; `tx_sob` and `tx_eob` say where bursts
 * are that can be lost. Every setting may be changed while the flowgraph runs.
 *
 * \ingroup djescc
 */
class DJESCC_API channel_emulator : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<channel_emulator>;

    /*! \param seed  of everything random
     *  \throws djescc::ConfigError for a setting out of range */
    static sptr make(const channel_settings& settings, uint64_t seed = 0);

    //! \throws djescc::ConfigError for a setting out of range, which then changes nothing
    virtual void set(const channel_settings& settings) = 0;
    virtual channel_settings settings() const = 0;

    //! Bursts that were silenced, and samples that were dropped, so far.
    virtual uint64_t lost_bursts() const = 0;
    virtual uint64_t dropped_samples() const = 0;
};

} // namespace djescc
} // namespace gr
