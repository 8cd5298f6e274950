/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Whole files at once, and text of strangers in messages. */
#pragma once

#include <cstddef>
#include <string>

namespace djescc {

/*! The bytes of a regular file.
 *  \param max_size  larger files are refused before anything is read
 *  \throws ModelError naming \p path: absent, not a regular file, too large, unreadable
 */
std::string read_file(const std::string& path, std::size_t max_size);

/*! Write a file under another name beside \p path, then rename: readers see the old
 *  contents or the new ones, never a part.
 *  \throws ModelError naming \p path. */
void replace_file(const std::string& path, const std::string& bytes);

/*! Text from a stranger's file made fit for an error message: in single quotes, cut
 *  after 80 characters, whatever is not printable ASCII shown as \xNN. */
std::string printable(const std::string& text);

} // namespace djescc
