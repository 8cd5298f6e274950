/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The frequency response of a channel whose paths fade within a burst. */
#pragma once

#include "radio/burst/burst_cells.h"
#include "radio/burst/burst_layout.h"
#include <complex>
#include <cstddef>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

/*! The response at every OFDM symbol of a payload whose channel moves, from trainings,
 *  header and pilots.
 *
 *  Every tap is a Gaussian process of its own with Clarke's correlation, J0(2 pi f t).
 *  The estimate is the mean of the taps given all known cells of the burst. The taps'
 *  powers are learnt by expectation maximisation, as response_estimator does, and the
 *  Doppler frequency f is the likeliest of a few. */
class fading_estimator
{
public:
    explicit fading_estimator(const burst_layout& layout);

    /*! \param cells  with the header's values set
     *  \param symbols  OFDM symbols behind the header whose pilots are used, at least 1
     *  \param noise  variance on each occupied carrier, above 0
     *  \param delays, powers  of the taps, in samples and as a channel that stands still
     *                         would have them; the weakest are left out where they are
     *                         many
     *  \return the response of each of these symbols, a row of all occupied carriers each
     */
    std::vector<gr_complex> estimate(const burst_cells& cells,
                                     size_t symbols,
                                     const std::vector<double>& noise,
                                     const std::vector<double>& delays,
                                     const std::vector<double>& powers);

private:
    using complex = std::complex<double>;
    //! Cells of some rows in a row, seen through the taps: correlated with each of them.
    struct block {
        double time, rows;
        bool full; //!< all carriers are known, else the pilots
        std::vector<complex> taps;
    };
    //! What a Doppler frequency makes of the blocks.
    struct solution {
        std::vector<double> knots; //!< times, in samples
        double doppler = 0.0;      //!< cycles a sample
        std::vector<double> root;  //!< Cholesky root of the knots' covariance
        std::vector<double> powers;
        std::vector<complex> weights; //!< of each tap and knot
        double likelihood = 0.0;      //!< its logarithm, but for a constant
    };
    void choose_taps(const std::vector<double>& delays,
                     const std::vector<double>& powers,
                     const std::vector<double>& noise);
    std::vector<complex> gram(const std::vector<double>& noise, bool full) const;
    void
    gather(const burst_cells& cells, size_t symbols, const std::vector<double>& noise);
    solution solve(double doppler, double length, double cycles) const;
    void iterate(solution& found, const std::vector<std::vector<double>>& basis) const;
    static std::vector<double> basis_at(const solution& found, double time);

    const burst_layout& d_layout;
    size_t d_taps = 0;
    std::vector<complex> d_turns; //!< of each occupied carrier and tap
    std::vector<double> d_powers;
    std::vector<complex> d_full_gram, d_pilot_gram;
    std::vector<block> d_blocks;
};

} // namespace djescc
} // namespace gr
