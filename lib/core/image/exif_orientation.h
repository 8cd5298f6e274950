/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How a picture must be turned to stand upright, as PNG and WebP files tell. OpenCV
 *  turns JPEG and TIFF itself. */
#pragma once

#include <string>

namespace djescc {

/*! Orientation, 1 to 8, of the EXIF data in a PNG (chunk eXIf) or a WebP file (chunk
 *  EXIF); 1, upright, where there is none or it is damaged. Sources: PNG Third
 *  Edition, 11.3.3; WebP Container Specification; TIFF 6.0, section 8. */
int exif_orientation(const std::string& bytes);

} // namespace djescc
