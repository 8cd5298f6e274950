/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Fuzz target of the reader of burst headers.

#include "radio/burst/burst_header.h"

#include <algorithm>
#include <boost/crc.hpp>
#include <cstdlib>
#include <vector>

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

//! What a header's docstrings promise.
bool keeps_promises(const burst_header& header)
{
    const auto& facts = header.facts;
    return header.bursts > 0 && header.burst < header.bursts &&
           header.image_symbols >= header.bursts && header.symbols > 0 &&
           facts.shape.numel() >= 1 && facts.part >= 0 && facts.part < facts.parts &&
           facts.parts <= djescc::max_parts &&
           (!header.extended || header.side_size > 0) &&
           header.extension_size() <= burst_header::max_extension_size &&
           facts.side.empty();
}

//! Any bytes are the header's extension or none; one that is comes as it is packed.
void try_extension(burst_header header, const uint8_t* data, std::size_t size)
{
    std::vector<uint8_t> packed(header.extension_size());
    std::copy_n(data, std::min(size, packed.size()), packed.begin());
    if (header.unpack_extension(packed) && header.pack_extension() != packed) {
        std::abort();
    }
    header.facts.side.assign(packed.begin(), packed.begin() + header.side_size);
    auto again = header;
    again.facts.side.clear();
    if (!again.unpack_extension(header.pack_extension()) ||
        again.facts.side != header.facts.side ||
        again.tagged_bytes() != header.tagged_bytes()) {
        std::abort();
    }
}

} // namespace

/*! Any bytes are a header or none; one that is, is packed to the bytes that it came as,
 *  and its numbers keep what its docstrings promise. What is left of the bytes is its
 *  extension. */
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    burst_header::bytes packed{};
    const std::size_t used = std::min(size, packed.size());
    std::copy_n(data, used, packed.begin());
    for (const bool repaired : { false, true }) {
        if (repaired) {
            repair(packed);
        }
        const auto header = burst_header::unpack(packed);
        if (!header) {
            continue;
        }
        const auto again = burst_header::unpack(header->pack());
        if (!keeps_promises(*header) || !again || again->pack() != header->pack() ||
            again->counter != header->counter || again->tag != header->tag) {
            std::abort();
        }
        if (header->extended) {
            try_extension(*header, data + used, size - used);
        }
    }
    return 0;
}
