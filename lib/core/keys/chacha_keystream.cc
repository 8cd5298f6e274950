/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Draws numbers and permutations from ChaCha20.

#include "keys/chacha_keystream.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace djescc {

namespace {
constexpr std::size_t chunk_blocks = 64;
} // namespace

ChaChaKeystream::ChaChaKeystream(SecretKey key)
    : d_key(std::move(key))
    , d_bytes(chunk_blocks * crypto::stream_block_size)
    , d_position(d_bytes.size())
{
}

void ChaChaKeystream::refill()
{
    crypto::keystream(d_bytes.data(), d_bytes.size(), d_next_block, d_key.data());
    d_next_block += chunk_blocks;
    d_position = 0;
}

uint32_t ChaChaKeystream::next()
{
    if (d_position == d_bytes.size()) {
        refill();
    }
    // Little-endian whatever the processor, for both ends must agree.
    const uint8_t* bytes = d_bytes.data() + d_position;
    d_position += sizeof(uint32_t);
    return static_cast<uint32_t>(bytes[0]) | static_cast<uint32_t>(bytes[1]) << 8 |
           static_cast<uint32_t>(bytes[2]) << 16 | static_cast<uint32_t>(bytes[3]) << 24;
}

void ChaChaKeystream::fill(uint8_t* bytes, std::size_t size)
{
    while (size > 0) {
        if (d_position == d_bytes.size()) {
            refill();
        }
        const std::size_t count = std::min(size, d_bytes.size() - d_position);
        std::copy_n(d_bytes.data() + d_position, count, bytes);
        bytes += count;
        size -= count;
        constexpr std::size_t word = sizeof(uint32_t);
        d_position += (count + word - 1) / word * word;
    }
}

uint32_t ChaChaKeystream::below(uint32_t bound)
{
    uint64_t product = static_cast<uint64_t>(next()) * bound;
    if (static_cast<uint32_t>(product) < bound) {
        const uint32_t surplus = -bound % bound; // 2^32 modulo bound
        while (static_cast<uint32_t>(product) < surplus) {
            product = static_cast<uint64_t>(next()) * bound;
        }
    }
    return static_cast<uint32_t>(product >> 32);
}

std::vector<uint32_t> random_order(ChaChaKeystream& keystream, std::size_t count)
{
    std::vector<uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    for (std::size_t left = count; left > 1; left--) {
        std::swap(order[left - 1], order[keystream.below(static_cast<uint32_t>(left))]);
    }
    return order;
}

} // namespace djescc
