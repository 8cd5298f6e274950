/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A burst as it was received, and what a receiver counts. */
#pragma once

#include "radio/burst/burst_header.h"
#include <atomic>
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

//! What a receiver counts; written by its thread, read by any.
struct receiver_counters {
    using counter = std::atomic<uint64_t>;

    counter detected{ 0 };          //!< preambles, false ones among them
    counter header_failures{ 0 };   //!< no good header behind one
    counter foreign{ 0 };           //!< another model's header
    counter refused{ 0 };           //!< not authentic, replayed, stale, or no key for it
    counter bursts{ 0 };            //!< good ones
    counter cut_short{ 0 };         //!< of which symbols are missing at the end
    counter late{ 0 };              //!< their image had gone out
    counter duplicate{ 0 };         //!< were there already
    counter lost{ 0 };              //!< missing of images that went out
    counter erased_symbols{ 0 };    //!< missing of images that went out
    counter images_begun{ 0 };      //!< of which a burst was received
    counter images{ 0 };            //!< that went out
    counter incomplete_images{ 0 }; //!< with symbols missing
    counter side_lost{ 0 };         //!< images whose side bytes did not arrive
};

} // namespace djescc
} // namespace gr
