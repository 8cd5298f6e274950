/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Calls libsodium, or says that it is missing.

#include "keys/crypto.h"

#include <djescc/error.h>
#ifdef DJESCC_HAVE_SODIUM
#include <algorithm>
#include <sodium.h>
#endif

namespace djescc::crypto {

#ifdef DJESCC_HAVE_SODIUM

static_assert(key_size == crypto_kdf_KEYBYTES && key_size == crypto_auth_KEYBYTES &&
              key_size == crypto_stream_chacha20_KEYBYTES);
static_assert(purpose_size == crypto_kdf_CONTEXTBYTES);
static_assert(authenticator_size == crypto_auth_BYTES);
static_assert(seal_nonce_size == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
              seal_tag_size == crypto_aead_xchacha20poly1305_ietf_ABYTES &&
              key_size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

namespace {

void initialize()
{
    if (sodium_init() < 0) {
        throw Error("libsodium cannot be initialised");
    }
}

} // namespace

bool available() { return true; }

uint8_t* allocate(std::size_t size)
{
    initialize();
    auto* memory = static_cast<uint8_t*>(sodium_malloc(size));
    if (memory == nullptr) {
        throw Error("there is no memory for a key");
    }
    return memory;
}

void release(uint8_t* memory) { sodium_free(memory); }

void fill_randomly(uint8_t* bytes, std::size_t size)
{
    initialize();
    randombytes_buf(bytes, size);
}

void derive_key(uint8_t* derived,
                std::size_t derived_size,
                uint64_t number,
                const char* purpose,
                const uint8_t* key)
{
    if (crypto_kdf_derive_from_key(derived, derived_size, number, purpose, key) != 0) {
        throw Error("a key of " + std::to_string(derived_size) +
                    " bytes cannot be derived");
    }
}

void authenticate(uint8_t* authenticator,
                  const uint8_t* first,
                  std::size_t first_size,
                  const uint8_t* second,
                  std::size_t second_size,
                  const uint8_t* key)
{
    crypto_auth_hmacsha512256_state state;
    crypto_auth_hmacsha512256_init(&state, key, key_size);
    crypto_auth_hmacsha512256_update(&state, first, first_size);
    crypto_auth_hmacsha512256_update(&state, second, second_size);
    crypto_auth_hmacsha512256_final(&state, authenticator);
    sodium_memzero(&state, sizeof(state));
}

void seal(uint8_t* sealed,
          const uint8_t* bytes,
          std::size_t size,
          const uint8_t* nonce,
          const uint8_t* key)
{
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed, nullptr, bytes, size, nullptr, 0, nullptr, nonce, key);
}

bool open_sealed(uint8_t* bytes,
                 const uint8_t* sealed,
                 std::size_t size,
                 const uint8_t* nonce,
                 const uint8_t* key)
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               bytes, nullptr, nullptr, sealed, size, nullptr, 0, nonce, key) == 0;
}

bool equal(const uint8_t* first, const uint8_t* second, std::size_t size)
{
    return sodium_memcmp(first, second, size) == 0;
}

void keystream(uint8_t* bytes, std::size_t size, uint64_t first_block, const uint8_t* key)
{
    constexpr uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = {};
    std::fill_n(bytes, size, uint8_t(0));
    crypto_stream_chacha20_xor_ic(bytes, bytes, size, nonce, first_block, key);
}

#else

namespace {

[[noreturn]] void refuse()
{
    throw ConfigError(
        "keys need libsodium, and this library was built without it: "
        "build it with -DENABLE_SODIUM=ON (package libsodium-dev)");
}

} // namespace

bool available() { return false; }
uint8_t* allocate(std::size_t) { refuse(); }
void release(uint8_t*) {}
void fill_randomly(uint8_t*, std::size_t) { refuse(); }
void derive_key(uint8_t*, std::size_t, uint64_t, const char*, const uint8_t*)
{
    refuse();
}
void authenticate(
    uint8_t*, const uint8_t*, std::size_t, const uint8_t*, std::size_t, const uint8_t*)
{
    refuse();
}
void seal(uint8_t*, const uint8_t*, std::size_t, const uint8_t*, const uint8_t*)
{
    refuse();
}
bool open_sealed(uint8_t*, const uint8_t*, std::size_t, const uint8_t*, const uint8_t*)
{
    refuse();
}
bool equal(const uint8_t*, const uint8_t*, std::size_t) { refuse(); }
void keystream(uint8_t*, std::size_t, uint64_t, const uint8_t*) { refuse(); }

#endif

} // namespace djescc::crypto
