/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Phases that are linear in time and frequency, and how they are found. */
#pragma once

#include <array>
#include <cstddef>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

/*! A phase that is linear in time and in frequency, as carrier offset and sample-clock
 *  offset make it: a + b t + k (e + d t) at time t and carrier k. */
struct phase_model {
    double constant = 0.0;   //!< a, radians
    double offset = 0.0;     //!< b, radians a sample
    double slope = 0.0;      //!< e, radians a carrier spacing
    double slope_rate = 0.0; //!< d, radians a carrier spacing and sample

    phase_model& operator+=(const phase_model& other);
    double at(double time, double carrier) const
    {
        return constant + offset * time + carrier * (slope + slope_rate * time);
    }
};

/*! Turn the values of an OFDM symbol back by a model's phase.
 *  \param numbers  of the carriers
 *  \param time  of the symbol */
void turn_back(gr_complex* values,
               const std::vector<int>& numbers,
               const phase_model& model,
               double time);

/*! Weighted least squares for the small phases that are left on known cells.
 *
 *  A cell is a received value times the conjugate of what it should be, z; its phase is
 *  taken to be Im(z) / w with weight w = |what it should be|^2. */
class phase_fit
{
public:
    void add(double time, double carrier, double weight, double imaginary);

    //! The model that fits best; zero where the cells do not determine one.
    phase_model solve() const;

private:
    static constexpr size_t unknowns = 4;
    std::array<std::array<double, unknowns>, unknowns> d_normal{};
    std::array<double, unknowns> d_right{};
};

/*! The carrier offset that is left over known values which a rotation has turned.
 *  \param values  received times conjugate of what it should be
 *  \param times  of each
 *  \param reach  the offset is sought from -reach to reach, radians a unit of time
 *  \return where |sum of values exp(-j offset time)| is highest, to a small fraction of
 *          its main lobe */
double find_offset(const std::vector<gr_complex>& values,
                   const std::vector<double>& times,
                   double reach);

} // namespace djescc
} // namespace gr
