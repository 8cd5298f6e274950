/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Looks at cipher and codec of a source.

#include <djescc/runtime/key_use.h>

#include <djescc/model/keyring.h>
#include <djescc/model/model.h>

namespace djescc {

KeyUse key_use(const ModelSource& source)
{
    KeyUse use;
    if (source.key_file.empty()) {
        return use;
    }
    const Model model(source.keyring.empty() ? source.model
                                             : Keyring(source.keyring).codec_directory());
    if (model.codec().takes_picture_keys()) {
        use.codec = source.key_file;
    }
    if (!source.keyring.empty() || model.cipher().takes_picture_keys() ||
        use.codec.empty()) {
        use.cipher = source.key_file;
    }
    return use;
}

} // namespace djescc
