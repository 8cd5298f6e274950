/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/cipher/cipher.h>

namespace djescc {

/*! Cipher `unet`: shallow U-Nets encrypt and decrypt, after the DJESCC paper's Fig. 7.
 *
 *  Without "mask" each side is a U-Net and a sigmoid, images in, images out, as there.
 *
 *  With "mask" the U-Net works on blocks (space to depth) beside a linear path, and what
 *  it finds in a block, its latents, is multiplied by secret signs that differ from block
 *  to block, before a 1x1 convolution mixes latents and secret masking noise into the
 *  block's pixels. Equal blocks of the picture so look different at every place, and
 *  the noise, which a decoder can learn to ignore, covers how strong the latents are. The
 *  decryption net undoes the mixing and the signs and has a U-Net and a linear path of
 *  its own. Signs and noise are secrets, stored in the weights of the roles that hold
 *  them (`signs`, `noise`: int8, +1 or -1, repeated over larger images); the nets are
 *  trained with ever new ones.
 *
 *  Configuration (defaults in brackets):
 *  - "space_to_depth" [1]: side of a block, 1, 2, 4 or 8 pixels
 *  - "encrypt", "decrypt": U-Nets: "widths" [64, 128, 256], "down_convolutions" [2],
 *    "up_convolutions" [2], "up_kernel" [3], "batch_normalization" [true],
 *    "max_pooling" [true], "leak" [0]
 *  - "mask" [null]: "latents" per block, "noise" channels per block, "size" in blocks
 *    after which the mask repeats [64]
 */
std::unique_ptr<Cipher> make_unet_cipher(const nlohmann::json& config);

} // namespace djescc
