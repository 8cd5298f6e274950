/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  SHA-256 of bytes and files. */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <djescc/export.h>
#include <string>

namespace DJESCC_EXPORT djescc {

using Sha256Digest = std::array<uint8_t, 32>;

/*! SHA-256 (FIPS 180-4), by libsodium where the library is built with it and by a
 *  portable implementation on servers that have none. */
Sha256Digest sha256(const void* data, std::size_t size);
Sha256Digest sha256(const std::string& bytes);

//! Lower-case hexadecimal digits of \p size bytes.
std::string to_hex(const uint8_t* data, std::size_t size);

//! Hexadecimal SHA-256 of a file.
//! \throws ModelError naming \p path when unreadable.
std::string sha256_of_file(const std::string& path);

} // namespace djescc
