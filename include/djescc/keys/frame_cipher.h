/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Symbols hidden from everybody without the key, at no cost in noise. */
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <djescc/export.h>
#include <djescc/keys/secret_key.h>

namespace DJESCC_EXPORT djescc {

/*! Hides a frame's symbols under a secret orthogonal transform that is fresh for every
 *  counter: quarter turns of the phases (signs, and whether real and imaginary part
 *  change places), a Walsh-Hadamard transform, both once more, quarter turns, and a
 *  permutation. A transform takes a power of two; where the count is none, the first one
 *  takes the first symbols and the second one the last, so that every symbol is spread
 *  over at least half of the others.
 *
 *  Turns and permutation come from a ChaCha20 keystream under a key that crypto_kdf
 *  derives from the frame's counter. A counter must never be used twice (CounterSource).
 *  The transform keeps the energy and turns white noise into white noise of the same
 *  power, so it costs nothing on such a channel. It cannot tell whether symbols were
 *  changed on the way. A symbol that was lost, hence 0, becomes a little noise on all. */
class FrameCipher
{
public:
    explicit FrameCipher(const SecretKey& master_key);

    //! In place.
    //! \throws ConfigError for 2^32 symbols or more
    void
    encipher(std::complex<float>* symbols, std::size_t count, uint64_t counter) const;

    //! In place, what encipher() did with this counter.
    void
    decipher(std::complex<float>* symbols, std::size_t count, uint64_t counter) const;

private:
    SecretKey d_key;
};

} // namespace djescc
