/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Between OpenCV's matrices and tensors, for the files that use OpenCV. */
#pragma once

// Only for files that are compiled with OpenCV.

#include <opencv2/core/mat.hpp>
#include <string>
#include <torch/types.h>

namespace djescc {

/*! C x H x W float32 in [0, 1] from a picture as OpenCV decodes it.
 *  \param picture   8-bit, 16-bit or floating-point; grey, BGR or BGRA. Alpha is
 *                   composited over white; floating-point values are clamped.
 *  \param channels  1 (luma) or 3 (RGB)
 *  \param name      what errors call the picture
 *  \throws ImageError for other sample types, other channel counts and values that are
 *          not finite */
torch::Tensor
tensor_from_mat(const cv::Mat& picture, int channels, const std::string& name);

/*! 8-bit grey (from 1 x H x W) or BGR (from 3 x H x W); values clamped and rounded.
 *  \param name  what errors call the picture
 *  \throws ImageError for another shape and for values that are not finite */
cv::Mat mat_from_tensor(const torch::Tensor& image, const std::string& name);

} // namespace djescc
