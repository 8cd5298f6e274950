/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Whether a JPEG file is whole, which OpenCV does not tell. */
#pragma once

#include <string>

namespace djescc {

//! True where \p bytes begin as a JPEG file does.
bool is_jpeg(const std::string& bytes);

/*! True where a JPEG file's scans are followed by its end-of-image marker. OpenCV decodes
 *  a file that was cut short without a word and fills what is missing with grey. Source:
 *  ITU-T T.81, annex B. */
bool jpeg_is_complete(const std::string& bytes);

} // namespace djescc
