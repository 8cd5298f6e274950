/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Header and payload of one burst from its samples. */
#pragma once

#include "radio/burst/burst_cells.h"
#include "radio/burst/burst_equalizer.h"
#include "radio/burst/burst_header.h"
#include "radio/burst/burst_layout.h"
#include "radio/burst/burst_synchronizer.h"
#include "radio/burst/header_code.h"
#include "radio/burst/reception.h"
#include "radio/burst/response_estimator.h"
#include <cstddef>
#include <cstdint>
#include <gnuradio/gr_complex.h>
#include <optional>
#include <vector>

namespace gr {
namespace djescc {

/*! Header and payload of one burst from its samples, everything estimated from known
 *  symbols: the long training, the header once its CRC is right, and the pilots. */
class burst_demodulator
{
public:
    explicit burst_demodulator(const burst_layout& layout);

    /*! Samples needed around the expected begin of the long training: for the header with
     *  an extension of so many bytes, and for a whole burst of so many symbols. */
    size_t samples_before() const;
    size_t header_samples(size_t extension_bytes = 0) const;
    size_t burst_samples(size_t symbols, size_t extension_bytes) const;

    /*! Synchronise and read the header.
     *  \param long_start  at the expected begin of the long training
     *  \param offset  roughly, in radians a sample
     *  \return nothing where there is no good header */
    std::optional<burst_header> read_header(const gr_complex* long_start, double offset);

    /*! Read the extension of the header that was just read and that has one.
     *  \param long_start  as for read_header()
     *  \return the header with its side bytes, nothing where they are damaged */
    std::optional<burst_header> read_extension(const gr_complex* long_start);

    //! Where the long training begins relative to the expected sample, after
    //! read_header().
    int64_t shift() const { return d_shift; }

    /*! The payload of the burst whose header, and extension where it has one, was just
     *  read.
     *  \param long_start  as for read_header()
     *  \param available  samples from there on that belong to the burst */
    received_burst read_payload(const gr_complex* long_start, size_t available);

private:
    void estimate_response(size_t rows);
    void follow_header_pilots();
    size_t extension_symbols() const;
    void fit_known_symbols();
    void fit_phase(size_t symbols);
    size_t find_lock(size_t symbols) const;

    const burst_layout& d_layout;
    burst_synchronizer d_synchronizer;
    response_estimator d_estimator;
    header_code d_code;
    std::optional<header_code> d_extension_code; //!< of the last length that was met
    burst_cells d_cells;
    burst_equalizer d_equalizer;

    burst_header d_header;
    int64_t d_shift = 0;
    std::vector<gr_complex> d_response, d_least_squares;
    double d_mean_noise = 0.0;
};

} // namespace djescc
} // namespace gr
