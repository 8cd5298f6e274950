/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The four roles of a model and their names. */
#pragma once

#include <array>
#include <djescc/export.h>
#include <string>

namespace DJESCC_EXPORT djescc {

/*! The four parts of a model, each with a weights file of its own, so that handing out
 *  one role is copying model.json and one file. */
enum class Role {
    encrypt, //!< held by the owner: plain image to protected image
    encode,  //!< held by the provider's transmitter: protected image to symbols
    decode,  //!< held by the provider's receiver: symbols to protected image
    decrypt, //!< held by the recipient: protected image to plain image
};

inline constexpr std::array<Role, 4> all_roles{
    Role::encrypt, Role::encode, Role::decode, Role::decrypt
};

//! "encrypt", "encode", "decode" or "decrypt".
std::string to_string(Role role);

//! Inverse of to_string().
//! \throws ConfigError that lists the four names.
Role role_from_string(const std::string& name);

} // namespace djescc
