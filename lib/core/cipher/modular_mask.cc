/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Draws nonces and keystreams, and adds them modulo 1.

#include "cipher/modular_mask.h"

#include "keys/crypto.h"
#include <algorithm>
#include <djescc/error.h>
#include <djescc/image/levels.h>

namespace djescc::modular_mask {
namespace {

constexpr int steps_bits = 24;
constexpr double steps = 1 << steps_bits; // of 1
constexpr double levels = 256;            // of 8 bits
constexpr std::size_t bytes_of_number = 3;
// HMAC of (purpose, ...): what the two are used for is kept apart.
constexpr uint8_t keystream_purpose[] = { 'k', 'e', 'y' };
constexpr uint8_t nonce_purpose[] = { 'n', 'o', 'n', 'c', 'e' };

using Digest = std::array<uint8_t, crypto::authenticator_size>;

//! \param levels  uint8 on the CPU, contiguous
Nonce synthetic_nonce(const uint8_t* master, const torch::Tensor& levels)
{
    Digest digest;
    crypto::authenticate(digest.data(),
                         nonce_purpose,
                         sizeof(nonce_purpose),
                         levels.data_ptr<uint8_t>(),
                         levels.nbytes(),
                         master);
    Nonce nonce;
    std::copy_n(digest.data(), nonce.size(), nonce.data());
    return nonce;
}

} // namespace

Keystream::Keystream(const uint8_t* master,
                     const Nonce& nonce,
                     int64_t count,
                     std::size_t bytes)
    : numbers(torch::empty({ count }, torch::kInt32))
{
    if (bytes > rest.size())
        throw ConfigError("a keystream has room for 16 more bytes");
    Digest key;
    crypto::authenticate(key.data(),
                         keystream_purpose,
                         sizeof(keystream_purpose),
                         nonce.data(),
                         nonce.size(),
                         master);
    const auto size = static_cast<std::size_t>(count) * bytes_of_number;
    std::vector<uint8_t> stream(size + bytes);
    crypto::keystream(stream.data(), stream.size(), 0, key.data());
    auto* number = numbers.data_ptr<int32_t>();
    for (std::size_t i = 0; i < size; i += bytes_of_number)
        *number++ = stream[i] | stream[i + 1] << 8 | stream[i + 2] << 16;
    std::copy_n(stream.data() + size, bytes, rest.data());
}

NonceSource nonce_source(const std::string& name)
{
    for (const auto source :
         { NonceSource::random, NonceSource::synthetic, NonceSource::fixed })
        if (name == to_string(source))
            return source;
    throw ConfigError("cipher.nonce is \"" + name +
                      "\", but must be \"random\", \"synthetic\" or \"fixed\"");
}

std::string to_string(NonceSource source)
{
    switch (source) {
    case NonceSource::synthetic:
        return "synthetic";
    case NonceSource::fixed:
        return "fixed";
    default:
        return "random";
    }
}

std::vector<Nonce>
draw_nonces(NonceSource source, const uint8_t* master, const torch::Tensor& pictures)
{
    std::vector<Nonce> nonces(static_cast<std::size_t>(pictures.size(0)));
    if (source == NonceSource::random)
        for (auto& nonce : nonces)
            crypto::fill_randomly(nonce.data(), nonce.size());
    if (source == NonceSource::synthetic) {
        const auto levels =
            to_8bit_levels(pictures.detach()).to(torch::kCPU, torch::kUInt8).contiguous();
        for (std::size_t i = 0; i < nonces.size(); ++i)
            nonces[i] = synthetic_nonce(master, levels[static_cast<int64_t>(i)]);
    }
    return nonces;
}

std::vector<Nonce> nonces_in(const torch::Tensor& side)
{
    const auto bytes = side.to(torch::kCPU).contiguous();
    std::vector<Nonce> nonces(static_cast<std::size_t>(bytes.size(0)));
    for (std::size_t i = 0; i < nonces.size(); ++i)
        std::copy_n(bytes[static_cast<int64_t>(i)].data_ptr<uint8_t>(),
                    nonce_size,
                    nonces[i].begin());
    return nonces;
}

torch::Tensor hide(const torch::Tensor& values, const torch::Tensor& numbers)
{
    constexpr auto modulus = static_cast<int64_t>(steps);
    const auto whole = torch::round(values.detach().to(torch::kFloat64) * steps)
                           .clamp(-steps / 2, steps / 2 - 1)
                           .to(torch::kInt64);
    const auto sums =
        torch::remainder(whole + numbers, modulus).to(torch::kFloat64).div(steps);
    // Neither 0 nor 1, which stand for what was lost.
    const auto pixels = ((sums * levels - 0.5) / (levels - 1))
                            .clamp(1 / steps, 1 - 1 / steps)
                            .to(torch::kFloat32);
    // In training a sum moves as its value does.
    return values.requires_grad() ? values + (pixels - values).detach() : pixels;
}

torch::Tensor reveal(const torch::Tensor& pixels, const torch::Tensor& numbers)
{
    const auto sums = (pixels * (levels - 1) + 0.5) / levels;
    const auto difference = sums - numbers.to(torch::kFloat32) / steps;
    return difference - torch::round(difference).detach();
}

} // namespace djescc::modular_mask
