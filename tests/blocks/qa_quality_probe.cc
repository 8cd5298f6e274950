/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of quality_probe's figures, and of frames without a partner.

#include "tensor_frames.h"
#include <algorithm>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/metrics/quality.h>
#include <gnuradio/blocks/message_debug.h>
#include <gnuradio/djescc/quality_probe.h>
#include <utility>
#include <vector>

namespace gr::djescc::test {

class qa_quality_probe : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_quality_probe);
    CPPUNIT_TEST(figures_are_those_of_the_metrics);
    CPPUNIT_TEST(missing_and_spoilt_frames);
    CPPUNIT_TEST(padding_is_cropped);
    CPPUNIT_TEST(without_outputs_and_with_unequal_lengths);
    CPPUNIT_TEST(every_version_is_compared);
    CPPUNIT_TEST(an_empty_judged_stream_ends);
    CPPUNIT_TEST(equal_frames_are_infinitely_good);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int64_t frame_count = 12;
    // More than a buffer holds, so that the two streams cannot be read in step.
    static constexpr int64_t height = 90, width = 100;

    static stream<float> references(int64_t count = frame_count)
    {
        stream<float> output;
        for (int64_t id = 0; id < count; id++) {
            auto info = image_info(id, height, width);
            info.name = "picture" + std::to_string(id);
            output.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        return output;
    }

    //! The reference with a little noise.
    static std::vector<float> judged_image(int64_t id)
    {
        const auto info = image_info(id, height, width);
        auto image = random_image(info, static_cast<unsigned>(id));
        const auto noise = random_image(info, static_cast<unsigned>(1000 + id));
        for (size_t i = 0; i < image.size(); i++) {
            image[i] += 0.02f * static_cast<float>(id + 1) * (noise[i] - 0.5f);
        }
        return image;
    }

    struct run_result {
        std::vector<float> psnr;
        std::vector<float> ssim;
    };

    static run_result run_probe(const quality_probe::sptr& probe,
                                const stream<float>& reference,
                                const stream<float>& test)
    {
        auto top = gr::make_top_block("test");
        auto psnr = gr::blocks::vector_sink_f::make();
        auto ssim = gr::blocks::vector_sink_f::make();
        top->connect(source_of(reference), 0, probe, 0);
        top->connect(source_of(test), 0, probe, 1);
        top->connect(probe, 0, psnr, 0);
        top->connect(probe, 1, ssim, 0);
        run_to_end(top);
        return { psnr->data(), ssim->data() };
    }

    void figures_are_those_of_the_metrics()
    {
        stream<float> test;
        for (int64_t id = 0; id < frame_count; id++) {
            test.append_frame(judged_image(id), image_info(id, height, width));
        }
        const auto probe = quality_probe::make();
        const auto result = run_probe(probe, references(), test);
        CPPUNIT_ASSERT_EQUAL(uint64_t(frame_count), probe->matched());
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), probe->dropped());
        CPPUNIT_ASSERT_EQUAL(size_t(frame_count), result.psnr.size());
        CPPUNIT_ASSERT_EQUAL(size_t(frame_count), result.ssim.size());
        double psnr_sum = 0.0, ssim_sum = 0.0;
        for (int64_t id = 0; id < frame_count; id++) {
            const auto info = image_info(id, height, width);
            const auto expected =
                to_tensor(random_image(info, static_cast<unsigned>(id)), info.shape);
            const auto judged = to_tensor(judged_image(id), info.shape);
            const auto index = static_cast<size_t>(id);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                ::djescc::psnr(judged, expected).item<float>(), result.psnr[index], 1e-4);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                ::djescc::ssim(judged, expected).item<float>(), result.ssim[index], 1e-5);
            psnr_sum += result.psnr[index];
            ssim_sum += result.ssim[index];
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(psnr_sum / frame_count, probe->mean_psnr(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(ssim_sum / frame_count, probe->mean_ssim(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(result.psnr.back(), probe->last_psnr(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(result.ssim.back(), probe->last_ssim(), 1e-6);
    }

    void missing_and_spoilt_frames()
    {
        // Of the judged frames 0 is missing, 3 has a NaN, 5 is too small.
        stream<float> test;
        for (int64_t id = 1; id < frame_count; id++) {
            auto image = judged_image(id);
            auto info = image_info(id, height, width);
            if (id == 3) {
                image[7] = std::nanf("");
            }
            if (id == 5) {
                info = image_info(id, 8, 8);
                image.resize(static_cast<size_t>(info.shape.numel()));
            }
            test.append_frame(image, info);
        }
        const auto probe = quality_probe::make();
        const auto result = run_probe(probe, references(), test);
        CPPUNIT_ASSERT_EQUAL(size_t(frame_count - 3), result.psnr.size());
        const auto counters = probe->counters();
        CPPUNIT_ASSERT_EQUAL(uint64_t(frame_count), counters.at("reference_frames"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(frame_count - 1), counters.at("test_frames"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(frame_count - 3), counters.at("matched"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), counters.at("dropped: no partner"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), counters.at("dropped: not finite"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), counters.at("dropped: wrong shape"));
    }

    void padding_is_cropped()
    {
        const auto small = image_info(0, 13, 18);
        const auto image = random_image(small, 1);
        const auto padded_info = image_info(0, 16, 24);
        std::vector<float> padded(static_cast<size_t>(padded_info.shape.numel()), 0.5f);
        for (size_t row = 0; row < 13; row++) {
            std::copy_n(image.begin() + static_cast<std::ptrdiff_t>(row * 18 * 3),
                        18 * 3,
                        padded.begin() + static_cast<std::ptrdiff_t>(row * 24 * 3));
        }
        padded[0] += 0.25f;
        stream<float> reference, test;
        reference.append_frame(image, small);
        test.append_frame(padded, padded_info);
        const auto result = run_probe(quality_probe::make(), reference, test);
        CPPUNIT_ASSERT_EQUAL(size_t(1), result.psnr.size());
        // One value of 13 x 18 x 3 is off by a quarter, to half a step of 8 bits.
        const double expected =
            -10.0 * std::log10(0.25 * 0.25 / static_cast<double>(small.shape.numel()));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(expected, result.psnr[0], 0.1);
    }

    void without_outputs_and_with_unequal_lengths()
    {
        // The reference stream ends first or last; every pair is found all the same.
        for (const int64_t reference_count : { frame_count - 4, frame_count + 4 }) {
            stream<float> test;
            for (int64_t id = 0; id < frame_count; id++) {
                test.append_frame(judged_image(id), image_info(id, height, width));
            }
            const auto probe = quality_probe::make();
            const auto messages = gr::blocks::message_debug::make();
            auto top = gr::make_top_block("test");
            top->connect(source_of(references(reference_count)), 0, probe, 0);
            top->connect(source_of(test), 0, probe, 1);
            top->msg_connect(probe, "quality", messages, "store");
            run_to_end(top);
            const auto pairs =
                static_cast<uint64_t>(std::min(reference_count, frame_count));
            CPPUNIT_ASSERT_EQUAL(pairs, probe->matched());
            CPPUNIT_ASSERT_EQUAL(uint64_t(4),
                                 probe->counters().at("dropped: no partner"));
            CPPUNIT_ASSERT_EQUAL(pairs, static_cast<uint64_t>(messages->num_messages()));
            const auto message = messages->get_message(2);
            const auto entry = [&message](const char* key) {
                return pmt::dict_ref(message, pmt::mp(key), pmt::PMT_NIL);
            };
            CPPUNIT_ASSERT_EQUAL(2L, pmt::to_long(entry("id")));
            CPPUNIT_ASSERT_EQUAL(std::string("picture2"),
                                 pmt::symbol_to_string(entry("name")));
            CPPUNIT_ASSERT(pmt::to_double(entry("psnr_db")) > 20.0);
            CPPUNIT_ASSERT(pmt::to_double(entry("ssim")) > 0.5);
        }
    }

    //! As a progressive decoder sends them: images of one part or of both.
    void every_version_is_compared()
    {
        stream<float> test;
        std::vector<std::pair<int64_t, int64_t>> versions;
        for (int64_t id = 0; id < frame_count; id++) {
            for (int64_t part = 0; part < (id % 3 == 0 ? 1 : 2); part++) {
                auto info = image_info(id, height, width);
                info.part = part;
                info.parts = 2;
                // The first version has a hole.
                auto image = judged_image(id);
                std::fill_n(image.begin(), part == 0 ? image.size() / 2 : 0, 0.5f);
                test.append_frame(image, info);
                versions.emplace_back(id, part);
            }
        }
        const auto probe = quality_probe::make();
        const auto messages = gr::blocks::message_debug::make();
        auto top = gr::make_top_block("test");
        top->connect(source_of(references()), 0, probe, 0);
        top->connect(source_of(test), 0, probe, 1);
        top->msg_connect(probe, "quality", messages, "store");
        run_to_end(top);
        CPPUNIT_ASSERT_EQUAL(versions.size(), static_cast<size_t>(probe->matched()));
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), probe->dropped());
        CPPUNIT_ASSERT_EQUAL(versions.size(), messages->num_messages());
        for (size_t i = 0; i < versions.size(); i++) {
            const auto message = messages->get_message(i);
            const auto entry = [&message](const char* key) {
                return pmt::dict_ref(message, pmt::mp(key), pmt::PMT_NIL);
            };
            CPPUNIT_ASSERT_EQUAL(versions[i].first, int64_t(pmt::to_long(entry("id"))));
            CPPUNIT_ASSERT_EQUAL(versions[i].second,
                                 int64_t(pmt::to_long(entry("part"))));
            CPPUNIT_ASSERT_EQUAL(2L, pmt::to_long(entry("parts")));
            const double psnr_db = pmt::to_double(entry("psnr_db"));
            CPPUNIT_ASSERT(versions[i].second == 0 ? psnr_db < 15 : psnr_db > 20);
        }
    }

    void an_empty_judged_stream_ends()
    {
        const auto probe = quality_probe::make();
        CPPUNIT_ASSERT(std::isnan(probe->mean_psnr()) && std::isnan(probe->last_psnr()));
        run_probe(probe, references(), {});
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), probe->matched());
        CPPUNIT_ASSERT(std::isnan(probe->mean_psnr()));
    }

    void equal_frames_are_infinitely_good()
    {
        const auto probe = quality_probe::make(true);
        const auto result = run_probe(probe, references(1), references(1));
        CPPUNIT_ASSERT_EQUAL(size_t(1), result.psnr.size());
        CPPUNIT_ASSERT(std::isinf(result.psnr[0]));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, result.ssim[0], 1e-6);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_quality_probe>
    register_qa_quality_probe("quality_probe");

} // namespace gr::djescc::test
