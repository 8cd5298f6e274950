/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Taps as Gaussian processes with Clarke's correlation. */

#include "radio/burst/fading_estimator.h"

#include "radio/dsp/complex_product.h"
#include "radio/dsp/hermitian.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace djescc {

namespace {

//! Rows that are taken together: the channel stands still over a few OFDM symbols.
constexpr size_t block_rows = 4;

//! Doppler frequencies that are tried, in cycles over the whole burst.
constexpr double burst_cycles[] = { 0.05, 0.2, 0.8, 2.4 };

//! Taps at most, which bounds the work, and their least power beside the strongest.
constexpr size_t most_fading_taps = 8;
constexpr double least_fading_power = 1e-3;

constexpr int power_iterations = 3;

//! Added to the knots' covariance, which is all but singular.
constexpr double knot_jitter = 1e-7;

//! Values at which a process of so many cycles is held; others follow from them.
size_t knots_for(double cycles)
{
    return 4 + static_cast<size_t>(std::ceil(3.0 * cycles));
}

double clarke(double doppler, double time)
{
    return std::cyl_bessel_j(0.0, 2.0 * M_PI * doppler * std::abs(time));
}

} // namespace

fading_estimator::fading_estimator(const burst_layout& layout) : d_layout(layout) {}

std::vector<gr_complex> fading_estimator::estimate(const burst_cells& cells,
                                                   size_t symbols,
                                                   const std::vector<double>& noise,
                                                   const std::vector<double>& delays,
                                                   const std::vector<double>& powers)
{
    choose_taps(delays, powers, noise);
    gather(cells, symbols, noise);
    const size_t known = cells.known_rows();
    const double length = cells.time(known + symbols);
    solution best;
    for (const double cycles : burst_cycles) {
        auto found = solve(cycles / length, length, cycles);
        if (best.knots.empty() || found.likelihood > best.likelihood) {
            best = std::move(found);
        }
    }
    const size_t occupied = d_layout.occupied();
    const size_t knots = best.knots.size();
    std::vector<gr_complex> response(symbols * occupied);
    for (size_t symbol = 0; symbol < symbols; symbol++) {
        const auto basis = basis_at(best, cells.time(known + symbol));
        std::vector<complex> taps(d_taps);
        for (size_t tap = 0; tap < d_taps; tap++) {
            for (size_t knot = 0; knot < knots; knot++) {
                taps[tap] += best.weights[tap * knots + knot] * basis[knot];
            }
        }
        for (size_t i = 0; i < occupied; i++) {
            complex sum = 0.0;
            for (size_t tap = 0; tap < d_taps; tap++) {
                sum += product(d_turns[i * d_taps + tap], taps[tap]);
            }
            response[symbol * occupied + i] = gr_complex(sum);
        }
    }
    return response;
}

void fading_estimator::choose_taps(const std::vector<double>& delays,
                                   const std::vector<double>& powers,
                                   const std::vector<double>& noise)
{
    std::vector<size_t> order(delays.size());
    std::iota(order.begin(), order.end(), size_t{ 0 });
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return powers[a] > powers[b];
    });
    d_taps = std::min(most_fading_taps, order.size());
    const double floor = least_fading_power * powers[order[0]];
    d_powers.clear();
    d_turns.resize(d_layout.occupied() * d_taps);
    for (size_t tap = 0; tap < d_taps; tap++) {
        d_powers.push_back(std::max(powers[order[tap]], floor));
        for (size_t i = 0; i < d_layout.occupied(); i++) {
            d_turns[i * d_taps + tap] = std::polar(
                1.0,
                -2.0 * M_PI * d_layout.carrier_numbers()[i] * delays[order[tap]] /
                    static_cast<double>(d_layout.carriers()));
        }
    }
    d_full_gram = gram(noise, true);
    d_pilot_gram = gram(noise, false);
}

//! Products of the taps' responses on the known carriers, over the noise.
std::vector<fading_estimator::complex>
fading_estimator::gram(const std::vector<double>& noise, bool full) const
{
    std::vector<complex> found(d_taps * d_taps);
    const size_t carriers = full ? d_layout.occupied() : d_layout.pilots().size();
    for (size_t n = 0; n < carriers; n++) {
        const size_t i = full ? n : d_layout.pilots()[n];
        const complex* turns = d_turns.data() + i * d_taps;
        for (size_t row = 0; row < d_taps; row++) {
            for (size_t column = 0; column < d_taps; column++) {
                found[row * d_taps + column] +=
                    product(std::conj(turns[row]), turns[column]) / noise[i];
            }
        }
    }
    return found;
}

void fading_estimator::gather(const burst_cells& cells,
                              size_t symbols,
                              const std::vector<double>& noise)
{
    d_blocks.clear();
    const size_t known = cells.known_rows();
    const size_t end = known + symbols;
    for (size_t first = 0; first < end;) {
        // Neither the long training nor the header shares a block with what follows.
        const bool is_long = first < burst_cells::long_rows;
        const bool full = first < known;
        const size_t border = is_long ? burst_cells::long_rows : full ? known : end;
        const size_t last = std::min(border, first + block_rows);
        block next{ 0.0, static_cast<double>(last - first), full, {} };
        next.taps.resize(d_taps);
        for (size_t row = first; row < last; row++) {
            next.time += cells.time(row) / next.rows;
        }
        const size_t carriers = full ? d_layout.occupied() : d_layout.pilots().size();
        for (size_t n = 0; n < carriers; n++) {
            const size_t i = full ? n : d_layout.pilots()[n];
            complex sum = 0.0;
            for (size_t row = first; row < last; row++) {
                sum += complex(
                    full ? conjugate_product(cells.known(row)[i], cells.row(row)[i])
                         : cells.pilot(row, n));
            }
            for (size_t tap = 0; tap < d_taps; tap++) {
                next.taps[tap] +=
                    product(std::conj(d_turns[i * d_taps + tap]), sum) / noise[i];
            }
        }
        d_blocks.push_back(std::move(next));
        first = last;
    }
}

fading_estimator::solution
fading_estimator::solve(double doppler, double length, double cycles) const
{
    solution found;
    found.doppler = doppler;
    found.powers = d_powers;
    const size_t knots = knots_for(cycles);
    for (size_t i = 0; i < knots; i++) {
        // Chebyshev's points, which are densest at the ends.
        const double angle =
            M_PI * (static_cast<double>(i) + 0.5) / static_cast<double>(knots);
        found.knots.push_back(length * 0.5 * (1.0 - std::cos(angle)));
    }
    found.root.resize(knots * knots);
    for (size_t row = 0; row < knots; row++) {
        for (size_t column = 0; column <= row; column++) {
            double sum = clarke(doppler, found.knots[row] - found.knots[column]) +
                         (row == column ? knot_jitter : 0.0);
            for (size_t i = 0; i < column; i++) {
                sum -= found.root[row * knots + i] * found.root[column * knots + i];
            }
            found.root[row * knots + column] =
                row == column ? std::sqrt(std::max(sum, knot_jitter))
                              : sum / found.root[column * knots + column];
        }
    }
    std::vector<std::vector<double>> basis;
    for (const auto& seen : d_blocks) {
        basis.push_back(basis_at(found, seen.time));
    }
    for (int i = 0; i < power_iterations; i++) {
        iterate(found, basis);
    }
    return found;
}

//! What each white weight adds to a tap at a time: root^-1 times the knots' covariance.
std::vector<double> fading_estimator::basis_at(const solution& found, double time)
{
    const size_t knots = found.knots.size();
    std::vector<double> basis(knots);
    for (size_t row = 0; row < knots; row++) {
        double sum = clarke(found.doppler, time - found.knots[row]);
        for (size_t i = 0; i < row; i++) {
            sum -= found.root[row * knots + i] * basis[i];
        }
        basis[row] = sum / found.root[row * knots + row];
    }
    return basis;
}

//! The weights' means for the taps' powers, and from them better powers.
void fading_estimator::iterate(solution& found,
                               const std::vector<std::vector<double>>& basis) const
{
    const size_t knots = found.knots.size();
    const size_t unknowns = d_taps * knots;
    std::vector<double> full(knots * knots), pilots(knots * knots);
    std::vector<complex> right(unknowns);
    for (size_t i = 0; i < d_blocks.size(); i++) {
        const auto& seen = d_blocks[i];
        auto& time_gram = seen.full ? full : pilots;
        for (size_t row = 0; row < knots; row++) {
            for (size_t column = 0; column < knots; column++) {
                time_gram[row * knots + column] +=
                    seen.rows * basis[i][row] * basis[i][column];
            }
            for (size_t tap = 0; tap < d_taps; tap++) {
                right[tap * knots + row] += seen.taps[tap] * basis[i][row];
            }
        }
    }
    std::vector<double> scale(d_taps);
    for (size_t tap = 0; tap < d_taps; tap++) {
        scale[tap] = std::sqrt(found.powers[tap]);
    }
    std::vector<complex> matrix(unknowns * unknowns);
    for (size_t row = 0; row < unknowns; row++) {
        const size_t tap = row / knots, knot = row % knots;
        for (size_t column = 0; column < unknowns; column++) {
            const size_t taps = tap * d_taps + column / knots;
            const size_t times = knot * knots + column % knots;
            matrix[row * unknowns + column] =
                (d_full_gram[taps] * full[times] + d_pilot_gram[taps] * pilots[times]) *
                (scale[tap] * scale[column / knots]);
        }
        matrix[row * unknowns + row] += 1.0;
        right[row] *= scale[tap];
    }
    found.likelihood = -invert_hermitian(matrix, unknowns);
    found.weights.assign(unknowns, 0.0);
    for (size_t row = 0; row < unknowns; row++) {
        complex sum = 0.0;
        for (size_t column = 0; column < unknowns; column++) {
            sum += product(matrix[row * unknowns + column], right[column]);
        }
        found.likelihood += std::real(std::conj(right[row]) * sum);
        found.weights[row] = sum * scale[row / knots];
    }
    for (size_t tap = 0; tap < d_taps; tap++) {
        double power = 0.0;
        for (size_t knot = 0; knot < knots; knot++) {
            const size_t row = tap * knots + knot;
            power += std::norm(found.weights[row]) +
                     found.powers[tap] * matrix[row * unknowns + row].real();
        }
        found.powers[tap] = power / static_cast<double>(knots);
    }
}

} // namespace djescc
} // namespace gr
