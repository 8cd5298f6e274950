/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes pictures under harmless names, or as frames of a video.

#include <algorithm>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <djescc/image/picture_writer.h>
#include <filesystem>
#include <iomanip>
#include <sstream>
#include <system_error>

namespace djescc {

namespace {

// File systems take names of 255 bytes; a name from a stream may be longer.
constexpr std::size_t longest_name = 100;

bool is_harmless(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '.' || c == '-' || c == '_';
}

void create_folder(const std::string& path)
{
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!std::filesystem::is_directory(path)) {
        throw ImageError("cannot make the folder " + path +
                         (error ? ": " + error.message() : ": it is a file"));
    }
}

} // namespace

PictureWriter::PictureWriter(const std::string& output,
                             const std::string& format,
                             double frame_rate)
    : d_output(output), d_frame_rate(frame_rate), d_is_video(is_video_file(output))
{
    if (format != "png") {
        throw ConfigError("unknown picture format \"" + format + "\"; there is \"png\"");
    }
    if (d_is_video) {
        d_video.emplace(output, frame_rate);
    } else {
        create_folder(output);
    }
}

void PictureWriter::write(const torch::Tensor& image, int64_t id, const std::string& name)
{
    if (d_is_video) {
        if (!d_video) {
            d_video.emplace(d_output, d_frame_rate);
        }
        d_video->write(image);
    } else {
        write_png(
            image,
            (std::filesystem::path(d_output) / picture_file_name(id, name)).string());
    }
}

void PictureWriter::close()
{
    if (d_video) {
        d_video->close();
        d_video.reset();
    }
}

std::string picture_file_name(int64_t id, const std::string& name)
{
    std::ostringstream text;
    text << std::setw(6) << std::setfill('0') << id;
    if (!name.empty()) {
        std::string harmless = name.substr(0, longest_name);
        std::replace_if(
            harmless.begin(),
            harmless.end(),
            [](char c) { return !is_harmless(c); },
            '_');
        text << '_' << harmless;
    }
    text << ".png";
    return text.str();
}

} // namespace djescc
