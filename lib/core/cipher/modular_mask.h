/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A keystream that is added to values modulo 1: a one-time pad that bears noise. */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <djescc/keys/secret_key.h>
#include <string>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! Values in [-1/2, 1/2), rounded to 24 bits, plus a number from the keystream modulo 1.
 *
 *  Whatever the values are, the sums are independent and uniform in steps of 2^-24 over
 *  [0, 1), as the keystream is: who cannot tell ChaCha20 from random numbers learns
 *  nothing of the values from them. Noise on a sum is noise on its value, but for values
 *  that it carries past 1/2, which come back at the other end.
 *
 *  A sum s becomes the pixel (256 s - 1/2) / 255, so that all 256 levels of an 8-bit
 *  image are as likely; what that puts below 0 or above 1, one in 256, is cut off. No
 *  pixel is exactly 0 or 1, which stand for values that were lost. */
namespace modular_mask {

//! What the keystream of a picture is numbered by; drawn anew for each picture.
inline constexpr std::size_t nonce_size = 16;
using Nonce = std::array<uint8_t, nonce_size>;

/*! Numbers from 0 to 2^24 - 1 as int32, \p count of them, and then \p bytes more bytes.
 *  \param master  32 bytes
 *  \throws ConfigError without libsodium */
struct Keystream {
    Keystream(const uint8_t* master,
              const Nonce& nonce,
              int64_t count,
              std::size_t bytes);
    torch::Tensor numbers;          //!< count int32, on the CPU
    std::array<uint8_t, 16> rest{}; //!< for what is sent beside them
};

//! Where nonces come from.
enum class NonceSource {
    random,    //!< the operating system's randomness
    synthetic, //!< HMAC of the picture, so that the same picture is seen to be the same
    fixed //!< one for all pictures: shows attacks what a keystream used twice is worth
};

//! \throws ConfigError that begins with "cipher.nonce"
NonceSource nonce_source(const std::string& name);
std::string to_string(NonceSource source);

/*! A nonce for each picture.
 *  \param master    32 bytes
 *  \param pictures  N x C x H x W float32 in [0, 1], on any device */
std::vector<Nonce>
draw_nonces(NonceSource source, const uint8_t* master, const torch::Tensor& pictures);

//! Those that stand first in side bytes.
//! \param side  N x at least nonce_size uint8, on any device
std::vector<Nonce> nonces_in(const torch::Tensor& side);

//! \param values  float32 in [-1/2, 1/2); larger ones are clamped
//! \param numbers  of the values' shape, on their device
//! \return pixels, float32 in (0, 1)
torch::Tensor hide(const torch::Tensor& values, const torch::Tensor& numbers);
//! Values with the noise of \p pixels, float32 in [-1/2, 1/2].
torch::Tensor reveal(const torch::Tensor& pixels, const torch::Tensor& numbers);

} // namespace modular_mask
} // namespace djescc
