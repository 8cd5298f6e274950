/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Messages that tell an SNR, and the hint that they leave. */
#pragma once

#include <mutex>
#include <optional>
#include <pmt/pmt.h>

namespace gr {
namespace djescc {

//! Name of the message port for an SNR.
const pmt::pmt_t& snr_port();

//! What a message at port `snr` says.
struct snr_message {
    enum kind_type { value, clear, invalid };
    kind_type kind = invalid;
    double snr_db = 0.0; //!< finite, for kind `value`
};

//! A number or a pair (anything . number) is a value, nil and #f clear.
snr_message parse_snr_message(const pmt::pmt_t& message);

//! An SNR in dB that one thread may set and another read; at first there is none.
class snr_hint
{
public:
    //! \throws djescc::ConfigError where \p snr_db is not finite
    void set(double snr_db);
    void clear();
    std::optional<double> get() const;

    //! Set or clear as a message says.
    //! \return false for one that says neither
    bool handle(const pmt::pmt_t& message);

private:
    mutable std::mutex d_mutex;
    std::optional<double> d_snr_db;
};

} // namespace djescc
} // namespace gr
