/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the guess of how many bits HEVC takes for a picture.

#include "codec/picture_link.h"
#include "coded_pictures.h"
#include "digital/hevc_coder.h"
#include "digital/picture_detail.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/image/image_io.h>
#include <string>

namespace djescc {
namespace {

PictureDetail detail_of(const PlanarPicture& picture)
{
    const HevcFormat format(
        picture.channels, picture.height, picture.width, HevcTools::coarse);
    return { format, planes_of(format, picture, 1) };
}

} // namespace

class qa_picture_detail : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_picture_detail);
    CPPUNIT_TEST(nothing_in_flat_pictures);
    CPPUNIT_TEST(more_detail_more_bits);
    CPPUNIT_TEST(is_near_what_is_coded);
    CPPUNIT_TEST_SUITE_END();

    void nothing_in_flat_pictures()
    {
        for (const int channels : { 1, 3 })
            for (const int side : { 16, 100 }) {
                const auto detail = detail_of(flat_picture(channels, side, side, 0.3f));
                for (const double step : { 0.7, 1.0, 100.0, 1e6 }) {
                    CPPUNIT_ASSERT(std::isfinite(detail.bits_per_pixel(step)));
                    CPPUNIT_ASSERT(detail.bits_per_pixel(step) < 0.001);
                }
            }
    }

    void more_detail_more_bits()
    {
        const auto picture = drawn_picture(3, 96, 128);
        const auto detail = detail_of(picture);
        double before = 1e9;
        for (double step = 0.5; step < 5000; step *= 2) {
            const double bits = detail.bits_per_pixel(step);
            CPPUNIT_ASSERT(bits > 0 && bits < before);
            before = bits;
        }
        auto faint = picture;
        for (auto& sample : faint.samples)
            sample = 0.5f + (sample - 0.5f) / 4;
        CPPUNIT_ASSERT(detail_of(faint).bits_per_pixel(20) <
                       detail.bits_per_pixel(20) / 2);
        // 1023, the largest level, in every other row: the largest coefficients
        auto rows = flat_picture(1, 32, 32, 1.0f);
        for (int i = 0; i < 32 * 32; ++i)
            rows.samples[static_cast<std::size_t>(i)] = i / 32 % 2 == 0 ? 1.0f : 0.0f;
        CPPUNIT_ASSERT(detail_of(rows).bits_per_pixel(0.5) > 2);
    }

    //! Photographs that the guess was not fitted to.
    void is_near_what_is_coded()
    {
#ifdef DJESCC_HAVE_OPENCV
        HevcCoder coder(HevcCoder::Speed::fast);
        for (const std::string name : { "portrait", "park" }) {
            const auto picture = planar_picture(
                read_image(std::string(DJESCC_SOURCE_DIR "/examples/pictures/photo/") +
                           name + ".png"));
            const auto detail = detail_of(picture);
            for (const int quality : { 250, 350, 450 }) {
                const double bits =
                    8.0 *
                    static_cast<double>(coder.encode_at(picture, quality).bytes.size());
                // QP 4 is a step of 1, and 16 qualities are a step of QP.
                const double step = std::exp2(((1023 - quality) / 16.0 - 4) / 6);
                const double ratio =
                    detail.bits_per_pixel(step) * picture.height * picture.width / bits;
                CPPUNIT_ASSERT_MESSAGE(name + ", " + std::to_string(quality) + ": " +
                                           std::to_string(ratio),
                                       ratio > 0.75 && ratio < 1.35);
            }
        }
#endif
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_picture_detail>
    register_qa_picture_detail("picture_detail");

} // namespace djescc
