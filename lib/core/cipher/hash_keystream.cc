/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Expands a key by SHA-256 in counter mode, and reads keys in hexadecimal digits.

#include "cipher/hash_keystream.h"

#include <djescc/error.h>
#include <utility>

namespace djescc {
namespace {

int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

} // namespace

CipherKey cipher_key_from_hex(const std::string& digits, const std::string& where)
{
    CipherKey key{};
    bool right = digits.size() == 2 * key.size();
    for (std::size_t i = 0; right && i < key.size(); ++i) {
        const int high = hex_value(digits[2 * i]), low = hex_value(digits[2 * i + 1]);
        right = high >= 0 && low >= 0;
        key[i] = static_cast<uint8_t>(16 * high + low);
    }
    if (!right)
        throw ConfigError(where + " must be 64 lower-case hexadecimal digits");
    return key;
}

HashKeystream::HashKeystream(const CipherKey& key, std::string purpose)
    : d_key(key), d_purpose(std::move(purpose))
{
}

uint8_t HashKeystream::byte()
{
    if (d_used == d_block.size()) {
        std::string input(d_key.begin(), d_key.end());
        input += d_purpose;
        input += '\0'; // no purpose is another one's beginning
        for (int shift = 0; shift < 64; shift += 8)
            input += static_cast<char>((d_counter >> shift) & 0xff);
        d_block = sha256(input);
        ++d_counter;
        d_used = 0;
    }
    return d_block[d_used++];
}

bool HashKeystream::bit()
{
    if (d_bit_count == 0) {
        d_bits = byte();
        d_bit_count = 8;
    }
    const bool result = (d_bits & 1u) != 0;
    d_bits >>= 1;
    --d_bit_count;
    return result;
}

int64_t HashKeystream::below(int64_t bound)
{
    const int64_t limit = 256 / bound * bound;
    while (true) {
        const int64_t value = byte();
        if (value < limit)
            return value % bound;
    }
}

} // namespace djescc
