/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures in formats that cannot be read, so that they are not left out in silence. */
#pragma once

#include <string>
#include <vector>

namespace djescc {

/*! Files of a folder that are pictures by their extension, of formats that cannot be
 *  read: HEIC, AVIF, GIF, JPEG XL, SVG and cameras' raw formats. Hidden files are none.
 *  \param input  as list_images() takes it; nothing is left out where it is no folder */
std::vector<std::string> left_out_images(const std::string& input);

//! "HEIC pictures cannot be read; convert ..." for one of left_out_images().
std::string left_out_reason(const std::string& path);

} // namespace djescc
