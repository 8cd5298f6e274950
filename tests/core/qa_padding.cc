/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of padding and cropping.

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/image/padding.h>

namespace djescc {

class qa_padding : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_padding);
    CPPUNIT_TEST(rounding_up);
    CPPUNIT_TEST(nothing_to_pad);
    CPPUNIT_TEST(edge_is_repeated);
    CPPUNIT_TEST(padding_exceeds_the_image);
    CPPUNIT_TEST(crop_undoes_padding);
    CPPUNIT_TEST(crop_refuses);
    CPPUNIT_TEST_SUITE_END();

    void rounding_up()
    {
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8 }, round_up(1, 8));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8 }, round_up(8, 8));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 16 }, round_up(9, 8));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 5 }, round_up(5, 1));
    }

    void nothing_to_pad()
    {
        const auto images = torch::rand({ 2, 3, 8, 16 });
        CPPUNIT_ASSERT(pad_to_multiple(images, 8).is_same(images));
    }

    void edge_is_repeated()
    {
        const auto images =
            torch::tensor({ 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f }).reshape({ 1, 1, 2, 3 });
        const auto expected = torch::tensor({ 1.0f,
                                              2.0f,
                                              3.0f,
                                              3.0f,
                                              4.0f,
                                              5.0f,
                                              6.0f,
                                              6.0f,
                                              4.0f,
                                              5.0f,
                                              6.0f,
                                              6.0f,
                                              4.0f,
                                              5.0f,
                                              6.0f,
                                              6.0f })
                                  .reshape({ 1, 1, 4, 4 });
        CPPUNIT_ASSERT(torch::equal(pad_to_multiple(images, 4), expected));
    }

    void padding_exceeds_the_image()
    {
        const auto padded = pad_to_multiple(torch::full({ 1, 3, 1, 2 }, 0.5f), 8);
        CPPUNIT_ASSERT(torch::equal(padded, torch::full({ 1, 3, 8, 8 }, 0.5f)));
    }

    void crop_undoes_padding()
    {
        const auto images = torch::rand({ 2, 3, 13, 17 });
        const auto padded = pad_to_multiple(images, 8);
        CPPUNIT_ASSERT(padded.sizes() == at::IntArrayRef({ 2, 3, 16, 24 }));
        CPPUNIT_ASSERT(torch::equal(crop(padded, 13, 17), images));
    }

    void crop_refuses()
    {
        const auto images = torch::rand({ 1, 3, 8, 8 });
        CPPUNIT_ASSERT_THROW(crop(images, 9, 8), ImageError);
        CPPUNIT_ASSERT_THROW(crop(images, 8, 9), ImageError);
        CPPUNIT_ASSERT_THROW(crop(images, 0, 8), ImageError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_padding> register_qa_padding("padding");

} // namespace djescc
