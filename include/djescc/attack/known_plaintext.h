/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/cipher/cipher.h>
#include <optional>
#include <torch/types.h>

namespace djescc {

/*! What somebody without the key makes of a protected image, who knows the algorithm and
 *  some pairs of plain and protected images under the same key.
 *
 *  - `le`: the permutation and the mask of the halves, found by comparing every half that
 *    goes in with every half that comes out; one image usually gives all of them.
 *  - `pe`: complement and channel order of every pixel, of the 48 that there are the one
 *    that fits the known images; exact up to pixels whose values are alike.
 *  - `ednn`: atanh(2 p - 1) is a linear map of the ReLU's output, whose DCT without the
 *    scrambling everybody can compute. Ridge regression over the known blocks finds its
 *    inverse: exact from as many known blocks as x2 has values on, a low-resolution view
 *    from some dozens.
 *
 *  \param known_plain, known_protected  N x C x H x W each, from one key
 *  \param protected_image  1 x C x H x W; for `pe` of the known images' size
 *  \return the plain image as the attacker sees it; nothing for ciphers without a known
 *          attack of this kind
 *  \throws ConfigError where there are no known images, or none of that size */
std::optional<torch::Tensor> known_plaintext_attack(const Cipher& cipher,
                                                    const torch::Tensor& known_plain,
                                                    const torch::Tensor& known_protected,
                                                    const torch::Tensor& protected_image);

} // namespace djescc
