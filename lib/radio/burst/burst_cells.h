/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a burst's OFDM symbols have on their carriers, and what they should have. */
#pragma once

#include "radio/burst/burst_layout.h"
#include "radio/burst/ofdm.h"
#include "radio/burst/phase_model.h"
#include <cstddef>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

/*! What a burst's OFDM symbols have on their carriers: a row each of the long training's
 *  repetitions, the header's symbols, its extension's and the payload's; and what the
 *  rows up to the header's end should have. Times are in samples from the long training's
 *  begin. */
class burst_cells
{
public:
    static constexpr size_t long_rows = burst_layout::long_repetitions;

    explicit burst_cells(const burst_layout& layout);

    //! A new burst, whose carrier offset is this, in radians a sample, as far as is
    //! known.
    void begin(double offset);

    /*! Demodulate some rows and take out the phase that is known by now.
     *  \param long_start  where the long training begins
     *  \param first, count  rows; all before them have been read */
    void read(const gr_complex* long_start, size_t first, size_t count);

    //! Take a phase out of the first \p count rows, and out of all that are read later.
    void turn_back(size_t count, const phase_model& model);

    //! The phase that was taken out so far.
    const phase_model& phase() const { return d_phase; }

    /*! What the header's data carriers should have, now that it is known.
     *  \param values  one for each, in the order in which they were sent */
    void set_header(const std::vector<gr_complex>& values);

    //! Rows of which all is known in the end: long training and header.
    size_t known_rows() const { return long_rows + d_layout.header_symbols(); }
    //! Samples from the long training's begin to the body of a row's OFDM symbol.
    double time(size_t row) const;

    //! One value for each occupied carrier.
    const gr_complex* row(size_t row) const
    {
        return d_received.data() + row * d_layout.occupied();
    }
    //! What one of the known rows should have: of the header's only after set_header().
    const gr_complex* known(size_t row) const
    {
        return d_known.data() + row * d_layout.occupied();
    }
    //! What arrived on a pilot behind the long training, its sign undone.
    gr_complex pilot(size_t row, size_t pilot) const
    {
        return this->row(row)[d_layout.pilots()[pilot]] *
               burst_layout::pilot_value(row - long_rows, pilot);
    }

private:
    const burst_layout& d_layout;
    ofdm_demodulator d_ofdm;
    phase_model d_phase;
    std::vector<gr_complex> d_received, d_known;
};

} // namespace djescc
} // namespace gr
