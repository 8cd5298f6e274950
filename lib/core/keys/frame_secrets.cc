/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Draws members of a keyring and signs of masks from a key and a frame's number.

#include "keys/chacha_keystream.h"
#include "keys/crypto.h"
#include <algorithm>
#include <array>
#include <djescc/error.h>
#include <djescc/keys/frame_secrets.h>
#include <limits>

namespace djescc {

namespace {

constexpr char member_purpose[] = "djesccMI";
constexpr char latents_purpose[] = "djesccML";
constexpr char noise_purpose[] = "djesccMN";
constexpr char cipher_purpose[] = "djesccMC";
constexpr char per_frame_purpose[] = "djesccFI";

constexpr std::size_t word_size = sizeof(uint64_t);
constexpr std::size_t words = 8; // the most that crypto_kdf derives at once

//! Little-endian whatever the processor, for both ends must agree.
uint64_t read_word(const uint8_t* bytes)
{
    uint64_t word = 0;
    for (std::size_t i = word_size; i-- > 0;) {
        word = word << 8 | bytes[i];
    }
    return word;
}

} // namespace

FrameSecrets::FrameSecrets(const SecretKey& master_key)
    : d_member_key(master_key.derive(member_purpose, 0))
    , d_latents_key(master_key.derive(latents_purpose, 0))
    , d_noise_key(master_key.derive(noise_purpose, 0))
    , d_cipher_key(master_key.derive(cipher_purpose, 0))
{
}

uint32_t FrameSecrets::member(uint64_t counter, uint32_t count) const
{
    if (count == 0) {
        throw ConfigError("there is no model to choose");
    }
    std::array<uint8_t, words * word_size> bytes;
    crypto::derive_key(
        bytes.data(), bytes.size(), counter, per_frame_purpose, d_member_key.data());
    // The values up to here come in whole runs of count.
    const uint64_t surplus = (std::numeric_limits<uint64_t>::max() % count + 1) % count;
    const uint64_t largest = std::numeric_limits<uint64_t>::max() - surplus;
    uint64_t word = 0;
    for (std::size_t i = 0; i < words; i++) {
        word = read_word(bytes.data() + i * word_size);
        // Eight surplus words in a row are one case in (2^64 / count)^8: more than 2^256.
        if (word <= largest) {
            break;
        }
    }
    return static_cast<uint32_t>(word % count);
}

void FrameSecrets::draw(Signs purpose,
                        uint64_t counter,
                        int8_t* signs,
                        std::size_t count) const
{
    const SecretKey& key = purpose == Signs::latents ? d_latents_key : d_noise_key;
    ChaChaKeystream keystream(key.derive(per_frame_purpose, counter));
    constexpr std::size_t word_bits = 32;
    for (std::size_t first = 0; first < count; first += word_bits) {
        uint32_t word = keystream.next();
        const std::size_t last = std::min(count, first + word_bits);
        for (std::size_t i = first; i < last; i++) {
            signs[i] = static_cast<int8_t>(1 - 2 * static_cast<int>(word & 1));
            word >>= 1;
        }
    }
}

} // namespace djescc
