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
 *  N x C x H x W float32 in [0, 1] (or in bfloat16 under mixed precision).
 *
 *  Of a codec that sends in parts every image may be there once for each prefix of them:
 *  all as they came of the first part, then all as they came of the first two, and so
 *  on. Then N is `prefixes` times the images that were sent, and what is there of each
 *  image before the channel is repeated. */
struct ChainOutput {
    torch::Tensor protected_images, decoded, decrypted;
    //! y^ decrypted under another key, where the loss asks for it; else undefined.
    torch::Tensor wrongly_decrypted{};
    //! The plain images but for one pixel each, protected; where the loss asks for it.
    torch::Tensor neighbours_protected{};
    //! What the encoder gave, before the channel, with its extras; not repeated.
    SymbolBatch symbols{};
    //! What the encryptor gave to be sent beside them; undefined for none.
    torch::Tensor side{};
    //! What the encryptor gave beside the protected images, by name; not repeated.
    Extras protection{};
    int64_t prefixes = 1; //!< times that every image is there
};

} // namespace djescc
