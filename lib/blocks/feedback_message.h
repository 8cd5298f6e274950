/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Messages that tell a transmitter what a receiver got of a part of an image. */
#pragma once

#include <cstdint>
#include <gnuradio/gr_complex.h>
#include <optional>
#include <pmt/pmt.h>
#include <vector>

namespace gr {
namespace djescc {

//! Name of the message port for feedback.
const pmt::pmt_t& feedback_port();

/*! A part as it was received. As a PMT a dictionary with `id` and `part` (integers) and
 *  `symbols` (c32vector). */
struct feedback_message {
    int64_t id = 0;
    int64_t part = 0;
    std::vector<gr_complex> symbols{};

    pmt::pmt_t to_pmt() const;

    //! Nothing for another PMT, for negative numbers, and for symbols that are none, not
    //! finite, or larger than 1e6, as nothing that was received is.
    static std::optional<feedback_message> from_pmt(const pmt::pmt_t& message);
};

} // namespace djescc
} // namespace gr
