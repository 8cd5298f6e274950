/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Finds short trainings in a stream of samples. */
#pragma once

#include "radio/burst/burst_layout.h"
#include <cstddef>
#include <cstdint>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

//! Where a preamble may be.
struct preamble_candidate {
    int64_t long_start; //!< sample at which the long training begins, roughly
    double offset;      //!< carrier offset in radians a sample, roughly
    float metric;       //!< 0 to about 1
};

/*! Finds short trainings in a stream: a running correlation of the signal with itself one
 *  period earlier, under the products of the periods' signs, over the energy. Four times
 *  that of the strongest quarter of the window stands for the energy, so that the edge of
 *  a burst, a few samples that any sequence resembles, is no preamble.
 *
 *  The metric does not depend on the level or on the carrier offset, whose phase it gives
 *  (unambiguous to 2 carrier spacings either way, a period being a quarter of a symbol),
 *  and a constant or a tone cancels. It is evaluated 4 times a period. Over W = 24
 *  periods of noise it exceeds m once in exp(W * period * m^2) evaluations; with a signal
 *  it is snr / (1 + snr) where the evaluation falls on the period, 7/8 of it at worst. */
class preamble_detector
{
public:
    /*! Noise alone reaches it once in exp(384 * 0.0324) = 250 000 evaluations with the
     *  default format, that is once in a million samples; at 0 dB the mean is 0.39 to
     *  0.45, four and more standard deviations above. */
    static constexpr float default_threshold = 0.18f;

    explicit preamble_detector(const burst_layout& layout,
                               float threshold = default_threshold);

    /*! Samples that follow those of the last call.
     *  \param found  gets what was found, in order, some hundred samples late */
    void
    push(const gr_complex* samples, size_t count, std::vector<preamble_candidate>& found);

    //! The stream ends here.
    void finish(std::vector<preamble_candidate>& found);

private:
    void evaluate(size_t steps, std::vector<preamble_candidate>& found);
    void
    inspect(float metric, float real, float imag, std::vector<preamble_candidate>& found);

    const size_t d_period;
    const size_t d_step; //!< samples between evaluations
    const float d_threshold;

    std::vector<gr_complex>
        d_pending; //!< a period of old samples, and those of no step yet
    //! Sums over a step, over a period and over a quarter of the window, one entry per
    //! step, old ones before the new.
    std::vector<float> d_real, d_imag, d_energy;
    std::vector<float> d_period_real, d_period_imag, d_quarter_energy;
    std::vector<float> d_sum_real, d_sum_imag, d_sum_energy;
    int64_t d_steps = 0; //!< that were evaluated so far

    bool d_holding = false;
    preamble_candidate d_best{};
    size_t d_since_best = 0;
};

} // namespace djescc
} // namespace gr
