/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The frequency response of what lies between transmitter and receiver, made smooth. */
#pragma once

#include "radio/burst/burst_layout.h"
#include <complex>
#include <cstddef>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

/*! Least-squares values of the response on the occupied carriers, made smooth: the way is
 *  taken to be a few paths with delays inside the cyclic prefix.
 *
 *  The taps are Gaussian with powers of their own, which are learnt from the values by
 *  expectation maximisation (sparse Bayesian learning, Tipping 2001; Wipf and Rao 2004).
 *  So a flat response is averaged over all carriers and a long one over as many as its
 *  taps leave. The taps' grid is moved to fit the strongest path's fraction of a sample.
 */
class response_estimator
{
public:
    explicit response_estimator(const burst_layout& layout);

    //! Forget the taps' powers: another burst.
    void reset();

    /*! \param values  least-squares estimates, one for each occupied carrier
     *  \param noise  their variance, above 0
     *  \param smooth  gets the estimates; may be \p values */
    void estimate(const gr_complex* values, double noise, gr_complex* smooth);

    //! Taps, that is delays on the grid, at most.
    size_t taps() const { return d_taps; }

private:
    void align(const gr_complex* values);
    void correlate(const gr_complex* values);
    void learn(double noise);
    void iterate(double noise);

    const burst_layout& d_layout;
    const size_t d_carriers;
    const size_t d_spacing; //!< samples between taps
    const size_t d_taps;
    std::vector<gr_complex> d_turns; //!< exp(j 2 pi n / carriers)

    bool d_fresh = true;
    double d_fraction = 0.0; //!< delay of the grid's first tap in samples
    std::vector<double> d_powers;
    std::vector<std::complex<double>> d_gram;        //!< of the taps' responses
    std::vector<std::complex<double>> d_correlation; //!< of the values with them
    std::vector<std::complex<double>> d_mean;
    std::vector<std::complex<double>> d_matrix;
};

} // namespace djescc
} // namespace gr
