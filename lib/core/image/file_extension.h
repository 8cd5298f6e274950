/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <string>

namespace djescc {

//! The extension of a path's last part with its dot, in lower case: ".png".
std::string file_extension(const std::string& path);

} // namespace djescc
