/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Turns, transforms and reorders symbols by a keystream, and undoes it.

#include "keys/chacha_keystream.h"
#include "keys/walsh_hadamard.h"
#include <djescc/error.h>
#include <djescc/keys/frame_cipher.h>
#include <limits>
#include <vector>

namespace djescc {

namespace {

constexpr char symbol_purpose[] = "djesccSY";
constexpr char keystream_purpose[] = "djesccFR";

//! Two random bits a symbol: by how many quarter turns its phase changes.
class QuarterTurns
{
public:
    QuarterTurns(ChaChaKeystream& keystream, std::size_t count)
        : d_words((count + symbols_per_word - 1) / symbols_per_word)
    {
        for (auto& word : d_words) {
            word = keystream.next();
        }
    }

    void turn(std::complex<float>* symbols, std::size_t count) const
    {
        rotate(symbols, count, 1.0f);
    }
    void turn_back(std::complex<float>* symbols, std::size_t count) const
    {
        rotate(symbols, count, -1.0f);
    }

private:
    static constexpr std::size_t symbols_per_word = 16;

    void rotate(std::complex<float>* symbols, std::size_t count, float direction) const
    {
        for (std::size_t i = 0; i < count; i++) {
            const uint32_t bits =
                d_words[i / symbols_per_word] >> 2 * (i % symbols_per_word);
            const float sign = bits & 1 ? -1.0f : 1.0f;
            const float real = sign * symbols[i].real();
            const float imaginary = sign * symbols[i].imag();
            symbols[i] =
                bits & 2 ? std::complex<float>(-direction * imaginary, direction * real)
                         : std::complex<float>(real, imaginary);
        }
    }

    std::vector<uint32_t> d_words;
};

//! What a frame's keystream decides, drawn in this order.
struct Secrets {
    Secrets(ChaChaKeystream keystream, std::size_t count)
        : first_turns(keystream, count)
        , second_turns(keystream, count)
        , last_turns(keystream, count)
        , order(random_order(keystream, count))
    {
    }

    QuarterTurns first_turns;
    QuarterTurns second_turns;
    QuarterTurns last_turns;
    std::vector<uint32_t> order;
};

Secrets secrets(const SecretKey& key, std::size_t count, uint64_t counter)
{
    if (count > std::numeric_limits<uint32_t>::max()) {
        throw ConfigError("a frame to be enciphered has at most 2^32 - 1 symbols, not " +
                          std::to_string(count));
    }
    return { ChaChaKeystream(key.derive(keystream_purpose, counter)), count };
}

} // namespace

FrameCipher::FrameCipher(const SecretKey& master_key)
    : d_key(master_key.derive(symbol_purpose, 0))
{
}

void FrameCipher::encipher(std::complex<float>* symbols,
                           std::size_t count,
                           uint64_t counter) const
{
    if (count == 0) {
        return;
    }
    const Secrets secret = secrets(d_key, count, counter);
    // Two transforms of a power of two cover any count; the turns between them keep the
    // second one from undoing a part of the first.
    const std::size_t power = power_of_two_within(count);
    secret.first_turns.turn(symbols, count);
    walsh_hadamard(symbols, power);
    secret.second_turns.turn(symbols, count);
    walsh_hadamard(symbols + (count - power), power);
    secret.last_turns.turn(symbols, count);
    const std::vector<std::complex<float>> ordered(symbols, symbols + count);
    for (std::size_t i = 0; i < count; i++) {
        symbols[i] = ordered[secret.order[i]];
    }
}

void FrameCipher::decipher(std::complex<float>* symbols,
                           std::size_t count,
                           uint64_t counter) const
{
    if (count == 0) {
        return;
    }
    const Secrets secret = secrets(d_key, count, counter);
    const std::vector<std::complex<float>> shuffled(symbols, symbols + count);
    for (std::size_t i = 0; i < count; i++) {
        symbols[secret.order[i]] = shuffled[i];
    }
    const std::size_t power = power_of_two_within(count);
    secret.last_turns.turn_back(symbols, count);
    walsh_hadamard(symbols + (count - power), power);
    secret.second_turns.turn_back(symbols, count);
    walsh_hadamard(symbols, power);
    secret.first_turns.turn_back(symbols, count);
}

} // namespace djescc
