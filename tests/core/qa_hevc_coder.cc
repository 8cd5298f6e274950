/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of pictures through x265 and libde265.

#include "coded_pictures.h"
#include "digital/hevc_coder.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <thread>

namespace djescc {
namespace {

constexpr HevcCoder::Speed all_speeds[] = { HevcCoder::Speed::fast,
                                            HevcCoder::Speed::normal,
                                            HevcCoder::Speed::best };

class qa_hevc_coder : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_hevc_coder);
    CPPUNIT_TEST(decoder_equals_encoder);
    CPPUNIT_TEST(all_qualities);
    CPPUNIT_TEST(flat_pictures_are_small);
    CPPUNIT_TEST(rates_are_kept);
    CPPUNIT_TEST(pictures_before_change_nothing);
    CPPUNIT_TEST(error_falls_with_rate_as_it_should);
    CPPUNIT_TEST(refusals);
    CPPUNIT_TEST(damage);
    CPPUNIT_TEST(threads_of_their_own);
    CPPUNIT_TEST_SUITE_END();

public:
    void decoder_equals_encoder()
    {
        const int sizes[][2] = { { 1, 1 },   { 1, 7 },   { 31, 17 },  { 64, 64 },
                                 { 9, 130 }, { 72, 88 }, { 300, 200 } };
        for (const auto speed : all_speeds) {
            HevcCoder coder(speed);
            for (const int channels : { 1, 3 })
                for (const auto& size : sizes)
                    check_decodes(
                        coder,
                        coder.encode_at(drawn_picture(channels, size[0], size[1]), 500));
        }
    }

    void all_qualities()
    {
        HevcCoder coder(HevcCoder::Speed::fast);
        const auto picture = drawn_picture(3, 40, 48);
        double previous = 0;
        std::size_t least = 0;
        for (int quality = 0; quality <= coder.most_quality(); quality += 33) {
            const auto coded = coder.encode_at(picture, quality);
            CPPUNIT_ASSERT_EQUAL(quality, coded.quality);
            check_decodes(coder, coded);
            const double psnr = picture_psnr(picture, coded.decoded);
            CPPUNIT_ASSERT(psnr > previous - 0.3);
            CPPUNIT_ASSERT(coded.bytes.size() + 8 > least);
            previous = psnr;
            least = coded.bytes.size();
        }
        CPPUNIT_ASSERT(previous > 55);
    }

    void flat_pictures_are_small()
    {
        HevcCoder coder;
        for (const int channels : { 1, 3 })
            for (const float sample : { 0.0f, 0.3f, 1.0f }) {
                const auto picture = flat_picture(channels, 128, 128, sample);
                const auto coded = coder.encode(picture, 200);
                CPPUNIT_ASSERT(coded.has_value());
                check_decodes(coder, *coded);
                CPPUNIT_ASSERT(picture_psnr(picture, coded->decoded) > 45);
            }
        CPPUNIT_ASSERT(coder.encode(flat_picture(3, 32, 32, 0.5f), 12).has_value());
    }

    void rates_are_kept()
    {
        for (const auto speed : all_speeds) {
            HevcCoder coder(speed);
            check_rates(coder, drawn_picture(3, 70, 90));
            check_rates(coder, drawn_picture(1, 32, 32));
        }
        // What there may be is used, all but a little.
        HevcCoder coder;
        const std::size_t max_bytes = 2500;
        const auto coded = coder.encode(drawn_picture(3, 128, 160), max_bytes);
        CPPUNIT_ASSERT(coded.has_value());
        CPPUNIT_ASSERT(coded->bytes.size() > max_bytes * 85 / 100);
    }

    void pictures_before_change_nothing()
    {
        const auto picture = drawn_picture(3, 64, 96);
        HevcCoder fresh, used;
        used.encode(drawn_picture(1, 50, 50), 300);
        for (int i = 0; i < 3; ++i)
            used.encode_at(flat_picture(3, 64, 96, 0.1f), 300);
        CPPUNIT_ASSERT(fresh.encode(picture, 700)->bytes ==
                       used.encode(picture, 700)->bytes);
    }

    void error_falls_with_rate_as_it_should()
    {
        HevcCoder coder;
        const auto picture = drawn_picture(3, 192, 256);
        const double pixels = 192 * 256;
        const double rates[] = { 0.1, 0.3, 1.0 }, bounds[] = { 32, 37, 39 };
        for (int i = 0; i < 3; ++i) {
            const auto coded =
                coder.encode(picture, static_cast<std::size_t>(rates[i] * pixels / 8));
            CPPUNIT_ASSERT(coded.has_value());
            CPPUNIT_ASSERT(picture_psnr(picture, coded->decoded) > bounds[i]);
        }
    }

    void refusals()
    {
        HevcCoder coder;
        check_refusals(coder);
        // Spare bits, tools that there are none of, and chroma in grey.
        const auto bytes = coder.encode_at(flat_picture(1, 16, 16, 0.5f), 500).bytes;
        for (const unsigned bit : { 0x01u, 0x02u, 0x0cu, 0x10u }) {
            auto wrong = bytes;
            wrong[1] = static_cast<char>(static_cast<uint8_t>(wrong[1]) | bit);
            CPPUNIT_ASSERT_THROW(coder.decode(wrong, 1, 16, 16), ImageError);
        }
        CPPUNIT_ASSERT_THROW(coder.decode(bytes.substr(0, 2), 1, 16, 16), ImageError);
    }

    void damage()
    {
        HevcCoder coder;
        check_damage(coder, drawn_picture(3, 32, 32), 400);
        check_damage(coder, drawn_picture(1, 32, 32), 450);
    }

    void threads_of_their_own()
    {
        const auto picture = drawn_picture(3, 48, 48);
        std::string bytes[4];
        std::vector<std::thread> threads;
        for (auto& own : bytes)
            threads.emplace_back([&own, &picture] {
                for (int i = 0; i < 3; ++i) {
                    HevcCoder coder(HevcCoder::Speed::fast);
                    const auto coded = coder.encode_at(picture, 600);
                    own = coder.decode(coded.bytes, 3, 48, 48).samples ==
                                  coded.decoded.samples
                              ? coded.bytes
                              : std::string();
                }
            });
        for (auto& thread : threads)
            thread.join();
        for (const auto& own : bytes) {
            CPPUNIT_ASSERT(!own.empty());
            CPPUNIT_ASSERT(own == bytes[0]);
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_hevc_coder>
    register_qa_hevc_coder("hevc_coder");

} // namespace
} // namespace djescc
