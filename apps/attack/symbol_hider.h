/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Symbols as an eavesdropper sees them on a link with a key. */
#pragma once

#include <cstdint>
#include <djescc/keys/frame_cipher.h>
#include <torch/types.h>

//! Hides every image's symbols under the next counter of a new link key.
class SymbolHider
{
public:
    //! \throws djescc::ConfigError where the library has no keys
    SymbolHider();

    //! N x k complex64 to as many. On white noise it makes no difference whether the
    //! symbols are hidden before the channel, as a radio does it, or behind it.
    torch::Tensor hide(const torch::Tensor& symbols) const;

private:
    djescc::FrameCipher d_cipher;
    mutable uint64_t d_counter = 0;
};
