/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block that adds white Gaussian noise of a given Es/N0 to symbols. */
#pragma once

#include <cstdint>
#include <gnuradio/djescc/api.h>
#include <gnuradio/sync_block.h>
#include <memory>

namespace gr {
namespace djescc {

/*!
 * \brief Complex white Gaussian noise for symbols of average power 1.
 *
 * Adds CN(0, 10^(-SNR/10)), that is 10^(-SNR/10) / 2 of power in each real dimension. SNR
 * is Es/N0, the average power of a complex symbol over the total noise power of a complex
 * sample. Tags pass unchanged. The n-th item's noise depends only on the seed, the SNR
 * and n, not on how the scheduler cuts the stream.
 *
 * Message port `snr` (input): a new SNR in dB as a number or a pair (anything . number).
 *
 * \ingroup djescc
 */
class DJESCC_API awgn_channel : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<awgn_channel>;

    /*!
     * \param snr_db  Es/N0 in dB; +infinity means no noise
     * \param seed  of the noise; one seed, one noise
     * \throws djescc::ConfigError for a NaN or less than -100 dB
     */
    static sptr make(double snr_db, uint64_t seed = 0);

    //! Change the SNR while the flowgraph runs.
    //! \throws djescc::ConfigError as make()
    virtual void set_snr_db(double snr_db) = 0;

    //! The SNR in dB.
    virtual double snr_db() const = 0;
};

} // namespace djescc
} // namespace gr
