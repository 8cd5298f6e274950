/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A signal as a clock of another rate samples it. */
#pragma once

#include <cstddef>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

/*! Samples a signal with another clock: output n is the input at time n (1 + offset), 16
 *  samples late. A windowed sinc of 32 taps keeps frequencies up to 0.42 of the rate
 *  within -80 dB. */
class clock_drift
{
public:
    clock_drift();

    /*! \param offset  relative, small
     *  \param out  gets the samples appended */
    void process(const gr_complex* in,
                 size_t count,
                 double offset,
                 std::vector<gr_complex>& out);

private:
    std::vector<float> d_filters; //!< one after the other by fraction of a sample
    std::vector<gr_complex> d_history;
    double d_position = 0.0; //!< of the next output in d_history
};

} // namespace djescc
} // namespace gr
