/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The contents of keyring.json, and what members of a keyring must have in common. */
#pragma once

#include <djescc/model/model.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace djescc {

inline constexpr char keyring_file_name[] = "keyring.json";

//! The contents of keyring.json (docs/model-format.md).
struct KeyringFile {
    struct Entry {
        std::string directory;   //!< inside the keyring
        std::string fingerprint; //!< of the model there, 16 hexadecimal digits
    };

    Entry codec;
    std::vector<Entry> members;
    bool frame_masks = false;

    nlohmann::json to_json() const;
    //! \throws ModelError that begins with \p path
    static KeyringFile read(const std::string& path);
    void write(const std::string& path) const;
};

/*! Whether a model's nets are like those of \p first, around the codec of \p codec.
 *  \throws ModelError that names it and says why not */
void check_architecture(const Model& member, const Model& first, const Model& codec);

//! For a member whose weights of a role of the provider differ.
//! \throws ModelError
[[noreturn]] void refuse_weights(const Model& member, Role role, const Model& codec);

} // namespace djescc
