/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads videos and cameras and writes videos, with OpenCV.

#include <djescc/error.h>
#include <djescc/image/video.h>

#include <cmath>

#ifdef DJESCC_HAVE_OPENCV
#include "files/file_name.h"
#include "image/opencv_mat.h"
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <opencv2/videoio/registry.hpp>
#endif

namespace djescc {

namespace {
constexpr auto camera_prefix = "camera:";

// What containers' time bases can hold with room to spare.
constexpr double max_frame_rate = 1000;

void require_frame_rate(double frame_rate)
{
    if (!(frame_rate > 0 && frame_rate <= max_frame_rate)) {
        throw ConfigError(
            "a video's frame rate must be above 0 and at most 1000 frames "
            "per second, not " +
            std::to_string(frame_rate));
    }
}
} // namespace

bool is_camera(const std::string& source) { return source.rfind(camera_prefix, 0) == 0; }

#ifdef DJESCC_HAVE_OPENCV

namespace {

int camera_index(const std::string& source)
{
    const auto digits = source.substr(std::string(camera_prefix).size());
    // Three digits are more cameras than there are device files.
    if (digits.empty() || digits.size() > 3 ||
        !std::all_of(digits.begin(), digits.end(), [](unsigned char c) {
            return std::isdigit(c) != 0;
        })) {
        throw ImageError("'" + source +
                         "' names no camera; write camera:0 for the first");
    }
    return std::stoi(digits);
}

struct Codec {
    const char* extension;
    const char* four_characters;
};

// Each container's most widely readable codec among those in Debian's OpenCV; Matroska
// gets a lossless one, for measurements on the file.
constexpr std::array codecs{ Codec{ ".mp4", "mp4v" },
                             Codec{ ".m4v", "mp4v" },
                             Codec{ ".mov", "mp4v" },
                             Codec{ ".avi", "MJPG" },
                             Codec{ ".mkv", "FFV1" } };

//! \p usual where this OpenCV has it: the search through all of its backends writes a
//! warning to the standard error stream for each one that fails.
int backend(cv::VideoCaptureAPIs usual)
{
    return cv::videoio_registry::hasBackend(usual) ? usual : cv::CAP_ANY;
}

// Less than one block of FFmpeg's writer.
constexpr std::uintmax_t least_free_bytes = 4096;

/*! OpenCV tells nobody that a disk was full. A file that stayed empty tells, and so does
 *  a disk without room at the end.
 *  \throws ImageError */
void require_whole(const std::string& path)
{
    namespace fs = std::filesystem;
    std::error_code error;
    const bool empty =
        !fs::is_regular_file(path, error) || fs::file_size(path, error) == 0;
    const auto space = fs::space(path, error);
    if (empty || (!error && space.available < least_free_bytes)) {
        throw ImageError(path +
                         " is not whole: the disk is full, or what the name stands for "
                         "takes no video; make room and write it again");
    }
}

int codec_for(const std::string& path)
{
    const auto extension = file_extension(path);
    for (const auto& codec : codecs) {
        if (extension == codec.extension) {
            const char* name = codec.four_characters;
            return cv::VideoWriter::fourcc(name[0], name[1], name[2], name[3]);
        }
    }
    throw ImageError(path +
                     " cannot be written: the name must end in .mp4, .m4v, .mov, "
                     ".avi or .mkv (lossless)");
}

} // namespace

struct VideoReader::Impl {
    std::string source;
    cv::VideoCapture capture;

    void open()
    {
        const bool opened = is_camera(source) ? open_camera() : open_file();
        if (!opened) {
            throw ImageError(source + (is_camera(source) ? " cannot be opened: no such "
                                                           "camera, or it is in use"
                                                         : " is not a video that OpenCV "
                                                           "reads"));
        }
    }

private:
    bool open_camera()
    {
        return capture.open(camera_index(source), backend(cv::CAP_V4L2));
    }

    bool open_file()
    {
        std::error_code error;
        const auto status = std::filesystem::status(source, error);
        if (!std::filesystem::exists(status)) {
            throw ImageError(source + " does not exist");
        }
        if (!std::filesystem::is_regular_file(status)) {
            throw ImageError(source + " is not a regular file");
        }
        if (std::filesystem::file_size(source, error) == 0) {
            throw ImageError(source + " is empty");
        }
        return capture.open(source, backend(cv::CAP_FFMPEG));
    }
};

VideoReader::VideoReader(const std::string& source) : d_impl(std::make_unique<Impl>())
{
    d_impl->source = source;
    d_impl->open();
}

std::optional<torch::Tensor> VideoReader::read()
{
    cv::Mat frame;
    if (!d_impl->capture.read(frame) || frame.empty()) {
        return std::nullopt;
    }
    return tensor_from_mat(frame, 3, d_impl->source);
}

void VideoReader::rewind()
{
    if (is_camera(d_impl->source)) {
        throw ImageError(d_impl->source + " is live and has no beginning to go back to");
    }
    // Opened again, since seeking is inexact in some containers.
    d_impl->capture.release();
    d_impl->open();
}

double VideoReader::frame_rate() const
{
    const double rate = d_impl->capture.get(cv::CAP_PROP_FPS);
    return std::isfinite(rate) && rate > 0 ? rate : 0;
}

struct VideoWriter::Impl {
    std::string path;
    double frame_rate = 0;
    int codec = 0;
    cv::VideoWriter writer;
    std::array<int64_t, 2> frame_size{}; //!< height and width of the first frame
    bool closed = false;

    void open(cv::Size size)
    {
        if (!writer.open(path, backend(cv::CAP_FFMPEG), codec, frame_rate, size)) {
            throw ImageError(path +
                             " cannot be written: the folder cannot be written to, "
                             "or this OpenCV lacks the codec");
        }
    }
};

VideoWriter::VideoWriter(const std::string& path, double frame_rate)
    : d_impl(std::make_unique<Impl>())
{
    require_frame_rate(frame_rate);
    d_impl->path = path;
    d_impl->frame_rate = frame_rate;
    d_impl->codec = codec_for(path);
}

void VideoWriter::write(const torch::Tensor& frame)
{
    if (d_impl->closed) {
        throw ImageError(d_impl->path + " is closed; no more frames can be written");
    }
    cv::Mat picture = mat_from_tensor(frame, d_impl->path);
    if (picture.channels() == 1) {
        cv::cvtColor(picture, picture, cv::COLOR_GRAY2BGR);
    }
    // The codecs' colour subsampling needs even sizes, and OpenCV would cut silently.
    cv::copyMakeBorder(
        picture, picture, 0, picture.rows % 2, 0, picture.cols % 2, cv::BORDER_REPLICATE);
    const std::array<int64_t, 2> size{ frame.size(1), frame.size(2) };
    if (!d_impl->writer.isOpened()) {
        d_impl->open(picture.size());
        d_impl->frame_size = size;
    }
    if (size != d_impl->frame_size) {
        throw ImageError(d_impl->path + " holds frames of " +
                         std::to_string(d_impl->frame_size[1]) + " x " +
                         std::to_string(d_impl->frame_size[0]) + " pixels; one of " +
                         std::to_string(size[1]) + " x " + std::to_string(size[0]) +
                         " cannot be added");
    }
    d_impl->writer.write(picture);
}

void VideoWriter::close()
{
    const bool written = d_impl->writer.isOpened();
    d_impl->writer.release();
    d_impl->closed = true;
    if (written) {
        require_whole(d_impl->path);
    }
}

#else

namespace {
[[noreturn]] void refuse(const std::string& name)
{
    throw ImageError(name + " cannot be opened: this djescc was built without OpenCV");
}
} // namespace

struct VideoReader::Impl {
};

VideoReader::VideoReader(const std::string& source) { refuse(source); }

std::optional<torch::Tensor> VideoReader::read() { return std::nullopt; }

void VideoReader::rewind() {}

double VideoReader::frame_rate() const { return 0; }

struct VideoWriter::Impl {
};

VideoWriter::VideoWriter(const std::string& path, double frame_rate)
{
    require_frame_rate(frame_rate);
    refuse(path);
}

void VideoWriter::write(const torch::Tensor&) {}

void VideoWriter::close() {}

#endif

VideoReader::~VideoReader() = default;
VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;

VideoWriter::~VideoWriter() = default;
VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;
VideoWriter& VideoWriter::operator=(VideoWriter&&) noexcept = default;

} // namespace djescc
