/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures in files: reading all common formats, writing PNG, listing folders. */
#pragma once

#include <djescc/export.h>
#include <string>
#include <torch/types.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

/*! Read a picture: PNG, JPEG, WebP, TIFF, PNM, BMP and whatever else OpenCV reads.
 *
 *  8-bit values are divided by 255, 16-bit ones by 65535, floating-point ones are
 *  clamped; an alpha channel is composited over white; grey and colour are converted to
 *  \p channels. The EXIF orientation of JPEG, TIFF, PNG and WebP is applied.
 *  \param channels  1 (luma) or 3 (RGB)
 *  \return channels x H x W float32 in [0, 1]
 *  \throws ImageError naming \p path: missing, empty, cut short, not a picture, or the
 *          library was built without OpenCV
 */
torch::Tensor read_image(const std::string& path, int channels = 3);

/*! Write an 8-bit PNG (values clamped and rounded), replacing the file in one step.
 *  \param image  1 or 3 x H x W float32
 *  \throws ImageError naming \p path: values that are not finite, or it cannot be written
 */
void write_png(const torch::Tensor& image, const std::string& path);

//! The bytes of write_png()'s file.
//! \throws ImageError as write_png()
std::string encode_png(const torch::Tensor& image);

/*! The pictures that \p input means, in natural order (img2 before img10).
 *  \param input  a file, a folder (its picture files but for hidden ones, not
 *                recursive) or a glob pattern
 *                (of picture files; ~ and braces are expanded)
 *  \throws ImageError when nothing matches
 */
std::vector<std::string> list_images(const std::string& input);

//! True where the file name's extension is one of a video container's (mp4, mkv, avi,
//! ...) and no folder has that name.
bool is_video_file(const std::string& path);

} // namespace djescc
