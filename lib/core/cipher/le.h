/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/cipher/cipher.h>

namespace djescc {

/*! Cipher `le`, a baseline of the DJESCC paper's Table II: learnable image encryption of
 *  Tanaka (ICCE-TW 2018).
 *
 *  Pixels are rounded to 8 bits. Each block of 4x4 pixels, all channels together, is
 *  split into 4-bit halves (96 values of a colour block); those under a keyed mask become
 *  15 - v; a keyed permutation reorders them; the mask is applied again; halves are
 *  joined. One mask and one permutation serve every block.
 *
 *  Configuration: none. Key: {"key": "64 hexadecimal digits"}.
 */
std::unique_ptr<Cipher> make_le_cipher(const nlohmann::json& config);

} // namespace djescc
