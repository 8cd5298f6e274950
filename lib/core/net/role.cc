/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Names roles and finds them by name.

#include <djescc/error.h>
#include <djescc/net/role.h>

namespace djescc {

std::string to_string(Role role)
{
    switch (role) {
    case Role::encrypt:
        return "encrypt";
    case Role::encode:
        return "encode";
    case Role::decode:
        return "decode";
    case Role::decrypt:
        return "decrypt";
    }
    throw ConfigError("a role is one of encrypt, encode, decode, decrypt");
}

Role role_from_string(const std::string& name)
{
    for (const Role role : all_roles) {
        if (to_string(role) == name) {
            return role;
        }
    }
    throw ConfigError("unknown role '" + name +
                      "': use encrypt, encode, decode or decrypt");
}

} // namespace djescc
