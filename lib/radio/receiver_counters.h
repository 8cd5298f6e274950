/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <atomic>
#include <cstdint>

namespace gr {
namespace djescc {

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
};

} // namespace djescc
} // namespace gr
