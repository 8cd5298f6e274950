/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/cipher/cipher.h>

namespace djescc {

/*! Cipher `pe`, a baseline of the DJESCC paper's Table II: pixel-based image encryption
 *  of Sirichotedumrong, Kinoshita and Kiya (IEEE Access 7, 2019).
 *
 *  Of every pixel a keyed bit for each channel selects its complement (255 - v, here
 *  1 - v without rounding), then one of the six orders of the three channels is taken;
 *  grey images have no order. Bits and orders differ from pixel to pixel and are the same
 *  for every image of one size.
 *
 *  Configuration: none. Key: {"key": "64 hexadecimal digits"}.
 */
std::unique_ptr<Cipher> make_pe_cipher(const nlohmann::json& config);

} // namespace djescc
