/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  JPEG files in memory by libjpeg, and their segments. */
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace djescc {

//! Samples as libjpeg takes them: rows of pixels of 1 or 3 bytes.
struct JpegPixels {
    int channels = 0;
    int height = 0;
    int width = 0;
    std::vector<uint8_t> samples;
};

/*! A JPEG file of 8-bit grey or RGB pixels.
 *  \param quality      1 to 100
 *  \param half_chroma  chroma has half the height and width
 *  \throws ImageError where libjpeg fails */
std::string write_jpeg(const JpegPixels& pixels, int quality, bool half_chroma);

/*! The pixels of a JPEG file.
 *  \param channels  1 or 3, of the pixels
 *  \param height    that the file must have
 *  \param width     that the file must have
 *  \throws ImageError where libjpeg finds a fault or has to guess, and where the file's
 *          height, width or components are others */
JpegPixels read_jpeg(const std::string& file, int channels, int height, int width);

} // namespace djescc
