/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  SHA-256 for builds without libsodium. */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <djescc/files/sha256.h>

namespace djescc {

/*! SHA-256 after FIPS 180-4, without any library. Used where there is no libsodium. */
class PortableSha256
{
public:
    void update(const void* data, std::size_t size);
    //! The digest of everything so far; the object is spent afterwards.
    Sha256Digest finish();

private:
    void compress(const uint8_t* block);

    // FIPS 180-4, 5.3.3: fractional parts of the square roots of the first 8 primes
    std::array<uint32_t, 8> d_state{ 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    std::array<uint8_t, 64> d_block{};
    std::size_t d_filled = 0;
    uint64_t d_total = 0;
};

} // namespace djescc
