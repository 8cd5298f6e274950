/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of clips in HEVC: what prediction gains, and what a lost picture costs.

#include "coded_pictures.h"
#include "digital/hevc_clip_coder.h"
#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <optional>

namespace djescc {
namespace {

constexpr int clip_height = 72, clip_width = 120;
constexpr std::size_t clip_bytes = 260;

//! Bytes of a key picture are HevcCoder's, those of others have this bit of the second.
bool is_predicted(const std::string& bytes)
{
    return (static_cast<uint8_t>(bytes.at(1)) & 1u) != 0;
}

HevcClipCoder clip_coder(int key_interval)
{
    return HevcClipCoder(HevcCoder::Speed::fast, key_interval);
}

std::vector<CodedPicture> coded_clip(HevcClipCoder& coder, int count, int first = 0)
{
    std::vector<CodedPicture> clip;
    for (int i = first; i < first + count; ++i)
        clip.push_back(
            coder.encode(clip_picture(3, clip_height, clip_width, i), clip_bytes)
                .value());
    return clip;
}

//! What a receiver makes of the bytes; nothing where it refuses them.
std::optional<PlanarPicture> received_picture(HevcClipCoder& coder,
                                              const CodedPicture& coded,
                                              int height = clip_height,
                                              int width = clip_width)
{
    try {
        return coder.decode(coded.bytes, coded.decoded.channels, height, width);
    } catch (const ImageError&) {
        return std::nullopt;
    }
}

bool arrives(HevcClipCoder& coder, const CodedPicture& coded)
{
    const auto picture = received_picture(coder, coded);
    CPPUNIT_ASSERT(!picture || picture->samples == coded.decoded.samples);
    return picture.has_value();
}

class qa_hevc_clip_coder : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_hevc_clip_coder);
    CPPUNIT_TEST(decoder_equals_encoder);
    CPPUNIT_TEST(prediction_gains);
    CPPUNIT_TEST(an_interval_of_one_changes_nothing);
    CPPUNIT_TEST(key_pictures_come_in_time);
    CPPUNIT_TEST(a_lost_picture_costs_no_more_than_up_to_the_next_key);
    CPPUNIT_TEST(late_receivers_wait_for_a_key);
    CPPUNIT_TEST(another_clips_pictures_are_refused);
    CPPUNIT_TEST(a_cut_is_a_key);
    CPPUNIT_TEST(another_size_is_a_key);
    CPPUNIT_TEST(bytes_may_change);
    CPPUNIT_TEST(pictures_that_do_not_fit);
    CPPUNIT_TEST(beginning_anew);
    CPPUNIT_TEST(still_pictures_become_better);
    CPPUNIT_TEST(damage);
    CPPUNIT_TEST_SUITE_END();

public:
    void decoder_equals_encoder()
    {
        const int sizes[][2] = { { 1, 7 }, { 17, 33 }, { 64, 64 }, { 70, 130 } };
        for (const auto speed :
             { HevcCoder::Speed::fast, HevcCoder::Speed::normal, HevcCoder::Speed::best })
            for (const int channels : { 1, 3 })
                for (const auto& size : sizes) {
                    HevcClipCoder sender(speed, 3), receiver(speed, 3);
                    for (int i = 0; i < 3; ++i) {
                        const auto picture = clip_picture(channels, size[0], size[1], i);
                        const auto coded = sender.encode(picture, 220);
                        CPPUNIT_ASSERT(coded.has_value());
                        CPPUNIT_ASSERT(coded->bytes.size() <= 220);
                        check_decodes(receiver, *coded);
                        CPPUNIT_ASSERT(i > 0 || !is_predicted(coded->bytes));
                    }
                }
    }

    void prediction_gains()
    {
        auto clip = clip_coder(30);
        HevcCoder alone(HevcCoder::Speed::fast);
        double gain = 0;
        constexpr int count = 10;
        for (int i = 0; i < count; ++i) {
            const auto picture = clip_picture(3, clip_height, clip_width, i);
            const auto coded = clip.encode(picture, clip_bytes).value();
            CPPUNIT_ASSERT_EQUAL(i > 0, is_predicted(coded.bytes));
            gain +=
                picture_psnr(picture, coded.decoded) -
                picture_psnr(picture, alone.encode(picture, clip_bytes).value().decoded);
        }
        CPPUNIT_ASSERT_MESSAGE(std::to_string(gain / count), gain / count > 1.5);
    }

    void an_interval_of_one_changes_nothing()
    {
        auto clip = clip_coder(1);
        HevcCoder alone(HevcCoder::Speed::fast);
        CPPUNIT_ASSERT(!clip.remembers());
        for (int i = 0; i < 3; ++i) {
            const auto picture = clip_picture(3, clip_height, clip_width, i);
            const auto coded = clip.encode(picture, clip_bytes).value();
            CPPUNIT_ASSERT(alone.encode(picture, clip_bytes).value().bytes ==
                           coded.bytes);
            check_decodes(alone, coded);
        }
    }

    void key_pictures_come_in_time()
    {
        auto sender = clip_coder(4);
        CPPUNIT_ASSERT(sender.remembers());
        const auto clip = coded_clip(sender, 10);
        for (std::size_t i = 0; i < clip.size(); ++i)
            CPPUNIT_ASSERT_EQUAL(i % 4 != 0, is_predicted(clip[i].bytes));
        // A key picture is one of HevcCoder's.
        HevcCoder alone(HevcCoder::Speed::fast);
        check_decodes(alone, clip[4]);
        CPPUNIT_ASSERT_THROW(alone.decode(clip[5].bytes, 3, clip_height, clip_width),
                             ImageError);
    }

    void a_lost_picture_costs_no_more_than_up_to_the_next_key()
    {
        auto sender = clip_coder(4);
        const auto clip = coded_clip(sender, 9);
        for (std::size_t lost = 0; lost < 8; ++lost) {
            auto receiver = clip_coder(4);
            for (std::size_t i = 0; i < clip.size(); ++i) {
                if (i == lost)
                    continue;
                const bool behind = i > lost && i / 4 == lost / 4;
                CPPUNIT_ASSERT_EQUAL(!behind, arrives(receiver, clip[i]));
            }
        }
    }

    void late_receivers_wait_for_a_key()
    {
        auto sender = clip_coder(4), receiver = clip_coder(4);
        const auto clip = coded_clip(sender, 6);
        for (std::size_t i = 2; i < clip.size(); ++i)
            CPPUNIT_ASSERT_EQUAL(i >= 4, arrives(receiver, clip[i]));
        // One that comes late is refused, and the others go on.
        CPPUNIT_ASSERT(!arrives(receiver, clip[3]));
        CPPUNIT_ASSERT(!arrives(receiver, clip[5]));
        CPPUNIT_ASSERT(arrives(receiver, clip[4]));
        CPPUNIT_ASSERT(arrives(receiver, clip[5]));
    }

    void another_clips_pictures_are_refused()
    {
        auto one = clip_coder(8), other = clip_coder(8), receiver = clip_coder(8);
        const auto clip = coded_clip(one, 3), foreign = coded_clip(other, 3, 9);
        CPPUNIT_ASSERT(arrives(receiver, clip[0]));
        CPPUNIT_ASSERT(!arrives(receiver, foreign[1]));
        CPPUNIT_ASSERT(arrives(receiver, clip[1]));
        CPPUNIT_ASSERT(!arrives(receiver, foreign[2]));
        CPPUNIT_ASSERT(arrives(receiver, clip[2]));
        // right bytes for a picture of another size
        CPPUNIT_ASSERT(arrives(receiver, foreign[0]));
        CPPUNIT_ASSERT(
            !received_picture(receiver, foreign[1], clip_height, clip_width - 8));
        CPPUNIT_ASSERT(arrives(receiver, foreign[1]));
    }

    void a_cut_is_a_key()
    {
        auto sender = clip_coder(30), receiver = clip_coder(30);
        for (const auto& coded : coded_clip(sender, 4))
            CPPUNIT_ASSERT(arrives(receiver, coded));
        auto picture = clip_picture(3, clip_height, clip_width, 4);
        std::reverse(picture.samples.begin(), picture.samples.end()); // colours too
        auto coded = sender.encode(picture, clip_bytes).value();
        CPPUNIT_ASSERT(!is_predicted(coded.bytes));
        auto late = clip_coder(30);
        CPPUNIT_ASSERT(arrives(late, coded));
        CPPUNIT_ASSERT(picture_psnr(picture, coded.decoded) > 27);
        coded = sender.encode(picture, clip_bytes).value();
        CPPUNIT_ASSERT(is_predicted(coded.bytes));
        CPPUNIT_ASSERT(arrives(late, coded));
    }

    void another_size_is_a_key()
    {
        auto sender = clip_coder(30), receiver = clip_coder(30);
        for (const int width : { 96, 96, 90, 90, 96 })
            for (const int channels : { 3, 1 }) {
                const auto coded =
                    sender.encode(clip_picture(channels, 64, width, 0), 400).value();
                CPPUNIT_ASSERT(!is_predicted(coded.bytes));
                check_decodes(receiver, coded);
            }
    }

    void bytes_may_change()
    {
        auto sender = clip_coder(30), receiver = clip_coder(30);
        int number = 0;
        for (const std::size_t most : { 300u, 3000u, 90u, 90u, 1200u, 60u, 5000u }) {
            const auto coded =
                sender.encode(clip_picture(3, clip_height, clip_width, number++), most)
                    .value();
            CPPUNIT_ASSERT(coded.bytes.size() <= most);
            check_decodes(receiver, coded);
        }
    }

    void pictures_that_do_not_fit()
    {
        auto sender = clip_coder(3), receiver = clip_coder(3);
        const auto picture = clip_picture(3, clip_height, clip_width, 0);
        CPPUNIT_ASSERT(!sender.encode(picture, 0));
        CPPUNIT_ASSERT(!sender.encode(picture, 3));
        const auto key = sender.encode(picture, clip_bytes).value();
        CPPUNIT_ASSERT(arrives(receiver, key));
        CPPUNIT_ASSERT(!sender.encode(picture, 5));
        // The next follows the last that was sent.
        auto coded = sender.encode(picture, clip_bytes).value();
        CPPUNIT_ASSERT(is_predicted(coded.bytes));
        CPPUNIT_ASSERT(arrives(receiver, coded));
        // What was not sent counts: the next is a key picture.
        coded = sender.encode(picture, clip_bytes).value();
        CPPUNIT_ASSERT(!is_predicted(coded.bytes));
    }

    void beginning_anew()
    {
        auto sender = clip_coder(30), receiver = clip_coder(30);
        const auto before = coded_clip(sender, 3);
        for (const auto& coded : before)
            CPPUNIT_ASSERT(arrives(receiver, coded));
        sender.begin_clip();
        const auto after = coded_clip(sender, 3);
        for (std::size_t i = 0; i < before.size(); ++i)
            CPPUNIT_ASSERT(before[i].bytes == after[i].bytes);
        receiver.begin_clip();
        CPPUNIT_ASSERT(!arrives(receiver, after[1]));
    }

    void still_pictures_become_better()
    {
        auto sender = clip_coder(30);
        const auto picture = drawn_picture(3, clip_height, clip_width);
        std::vector<double> psnrs;
        for (int i = 0; i < 6; ++i)
            psnrs.push_back(picture_psnr(
                picture, sender.encode(picture, clip_bytes).value().decoded));
        // The search for a quality ends a little below the best one, not always alike.
        for (std::size_t i = 1; i < psnrs.size(); ++i)
            CPPUNIT_ASSERT_MESSAGE(std::to_string(psnrs[i] - psnrs[i - 1]),
                                   psnrs[i] > psnrs[i - 1] - 0.3);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(psnrs.back() - psnrs.front()),
                               psnrs.back() > psnrs.front() + 1);
    }

    void damage()
    {
        HevcClipCoder sender(HevcCoder::Speed::fast, 30);
        const auto clip = coded_clip(sender, 2);
        auto receiver = clip_coder(30);
        for (std::size_t at = 0; at < clip[1].bytes.size(); ++at)
            for (const unsigned change : { 0x01u, 0x80u, 0xffu }) {
                CPPUNIT_ASSERT(arrives(receiver, clip[0]));
                auto changed = clip[1], cut = clip[1];
                changed.bytes[at] =
                    static_cast<char>(static_cast<uint8_t>(changed.bytes[at]) ^ change);
                const auto picture = received_picture(receiver, changed);
                CPPUNIT_ASSERT(!picture ||
                               picture->samples.size() == clip[1].decoded.samples.size());
                if (at >= 2 && at < 6) // the reference's digest
                    CPPUNIT_ASSERT(!picture.has_value());
                if (change != 0x01u)
                    continue;
                CPPUNIT_ASSERT(arrives(receiver, clip[0]));
                cut.bytes.resize(at);
                received_picture(receiver, cut);
            }
        CPPUNIT_ASSERT(arrives(receiver, clip[0]));
        CPPUNIT_ASSERT(arrives(receiver, clip[1]));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_hevc_clip_coder>
    register_qa_hevc_clip_coder("hevc_clip_coder");

} // namespace
} // namespace djescc
