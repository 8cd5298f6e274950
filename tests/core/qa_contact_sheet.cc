/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the layout and the drawing of contact sheets.

#include "error_text.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/image/contact_sheet.h>
#include <djescc/image/image_io.h>

namespace djescc {

using test::assert_contains;
using test::error_text;

class qa_contact_sheet : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_contact_sheet);
    CPPUNIT_TEST(refuses_other_layouts);
#ifdef DJESCC_HAVE_OPENCV
    CPPUNIT_TEST(pictures_are_whole_and_in_order);
    CPPUNIT_TEST(small_pictures_are_enlarged_without_smoothing);
    CPPUNIT_TEST(large_pictures_are_averaged);
    CPPUNIT_TEST(text_is_drawn);
    CPPUNIT_TEST(an_undefined_picture_leaves_its_cell_empty);
    CPPUNIT_TEST(mixed_sizes_and_grey);
#else
    CPPUNIT_TEST(without_opencv_says_so);
#endif
    CPPUNIT_TEST_SUITE_END();

    static torch::Tensor
    coloured(std::array<double, 3> colour, int64_t height, int64_t width)
    {
        return torch::tensor({ colour[0], colour[1], colour[2] }, torch::kFloat)
            .reshape({ 3, 1, 1 })
            .expand({ 3, height, width });
    }

    void refuses_other_layouts()
    {
        const auto image = torch::zeros({ 3, 32, 32 });
        CPPUNIT_ASSERT_THROW(contact_sheet({}, { { "row", {}, {} } }), ConfigError);
        CPPUNIT_ASSERT_THROW(contact_sheet({ "title" }, {}), ConfigError);
        CPPUNIT_ASSERT_THROW(contact_sheet({ "title" }, { { "row", { image }, {} } }, 10),
                             ConfigError);
        assert_contains(
            error_text<ConfigError>([&] {
                contact_sheet({ "title" }, { { "r7", { image, image }, {} } });
            }),
            "r7");
    }

#ifdef DJESCC_HAVE_OPENCV
    //! Where the sheet has exactly this colour: a boolean H x W mask.
    static torch::Tensor mask(const torch::Tensor& sheet, std::array<double, 3> colour)
    {
        return (sheet - coloured(colour, 1, 1)).abs().amax(0) < 1e-6;
    }

    struct Box {
        int64_t top, left, height, width;
    };

    //! The box around a mask; fails where the mask does not fill it.
    static Box full_box(const torch::Tensor& mask)
    {
        const auto rows = mask.any(1).nonzero();
        const auto columns = mask.any(0).nonzero();
        CPPUNIT_ASSERT(rows.size(0) > 0);
        const Box box{ rows.min().item<int64_t>(),
                       columns.min().item<int64_t>(),
                       rows.size(0),
                       columns.size(0) };
        CPPUNIT_ASSERT_EQUAL(box.height * box.width, mask.sum().item<int64_t>());
        return box;
    }

    void pictures_are_whole_and_in_order()
    {
        const auto sheet = contact_sheet(
            { "first", "second" },
            { { "upper",
                { coloured({ 1, 0, 0 }, 50, 100), coloured({ 0, 1, 0 }, 50, 100) },
                {} },
              { "lower",
                { coloured({ 0, 0, 1 }, 50, 100) },
                {} } },
            100);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, sheet.size(0));
        const auto red = full_box(mask(sheet, { 1, 0, 0 }));
        const auto green = full_box(mask(sheet, { 0, 1, 0 }));
        const auto blue = full_box(mask(sheet, { 0, 0, 1 }));
        for (const auto& box : { red, green, blue }) {
            CPPUNIT_ASSERT_EQUAL(int64_t{ 50 }, box.height);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 100 }, box.width);
        }
        CPPUNIT_ASSERT_EQUAL(red.top, green.top);
        CPPUNIT_ASSERT_EQUAL(red.left, blue.left);
        CPPUNIT_ASSERT(green.left >= red.left + 100);
        CPPUNIT_ASSERT(blue.top >= red.top + 50);
    }

    void small_pictures_are_enlarged_without_smoothing()
    {
        auto image = coloured({ 1, 0, 0 }, 32, 32).clone();
        image.narrow(2, 16, 16) = coloured({ 0, 0, 1 }, 32, 16);
        const auto sheet = contact_sheet({ "" }, { { "", { image }, {} } }, 100);
        const auto red = full_box(mask(sheet, { 1, 0, 0 }));
        const auto blue = full_box(mask(sheet, { 0, 0, 1 }));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 96 }, red.height);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 48 }, red.width);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 48 }, blue.width);
        CPPUNIT_ASSERT_EQUAL(red.left + 48, blue.left);
    }

    void large_pictures_are_averaged()
    {
        // Single-pixel stripes of black and white average to grey.
        auto image = torch::zeros({ 3, 200, 400 });
        image.slice(2, 1, 400, 2).fill_(1);
        const auto sheet = contact_sheet({ "" }, { { "", { image }, {} } }, 100);
        const auto grey = ((sheet - 0.5).abs().amax(0) < 0.01);
        const auto box = full_box(grey);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 50 }, box.height);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 100 }, box.width);
    }

    void text_is_drawn()
    {
        const auto image = coloured({ 1, 0, 0 }, 64, 64);
        const auto dark_pixels = [&](const std::string& title,
                                     const std::string& label,
                                     const std::string& caption) {
            const auto sheet = contact_sheet({ title },
                                             { { label,
                                                 { image },
                                                 { caption } } },
                                             128);
            return (sheet.amax(0) < 0.5).sum().item<int64_t>();
        };
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, dark_pixels("", "", ""));
        CPPUNIT_ASSERT(dark_pixels("plain", "", "") > 50);
        CPPUNIT_ASSERT(dark_pixels("", "10 dB\nSNR", "") > dark_pixels("", "10 dB", ""));
        CPPUNIT_ASSERT(dark_pixels("", "", "28.1 dB, 0.93") > 50);
    }

    void an_undefined_picture_leaves_its_cell_empty()
    {
        const auto red = coloured({ 1, 0, 0 }, 64, 64);
        const auto both = contact_sheet({ "", "" }, { { "", { red, red }, {} } }, 64);
        const auto one = contact_sheet({ "", "" }, { { "", { {}, red }, {} } }, 64);
        CPPUNIT_ASSERT(both.sizes() == one.sizes());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 2 * 64 * 64 },
                             mask(both, { 1, 0, 0 }).sum().item<int64_t>());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 64 }, full_box(mask(one, { 1, 0, 0 })).width);
    }

    void mixed_sizes_and_grey()
    {
        const auto sheet = contact_sheet(
            { "a", "b" },
            { { "row",
                { torch::full({ 1, 300, 200 }, 0.2f), coloured({ 1, 0, 0 }, 333, 501) },
                {} } },
            120);
        const auto grey = full_box(mask(sheet, { 0.2, 0.2, 0.2 }));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 120 }, grey.height);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 80 }, grey.width);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 80 }, full_box(mask(sheet, { 1, 0, 0 })).height);
        CPPUNIT_ASSERT_THROW(contact_sheet({ "a" },
                                           { { "row",
                                               { torch::zeros({ 2, 8, 8 }) },
                                               {} } }),
                             ImageError);
    }
#else
    void without_opencv_says_so()
    {
        assert_contains(
            error_text<ImageError>([] {
                contact_sheet({ "a" }, { { "row", { torch::zeros({ 3, 8, 8 }) }, {} } });
            }),
            "without OpenCV");
    }
#endif
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_contact_sheet>
    register_qa_contact_sheet("contact_sheet");

} // namespace djescc
