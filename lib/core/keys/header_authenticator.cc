/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes and checks the tags of headers.

#include "keys/crypto.h"
#include <algorithm>
#include <djescc/keys/header_authenticator.h>

namespace djescc {

namespace {
constexpr char purpose[] = "djesccHD";
} // namespace

HeaderAuthenticator::HeaderAuthenticator(const SecretKey& master_key)
    : d_key(master_key.derive(purpose, 0))
{
}

HeaderAuthenticator::Tag
HeaderAuthenticator::tag(uint64_t counter, const uint8_t* header, std::size_t size) const
{
    std::array<uint8_t, sizeof(counter)> counter_bytes;
    for (std::size_t i = 0; i < counter_bytes.size(); i++) {
        counter_bytes[i] = static_cast<uint8_t>(counter >> 8 * i);
    }
    std::array<uint8_t, crypto::authenticator_size> whole;
    crypto::authenticate(whole.data(),
                         counter_bytes.data(),
                         counter_bytes.size(),
                         header,
                         size,
                         d_key.data());
    Tag tag;
    std::copy_n(whole.begin(), tag.size(), tag.begin());
    return tag;
}

bool HeaderAuthenticator::verify(uint64_t counter,
                                 const uint8_t* header,
                                 std::size_t size,
                                 const Tag& tag) const
{
    const Tag expected = this->tag(counter, header, size);
    return crypto::equal(expected.data(), tag.data(), tag.size());
}

} // namespace djescc
