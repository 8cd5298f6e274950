/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a role's net also is where its pictures may depend on those before, as video
 *  coding makes them. */
#pragma once

#include <djescc/export.h>

namespace DJESCC_EXPORT djescc {

/*! A net that remembers pictures for its next forward(): a second base of SymbolEncoder
 *  and SymbolDecoder. Its batches hold consecutive pictures of one clip, as does one
 *  batch after another. */
class ClipNet
{
public:
    virtual ~ClipNet() = default;

    //! Whether pictures depend on those before; false where a configuration has it off.
    virtual bool remembers() const = 0;

    //! Forget all: the next picture follows none.
    virtual void begin_clip() = 0;
};

} // namespace djescc
