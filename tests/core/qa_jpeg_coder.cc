/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of pictures through libjpeg.

#include "coded_pictures.h"
#include "digital/jpeg_coder.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>

namespace djescc {
namespace {

class qa_jpeg_coder : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_jpeg_coder);
    CPPUNIT_TEST(decoder_equals_encoder);
    CPPUNIT_TEST(flat_pictures);
    CPPUNIT_TEST(rates_are_kept);
    CPPUNIT_TEST(error_falls_with_rate_as_it_should);
    CPPUNIT_TEST(refusals);
    CPPUNIT_TEST(damage);
    CPPUNIT_TEST_SUITE_END();

public:
    void decoder_equals_encoder()
    {
        JpegCoder coder;
        const int sizes[][2] = { { 1, 1 },   { 1, 7 },   { 31, 17 },
                                 { 64, 64 }, { 9, 600 }, { 300, 200 } };
        for (const int channels : { 1, 3 })
            for (const auto& size : sizes)
                for (const int quality : { 1, 40, 90, 100 })
                    check_decodes(
                        coder,
                        coder.encode_at(drawn_picture(channels, size[0], size[1]),
                                        quality));
    }

    void flat_pictures()
    {
        JpegCoder coder;
        for (const int channels : { 1, 3 })
            for (const float sample : { 0.0f, 0.3f, 1.0f }) {
                const auto picture = flat_picture(channels, 64, 64, sample);
                const auto coded = coder.encode(picture, 250);
                CPPUNIT_ASSERT(coded.has_value());
                check_decodes(coder, *coded);
                CPPUNIT_ASSERT(picture_psnr(picture, coded->decoded) > 40);
            }
    }

    void rates_are_kept()
    {
        JpegCoder coder;
        check_rates(coder, drawn_picture(3, 70, 90));
        check_rates(coder, drawn_picture(1, 32, 32));
    }

    void error_falls_with_rate_as_it_should()
    {
        JpegCoder coder;
        const auto picture = drawn_picture(3, 192, 256);
        const double pixels = 192 * 256;
        const double rates[] = { 0.3, 1.0 }, bounds[] = { 26, 33 };
        for (int i = 0; i < 2; ++i) {
            const auto coded =
                coder.encode(picture, static_cast<std::size_t>(rates[i] * pixels / 8));
            CPPUNIT_ASSERT(coded.has_value());
            CPPUNIT_ASSERT(picture_psnr(picture, coded->decoded) > bounds[i]);
        }
    }

    void refusals()
    {
        JpegCoder coder;
        check_refusals(coder);
        const auto bytes = coder.encode_at(flat_picture(1, 16, 16, 0.5f), 50).bytes;
        for (const unsigned first : { 0u, 101u, 127u, 0x80u | 50u }) {
            auto wrong = bytes;
            wrong[0] = static_cast<char>(first);
            CPPUNIT_ASSERT_THROW(coder.decode(wrong, 1, 16, 16), ImageError);
        }
    }

    void damage()
    {
        JpegCoder coder;
        check_damage(coder, drawn_picture(3, 32, 32), 30);
        check_damage(coder, drawn_picture(1, 32, 32), 50);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_jpeg_coder>
    register_qa_jpeg_coder("jpeg_coder");

} // namespace
} // namespace djescc
