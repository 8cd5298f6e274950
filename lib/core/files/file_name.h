/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What names of files tell: whether they stay in their folder, and their extension. */
#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>

namespace djescc {

/*! Whether a name consists of letters, digits, '.', '_' and '-' and does not begin with a
 *  dot: as a file or directory it stays in its folder. */
inline bool is_plain_name(const std::string& name)
{
    return !name.empty() && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
           });
}

//! The extension of a path's last part with its dot, in lower case: ".png".
inline std::string file_extension(const std::string& path)
{
    std::string extension = std::filesystem::path(path).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return extension;
}

} // namespace djescc
