/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/codec/codec.h>

namespace djescc {

/*! Codec `direct`: every pixel value is half an analog symbol, without any net.
 *
 *  Values less one half go to I (first half) and Q (second half) of k_d = ceil(C H W / 2)
 *  symbols, scaled to a power that makes the frame's average power 1. How much they were
 *  scaled, the receiver has to know: m = max(16, ceil(k_d / 64)) more symbols in front,
 *  all alike, carry v (1 + j) / sqrt(2), with v = 1 + log2(rms / 0.7071) / 4 in [-1, 1]
 *  where rms is that of the unscaled symbols. They are averaged, so the error that noise
 *  leaves in the gain stays well below the noise of the values themselves.
 *
 *  A received symbol that is exactly 0, as receivers fill in for lost ones, gives values
 *  of exactly 0; all others are kept above 0. Cipher `ednn` works around them.
 *
 *  Configuration: "channels" [3]: 1 or 3.
 */
std::unique_ptr<Codec> make_direct_codec(const nlohmann::json& config);

} // namespace djescc
