/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  All that happens to samples between two antennas, as channel_settings say. */
#pragma once

#include "radio/dsp/complex_gaussian_noise.h"
#include "radio/propagation/clock_drift.h"
#include "radio/propagation/multipath_fading.h"
#include <cstddef>
#include <cstdint>
#include <gnuradio/djescc/channel_emulator.h>
#include <gnuradio/gr_complex.h>
#include <random>
#include <vector>

namespace gr {
namespace djescc {

//! The channel that channel_settings describe.
class propagation_model
{
public:
    explicit propagation_model(uint64_t seed);

    //! A burst begins at the next sample: it is lost or it is not. Or one ended.
    void begin_burst(const channel_settings& settings);
    void end_burst() { d_silent = false; }

    /*! Samples that follow those of the last call.
     *  \param out  gets the samples that come out appended */
    void process(const gr_complex* in,
                 size_t count,
                 const channel_settings& settings,
                 std::vector<gr_complex>& out);

    uint64_t lost_bursts() const { return d_lost_bursts; }
    uint64_t dropped_samples() const { return d_dropped_samples; }

private:
    void rotate(gr_complex* samples, size_t count, const channel_settings& settings);
    void step_gain(gr_complex* samples, size_t count, const channel_settings& settings);
    void
    convert(gr_complex* samples, size_t count, const channel_settings& settings) const;
    void drop(const std::vector<gr_complex>& samples,
              const channel_settings& settings,
              std::vector<gr_complex>& out);

    std::mt19937_64 d_random;
    multipath_fading d_multipath;
    clock_drift d_clock;
    complex_gaussian_noise d_noise, d_phase_noise;
    std::vector<gr_complex> d_faded, d_samples, d_walk;
    bool d_silent = false;
    double d_phase = 0.0, d_tone_phase = 0.0;
    int64_t d_gain_position = 0;
    int64_t d_until_drop = -1; //!< samples; below 0 where none is drawn yet
    int64_t d_to_drop = 0;
    uint64_t d_lost_bursts = 0, d_dropped_samples = 0;
};

} // namespace djescc
} // namespace gr
