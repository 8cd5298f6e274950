/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes pictures under harmless names, or as frames of a video.

#include <algorithm>
#include <cstdio>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <djescc/image/picture_writer.h>
#include <filesystem>
#include <system_error>
#include <utility>

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
            open_video();
        }
        d_video->write(image);
        d_frame_size = { image.size(1), image.size(2) };
        ++d_frames;
    } else {
        write_png(
            image,
            (std::filesystem::path(d_output) / picture_file_name(id, name)).string());
    }
}

void PictureWriter::open_video()
{
    namespace fs = std::filesystem;
    if (d_frames == 0) {
        d_video.emplace(d_output, d_frame_rate);
        return;
    }
    // The file's extension stays, since it tells the container.
    const fs::path path(d_output);
    const fs::path earlier = path.parent_path() / (path.stem().string() + ".earlier" +
                                                   path.extension().string());
    std::error_code error;
    fs::rename(path, earlier, error);
    if (error) {
        throw ImageError(d_output + " cannot be continued: " + error.message());
    }
    try {
        VideoReader reader(earlier.string());
        VideoWriter writer(d_output, d_frame_rate);
        while (const auto frame = reader.read()) {
            // without the column and row that odd sizes grew by
            writer.write(
                frame->narrow(1, 0, d_frame_size[0]).narrow(2, 0, d_frame_size[1]));
        }
        d_video.emplace(std::move(writer));
    } catch (const ImageError&) {
        fs::rename(earlier, path, error);
        throw;
    }
    fs::remove(earlier, error);
}

void PictureWriter::close()
{
    if (d_video) {
        // gone in any case, so that a failure is told once
        auto video = std::move(*d_video);
        d_video.reset();
        video.close();
    }
}

std::string picture_file_name(int64_t id, const std::string& name)
{
    char digits[32];
    std::snprintf(digits, sizeof(digits), "%06lld", static_cast<long long>(id));
    std::string text = digits;
    if (!name.empty()) {
        std::string harmless = name.substr(0, longest_name);
        std::replace_if(
            harmless.begin(),
            harmless.end(),
            [](char c) { return !is_harmless(c); },
            '_');
        text += '_' + harmless;
    }
    return text + ".png";
}

} // namespace djescc
