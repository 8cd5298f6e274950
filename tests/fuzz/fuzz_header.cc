/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "radio/burst/burst_header.h"

#include <algorithm>
#include <boost/crc.hpp>
#include <cstdlib>

namespace {

using gr::djescc::burst_header;

//! A CRC that is right, since no fuzzer would guess one.
void repair(burst_header::bytes& packed)
{
    constexpr std::size_t offset = burst_header::size - 4;
    boost::crc_32_type crc;
    crc.process_bytes(packed.data(), offset);
    for (int i = 0; i < 4; i++) {
        packed[offset + i] = static_cast<uint8_t>(crc.checksum() >> 8 * (3 - i));
    }
}

} // namespace

/*! Any bytes are a header or none; one that is, is packed to the bytes that it came as,
 *  and its numbers keep what its docstrings promise. */
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    burst_header::bytes packed{};
    std::copy_n(data, std::min(size, packed.size()), packed.begin());
    for (const bool repaired : { false, true }) {
        if (repaired) {
            repair(packed);
        }
        const auto header = burst_header::unpack(packed);
        if (!header) {
            continue;
        }
        if (header->bursts == 0 || header->burst >= header->bursts ||
            header->image_symbols < header->bursts || header->symbols == 0 ||
            header->shape.numel() < 1) {
            std::abort();
        }
        const auto again = burst_header::unpack(header->pack());
        if (!again || again->pack() != header->pack() ||
            again->counter != header->counter || again->tag != header->tag) {
            std::abort();
        }
    }
    return 0;
}
