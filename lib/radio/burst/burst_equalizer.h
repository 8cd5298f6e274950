/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Estimates of a payload's symbols and how far each can be relied on. */
#pragma once

#include "radio/burst/burst_cells.h"
#include "radio/burst/burst_layout.h"
#include "radio/burst/reception.h"
#include <cstddef>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

/*! LMMSE estimates of a payload's symbols, and how far each can be relied on, from the
 *  response on each carrier and the noise that the known symbols show. */
class burst_equalizer
{
public:
    explicit burst_equalizer(const burst_layout& layout);

    /*! The noise on each carrier, from what trainings and header differ by from what they
     *  should be.
     *  \param response  one value for each occupied carrier
     *  \param taps  unknowns that were fitted to the cells to get it */
    void estimate_noise(const burst_cells& cells,
                        const std::vector<gr_complex>& response,
                        size_t taps);

    //! Variance on each occupied carrier, of a symbol of power 1 through nothing.
    const std::vector<double>& noise() const { return d_noise; }

    /*! What a decoder needs of the extension: for every data carrier of the first OFDM
     *  symbols behind the header, conj(response) times the received value over the noise.
     *  \param symbols  OFDM symbols of the extension, all of which are there */
    std::vector<gr_complex> statistics(const burst_cells& cells,
                                       const std::vector<gr_complex>& response,
                                       size_t symbols) const;

    /*! Fills in symbols, reliabilities, snr_db and power.
     *  \param extension  OFDM symbols between header and payload
     *  \param symbols  the payload's OFDM symbols that are there
     *  \param burst  with as many symbols as were sent; the ones that did not come keep
     *                their values */
    void equalize(const burst_cells& cells,
                  const std::vector<gr_complex>& response,
                  size_t extension,
                  size_t symbols,
                  received_burst& burst) const;

private:
    std::vector<gr_complex> common_gain(const burst_cells& cells,
                                        const std::vector<gr_complex>& response,
                                        size_t symbols) const;

    const burst_layout& d_layout;
    std::vector<double> d_noise;
};

} // namespace djescc
} // namespace gr
