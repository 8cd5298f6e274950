/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads and writes pictures with OpenCV, and refuses JPEGs that were cut short.

#include <djescc/error.h>
#include <djescc/image/image_io.h>

#ifdef DJESCC_HAVE_OPENCV
#include "files/file_io.h"
#include "image/exif_orientation.h"
#include "image/jpeg_end.h"
#include "image/opencv_mat.h"
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#endif

namespace djescc {

#ifdef DJESCC_HAVE_OPENCV

namespace {

std::string picture_bytes(const std::string& path)
{
    try {
        // OpenCV counts the bytes of a buffer in an int.
        return read_file(path, std::numeric_limits<int>::max());
    } catch (const ModelError& error) {
        throw ImageError(error.what());
    }
}

//! Turned and mirrored as EXIF's orientations 1 to 8 say.
cv::Mat turned_upright(const cv::Mat& stored, int orientation)
{
    cv::Mat picture = stored;
    if (orientation >= 5) {
        cv::transpose(stored, picture);
    }
    constexpr int around_x = 0, around_y = 1, around_both = -1;
    cv::Mat flipped;
    switch (orientation) {
    case 2:
    case 6:
        cv::flip(picture, flipped, around_y);
        return flipped;
    case 3:
    case 7:
        cv::flip(picture, flipped, around_both);
        return flipped;
    case 4:
    case 8:
        cv::flip(picture, flipped, around_x);
        return flipped;
    default:
        return picture;
    }
}

cv::Mat decode(const std::string& bytes, const std::string& path)
{
    // Alpha comes with IMREAD_UNCHANGED only, which ignores the EXIF orientation; JPEG
    // has no alpha but does have orientations.
    const int flags =
        is_jpeg(bytes) ? cv::IMREAD_ANYDEPTH | cv::IMREAD_ANYCOLOR : cv::IMREAD_UNCHANGED;
    const cv::Mat buffer(1,
                         static_cast<int>(bytes.size()),
                         CV_8U,
                         const_cast<char*>(bytes.data())); // only read from
    cv::Mat picture;
    try {
        picture = cv::imdecode(buffer, flags);
    } catch (const cv::Exception& error) {
        throw ImageError(path + " cannot be decoded: " + error.err);
    }
    if (picture.empty()) {
        throw ImageError(path +
                         " is damaged, cut short or not a picture that OpenCV reads");
    }
    return is_jpeg(bytes) ? picture : turned_upright(picture, exif_orientation(bytes));
}

} // namespace

torch::Tensor read_image(const std::string& path, int channels)
{
    const auto bytes = picture_bytes(path);
    if (bytes.empty()) {
        throw ImageError(path + " is empty");
    }
    if (is_jpeg(bytes) && !jpeg_is_complete(bytes)) {
        throw ImageError(path + " is cut short: the end of the JPEG picture is missing");
    }
    return tensor_from_mat(decode(bytes, path), channels, path);
}

namespace {

std::string png_bytes(const torch::Tensor& image, const std::string& name)
{
    std::vector<unsigned char> bytes;
    try {
        cv::imencode(".png", mat_from_tensor(image, name), bytes);
    } catch (const cv::Exception& error) {
        throw ImageError(name + " cannot be encoded as PNG: " + error.err);
    }
    return { bytes.begin(), bytes.end() };
}

} // namespace

std::string encode_png(const torch::Tensor& image)
{
    return png_bytes(image, "the picture");
}

void write_png(const torch::Tensor& image, const std::string& path)
{
    const auto bytes = png_bytes(image, path);
    try {
        replace_file(path, bytes);
    } catch (const ModelError& error) {
        throw ImageError(error.what());
    }
}

#else

torch::Tensor read_image(const std::string& path, int)
{
    throw ImageError(path + " cannot be read: this djescc was built without OpenCV");
}

std::string encode_png(const torch::Tensor&)
{
    throw ImageError("no picture can be encoded: this djescc was built without OpenCV");
}

void write_png(const torch::Tensor&, const std::string& path)
{
    throw ImageError(path + " cannot be written: this djescc was built without OpenCV");
}

#endif

} // namespace djescc
