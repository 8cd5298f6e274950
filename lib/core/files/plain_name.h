/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <algorithm>
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

} // namespace djescc
