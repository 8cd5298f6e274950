/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The numbers of a burst's OFDM that transmitter and receiver share. */
#pragma once

#include <gnuradio/djescc/api.h>

namespace gr {
namespace djescc {

/*!
 * \brief The parameters of a burst that both ends must agree on (docs/burst-format.md).
 *
 * Samples are at critical rate, one OFDM symbol being prefix + carriers samples. More
 * carriers with the same data and pilot carriers are the same signal oversampled: 128
 * carriers, prefix 32, 48 data carriers occupy half as much of the sample rate as 64.
 *
 * Two bounds keep a receiver's memory and time in check: the prefix is at most 512 max(1,
 * floor(carriers / (data_carriers + pilot_carriers + 2))), and 65535 symbols are at most
 * 2^24 samples.
 */
struct burst_format {
    int carriers = 64;      //!< length of the FFT: a power of two, 32 to 4096
    int prefix = 16;        //!< samples of cyclic prefix, 4 to carriers / 2
    int data_carriers = 48; //!< even, at least 8
    int pilot_carriers = 4; //!< even, at least 2; with the data at most carriers - 2
    //! Most payload symbols (complex values) in a burst, 1 to 65535.
    int symbols_per_burst = 4096;

    //! \throws djescc::ConfigError that names the parameter at fault
    void DJESCC_API validate() const;
};

} // namespace djescc
} // namespace gr
