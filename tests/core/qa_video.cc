/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of reading and writing videos.

#include "error_text.h"
#include "scratch_folder.h"

#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/data/dataset.h>
#include <djescc/error.h>
#include <djescc/image/video.h>
#include <djescc/metrics/quality.h>
#include <limits>
#include <optional>

namespace djescc {

using test::assert_contains;
using test::error_text;

class qa_video : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_video);
    CPPUNIT_TEST(frame_rate_out_of_range);
#ifdef DJESCC_HAVE_OPENCV
    CPPUNIT_TEST(write_and_read_again);
    CPPUNIT_TEST(lossless_container);
    CPPUNIT_TEST(odd_size_grows_by_one);
    CPPUNIT_TEST(grey_frames);
    CPPUNIT_TEST(rewinding);
    CPPUNIT_TEST(writing_refuses);
    CPPUNIT_TEST(unreadable_files);
    CPPUNIT_TEST(cameras);
    CPPUNIT_TEST(frames_are_a_data_set);
#else
    CPPUNIT_TEST(without_opencv_says_so);
#endif
    CPPUNIT_TEST_SUITE_END();

    std::optional<test::ScratchFolder> d_folder;

public:
    void setUp() override { d_folder.emplace("qa_video"); }
    void tearDown() override { d_folder.reset(); }

private:
    void frame_rate_out_of_range()
    {
        const auto path = d_folder->path("video.mp4");
        for (const double rate :
             { 0.0, -1.0, 2000.0, std::numeric_limits<double>::quiet_NaN() }) {
            CPPUNIT_ASSERT_THROW(VideoWriter(path, rate), ConfigError);
        }
    }

#ifdef DJESCC_HAVE_OPENCV
    static constexpr int64_t frame_count = 5;

    //! A red square that moves right over a smooth background, a step a frame.
    static torch::Tensor frame(int64_t index, int64_t height = 48, int64_t width = 64)
    {
        const auto ramp =
            torch::linspace(0.1, 0.6, width).expand({ 3, height, width }).clone();
        ramp[0].narrow(0, 8, 16).narrow(1, 8 * index, 16).fill_(0.9);
        return ramp;
    }

    std::string
    write_video(const std::string& name, int64_t height = 48, int64_t width = 64)
    {
        const auto path = d_folder->path(name);
        VideoWriter writer(path, 12.5);
        for (int64_t i = 0; i < frame_count; ++i) {
            writer.write(frame(i, height, width));
        }
        writer.close();
        return path;
    }

    static double quality(const torch::Tensor& a, const torch::Tensor& b)
    {
        return psnr(a.unsqueeze(0), b.unsqueeze(0)).item<double>();
    }

    static void assert_frames(const std::string& path, double least_psnr_db)
    {
        VideoReader reader(path);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(12.5, reader.frame_rate(), 0.01);
        for (int64_t i = 0; i < frame_count; ++i) {
            const auto image = reader.read();
            CPPUNIT_ASSERT(image.has_value());
            CPPUNIT_ASSERT(image->sizes() == at::IntArrayRef({ 3, 48, 64 }));
            // The neighbouring frames, or blue for red, are below 20 dB.
            CPPUNIT_ASSERT(quality(*image, frame(i)) > least_psnr_db);
        }
        CPPUNIT_ASSERT(!reader.read().has_value());
        CPPUNIT_ASSERT(!reader.read().has_value());
    }

    void frames_are_a_data_set()
    {
        const auto path = write_video("video.mkv");
        for (const int64_t limit : { 0, 3 }) {
            const auto set = Dataset::open({ { "folder", path },
                                             { "limit",
                                               limit } },
                                           "/");
            CPPUNIT_ASSERT_EQUAL(limit == 0 ? frame_count : limit, set->size());
            for (int64_t i = 0; i < set->size(); ++i) {
                const auto image = set->crops({ { i, 0.5, 0.5, false } }, 0)[0];
                CPPUNIT_ASSERT(image.scalar_type() == torch::kUInt8);
                CPPUNIT_ASSERT(quality(image.to(torch::kFloat32).div(255), frame(i)) >
                               24);
            }
        }
        CPPUNIT_ASSERT_THROW(Dataset::open({ { "folder",
                                               d_folder->path("none.mkv") } },
                                           "/"),
                             ImageError);
    }

    void write_and_read_again()
    {
        for (const auto* name : { "video.mp4", "video.avi", "video.MOV" }) {
            assert_frames(write_video(name), 24);
        }
    }

    void lossless_container() { assert_frames(write_video("video.mkv"), 30); }

    void odd_size_grows_by_one()
    {
        VideoReader reader(write_video("odd.mkv", 47, 63));
        const auto image = reader.read();
        CPPUNIT_ASSERT(image.has_value());
        CPPUNIT_ASSERT(image->sizes() == at::IntArrayRef({ 3, 48, 64 }));
        CPPUNIT_ASSERT(
            quality(image->narrow(1, 0, 47).narrow(2, 0, 63), frame(0, 47, 63)) > 28);
    }

    void grey_frames()
    {
        const auto path = d_folder->path("grey.mkv");
        const auto grey = torch::linspace(0, 1, 64).expand({ 1, 48, 64 });
        VideoWriter writer(path, 25);
        writer.write(grey);
        writer.close();
        const auto image = VideoReader(path).read();
        CPPUNIT_ASSERT(image.has_value());
        CPPUNIT_ASSERT(quality(*image, grey.expand({ 3, 48, 64 })) > 40);
    }

    void rewinding()
    {
        VideoReader reader(write_video("video.mp4"));
        const auto first = reader.read();
        while (reader.read()) {
        }
        reader.rewind();
        const auto again = reader.read();
        CPPUNIT_ASSERT(first.has_value() && again.has_value());
        CPPUNIT_ASSERT(torch::equal(*first, *again));
    }

    void writing_refuses()
    {
        const auto path = d_folder->path("video.mp4");
        VideoWriter writer(path, 25);
        CPPUNIT_ASSERT(!std::filesystem::exists(path));
        writer.write(frame(0));
        assert_contains(error_text<ImageError>([&] { writer.write(frame(0, 48, 62)); }),
                        "62 x 48");
        CPPUNIT_ASSERT_THROW(writer.write(torch::zeros({ 2, 48, 64 })), ImageError);
        writer.write(frame(1));
        writer.close();
        CPPUNIT_ASSERT_THROW(writer.write(frame(2)), ImageError);

        assert_contains(
            error_text<ImageError>([&] { VideoWriter(d_folder->path("video.xyz"), 25); }),
            ".mp4");
        const auto absent = d_folder->path("absent/video.mp4");
        VideoWriter nowhere(absent, 25);
        assert_contains(error_text<ImageError>([&] { nowhere.write(frame(0)); }), absent);
    }

    void unreadable_files()
    {
        const auto absent = d_folder->path("absent.mp4");
        const auto empty = d_folder->file("empty.mp4", "");
        const auto text = d_folder->file("text.mp4", "this is not a video\n");
        assert_contains(error_text<ImageError>([&] { VideoReader reader(absent); }),
                        absent + " does not exist");
        assert_contains(error_text<ImageError>([&] { VideoReader reader(empty); }),
                        empty + " is empty");
        assert_contains(error_text<ImageError>([&] { VideoReader reader(text); }), text);
    }

    void cameras()
    {
        for (const auto* source : { "camera:", "camera:x", "camera:-1", "camera:1000" }) {
            assert_contains(error_text<ImageError>([&] { VideoReader reader(source); }),
                            "camera:0");
        }
        // No computer that runs tests has so many.
        assert_contains(error_text<ImageError>([] { VideoReader reader("camera:987"); }),
                        "camera:987");
    }
#else
    void without_opencv_says_so()
    {
        assert_contains(error_text<ImageError>([] { VideoReader reader("video.mp4"); }),
                        "without OpenCV");
        assert_contains(error_text<ImageError>([] { VideoWriter("video.mp4", 25); }),
                        "without OpenCV");
    }
#endif
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_video> register_qa_video("video");

} // namespace djescc
