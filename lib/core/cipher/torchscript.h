/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/cipher/cipher.h>

namespace djescc {

/*! Cipher `torchscript`: two nets that somebody exported from Python with
 *  torch.jit.script() or torch.jit.trace(). Loading needs RuntimeOptions::allow_code.
 *
 *  Configuration: "multiple" (of heights and widths, 1 to 4096, default 1). Both modules
 *  have forward(images), N x C x H x W float32 in [0, 1] to the same shape.
 *  docs/model-format.md shows an export.
 *  \throws ConfigError
 */
std::unique_ptr<Cipher> make_torchscript_cipher(const nlohmann::json& config);

} // namespace djescc
