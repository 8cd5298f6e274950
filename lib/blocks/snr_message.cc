/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads SNRs from messages and keeps the newest as a hint.

#include "blocks/snr_message.h"

#include "blocks/frame_info.h"
#include <cmath>
#include <djescc/error.h>

namespace gr {
namespace djescc {

const pmt::pmt_t& snr_port()
{
    static const pmt::pmt_t port = pmt::mp("snr");
    return port;
}

snr_message parse_snr_message(const pmt::pmt_t& message)
{
    const bool pair = pmt::is_pair(message);
    const auto content = pair ? pmt::cdr(message) : message;
    if (!pair && (pmt::is_null(content) || pmt::is_false(content))) {
        return { snr_message::clear, 0.0 };
    }
    if (const auto number = number_from_pmt(content)) {
        return { snr_message::value, *number };
    }
    return {};
}

void snr_hint::set(double snr_db)
{
    if (!std::isfinite(snr_db)) {
        throw ::djescc::ConfigError("the SNR hint must be a finite number of dB");
    }
    std::lock_guard<std::mutex> lock(d_mutex);
    d_snr_db = snr_db;
}

void snr_hint::clear()
{
    std::lock_guard<std::mutex> lock(d_mutex);
    d_snr_db.reset();
}

std::optional<double> snr_hint::get() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_snr_db;
}

bool snr_hint::handle(const pmt::pmt_t& message)
{
    const auto parsed = parse_snr_message(message);
    switch (parsed.kind) {
    case snr_message::value:
        set(parsed.snr_db);
        return true;
    case snr_message::clear:
        clear();
        return true;
    default:
        return false;
    }
}

} // namespace djescc
} // namespace gr
