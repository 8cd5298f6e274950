/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/cipher/cipher.h>

namespace djescc {

/*! Cipher `ednn`: the untrained encryption net of Wang and Zhang, "A novel image
 *  encryption algorithm with deep neural network" (Signal Processing 196, 2022).
 *
 *  Every block of 64x64 pixels of every colour channel goes by itself through
 *  x2 = ReLU(W1 x), y = tanh(W2 x2), with matrices of DCT coefficients whose rows a
 *  logistic map has shuffled, and comes out as 100x100 values (y + 1) / 2. Decryption
 *  solves for the block. Nothing is trained; the key is r and mu of each layer's map, in
 *  the files of the roles `encrypt` and `decrypt`.
 *
 *  Protected pixels that are exactly 0, which y never gives, count as lost: the decoder
 *  works around them (black rectangles, symbols of lost bursts through codec `direct`).
 *
 *  Configuration (defaults in brackets):
 *  - "weights" ["iso"]: "iso" or "overcomplete", see dct_matrix()
 *  - "sides" [[64, 95, 100]]: of a block, of x2 and of y as squares; 2 to 256, rising
 *  - "relu" [true]: false leaves out the ReLU, a variant of this project's that decodes
 *    in closed form
 *  - "offset" [0]: taken from the pixels before W1, 0 to 1; 0.5 is this project's
 *  - "decoder": {"type": "least_squares"} (this project's) with "iterations" [200],
 *    "tolerance" [1e-5], "smoothness" [0.01], or {"type": "paper"} with
 *    "output_iterations" [500], "hidden_iterations" [5000], "lambda" [0.01], "rho"
 *    [1e-4], "gamma" [1e-5], "tolerance" [0]. Iterations stop early once no value
 *    changes by more than the tolerance.
 *
 *  Keys: {"r": [r_1, r_2], "mu": [mu_1, mu_2]}, r in (0, 1), mu in [3.57, 4].
 */
std::unique_ptr<Cipher> make_ednn_cipher(const nlohmann::json& config);

} // namespace djescc
