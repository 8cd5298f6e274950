/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Lists picture files in natural order and tells videos by their names.

#include "files/file_name.h"
#include "image/left_out_images.h"

#include <djescc/error.h>
#include <djescc/image/image_io.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <glob.h>
#include <iterator>
#include <string_view>

namespace djescc {

namespace fs = std::filesystem;

namespace {

constexpr std::array picture_extensions{ ".png", ".jpg",  ".jpeg", ".jpe", ".webp",
                                         ".tif", ".tiff", ".bmp",  ".dib", ".pbm",
                                         ".pgm", ".ppm",  ".pnm",  ".jp2", ".exr",
                                         ".hdr", ".ras",  ".sr" };
constexpr std::array left_out_extensions{ ".heic", ".heif", ".avif", ".gif", ".jxl",
                                          ".svg",  ".dng",  ".cr2",  ".cr3", ".nef",
                                          ".arw",  ".raf",  ".orf",  ".rw2" };
constexpr std::array video_extensions{ ".mp4",  ".m4v", ".mkv",  ".avi", ".mov",
                                       ".webm", ".mpg", ".mpeg", ".ts",  ".m2ts",
                                       ".wmv",  ".flv", ".ogv",  ".3gp", ".y4m" };

//! A regular file with one of the extensions. Hidden files are none: programs leave
//! companions of pictures behind under such names, as macOS does with "._".
template <typename Extensions>
bool is_file_of(const std::string& path, const Extensions& extensions)
{
    std::error_code error;
    const auto name = fs::path(path).filename().string();
    return !name.empty() && name.front() != '.' && fs::is_regular_file(path, error) &&
           std::find(extensions.begin(), extensions.end(), file_extension(path)) !=
               extensions.end();
}

bool is_picture_file(const std::string& path)
{
    return is_file_of(path, picture_extensions);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

//! Cuts the digits that \p text begins with off it; returned without leading zeros.
std::string_view take_number(std::string_view& text)
{
    std::size_t size = 0;
    while (size < text.size() && is_digit(text[size])) {
        ++size;
    }
    auto number = text.substr(0, size);
    text.remove_prefix(size);
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
    return number;
}

//! Runs of digits compare as numbers of any length, everything else byte by byte.
bool comes_before(const std::string& left, const std::string& right)
{
    std::string_view a = left;
    std::string_view b = right;
    while (!a.empty() && !b.empty()) {
        if (is_digit(a.front()) && is_digit(b.front())) {
            const auto number_a = take_number(a);
            const auto number_b = take_number(b);
            if (number_a.size() != number_b.size()) {
                return number_a.size() < number_b.size();
            }
            if (number_a != number_b) {
                return number_a < number_b;
            }
        } else if (a.front() != b.front()) {
            return a.front() < b.front();
        } else {
            a.remove_prefix(1);
            b.remove_prefix(1);
        }
    }
    // "1" and "01" are one number; the plain order keeps the result unique.
    return a.empty() && b.empty() ? left < right : a.empty();
}

template <typename Extensions>
std::vector<std::string> files_in(const std::string& folder, const Extensions& extensions)
{
    std::vector<std::string> paths;
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    if (error) {
        throw ImageError(folder + " cannot be listed: " + error.message());
    }
    for (const auto& entry : entries) {
        if (is_file_of(entry.path().string(), extensions)) {
            paths.push_back(entry.path().string());
        }
    }
    return paths;
}

std::vector<std::string> pictures_matching(const std::string& pattern)
{
    glob_t matches{};
    std::vector<std::string> paths;
    if (::glob(pattern.c_str(), GLOB_TILDE | GLOB_BRACE, nullptr, &matches) == 0) {
        std::copy_if(matches.gl_pathv,
                     matches.gl_pathv + matches.gl_pathc,
                     std::back_inserter(paths),
                     is_picture_file);
    }
    ::globfree(&matches);
    return paths;
}

} // namespace

std::vector<std::string> list_images(const std::string& input)
{
    std::error_code error;
    const auto status = fs::status(input, error);
    if (fs::is_regular_file(status)) {
        return { input };
    }
    const bool is_folder = fs::is_directory(status);
    auto paths =
        is_folder ? files_in(input, picture_extensions) : pictures_matching(input);
    if (paths.empty()) {
        const auto left_out = left_out_images(input);
        if (!left_out.empty()) {
            throw ImageError(input + " holds no picture that can be read: " +
                             left_out_reason(left_out.front()));
        }
        throw ImageError(input + (is_folder ? " is a folder without pictures"
                                            : " is no file and no folder, and matches no "
                                              "pictures"));
    }
    std::sort(paths.begin(), paths.end(), comes_before);
    return paths;
}

std::vector<std::string> left_out_images(const std::string& input)
{
    std::error_code error;
    if (!fs::is_directory(input, error)) {
        return {};
    }
    auto paths = files_in(input, left_out_extensions);
    std::sort(paths.begin(), paths.end(), comes_before);
    return paths;
}

std::string left_out_reason(const std::string& path)
{
    std::string format = file_extension(path).substr(1);
    std::transform(format.begin(), format.end(), format.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return format + " pictures cannot be read; convert them to PNG or JPEG";
}

bool is_video_file(const std::string& path)
{
    std::error_code error;
    if (fs::is_directory(path, error)) {
        return false;
    }
    const auto extension = file_extension(path);
    return std::find(video_extensions.begin(), video_extensions.end(), extension) !=
           video_extensions.end();
}

} // namespace djescc
