/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Timing and carrier offset of a burst from its preamble. */
#pragma once

#include "radio/burst/burst_layout.h"
#include <cstddef>
#include <cstdint>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

//! Timing and carrier offset of a burst that a detector found, from the whole preamble.
class burst_synchronizer
{
public:
    struct result {
        /*! Sample, relative to the expected one, at which the long training is taken to
         *  begin: a quarter prefix before the first path, so that a delay of fractions of
         *  a sample has its skirts on both sides. */
        int64_t shift;
        double offset; //!< radians a sample
    };

    explicit burst_synchronizer(const burst_layout& layout);

    //! Samples that find() reads before and from the expected begin of the long training.
    size_t samples_before() const;
    size_t samples_after() const;

    /*! \param long_start  at the expected begin of the long training
     *  \param offset  the detector's, in radians a sample */
    result find(const gr_complex* long_start, double offset);

private:
    double refine_offset(const gr_complex* long_start, double offset) const;
    void correlate(const gr_complex* long_start, double offset);
    int64_t first_path() const;

    const burst_layout& d_layout;
    const size_t d_search; //!< samples either way in which the burst is sought
    std::vector<gr_complex> d_turned;
    std::vector<float> d_power; //!< of the correlation at each lag, from -d_search
};

} // namespace djescc
} // namespace gr
