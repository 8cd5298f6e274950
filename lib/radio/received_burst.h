/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "radio/burst_header.h"
#include <cstdint>
#include <gnuradio/gr_complex.h>
#include <vector>

namespace gr {
namespace djescc {

//! A burst as it was received.
struct received_burst {
    burst_header header;
    /*! LMMSE estimates of the payload symbols as they were sent (scrambling undone), and
     *  the weight snr / (1 + snr) of each; both 0 where the burst was cut short. */
    std::vector<gr_complex> symbols;
    std::vector<float> reliability;
    //! Es/N0 of the white noise that does the same mean square error as this channel.
    double snr_db = 0.0;
    double carrier_offset = 0.0; //!< in carrier spacings
    double clock_offset = 0.0;   //!< of the transmitter over the receiver, a ratio
    double power = 0.0;          //!< mean |sample|^2 on the occupied carriers
    int64_t sample = 0;          //!< of the stream, at which the long training begins
    bool cut_short = false;      //!< symbols are missing at the end
};

} // namespace djescc
} // namespace gr
