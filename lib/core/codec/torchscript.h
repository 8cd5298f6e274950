/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/codec/codec.h>

namespace djescc {

/*! Codec `torchscript`: an encoder and a decoder that somebody exported from Python with
 *  torch.jit.script(). Loading needs RuntimeOptions::allow_code.
 *
 *  Configuration: "symbols_per_pixel" ([numerator, denominator]: k = H * W * numerator /
 *  denominator, which must come out whole), "multiple" (of heights and widths, 1 to 4096,
 *  default 1), "channels" (1 to 64, default 3), "adaptive" (default false).
 *
 *  Encoder: forward(images) from N x C x H x W float32 in [0, 1] to N x 2k float32, first
 *  half real parts and second half imaginary parts, or to N x k complex64; power is
 *  normalised to 1 per image here whatever it returns. Decoder: forward(symbols, height,
 *  width) from N x 2k float32 in the same order, and two ints, to N x C x H x W. An
 *  adaptive codec's modules take a last argument snr_db, N float32. docs/model-format.md
 *  shows an export.
 *  \throws ConfigError
 */
std::unique_ptr<Codec> make_torchscript_codec(const nlohmann::json& config);

} // namespace djescc
