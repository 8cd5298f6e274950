/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The functions of libsodium that the keys need. */
#pragma once

#include <cstddef>
#include <cstdint>

namespace djescc::crypto {

/*! The few functions of libsodium that the keys need. Where the library is built without
 *  it, all but available() throw ConfigError. */

bool available();

//! Memory that is locked where the system allows it; free it with release().
uint8_t* allocate(std::size_t size);
//! Wipes and frees; nothing for a null pointer.
void release(uint8_t* memory);

void fill_randomly(uint8_t* bytes, std::size_t size);

inline constexpr std::size_t key_size = 32;
inline constexpr std::size_t purpose_size = 8;

//! crypto_kdf. \p purpose has purpose_size characters.
void derive_key(uint8_t* derived,
                std::size_t derived_size,
                uint64_t number,
                const char* purpose,
                const uint8_t* key);

inline constexpr std::size_t authenticator_size = 32;

//! crypto_auth, of two parts one after the other.
void authenticate(uint8_t* authenticator,
                  const uint8_t* first,
                  std::size_t first_size,
                  const uint8_t* second,
                  std::size_t second_size,
                  const uint8_t* key);

//! In constant time.
bool equal(const uint8_t* first, const uint8_t* second, std::size_t size);

inline constexpr std::size_t seal_nonce_size = 24, seal_tag_size = 16;

/*! crypto_aead_xchacha20poly1305_ietf without additional data.
 *  \param sealed  gets \p size bytes and a tag
 *  \param nonce   seal_nonce_size bytes, never twice under a key */
void seal(uint8_t* sealed,
          const uint8_t* bytes,
          std::size_t size,
          const uint8_t* nonce,
          const uint8_t* key);

/*! What seal() was given.
 *  \param size  of \p sealed, seal_tag_size at least
 *  \return false where it was not sealed with this key and nonce */
bool open_sealed(uint8_t* bytes,
                 const uint8_t* sealed,
                 std::size_t size,
                 const uint8_t* nonce,
                 const uint8_t* key);

inline constexpr std::size_t stream_block_size = 64;

/*! ChaCha20's keystream with a nonce of zeros, for keys that are used once.
 *  \param first_block  where the keystream starts, in blocks of stream_block_size */
void keystream(uint8_t* bytes,
               std::size_t size,
               uint64_t first_block,
               const uint8_t* key);

} // namespace djescc::crypto
