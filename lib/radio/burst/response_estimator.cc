/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Sparse Bayesian learning of the taps' powers. */

#include "radio/burst/response_estimator.h"

#include "radio/dsp/complex_product.h"
#include "radio/dsp/hermitian.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace djescc {

namespace {

using complex = std::complex<double>;

constexpr int fresh_iterations = 4;
constexpr int later_iterations = 3;

//! The strongest path's delay is sought on a grid of this fraction of a tap's spacing.
constexpr int fractions = 8;

//! Taps fall to this fraction of the strongest one's power at least, so that they can
//! come back.
constexpr double least_power = 1e-9;

/*! Samples between taps: 1 unless most of the FFT is empty, because delays that lie
 *  closer than the occupied bandwidth's inverse cannot be told apart. */
size_t tap_spacing(const burst_layout& layout)
{
    return std::max<size_t>(1, layout.carriers() / (layout.occupied() + 2));
}

} // namespace

response_estimator::response_estimator(const burst_layout& layout)
    : d_layout(layout)
    , d_carriers(layout.carriers())
    , d_spacing(tap_spacing(layout))
    , d_taps((layout.prefix() + d_spacing - 1) / d_spacing)
    , d_turns(d_carriers)
    , d_powers(d_taps)
    , d_gram(d_taps * d_taps)
    , d_correlation(d_taps)
    , d_mean(d_taps)
{
    for (size_t i = 0; i < d_carriers; i++) {
        d_turns[i] = std::polar(
            1.0, 2.0 * M_PI * static_cast<double>(i) / static_cast<double>(d_carriers));
    }
    for (size_t row = 0; row < d_taps; row++) {
        for (size_t column = 0; column < d_taps; column++) {
            complex sum = 0.0;
            for (const size_t bin : layout.fft_bins()) {
                const size_t delay = (d_carriers + row - column) * d_spacing;
                sum += complex(d_turns[bin * delay % d_carriers]);
            }
            d_gram[row * d_taps + column] = sum;
        }
    }
}

void response_estimator::reset() { d_fresh = true; }

void response_estimator::estimate(const gr_complex* values,
                                  double noise,
                                  gr_complex* smooth)
{
    if (d_fresh) {
        align(values);
    }
    correlate(values);
    learn(noise);
    for (size_t i = 0; i < d_layout.occupied(); i++) {
        complex sum = 0.0;
        const size_t bin = d_layout.fft_bins()[i];
        for (size_t tap = 0; tap < d_taps; tap++) {
            const auto turn = d_turns[bin * tap * d_spacing % d_carriers];
            sum += product(d_mean[tap], complex(turn.real(), -turn.imag()));
        }
        const double angle = -2.0 * M_PI * d_layout.carrier_numbers()[i] * d_fraction /
                             static_cast<double>(d_carriers);
        smooth[i] = gr_complex(product(sum, std::polar(1.0, angle)));
    }
}

void response_estimator::align(const gr_complex* values)
{
    const auto response_at = [&](double delay) {
        const double angle = 2.0 * M_PI * delay / static_cast<double>(d_carriers);
        const complex step = std::polar(1.0, angle);
        complex turn = std::polar(1.0, angle * d_layout.carrier_numbers().front());
        complex sum = 0.0;
        for (size_t i = 0; i < d_layout.occupied(); i++) {
            sum += product(complex(values[i]), turn);
            turn = product(turn, step);
            if (d_layout.carrier_numbers()[i] == -1) {
                turn = product(turn, step);
            }
        }
        return std::norm(sum);
    };
    const auto spacing = static_cast<double>(d_spacing);
    double strongest = 0.0, highest = -1.0;
    for (size_t tap = 0; tap < d_taps; tap++) {
        const double power = response_at(static_cast<double>(tap) * spacing);
        if (power > highest) {
            highest = power;
            strongest = static_cast<double>(tap);
        }
    }
    double fraction = 0.0;
    for (int i = -fractions / 2; i <= fractions / 2; i++) {
        const double candidate = static_cast<double>(i) / fractions;
        const double power = response_at((strongest + candidate) * spacing);
        if (power > highest) {
            highest = power;
            fraction = candidate;
        }
    }
    d_fraction = fraction * spacing;
}

void response_estimator::correlate(const gr_complex* values)
{
    std::fill(d_correlation.begin(), d_correlation.end(), complex(0.0));
    for (size_t i = 0; i < d_layout.occupied(); i++) {
        const double angle = 2.0 * M_PI * d_layout.carrier_numbers()[i] * d_fraction /
                             static_cast<double>(d_carriers);
        const complex value = product(complex(values[i]), std::polar(1.0, angle));
        const size_t bin = d_layout.fft_bins()[i];
        for (size_t tap = 0; tap < d_taps; tap++) {
            d_correlation[tap] +=
                product(value, complex(d_turns[bin * tap * d_spacing % d_carriers]));
        }
    }
}

void response_estimator::learn(double noise)
{
    int iterations = later_iterations;
    if (d_fresh) {
        // The powers that the values show, and their noise.
        const auto occupied = static_cast<double>(d_layout.occupied());
        for (size_t tap = 0; tap < d_taps; tap++) {
            d_powers[tap] =
                std::norm(d_correlation[tap]) / (occupied * occupied) + noise / occupied;
        }
        iterations = fresh_iterations;
        d_fresh = false;
    }
    for (int i = 0; i < iterations; i++) {
        iterate(noise);
    }
}

void response_estimator::iterate(double noise)
{
    // With S = diag(sqrt(powers)) the taps' covariance is S (I + S G S / noise)^-1 S,
    // which stays well conditioned when powers vanish.
    const double strongest = *std::max_element(d_powers.begin(), d_powers.end());
    std::vector<double> scale(d_taps);
    for (size_t tap = 0; tap < d_taps; tap++) {
        scale[tap] = std::sqrt(std::max(d_powers[tap], least_power * strongest));
    }
    d_matrix.resize(d_taps * d_taps);
    for (size_t row = 0; row < d_taps; row++) {
        for (size_t column = 0; column < d_taps; column++) {
            d_matrix[row * d_taps + column] =
                d_gram[row * d_taps + column] * (scale[row] * scale[column] / noise);
        }
        d_matrix[row * d_taps + row] += 1.0;
    }
    invert_hermitian(d_matrix, d_taps);
    for (size_t row = 0; row < d_taps; row++) {
        complex sum = 0.0;
        for (size_t column = 0; column < d_taps; column++) {
            sum += product(d_matrix[row * d_taps + column],
                           d_correlation[column] * scale[column]);
        }
        d_mean[row] = sum * (scale[row] / noise);
        d_powers[row] = std::norm(d_mean[row]) +
                        scale[row] * scale[row] * d_matrix[row * d_taps + row].real();
    }
}

} // namespace djescc
} // namespace gr
