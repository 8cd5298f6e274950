/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes and checks feedback as PMT dictionaries.

#include "blocks/feedback_message.h"

#include "blocks/frame_info.h"
#include <algorithm>

namespace gr {
namespace djescc {

namespace {

//! Symbols have power 1; with noise of the lowest SNR of the way back it is 1e10.
constexpr float most_power = 1e12F;

const pmt::pmt_t& id_key()
{
    static const pmt::pmt_t key = pmt::intern("id");
    return key;
}

const pmt::pmt_t& part_key()
{
    static const pmt::pmt_t key = pmt::intern("part");
    return key;
}

const pmt::pmt_t& symbols_key()
{
    static const pmt::pmt_t key = pmt::intern("symbols");
    return key;
}

} // namespace

const pmt::pmt_t& feedback_port()
{
    static const pmt::pmt_t port = pmt::mp("feedback");
    return port;
}

pmt::pmt_t feedback_message::to_pmt() const
{
    auto message = pmt::make_dict();
    message = pmt::dict_add(message, id_key(), pmt::from_long(static_cast<long>(id)));
    message = pmt::dict_add(message, part_key(), pmt::from_long(static_cast<long>(part)));
    return pmt::dict_add(
        message, symbols_key(), pmt::init_c32vector(symbols.size(), symbols));
}

std::optional<feedback_message> feedback_message::from_pmt(const pmt::pmt_t& message)
{
    if (!pmt::is_dict(message)) {
        return std::nullopt;
    }
    const auto entry = [&](const pmt::pmt_t& key) {
        return pmt::dict_ref(message, key, pmt::PMT_NIL);
    };
    const auto id = integer_from_pmt(entry(id_key()));
    const auto part = integer_from_pmt(entry(part_key()));
    const auto symbols = entry(symbols_key());
    if (!id || *id < 0 || !part || *part < 0 || !pmt::is_c32vector(symbols)) {
        return std::nullopt;
    }
    size_t count = 0;
    const gr_complex* const first = pmt::c32vector_elements(symbols, count);
    const bool received = count > 0 && std::all_of(first, first + count, [](auto symbol) {
                              return std::norm(symbol) <= most_power; // of NaN, false
                          });
    if (!received) {
        return std::nullopt;
    }
    return feedback_message{ *id, *part, { first, first + count } };
}

} // namespace djescc
} // namespace gr
