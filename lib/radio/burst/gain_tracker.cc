/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A Kalman filter and its smoother, with the likeliest walk. */

#include "radio/burst/gain_tracker.h"

#include <cmath>
#include <cstddef>

namespace gr {
namespace djescc {

namespace {

using complex = std::complex<double>;

//! Variances of the walk in one symbol that are tried.
constexpr double walks[] = { 0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1 };

/*! Log likelihood by which a walk must be better than standing still. Twice the
 *  logarithm's ratio is chi-squared with one degree of freedom; 4.5 lets a channel that
 *  stands still pass for one that moves in one burst of 400. */
constexpr double least_gain = 4.5;

struct filter_pass {
    std::vector<complex> mean;
    std::vector<double> variance;
    double log_likelihood = 0.0;
};

filter_pass filter(const std::vector<std::complex<float>>& seen,
                   const std::vector<float>& noise,
                   double lead,
                   double walk)
{
    filter_pass pass;
    pass.mean.resize(seen.size());
    pass.variance.resize(seen.size());
    complex mean = 1.0;
    double variance = lead * walk;
    for (size_t i = 0; i < seen.size(); i++) {
        variance += walk;
        if (std::isfinite(noise[i])) {
            const double total = variance + static_cast<double>(noise[i]);
            const complex innovation = complex(seen[i]) - mean;
            pass.log_likelihood -= std::log(total) + std::norm(innovation) / total;
            const double weight = variance / total;
            mean += weight * innovation;
            variance *= 1.0 - weight;
        }
        pass.mean[i] = mean;
        pass.variance[i] = variance;
    }
    return pass;
}

} // namespace

std::vector<std::complex<float>> track_gain(const std::vector<std::complex<float>>& seen,
                                            const std::vector<float>& noise,
                                            double lead)
{
    filter_pass best;
    double best_walk = 0.0, highest = 0.0;
    for (const double walk : walks) {
        auto pass = filter(seen, noise, lead, walk);
        const double score = pass.log_likelihood - (walk > 0.0 ? least_gain : 0.0);
        if (walk == 0.0 || score > highest) {
            highest = score;
            best = std::move(pass);
            best_walk = walk;
        }
    }
    for (size_t i = seen.size(); best_walk > 0.0 && i-- > 1;) {
        const double predicted = best.variance[i - 1] + best_walk;
        const double weight = best.variance[i - 1] / predicted;
        best.mean[i - 1] += weight * (best.mean[i] - best.mean[i - 1]);
    }
    return { best.mean.begin(), best.mean.end() };
}

} // namespace djescc
} // namespace gr
