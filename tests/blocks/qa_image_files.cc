/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of image_source and image_sink with files, folders and videos.

#include "core/error_text.h"
#include "core/scratch_folder.h"
#include "deadline.h"
#include "tensor_frames.h"
#include <chrono>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <djescc/image/video.h>
#include <filesystem>
#include <gnuradio/djescc/image_sink.h>
#include <gnuradio/djescc/image_source.h>
#include <optional>

namespace gr::djescc::test {

using ::djescc::test::assert_contains;
using ::djescc::test::error_text;

//! image_source and image_sink.
class qa_image_files : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_image_files);
    CPPUNIT_TEST(parameters_out_of_range);
#ifdef DJESCC_HAVE_OPENCV
    CPPUNIT_TEST(a_folder_with_an_unreadable_picture);
    CPPUNIT_TEST(nothing_readable);
    CPPUNIT_TEST(repeating_and_stopping);
    CPPUNIT_TEST(grey_frames);
    CPPUNIT_TEST(the_frame_rate_is_kept);
    CPPUNIT_TEST(pictures_go_through_unchanged);
    CPPUNIT_TEST(the_sink_drops_bad_frames);
    CPPUNIT_TEST(video_files);
    CPPUNIT_TEST(later_versions_replace_earlier_ones);
#endif
    CPPUNIT_TEST_SUITE_END();

    std::optional<::djescc::test::ScratchFolder> d_folder;

public:
    void setUp() override { d_folder.emplace("qa_image_files"); }
    void tearDown() override { d_folder.reset(); }

private:
    void parameters_out_of_range()
    {
        const auto folder = d_folder->path("out");
        assert_contains(error_text<::djescc::ConfigError>(
                            [&] { image_sink::make(folder, "jpeg2000"); }),
                        "jpeg2000");
        CPPUNIT_ASSERT_THROW(image_sink::make(d_folder->path("v.mp4"), "png", 0.0),
                             ::djescc::ConfigError);
        const auto file = d_folder->file("plain-file", "x");
        assert_contains(error_text<::djescc::ImageError>([&] { image_sink::make(file); }),
                        file);
        CPPUNIT_ASSERT_THROW(image_source::make(folder, false, -1.0),
                             ::djescc::ConfigError);
        CPPUNIT_ASSERT_THROW(image_source::make(folder, false, 0.0, 2),
                             ::djescc::ConfigError);
        CPPUNIT_ASSERT_THROW(image_source::make(folder, false, 0.0, 3, -1),
                             ::djescc::ConfigError);
        const auto missing = d_folder->path("nowhere");
        assert_contains(
            error_text<::djescc::ImageError>([&] { image_source::make(missing); }),
            missing);
    }

#ifdef DJESCC_HAVE_OPENCV
    //! Values that 8 bits hold exactly.
    static torch::Tensor picture_tensor(int64_t id, int64_t height, int64_t width)
    {
        torch::manual_seed(static_cast<uint64_t>(id));
        return torch::randint(0, 256, { 3, height, width }).to(torch::kFloat) / 255.0;
    }

    std::string write_picture(const std::string& name,
                              int64_t id,
                              int64_t height = 20,
                              int64_t width = 30) const
    {
        const auto path = d_folder->path(name);
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        ::djescc::write_png(picture_tensor(id, height, width), path);
        return path;
    }

    static std::vector<received_frame<float>> run_source(const image_source::sptr& source)
    {
        auto top = gr::make_top_block("test");
        auto sink = gr::blocks::vector_sink_f::make();
        top->connect(source, 0, sink, 0);
        run_to_end(top);
        return split_frames(stream<float>{ sink->data(), sink->tags() });
    }

    void a_folder_with_an_unreadable_picture()
    {
        write_picture("in/img2.png", 0);
        d_folder->file("in/img3.png", "this is no picture");
        d_folder->file("in/img4.png", "");
        // Larger than the scheduler's buffers.
        write_picture("in/img10.png", 1, 300, 200);
        const auto source = image_source::make(d_folder->path("in"));
        const auto frames = run_source(source);
        CPPUNIT_ASSERT_EQUAL(size_t(2), frames.size());
        CPPUNIT_ASSERT_EQUAL(std::string("img2"), *frames[0].info.name);
        CPPUNIT_ASSERT_EQUAL(std::string("img10"), *frames[1].info.name);
        CPPUNIT_ASSERT_EQUAL(int64_t(0), frames[0].info.id);
        CPPUNIT_ASSERT_EQUAL(int64_t(1), frames[1].info.id);
        CPPUNIT_ASSERT(distance(picture_tensor(0, 20, 30).unsqueeze(0),
                                to_tensor(frames[0])) < 1e-6);
        CPPUNIT_ASSERT(distance(picture_tensor(1, 300, 200).unsqueeze(0),
                                to_tensor(frames[1])) < 1e-6);
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), source->frames_out());
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), source->dropped());
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), source->counters().at("dropped: unreadable"));
    }

    void nothing_readable()
    {
        const auto file = d_folder->file("in/broken.png", "this is no picture");
        const auto text =
            error_text<::djescc::ImageError>([&] { image_source::make(file); });
        assert_contains(text, "no readable picture");
        assert_contains(text, file);
        CPPUNIT_ASSERT_THROW(image_source::make(d_folder->path("in")),
                             ::djescc::ImageError);
        CPPUNIT_ASSERT_THROW(image_source::make(d_folder->file("broken.mp4", "no video")),
                             ::djescc::ImageError);
    }

    void repeating_and_stopping()
    {
        write_picture("in/a.png", 0);
        write_picture("in/b.png", 1);
        const auto source = image_source::make(d_folder->path("in"), true, 0.0, 3, 5);
        const auto frames = run_source(source);
        CPPUNIT_ASSERT_EQUAL(size_t(5), frames.size());
        for (size_t i = 0; i < frames.size(); i++) {
            CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(i), frames[i].info.id);
            CPPUNIT_ASSERT_EQUAL(std::string(i % 2 ? "b" : "a"), *frames[i].info.name);
        }
        // A stream without an end can be stopped at any time.
        auto top = gr::make_top_block("test");
        const auto endless = image_source::make(d_folder->path("in"), true);
        const auto sink = image_sink::make(d_folder->path("out"));
        top->connect(endless, 0, sink, 0);
        top->start();
        wait_until([&] { return sink->written() >= 10; }, "ten pictures written");
        stop(top);
        CPPUNIT_ASSERT(endless->frames_out() >= 10);
    }

    void grey_frames()
    {
        const auto path = write_picture("a.png", 0);
        const auto frames = run_source(image_source::make(path, false, 0.0, 1));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT((frames[0].info.shape == ::djescc::ImageShape{ 1, 20, 30 }));
    }

    void the_frame_rate_is_kept()
    {
        const auto path = write_picture("a.png", 0);
        const auto begin = std::chrono::steady_clock::now();
        const auto frames = run_source(image_source::make(path, true, 50.0, 3, 11));
        const std::chrono::duration<double> spent =
            std::chrono::steady_clock::now() - begin;
        CPPUNIT_ASSERT_EQUAL(size_t(11), frames.size());
        // Ten periods lie between eleven frames. Nothing can be said about the upper end
        // on a busy machine.
        CPPUNIT_ASSERT(spent.count() >= 10.0 / 50.0);
    }

    void pictures_go_through_unchanged()
    {
        write_picture("in/first one.png", 0);
        write_picture("in/second.png", 1, 33, 17);
        const auto source = image_source::make(d_folder->path("in"));
        const auto sink = image_sink::make(d_folder->path("new/folder"));
        auto top = gr::make_top_block("test");
        top->connect(source, 0, sink, 0);
        run_to_end(top);
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), sink->frames_in());
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), sink->written());
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), sink->dropped());
        CPPUNIT_ASSERT(distance(picture_tensor(0, 20, 30),
                                ::djescc::read_image(d_folder->path(
                                    "new/folder/000000_first_one.png"))) < 1e-6);
        CPPUNIT_ASSERT(distance(picture_tensor(1, 33, 17),
                                ::djescc::read_image(d_folder->path(
                                    "new/folder/000001_second.png"))) < 1e-6);
    }

    void the_sink_drops_bad_frames()
    {
        stream<float> input;
        const auto two_channels = image_info(0, 4, 4, 2);
        input.append_frame(random_image(two_channels, 1), two_channels);
        input.tag_next(packet_len_key(), pmt::from_long(48));
        input.tag_next(frame_key(), image_info(1, 4, 4).to_pmt());
        input.append(std::vector<float>(20));
        const auto good = image_info(2, 4, 4);
        input.append_frame(random_image(good, 1), good);
        input.tag_next(packet_len_key(), pmt::from_long(48));
        input.tag_next(frame_key(), image_info(3, 4, 4).to_pmt());
        input.append(std::vector<float>(47));

        const auto sink = image_sink::make(d_folder->path("out"));
        auto top = gr::make_top_block("test");
        top->connect(source_of(input), 0, sink, 0);
        run_to_end(top);
        CPPUNIT_ASSERT_EQUAL(uint64_t(4), sink->frames_in());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), sink->written());
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), sink->dropped());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), sink->counters().at("dropped: not written"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), sink->counters().at("dropped: truncated"));
        CPPUNIT_ASSERT(std::filesystem::exists(d_folder->path("out/000002.png")));
    }

    void video_files()
    {
        stream<float> input;
        for (int64_t id = 0; id < 7; id++) {
            const auto info = image_info(id, 64, 48);
            input.append_frame(std::vector<float>(static_cast<size_t>(info.shape.numel()),
                                                  0.1f * static_cast<float>(id + 1)),
                               info);
        }
        const auto path = d_folder->path("out.avi");
        const auto sink = image_sink::make(path, "png", 10.0);
        auto top = gr::make_top_block("test");
        top->connect(source_of(input), 0, sink, 0);
        run_to_end(top);
        CPPUNIT_ASSERT_EQUAL(uint64_t(7), sink->written());

        const auto frames = run_source(image_source::make(path, true, 0.0, 3, 9));
        CPPUNIT_ASSERT_EQUAL(size_t(9), frames.size());
        for (size_t i = 0; i < frames.size(); i++) {
            CPPUNIT_ASSERT_EQUAL(int64_t(i), frames[i].info.id);
            // GNU Radio would keep one for each frame for ever.
            CPPUNIT_ASSERT(!frames[i].info.name);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                0.1 * double(i % 7 + 1), frames[i].items[1000], 0.05);
        }
    }

    //! As a progressive decoder sends them: two versions of image 0, one of the others.
    void later_versions_replace_earlier_ones()
    {
        stream<float> input;
        const auto add = [&](int64_t id, int64_t part, float level) {
            auto info = image_info(id, 64, 48);
            info.part = part;
            info.parts = 2;
            input.append_frame(
                std::vector<float>(static_cast<size_t>(info.shape.numel()), level), info);
        };
        add(0, 0, 0.2f);
        add(0, 1, 0.4f);
        add(1, 0, 0.6f);
        add(2, 0, 0.8f); // the last version of the stream's last image
        const auto folder = d_folder->path("versions");
        const auto video = d_folder->path("versions.avi");
        const auto pictures = image_sink::make(folder);
        const auto frames_of_video = image_sink::make(video, "png", 10.0);
        for (const auto& sink : { pictures, frames_of_video }) {
            auto top = gr::make_top_block("test");
            top->connect(source_of(input), 0, sink, 0);
            run_to_end(top);
            CPPUNIT_ASSERT_EQUAL(uint64_t(4), sink->frames_in());
            CPPUNIT_ASSERT_EQUAL(uint64_t(0), sink->dropped());
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(4), pictures->written());
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), frames_of_video->written());
        const std::vector<double> levels{ 0.4, 0.6, 0.8 };
        const auto shown = run_source(image_source::make(video));
        CPPUNIT_ASSERT_EQUAL(levels.size(), shown.size());
        for (size_t id = 0; id < levels.size(); id++) {
            const auto picture =
                ::djescc::read_image(folder + "/00000" + std::to_string(id) + ".png");
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                levels[id], picture.to(torch::kFloat).mean().item<double>(), 0.003);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(levels[id], shown[id].items[1000], 0.05);
        }
    }
#endif
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_image_files>
    register_qa_image_files("image_files");

} // namespace gr::djescc::test
