/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of reading, writing and listing pictures.

#include "error_text.h"
#include "png_bytes.h"
#include "scratch_folder.h"

#include "image/exif_orientation.h"
#include "image/left_out_images.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <limits>
#include <optional>

namespace djescc {

using test::assert_contains;
using test::error_text;
using test::PngBytes;
using test::PngColour;

class qa_image_io : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_image_io);
    CPPUNIT_TEST(list_in_natural_order);
    CPPUNIT_TEST(list_by_glob);
    CPPUNIT_TEST(list_one_file_whatever_its_name);
    CPPUNIT_TEST(list_nothing_is_an_error);
    CPPUNIT_TEST(hidden_files_are_no_pictures);
    CPPUNIT_TEST(formats_that_cannot_be_read_are_named);
    CPPUNIT_TEST(video_extensions);
#ifdef DJESCC_HAVE_OPENCV
    CPPUNIT_TEST(colour_order_and_scale);
    CPPUNIT_TEST(grey_becomes_rgb);
    CPPUNIT_TEST(rgb_becomes_luma);
    CPPUNIT_TEST(sixteen_bits);
    CPPUNIT_TEST(alpha_over_white);
    CPPUNIT_TEST(grey_alpha_over_white);
    CPPUNIT_TEST(exif_orientation_of_jpeg);
    CPPUNIT_TEST(exif_orientation_of_png);
    CPPUNIT_TEST(exif_orientation_of_webp);
    CPPUNIT_TEST(damaged_exif_turns_nothing);
    CPPUNIT_TEST(write_and_read_again);
    CPPUNIT_TEST(writing_rounds_and_clamps);
    CPPUNIT_TEST(writing_replaces_in_one_step);
    CPPUNIT_TEST(writing_refuses);
    CPPUNIT_TEST(unreadable_files);
    CPPUNIT_TEST(truncated_at_any_length);
#else
    CPPUNIT_TEST(without_opencv_says_so);
#endif
    CPPUNIT_TEST_SUITE_END();

    std::optional<test::ScratchFolder> d_folder;

public:
    void setUp() override { d_folder.emplace("qa_image_io"); }
    void tearDown() override { d_folder.reset(); }

private:
    std::string rgb_file() const
    {
        return d_folder->file(
            "rgb.png",
            PngBytes(2, 1, 8, PngColour::rgb, { 255, 51, 0, 0, 102, 204 }).bytes());
    }

    static void assert_values(const torch::Tensor& image,
                              at::IntArrayRef sizes,
                              const std::vector<double>& values)
    {
        CPPUNIT_ASSERT(image.sizes() == sizes);
        CPPUNIT_ASSERT(image.scalar_type() == torch::kFloat);
        CPPUNIT_ASSERT(image.is_contiguous());
        const auto flat = image.flatten();
        for (std::size_t i = 0; i < values.size(); ++i) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                values[i], flat[static_cast<int64_t>(i)].item<double>(), 1e-6);
        }
    }

    void list_in_natural_order()
    {
        for (const auto* name : { "img10.png", "img2.PNG", "img02b.jpg", "img1.png" }) {
            d_folder->file(name, "x");
        }
        d_folder->file("notes.txt", "x");
        d_folder->file("below/img3.png", "x");
        const std::vector<std::string> expected{ d_folder->path("img1.png"),
                                                 d_folder->path("img2.PNG"),
                                                 d_folder->path("img02b.jpg"),
                                                 d_folder->path("img10.png") };
        CPPUNIT_ASSERT(list_images(d_folder->path("")) == expected);
    }

    void list_by_glob()
    {
        for (const auto* name : { "a11.png", "a9.png", "b1.png", "a1.txt" }) {
            d_folder->file(name, "x");
        }
        const std::vector<std::string> expected{ d_folder->path("a9.png"),
                                                 d_folder->path("a11.png") };
        CPPUNIT_ASSERT(list_images(d_folder->path("a*")) == expected);
        CPPUNIT_ASSERT(list_images(d_folder->path("a{9,11}.png")) == expected);
    }

    void list_one_file_whatever_its_name()
    {
        const auto path = d_folder->file("picture[1]", "x");
        CPPUNIT_ASSERT(list_images(path) == std::vector<std::string>{ path });
    }

    void list_nothing_is_an_error()
    {
        d_folder->file("folder/notes.txt", "x");
        for (const auto* name : { "folder", "absent.png", "*.png" }) {
            const auto path = d_folder->path(name);
            assert_contains(error_text<ImageError>([&] { list_images(path); }), path);
        }
    }

    void hidden_files_are_no_pictures()
    {
        // what macOS puts beside a.png on other file systems
        d_folder->file("._a.png", "x");
        assert_contains(error_text<ImageError>([&] { list_images(d_folder->path("")); }),
                        "folder without pictures");
        const auto picture = d_folder->file("a.png", "x");
        CPPUNIT_ASSERT(list_images(d_folder->path("")) ==
                       std::vector<std::string>{ picture });
        CPPUNIT_ASSERT(list_images(d_folder->path("{.,}*.png")) ==
                       std::vector<std::string>{ picture });
    }

    void formats_that_cannot_be_read_are_named()
    {
        const auto heic = d_folder->file("IMG_1.HEIC", "x");
        const auto gif = d_folder->file("a.gif", "x");
        d_folder->file("._b.gif", "x");
        assert_contains(error_text<ImageError>([&] { list_images(d_folder->path("")); }),
                        "HEIC pictures cannot be read; convert them");
        d_folder->file("c.png", "x");
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, list_images(d_folder->path("")).size());
        const std::vector<std::string> expected{ heic, gif };
        CPPUNIT_ASSERT(left_out_images(d_folder->path("")) == expected);
        CPPUNIT_ASSERT(left_out_images(heic).empty());
    }

    void video_extensions()
    {
        d_folder->file("clips.ts/a.png", "x");
        CPPUNIT_ASSERT(!is_video_file(d_folder->path("clips.ts")));
        CPPUNIT_ASSERT(is_video_file("a/b.mp4"));
        CPPUNIT_ASSERT(is_video_file("B.MKV"));
        CPPUNIT_ASSERT(!is_video_file("mp4"));
        CPPUNIT_ASSERT(!is_video_file("a.mp4/b.png"));
    }

#ifdef DJESCC_HAVE_OPENCV
    void colour_order_and_scale()
    {
        assert_values(read_image(rgb_file()), { 3, 1, 2 }, { 1, 0, 0.2, 0.4, 0, 0.8 });
    }

    void grey_becomes_rgb()
    {
        const auto path = d_folder->file(
            "grey.png", PngBytes(2, 1, 8, PngColour::grey, { 51, 255 }).bytes());
        assert_values(read_image(path), { 3, 1, 2 }, { 0.2, 1, 0.2, 1, 0.2, 1 });
        assert_values(read_image(path, 1), { 1, 1, 2 }, { 0.2, 1 });
    }

    void rgb_becomes_luma()
    {
        // Rec. 601: 0.299 R + 0.587 G + 0.114 B.
        assert_values(read_image(rgb_file(), 1),
                      { 1, 1, 2 },
                      { 0.299 + 0.587 * 0.2, 0.587 * 0.4 + 0.114 * 0.8 });
    }

    void sixteen_bits()
    {
        // 0x0101 is one 8-bit level; 0x1234 tells a lost low byte.
        const auto grey = d_folder->file(
            "grey16.png",
            PngBytes(2, 1, 16, PngColour::grey, { 0x0101, 0x1234 }).bytes());
        assert_values(read_image(grey, 1), { 1, 1, 2 }, { 1.0 / 255, 0x1234 / 65535.0 });
        const auto rgb = d_folder->file(
            "rgb16.png",
            PngBytes(1, 1, 16, PngColour::rgb, { 65535, 0x1234, 0x8001 }).bytes());
        assert_values(
            read_image(rgb), { 3, 1, 1 }, { 1, 0x1234 / 65535.0, 0x8001 / 65535.0 });
    }

    void alpha_over_white()
    {
        const auto path = d_folder->file(
            "alpha.png",
            PngBytes(
                2, 1, 8, PngColour::rgb_alpha, { 255, 51, 102, 51, 255, 255, 255, 0 })
                .bytes());
        assert_values(read_image(path), { 3, 1, 2 }, { 1, 1, 0.84, 1, 0.88, 1 });
    }

    void grey_alpha_over_white()
    {
        const auto path = d_folder->file(
            "grey_alpha.png",
            PngBytes(2, 1, 8, PngColour::grey_alpha, { 255, 51, 102, 255 }).bytes());
        assert_values(read_image(path, 1), { 1, 1, 2 }, { 1, 0.4 });
        const auto deep = d_folder->file(
            "grey_alpha16.png",
            PngBytes(1, 1, 16, PngColour::grey_alpha, { 0x8001, 0x4321 }).bytes());
        assert_values(read_image(deep, 1),
                      { 1, 1, 1 },
                      { 1 - (1 - 0x8001 / 65535.0) * 0x4321 / 65535.0 });
    }

    void exif_orientation_of_jpeg()
    {
        // Stored 24 wide and 16 high, left half red, right half blue, to be turned a
        // quarter clockwise: red comes to the top.
        const auto image = read_image(DJESCC_SOURCE_DIR "/tests/data/rotated.jpg");
        CPPUNIT_ASSERT(image.sizes() == at::IntArrayRef({ 3, 24, 16 }));
        CPPUNIT_ASSERT(image[0].narrow(0, 0, 10).min().item<double>() > 0.95);
        CPPUNIT_ASSERT(image[2].narrow(0, 0, 10).max().item<double>() < 0.05);
        CPPUNIT_ASSERT(image[2].narrow(0, 14, 10).min().item<double>() > 0.95);
    }

    //! TIFF with one entry: the orientation.
    static std::string exif(int orientation, bool big_endian)
    {
        using namespace std::string_literals;
        const auto value = static_cast<char>(orientation);
        if (big_endian)
            return "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s + value +
                   "\0\0\0\0\0\0"s;
        return "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"s + value +
               "\0\0\0\0\0\0\0"s;
    }

    //! Read as grey from a PNG that holds levels 0, 51, 102 above 153, 204, 255.
    torch::Tensor read_turned(const std::string& exif_data)
    {
        const PngBytes png(
            3, 2, 8, PngColour::grey, { 0, 51, 102, 153, 204, 255 }, exif_data);
        return read_image(d_folder->file("turned.png", png.bytes()), 1);
    }

    void exif_orientation_of_png()
    {
        // TIFF 6.0: which edges of the picture the stored row 0 and column 0 are
        const auto stored =
            torch::tensor({ 0.0, 0.2, 0.4, 0.6, 0.8, 1.0 }, torch::kFloat).view({ 2, 3 });
        const auto transposed = stored.t();
        const std::vector<torch::Tensor> upright{
            stored,                    // top, left
            stored.flip({ 1 }),        // top, right
            stored.flip({ 0, 1 }),     // bottom, right
            stored.flip({ 0 }),        // bottom, left
            transposed,                // left, top
            transposed.flip({ 1 }),    // right, top
            transposed.flip({ 0, 1 }), // right, bottom
            transposed.flip({ 0 })     // left, bottom
        };
        for (int orientation = 1; orientation <= 8; ++orientation) {
            const auto& expected = upright[static_cast<std::size_t>(orientation - 1)];
            for (const bool big_endian : { false, true }) {
                const auto image = read_turned(exif(orientation, big_endian));
                CPPUNIT_ASSERT(image[0].sizes() == expected.sizes());
                CPPUNIT_ASSERT(torch::allclose(image[0], expected, 0, 1e-6));
            }
        }
    }

    void exif_orientation_of_webp()
    {
        using namespace std::string_literals;
        // "VP8L" of an odd size has a byte of filling behind it.
        const auto webp = [](const std::string& data) {
            return "RIFF\0\0\0\0WEBPVP8L\x03\0\0\0abc\0EXIF"s +
                   static_cast<char>(data.size()) + "\0\0\0"s + data;
        };
        CPPUNIT_ASSERT_EQUAL(6, exif_orientation(webp(exif(6, true))));
        CPPUNIT_ASSERT_EQUAL(3, exif_orientation(webp("Exif\0\0"s + exif(3, false))));
        CPPUNIT_ASSERT_EQUAL(1, exif_orientation(webp("")));
    }

    void damaged_exif_turns_nothing()
    {
        const auto whole = exif(6, true);
        for (std::size_t size = 0; size < 20; ++size)
            CPPUNIT_ASSERT_EQUAL(int64_t{ 3 },
                                 read_turned(whole.substr(0, size)).size(2));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, read_turned(exif(9, true)).size(2));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, read_turned("MM\0*" + whole).size(2));
    }

    void write_and_read_again()
    {
        torch::manual_seed(1);
        for (const int channels : { 1, 3 }) {
            const auto levels = torch::randint(0, 256, { channels, 7, 13 });
            const auto path = d_folder->path("again.png");
            write_png(levels / 255, path);
            const auto image = read_image(path, channels);
            CPPUNIT_ASSERT(torch::equal((image * 255).round(), levels.to(torch::kFloat)));
        }
    }

    void writing_rounds_and_clamps()
    {
        const auto path = d_folder->path("rounded.png");
        write_png(
            torch::tensor({ 100.6 / 255, 100.4 / 255, -0.5, 1.5 }).reshape({ 1, 2, 2 }),
            path);
        assert_values(
            read_image(path, 1), { 1, 2, 2 }, { 101.0 / 255, 100.0 / 255, 0, 1 });
    }

    void writing_replaces_in_one_step()
    {
        // Whoever holds the old file open goes on seeing the old one: it was not written
        // to.
        const auto path = d_folder->file("replaced.png", "old contents");
        std::ifstream old(path);
        write_png(torch::zeros({ 3, 4, 4 }), path);
        std::string contents;
        std::getline(old, contents);
        CPPUNIT_ASSERT_EQUAL(std::string("old contents"), contents);
        assert_values(read_image(path), { 3, 4, 4 }, { 0, 0, 0 });
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, list_images(d_folder->path("")).size());
        CPPUNIT_ASSERT_EQUAL(
            std::ptrdiff_t{ 1 },
            std::distance(std::filesystem::directory_iterator(d_folder->path("")), {}));
    }

    void writing_refuses()
    {
        const auto absent = d_folder->path("absent/picture.png");
        const auto present = d_folder->path("picture.png");
        const auto image = torch::zeros({ 3, 4, 4 });
        assert_contains(error_text<ImageError>([&] { write_png(image, absent); }),
                        absent);
        assert_contains(
            error_text<ImageError>([&] { write_png(image.unsqueeze(0), present); }),
            present);
        const auto not_finite =
            torch::full({ 3, 4, 4 }, std::numeric_limits<float>::quiet_NaN());
        assert_contains(error_text<ImageError>([&] { write_png(not_finite, present); }),
                        "not finite");
        CPPUNIT_ASSERT(!std::filesystem::exists(present));
    }

    void unreadable_files()
    {
        const auto absent = d_folder->path("absent.png");
        const auto empty = d_folder->file("empty.png", "");
        const auto text = d_folder->file("text.png", "this is not a picture\n");
        assert_contains(error_text<ImageError>([&] { read_image(absent); }),
                        absent + " does not exist");
        assert_contains(error_text<ImageError>([&] { read_image(empty); }),
                        empty + " is empty");
        assert_contains(error_text<ImageError>([&] { read_image(text); }), text);
        assert_contains(error_text<ImageError>([&] { read_image(d_folder->path("")); }),
                        d_folder->path(""));
        assert_contains(error_text<ImageError>([&] { read_image(rgb_file(), 2); }),
                        "1 or 3 channels");
    }

    void truncated_at_any_length()
    {
        write_png(torch::rand({ 3, 16, 16 }), d_folder->path("whole.png"));
        const std::vector<std::string> pictures{
            test::file_bytes(d_folder->path("whole.png")),
            test::file_bytes(DJESCC_SOURCE_DIR "/tests/data/rotated.jpg")
        };
        for (const auto& bytes : pictures) {
            for (const double part : { 0.01, 0.3, 0.6, 0.9 }) {
                const auto size =
                    static_cast<std::size_t>(part * static_cast<double>(bytes.size()));
                const auto path = d_folder->file("cut.png", bytes.substr(0, size));
                assert_contains(error_text<ImageError>([&] { read_image(path); }), path);
            }
        }
    }
#else
    void without_opencv_says_so()
    {
        assert_contains(error_text<ImageError>([] { read_image("picture.png"); }),
                        "without OpenCV");
        assert_contains(error_text<ImageError>([] {
                            write_png(torch::zeros({ 3, 4, 4 }), "picture.png");
                        }),
                        "without OpenCV");
    }
#endif
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_image_io> register_qa_image_io("image_io");

} // namespace djescc
