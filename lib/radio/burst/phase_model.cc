/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Least squares for phases, and a search for a carrier offset. */

#include "radio/burst/phase_model.h"

#include "radio/dsp/complex_product.h"
#include "radio/dsp/hermitian.h"
#include <algorithm>
#include <cmath>
#include <complex>

namespace gr {
namespace djescc {

namespace {

// Units in which the unknowns of the fit are of similar size.
constexpr double time_unit = 1000.0;
constexpr double carrier_unit = 16.0;

//! Evaluations in a main lobe of the offset's likelihood, from null to null.
constexpr double steps_per_lobe = 8.0;

double likelihood(const std::vector<gr_complex>& values,
                  const std::vector<double>& times,
                  double offset)
{
    std::complex<double> sum = 0.0;
    for (size_t i = 0; i < values.size(); i++) {
        sum +=
            product(std::complex<double>(values[i]), std::polar(1.0, -offset * times[i]));
    }
    return std::norm(sum);
}

} // namespace

phase_model& phase_model::operator+=(const phase_model& other)
{
    constant += other.constant;
    offset += other.offset;
    slope += other.slope;
    slope_rate += other.slope_rate;
    return *this;
}

void turn_back(gr_complex* values,
               const std::vector<int>& numbers,
               const phase_model& model,
               double time)
{
    const double per_carrier = model.slope + model.slope_rate * time;
    const std::complex<double> step = std::polar(1.0, -per_carrier);
    std::complex<double> turn = std::polar(1.0, -model.at(time, numbers.front()));
    for (size_t i = 0; i < numbers.size(); i++) {
        const gr_complex value = values[i];
        const auto real = static_cast<float>(turn.real());
        const auto imag = static_cast<float>(turn.imag());
        values[i] = { value.real() * real - value.imag() * imag,
                      value.real() * imag + value.imag() * real };
        turn = product(turn, step);
        if (numbers[i] == -1) {
            turn = product(turn, step); // there is no carrier at zero
        }
    }
}

void phase_fit::add(double time, double carrier, double weight, double imaginary)
{
    const double t = time / time_unit, k = carrier / carrier_unit;
    const std::array<double, unknowns> basis{ 1.0, t, k, k * t };
    for (size_t row = 0; row < unknowns; row++) {
        for (size_t column = 0; column < unknowns; column++) {
            d_normal[row][column] += weight * basis[row] * basis[column];
        }
        d_right[row] += imaginary * basis[row];
    }
}

phase_model phase_fit::solve() const
{
    constexpr double least_condition = 1e-9;
    std::vector<std::complex<double>> matrix(unknowns * unknowns);
    double trace = 0.0;
    for (size_t i = 0; i < unknowns; i++) {
        trace += d_normal[i][i];
    }
    if (!(trace > 0.0) || !std::isfinite(trace)) {
        return {};
    }
    for (size_t row = 0; row < unknowns; row++) {
        for (size_t column = 0; column < unknowns; column++) {
            matrix[row * unknowns + column] = d_normal[row][column];
        }
        matrix[row * unknowns + row] += least_condition * trace;
    }
    invert_hermitian(matrix, unknowns);
    std::array<double, unknowns> solution{};
    for (size_t row = 0; row < unknowns; row++) {
        for (size_t column = 0; column < unknowns; column++) {
            solution[row] += matrix[row * unknowns + column].real() * d_right[column];
        }
    }
    return { solution[0],
             solution[1] / time_unit,
             solution[2] / carrier_unit,
             solution[3] / (carrier_unit * time_unit) };
}

double find_offset(const std::vector<gr_complex>& values,
                   const std::vector<double>& times,
                   double reach)
{
    const auto [first, last] = std::minmax_element(times.begin(), times.end());
    const double step = 4.0 * M_PI / (*last - *first) / steps_per_lobe;
    const auto steps = static_cast<int>(std::ceil(reach / step));
    double best = 0.0, highest = likelihood(values, times, 0.0);
    for (int i = -steps; i <= steps; i++) {
        const double value = likelihood(values, times, i * step);
        if (value > highest) {
            highest = value;
            best = i * step;
        }
    }
    // The lobe's top by the parabola through three points.
    const double left = likelihood(values, times, best - step);
    const double right = likelihood(values, times, best + step);
    const double curvature = left - 2.0 * highest + right;
    if (curvature < 0.0) {
        best += 0.5 * step * (left - right) / curvature;
    }
    return best;
}

} // namespace djescc
} // namespace gr
