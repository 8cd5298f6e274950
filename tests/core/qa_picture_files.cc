/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of pictures one after the other: their order in streams, reading and writing.

#include "error_text.h"
#include "scratch_folder.h"
#include <algorithm>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <djescc/image/picture_sequence.h>
#include <djescc/image/picture_writer.h>
#include <djescc/image/pixel_layout.h>
#include <filesystem>
#include <optional>
#include <torch/torch.h>

namespace djescc {

using test::assert_contains;
using test::error_text;

class qa_picture_files : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_picture_files);
    CPPUNIT_TEST(planes_and_items_in_runs_of_any_length);
    CPPUNIT_TEST(names_of_files);
    CPPUNIT_TEST(writers_refuse);
#ifdef DJESCC_HAVE_OPENCV
    CPPUNIT_TEST(a_closed_video_goes_on);
    CPPUNIT_TEST(a_full_disk_is_told);
    CPPUNIT_TEST(formats_left_out_are_reported);
    CPPUNIT_TEST(what_is_written_comes_back);
    CPPUNIT_TEST(unreadable_files_are_reported_and_left_out);
#endif
    CPPUNIT_TEST_SUITE_END();

    std::optional<test::ScratchFolder> d_folder;

public:
    void setUp() override { d_folder.emplace("qa_picture_files"); }
    void tearDown() override { d_folder.reset(); }

private:
    void planes_and_items_in_runs_of_any_length()
    {
        for (const int64_t channels : { 1, 2, 3, 4 }) {
            const auto image = torch::rand({ channels, 3, 5 });
            const auto interleaved = image.permute({ 1, 2, 0 }).contiguous();
            const auto pixels = static_cast<std::size_t>(3 * 5);
            const auto width = static_cast<std::size_t>(channels);
            const std::size_t items = pixels * width;
            for (std::size_t run = 1; run <= items; run++) {
                auto planes = torch::zeros_like(image);
                auto back = torch::zeros_like(interleaved);
                for (std::size_t first = 0; first < items; first += run) {
                    const std::size_t count = std::min(run, items - first);
                    planes_from_items(interleaved.data_ptr<float>() + first,
                                      first,
                                      count,
                                      pixels,
                                      width,
                                      planes.data_ptr<float>());
                    items_from_planes(image.data_ptr<float>(),
                                      first,
                                      count,
                                      pixels,
                                      width,
                                      back.data_ptr<float>() + first);
                }
                CPPUNIT_ASSERT(torch::equal(planes, image));
                CPPUNIT_ASSERT(torch::equal(back, interleaved));
            }
        }
    }

    void names_of_files()
    {
        CPPUNIT_ASSERT_EQUAL(std::string("000042.png"), picture_file_name(42, ""));
        CPPUNIT_ASSERT_EQUAL(std::string("000042_kodim01.png"),
                             picture_file_name(42, "kodim01"));
        // Names come over the air: no path may hide in them.
        CPPUNIT_ASSERT_EQUAL(std::string("000042_.._.._etc_x_y_.png"),
                             picture_file_name(42, "../../etc/x y\n"));
        CPPUNIT_ASSERT(picture_file_name(42, std::string(5000, 'a')).size() < 200);
    }

    void writers_refuse()
    {
        const auto folder = d_folder->path("out");
        assert_contains(
            error_text<ConfigError>([&] { PictureWriter(folder, "jpeg2000", 25); }),
            "jpeg2000");
        const auto file = d_folder->file("plain-file", "x");
        assert_contains(error_text<ImageError>([&] { PictureWriter(file, "png", 25); }),
                        file);
    }

#ifdef DJESCC_HAVE_OPENCV
    //! As when a flowgraph is locked and unlocked.
    void a_closed_video_goes_on()
    {
        for (const auto* name : { "on.mkv", "on.avi", "on.mp4" }) {
            const auto path = d_folder->path(name);
            PictureWriter writer(path, "png", 10);
            const auto level = [](int64_t i) {
                return torch::full({ 3, 47, 63 }, 0.1 * double(i + 1));
            };
            for (int64_t i = 0; i < 8; ++i) {
                writer.write(level(i), i, "");
                if (i == 2 || i == 5 || i == 7)
                    writer.close();
            }
            VideoReader reader(path);
            for (int64_t i = 0; i < 8; ++i) {
                const auto frame = reader.read();
                CPPUNIT_ASSERT(frame.has_value());
                CPPUNIT_ASSERT(frame->sizes() == at::IntArrayRef({ 3, 48, 64 }));
                // Levels are 0.1 apart; codecs and a second generation take their part.
                const auto mean = frame->mean().item<double>();
                CPPUNIT_ASSERT_MESSAGE(path + " " + std::to_string(i) + ": " +
                                           std::to_string(mean),
                                       std::abs(mean - 0.1 * double(i + 1)) < 0.045);
            }
            CPPUNIT_ASSERT(!reader.read());
            CPPUNIT_ASSERT_EQUAL(1, files_that_begin_with("on"));
            std::filesystem::remove(path);
        }
    }

    int files_that_begin_with(const std::string& begin) const
    {
        int count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(d_folder->path("")))
            count += entry.path().filename().string().rfind(begin, 0) == 0;
        return count;
    }

    void a_full_disk_is_told()
    {
        // A stand-in for a disk without room.
        const auto path = d_folder->path("full.avi");
        std::filesystem::create_symlink("/dev/full", path);
        PictureWriter writer(path, "png", 10);
        const auto text = error_text<ImageError>([&] {
            writer.write(torch::zeros({ 3, 48, 64 }), 0, "");
            writer.close();
        });
        assert_contains(text, path);
        writer.close(); // told once
    }

    void formats_left_out_are_reported()
    {
        const auto heic = d_folder->file("phone/a.heic", "x");
        write_png(torch::zeros({ 3, 4, 4 }), d_folder->path("phone/b.png"));
        std::vector<std::string> reports;
        PictureSequence pictures(
            d_folder->path("phone"), 3, false, [&](const std::string& text) {
                reports.push_back(text);
            });
        CPPUNIT_ASSERT(pictures.next() && !pictures.next());
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, reports.size());
        assert_contains(reports.front(), heic + " is left out: HEIC");
    }

    void what_is_written_comes_back()
    {
        const auto folder = d_folder->path("pictures");
        const auto image = torch::randint(0, 256, { 3, 6, 7 }).to(torch::kFloat) / 255;
        PictureWriter writer(folder, "png", 25);
        writer.write(image, 0, "first");
        writer.write(1 - image, 1, "");

        PictureSequence pictures(folder, 3, false, [](const std::string&) {});
        const auto first = pictures.next();
        CPPUNIT_ASSERT(first && torch::allclose(first->image, image));
        CPPUNIT_ASSERT_EQUAL(std::string("000000_first"), first->name);
        const auto second = pictures.next();
        CPPUNIT_ASSERT(second && torch::allclose(second->image, 1 - image));
        CPPUNIT_ASSERT_EQUAL(std::string("000001"), second->name);
        CPPUNIT_ASSERT(!pictures.next());

        PictureSequence again(folder, 1, true, [](const std::string&) {});
        for (int i = 0; i < 5; i++) {
            const auto grey = again.next();
            CPPUNIT_ASSERT(grey && grey->image.size(0) == 1);
        }
    }

    void unreadable_files_are_reported_and_left_out()
    {
        const auto bad = d_folder->file("mixed/a.png", "no picture");
        write_png(torch::zeros({ 3, 4, 4 }), d_folder->path("mixed/b.png"));
        std::vector<std::string> reports;
        const auto report = [&](const std::string& text) { reports.push_back(text); };
        PictureSequence pictures(d_folder->path("mixed"), 3, false, report);
        const auto picture = pictures.next();
        CPPUNIT_ASSERT(picture && picture->name == "b");
        CPPUNIT_ASSERT(!pictures.next());
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, reports.size());
        assert_contains(reports.front(), bad);

        const auto alone = d_folder->file("bad/a.png", "no picture");
        assert_contains(error_text<ImageError>([&] {
                            PictureSequence(d_folder->path("bad"), 3, true, report);
                        }),
                        alone);
    }
#endif
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_picture_files>
    register_qa_picture_files("picture_files");

} // namespace djescc
