/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Converts between OpenCV's matrices and tensors.

#ifdef DJESCC_HAVE_OPENCV

#include "image/opencv_mat.h"

#include <djescc/error.h>
#include <djescc/image/levels.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace djescc {

namespace {

//! The factor that brings a sample type's full scale to 1.
double full_scale_factor(int depth, const std::string& name)
{
    switch (depth) {
    case CV_8U:
        return 1.0 / 255;
    case CV_16U:
        return 1.0 / 65535;
    case CV_32F:
    case CV_64F:
        return 1.0;
    default:
        throw ImageError(name +
                         " has samples of a type that is not supported; convert it "
                         "to 8 or 16 bits per channel");
    }
}

//! As browsers and viewers show transparent pictures.
cv::Mat over_white(const cv::Mat& bgra)
{
    std::vector<cv::Mat> planes;
    cv::split(bgra, planes);
    for (std::size_t i = 0; i < 3; ++i) {
        // 1 - (1 - colour) alpha
        cv::subtract(1.0, planes[i], planes[i]);
        cv::multiply(planes[i], planes[3], planes[i]);
        cv::subtract(1.0, planes[i], planes[i]);
    }
    planes.pop_back();
    cv::Mat bgr;
    cv::merge(planes, bgr);
    return bgr;
}

cv::Mat with_channels(cv::Mat picture, int channels, const std::string& name)
{
    if (picture.channels() == 4) {
        picture = over_white(picture);
    }
    cv::Mat converted;
    if (picture.channels() == 3) {
        cv::cvtColor(
            picture, converted, channels == 3 ? cv::COLOR_BGR2RGB : cv::COLOR_BGR2GRAY);
    } else if (picture.channels() == 1 && channels == 3) {
        cv::cvtColor(picture, converted, cv::COLOR_GRAY2RGB);
    } else if (picture.channels() == 1) {
        converted = picture;
    } else {
        throw ImageError(name + " has " + std::to_string(picture.channels()) +
                         " channels; grey, RGB and RGB with alpha are supported");
    }
    return converted;
}

} // namespace

torch::Tensor
tensor_from_mat(const cv::Mat& picture, int channels, const std::string& name)
{
    if (channels != 1 && channels != 3) {
        throw ImageError("an image has 1 or 3 channels, not " + std::to_string(channels));
    }
    const int depth = picture.depth();
    cv::Mat scaled;
    picture.convertTo(scaled, CV_32F, full_scale_factor(depth, name));
    const bool is_floating_point = depth == CV_32F || depth == CV_64F;
    if (is_floating_point && !cv::checkRange(scaled)) {
        throw ImageError(name + " has values that are not finite");
    }
    scaled = with_channels(scaled, channels, name);
    const auto rows = torch::from_blob(
        scaled.data, { scaled.rows, scaled.cols, channels }, torch::kFloat);
    // The permuted copy owns its memory; conversions to luma can end a rounding above 1.
    return rows.permute({ 2, 0, 1 }).clone(torch::MemoryFormat::Contiguous).clamp_(0, 1);
}

cv::Mat mat_from_tensor(const torch::Tensor& image, const std::string& name)
{
    if (image.dim() != 3 || (image.size(0) != 1 && image.size(0) != 3) ||
        image.numel() == 0) {
        throw ImageError(name + " cannot be written: expected 1 or 3 x H x W values");
    }
    const auto pixels = image.detach().to(torch::kCPU, torch::kFloat);
    if (!torch::isfinite(pixels).all().item<bool>()) {
        throw ImageError(name +
                         " cannot be written: the image has values that are not "
                         "finite");
    }
    const auto levels =
        to_8bit_levels(pixels).to(torch::kByte).permute({ 1, 2, 0 }).contiguous();
    const cv::Mat view(static_cast<int>(levels.size(0)),
                       static_cast<int>(levels.size(1)),
                       CV_8UC(static_cast<int>(levels.size(2))),
                       levels.data_ptr());
    cv::Mat picture;
    if (view.channels() == 3) {
        cv::cvtColor(view, picture, cv::COLOR_RGB2BGR);
    } else {
        view.copyTo(picture);
    }
    return picture;
}

} // namespace djescc

#endif
