/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The weights files of a model's directory: their names, bytes, hashes and metadata. */
#pragma once

#include <djescc/model/manifest.h>
#include <djescc/net/role_net.h>
#include <map>
#include <string>

namespace djescc {

inline constexpr char manifest_name[] = "model.json";

std::string file_of(const std::string& directory, const std::string& file);

/* Whatever stands in the way of looking, a name that is too long or a folder that may not
 * be searched, counts as absent instead of throwing. */
bool is_directory(const std::string& path);
bool exists(const std::string& path);

//! \throws ModelError where it cannot be created
void create_directory(const std::string& directory);

//! 64 lower-case hexadecimal digits.
std::string hex_digest(const std::string& bytes);

//! What a weights file says of itself.
std::map<std::string, std::string> weights_metadata(const std::string& model, Role role);

/*! Bytes of a role's file, after its hash: those that were checked are the ones used.
 *  \throws ModelError for a file that is missing, swapped or another one */
std::string
checked_bytes(const std::string& directory, const Manifest& manifest, Role role);

} // namespace djescc
