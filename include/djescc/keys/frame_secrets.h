/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What owner and recipient draw for every frame from the key that they share. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <djescc/export.h>
#include <djescc/keys/secret_key.h>

namespace DJESCC_EXPORT djescc {

/*! What a key that owner and recipient share decides for every frame: which model of a
 *  keyring protects it, and the signs that a cipher's mask is multiplied by. Both ends
 *  draw the same from the frame's number, so nothing of it is sent.
 *
 *  All of it is crypto_kdf (BLAKE2b under the key) numbered by the frame's counter, and a
 *  ChaCha20 keystream for what is long. Whoever does not hold the key cannot tell it from
 *  fair draws; the same key and counter always give the same. */
class FrameSecrets
{
public:
    explicit FrameSecrets(const SecretKey& master_key);

    /*! The model for a frame: PRF(key, counter) mod \p count. Every one is as likely as
     *  any other: values of the PRF that would make the remainders uneven are passed
     *  over.
     *  \param count  models to choose from, at least 1
     *  \return 0 to count - 1 */
    uint32_t member(uint64_t counter, uint32_t count) const;

    //! Purposes for which signs are drawn, independently of one another.
    enum class Signs {
        latents, //!< what owner and recipient multiply by
        noise,   //!< what the owner alone needs
    };

    /*! Fair coin flips for a frame.
     *  \param signs  gets \p count values, each +1 or -1 */
    void draw(Signs purpose, uint64_t counter, int8_t* signs, std::size_t count) const;

    //! A key for ciphers that draw what they need by themselves.
    const SecretKey& cipher_key() const { return d_cipher_key; }

private:
    SecretKey d_member_key;
    SecretKey d_latents_key;
    SecretKey d_noise_key;
    SecretKey d_cipher_key;
};

} // namespace djescc
