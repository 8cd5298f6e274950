/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Computes SHA-256 as FIPS 180-4 describes it.

#include "files/sha256_portable.h"

#include <algorithm>
#include <cstring>

namespace djescc {

namespace {

// FIPS 180-4, 4.2.2: fractional parts of the cube roots of the first 64 primes
constexpr std::array<uint32_t, 64> round_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2
};

constexpr uint32_t rotate_right(uint32_t value, unsigned bits)
{
    return (value >> bits) | (value << (32 - bits));
}

} // namespace

void PortableSha256::compress(const uint8_t* block)
{
    std::array<uint32_t, 64> schedule;
    for (std::size_t t = 0; t < 16; t++) {
        schedule[t] = static_cast<uint32_t>(block[4 * t]) << 24 |
                      static_cast<uint32_t>(block[4 * t + 1]) << 16 |
                      static_cast<uint32_t>(block[4 * t + 2]) << 8 |
                      static_cast<uint32_t>(block[4 * t + 3]);
    }
    for (std::size_t t = 16; t < 64; t++) {
        const uint32_t w15 = schedule[t - 15];
        const uint32_t w2 = schedule[t - 2];
        const uint32_t sigma0 = rotate_right(w15, 7) ^ rotate_right(w15, 18) ^ (w15 >> 3);
        const uint32_t sigma1 = rotate_right(w2, 17) ^ rotate_right(w2, 19) ^ (w2 >> 10);
        schedule[t] = schedule[t - 16] + sigma0 + schedule[t - 7] + sigma1;
    }
    auto [a, b, c, d, e, f, g, h] = d_state;
    for (std::size_t t = 0; t < 64; t++) {
        const uint32_t sum1 =
            rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        const uint32_t choice = (e & f) ^ (~e & g);
        const uint32_t temp1 = h + sum1 + choice + round_constants[t] + schedule[t];
        const uint32_t sum0 =
            rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        const uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        h = g;
        g = f;
        f = e;
        e = d + temp1;
        d = c;
        c = b;
        b = a;
        a = temp1 + sum0 + majority;
    }
    const std::array<uint32_t, 8> working{ a, b, c, d, e, f, g, h };
    for (std::size_t i = 0; i < working.size(); i++) {
        d_state[i] += working[i];
    }
}

void PortableSha256::update(const void* data, std::size_t size)
{
    const auto* bytes = static_cast<const uint8_t*>(data);
    d_total += size;
    while (size > 0) {
        const std::size_t count = std::min(size, d_block.size() - d_filled);
        std::memcpy(d_block.data() + d_filled, bytes, count);
        d_filled += count;
        bytes += count;
        size -= count;
        if (d_filled == d_block.size()) {
            compress(d_block.data());
            d_filled = 0;
        }
    }
}

Sha256Digest PortableSha256::finish()
{
    // FIPS 180-4, 5.1.1: a one bit, zeros, the length in bits as 64 bits big-endian
    const uint64_t bit_count = d_total * 8;
    const uint8_t one = 0x80;
    update(&one, 1);
    const uint8_t zero = 0;
    while (d_filled != 56) {
        update(&zero, 1);
    }
    std::array<uint8_t, 8> length;
    for (unsigned i = 0; i < length.size(); i++) {
        length[i] = static_cast<uint8_t>(bit_count >> (56 - 8 * i));
    }
    update(length.data(), length.size());
    Sha256Digest digest;
    for (unsigned i = 0; i < digest.size(); i++) {
        digest[i] = static_cast<uint8_t>(d_state[i / 4] >> (24 - 8 * (i % 4)));
    }
    return digest;
}

} // namespace djescc
