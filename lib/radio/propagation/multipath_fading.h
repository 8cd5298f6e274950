/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Paths of several delays that stand still or fade. */
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <gnuradio/gr_complex.h>
#include <random>
#include <vector>

namespace gr {
namespace djescc {

/*! A tapped delay line whose taps stand still or fade. */
class multipath_fading
{
public:
    explicit multipath_fading(uint64_t seed);

    /*! Samples that follow those of the last call.
     *  \param taps  at delays of 0, 1, 2, ... samples
     *  \param doppler  cycles a sample; 0 for taps that stand still */
    void process(const gr_complex* in,
                 size_t count,
                 const std::vector<std::complex<float>>& taps,
                 double doppler,
                 gr_complex* out);

private:
    //! A Rayleigh process is a sum of tones from evenly spread directions of arrival.
    struct wave {
        double cosine; //!< of the direction, which scales the Doppler frequency
        double phase;  //!< radians, now
    };
    void resize(size_t taps);
    std::complex<float> fade(size_t tap) const;

    std::mt19937_64 d_random;
    std::vector<gr_complex> d_history;
    std::vector<std::vector<wave>> d_waves;
    std::vector<gr_complex> d_taps;
};

} // namespace djescc
} // namespace gr
