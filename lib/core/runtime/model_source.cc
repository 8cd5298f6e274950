/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Finds the models of a ModelSource.

#include "runtime/model_source.h"

#include <djescc/error.h>

namespace djescc {

namespace {

//! The combinations that make sense; the others would protect less than they look.
void check(const ModelSource& source, bool for_provider)
{
    if (source.model.empty() && source.keyring.empty()) {
        throw ConfigError("give a model or a keyring");
    }
    if (!source.model.empty() && !source.keyring.empty()) {
        throw ConfigError("a keyring brings its own models: leave the model " +
                          source.model + " out");
    }
    if (!source.keyring.empty() && source.key_file.empty() && !for_provider) {
        throw ConfigError("the keyring " + source.keyring +
                          " needs a key that chooses among its models (djescc keygen)");
    }
}

} // namespace

OpenedSource::OpenedSource(const ModelSource& source, bool for_provider)
{
    check(source, for_provider);
    if (source.keyring.empty()) {
        directories.push_back(source.model);
        picture_keys = !source.key_file.empty();
        fingerprint = Model(source.model).fingerprint();
        return;
    }
    const Keyring keyring(source.keyring);
    fingerprint = keyring.codec().fingerprint();
    if (for_provider) {
        directories.push_back(keyring.codec_directory());
        return;
    }
    picture_keys = keyring.frame_masks();
    for (std::size_t i = 0; i < keyring.size(); i++) {
        directories.push_back(keyring.member(i).directory());
    }
}

} // namespace djescc
