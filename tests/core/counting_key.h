/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A key file of known bytes, for tests against other implementations. */
#pragma once

#include "scratch_folder.h"
#include <cstdio>
#include <djescc/keys/secret_key.h>
#include <string>
#include <sys/stat.h>

namespace djescc::test {

//! Writes a key file of the bytes \p first, first + 1, ...; returns its path.
inline std::string counting_key_file(const ScratchFolder& folder, int first = 0)
{
    std::string text = "djescc-key-1:";
    for (int i = 0; i < 32; i++) {
        char digits[3];
        std::snprintf(digits, sizeof(digits), "%02x", (first + i) & 255);
        text += digits;
    }
    const std::string path =
        folder.file("counting-" + std::to_string(first) + ".key", text + "\n");
    ::chmod(path.c_str(), 0600);
    return path;
}

//! The key of such a file: of tests whose outcome must not hang on the key that was
//! drawn.
inline SecretKey counting_key(const ScratchFolder& folder, int first = 0)
{
    return SecretKey::read(counting_key_file(folder, first));
}

} // namespace djescc::test
