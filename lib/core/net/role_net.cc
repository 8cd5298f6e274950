/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The weights file that most nets have: safetensors of their parameters and buffers.

#include <djescc/net/role_net.h>

#include "files/file_io.h"
#include "net/net_state.h"
#include <djescc/error.h>
#include <djescc/files/safetensors.h>

namespace djescc {

void RoleNet::load_weights(const std::string& bytes,
                           const std::string& origin,
                           const std::string& role,
                           torch::Device)
{
    const TensorFile file = parse_safetensors(bytes, origin);
    const auto stored_role = file.metadata.find("role");
    if (stored_role != file.metadata.end() && stored_role->second != role) {
        throw ModelError(origin + " says that it is of the role " +
                         printable(stored_role->second) + ", not '" + role +
                         "': copy the right file");
    }
    set_net_state(*this, file, origin);
    check_weights(origin);
}

std::string
RoleNet::save_weights(const std::map<std::string, std::string>& metadata) const
{
    TensorFile state = net_state(*this);
    state.metadata = metadata;
    return serialize_safetensors(state);
}

bool RoleNet::starts_as_nothing(const std::string&) const { return false; }

void RoleNet::check_weights(const std::string&) const {}

} // namespace djescc
