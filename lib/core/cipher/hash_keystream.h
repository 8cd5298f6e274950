/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pseudorandom numbers for ciphers `le` and `pe`, by SHA-256 of a key. */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <djescc/files/sha256.h>
#include <string>

namespace djescc {

//! 256 secret bits.
using CipherKey = std::array<uint8_t, 32>;

//! Inverse of to_hex().
//! \throws ConfigError that begins with \p where
CipherKey cipher_key_from_hex(const std::string& digits, const std::string& where);

/*! Pseudorandom numbers from a key: SHA-256 of (key, purpose, counter), which every build
 *  of the library has and computes alike. */
class HashKeystream
{
public:
    //! \param purpose  keystreams of different purposes are independent of each other
    HashKeystream(const CipherKey& key, std::string purpose);

    uint8_t byte();
    bool bit();
    //! Uniform in 0 ... bound - 1, without bias.
    //! \param bound  1 to 256
    int64_t below(int64_t bound);

private:
    CipherKey d_key;
    std::string d_purpose;
    Sha256Digest d_block{};
    std::size_t d_used = std::tuple_size<Sha256Digest>::value;
    uint64_t d_counter = 0;
    unsigned d_bits = 0, d_bit_count = 0;
};

} // namespace djescc
