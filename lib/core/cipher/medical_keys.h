/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The feature keys of cipher `medical`: eqs. 1 and 2 of Long et al. (2023). */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <torch/types.h>

namespace djescc::medical {

inline constexpr std::size_t groups = 4;

//! Four 64-bit words of a picture's hash: what the recipient needs of it.
using HashWords = std::array<uint64_t, groups>;

/*! SHA-256 of the levels, taken as a ring of 256 bits from bit p on, with p = sum of
 *  i im(i) modulo 256 over the levels im(1), im(2), ... (eq. 2). Bit 0 is the most
 *  significant one of the first byte.
 *  \param levels  uint8 on the CPU, contiguous, in row-major order */
HashWords hash_words(const torch::Tensor& levels);

/*! x_0 = ((word + b) mod 2^64 + 1) / (2^64 + 2), below 1 (eq. 2). The quotient is rounded
 *  to a double; where that is 1, it is the largest double below. */
double initial_value(uint64_t word, uint64_t b);

/*! A feature key: the logistic map's values after x_0 (eq. 1), in row-major order.
 *  \return 1 x channels x height x width float32 in (0, 1) */
torch::Tensor
feature_key(double initial, double mu, int64_t channels, int64_t height, int64_t width);

} // namespace djescc::medical
