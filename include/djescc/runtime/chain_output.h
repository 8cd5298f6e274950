/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What became of a batch of plain images in the whole chain, for losses and reports. */
#pragma once

#include <djescc/export.h>
#include <djescc/net/conditions.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

/*! Plain images x and what became of them: protected y, decoded y^, decrypted x^, each
 *  N x C x H x W float32 in [0, 1] (or in bfloat16 under mixed precision). */
struct ChainOutput {
    torch::Tensor protected_images, decoded, decrypted;
    //! y^ decrypted under another key, where the loss asks for it; else undefined.
    torch::Tensor wrongly_decrypted{};
    //! What the encoder gave, before the channel, with its extras.
    SymbolBatch symbols{};
    //! What the encryptor gave to be sent beside them; undefined for none.
    torch::Tensor side{};
    //! What the encryptor gave beside the protected images, by name.
    Extras protection{};
};

} // namespace djescc
