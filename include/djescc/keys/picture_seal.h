/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Secrecy and authenticity for what codecs send of a picture, under a picture key. */
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <djescc/export.h>
#include <djescc/keys/secret_key.h>
#include <optional>
#include <string>

namespace DJESCC_EXPORT djescc {

/*! What a key that owner and recipient share does to a picture's bytes and symbols.
 *
 *  Bytes go through XChaCha20-Poly1305 (libsodium's crypto_aead_xchacha20poly1305_ietf).
 *  The nonce is the run, a random number that travels with them, and the picture's
 *  number, which both ends know. Symbols go through a FrameCipher whose key is of the
 *  run, with the picture's number as counter. A run and a number must not meet twice
 *  under one
 *  key. */
class PictureSeal
{
public:
    static constexpr std::size_t run_size = 8, tag_size = 16;
    //! Bytes that a sealed string is longer than its content.
    static constexpr std::size_t overhead = run_size + tag_size;

    //! A random number of a run of a sender.
    using Run = std::array<uint8_t, run_size>;
    static Run draw_run();

    explicit PictureSeal(const SecretKey& master_key);

    //! The run, the enciphered bytes, their tag.
    std::string
    seal(const std::string& bytes, const Run& run, uint64_t picture_number) const;

    //! What was sealed.
    struct Opened {
        std::string bytes;
        Run run;
    };
    /*! \return nothing where one bit differs from what seal() gave, or key or number are
     *          others; it takes the same time whatever differs */
    std::optional<Opened> open(const std::string& sealed, uint64_t picture_number) const;

    //! In place; see FrameCipher.
    void encipher(std::complex<float>* symbols,
                  std::size_t count,
                  const Run& run,
                  uint64_t picture_number) const;
    //! In place, what encipher() did.
    void decipher(std::complex<float>* symbols,
                  std::size_t count,
                  const Run& run,
                  uint64_t picture_number) const;

private:
    SecretKey symbols_key(const Run& run) const;

    SecretKey d_bytes_key;
    SecretKey d_symbols_key;
};

} // namespace djescc
