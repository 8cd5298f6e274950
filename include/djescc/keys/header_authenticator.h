/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Proof that a burst's header comes from a holder of the key. */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <djescc/export.h>
#include <djescc/keys/secret_key.h>

namespace DJESCC_EXPORT djescc {

/*! Tags that only a holder of the key can make for a header.
 *
 *  The tag is the leftmost 64 bits of HMAC-SHA-512-256 (libsodium's crypto_auth; the
 *  truncation is that of RFC 2104, section 5) over the counter, eight bytes
 *  little-endian, and the header. A forger who does not hold the key succeeds once in
 *  2^64 tries on average, and each try is a burst on the air. */
class HeaderAuthenticator
{
public:
    static constexpr std::size_t tag_size = 8;
    using Tag = std::array<uint8_t, tag_size>;

    explicit HeaderAuthenticator(const SecretKey& master_key);

    Tag tag(uint64_t counter, const uint8_t* header, std::size_t size) const;

    //! Compares in a time that does not depend on the tag.
    bool verify(uint64_t counter,
                const uint8_t* header,
                std::size_t size,
                const Tag& tag) const;

private:
    SecretKey d_key;
};

} // namespace djescc
