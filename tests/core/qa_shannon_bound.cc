/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of Shannon's bound and of the channel codes' error rates.

#include <djescc/eval/link_errors.h>
#include <djescc/eval/shannon_bound.h>

#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/metrics/quality.h>
#include <torch/torch.h>
#include <vector>

namespace djescc {
namespace {

//! One smooth picture with a little texture.
class OnePicture : public Dataset
{
public:
    int64_t size() const override { return 1; }
    std::string description() const override { return "one picture"; }
    torch::Tensor crops(const std::vector<CropChoice>&, int64_t) const override
    {
        torch::manual_seed(5);
        const auto smooth = torch::nn::functional::interpolate(
            torch::rand({ 1, 3, 9, 9 }),
            torch::nn::functional::InterpolateFuncOptions()
                .size(std::vector<int64_t>{ 64, 96 })
                .mode(torch::kBilinear)
                .align_corners(true));
        return (smooth * 230 + torch::rand_like(smooth) * 20).to(torch::kUInt8);
    }
};

} // namespace

class qa_shannon_bound : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_shannon_bound);
    CPPUNIT_TEST(capacity_by_hand);
#ifdef DJESCC_HAVE_DIGITAL
    CPPUNIT_TEST(quality_rises_with_the_channel);
    CPPUNIT_TEST(what_does_not_fit_is_an_outage);
    CPPUNIT_TEST(other_codecs_are_refused);
    CPPUNIT_TEST(errors_of_links);
#endif
    CPPUNIT_TEST_SUITE_END();

    void capacity_by_hand()
    {
        // SNR 1: log2(2) = 1 bit a symbol; SNR 3: 2 bits; SNR 255: 8 bits
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1000, capacity_bits(1000, 0), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(14, capacity_bits(7, 10 * std::log10(3)), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(80, capacity_bits(10, 10 * std::log10(255)), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0, capacity_bits(0, 30), 0);
        double before = 0;
        for (double snr_db = -30; snr_db <= 60; snr_db += 0.5) {
            const double bits = capacity_bits(100, snr_db);
            CPPUNIT_ASSERT(bits > before);
            before = bits;
        }
    }

    static std::vector<ChainQuality> bound(const char* ratio,
                                           const std::vector<MeasuredChannel>& channels,
                                           const MeasureOptions& options = {})
    {
        return measure_shannon_bound(
            { { "type", "separate" }, { "bandwidth_ratio", ratio }, { "speed", "fast" } },
            OnePicture(),
            options,
            channels);
    }

    void quality_rises_with_the_channel()
    {
        MeasureOptions options;
        std::vector<MeasuredImage> seen;
        options.watch = [&](const MeasuredImage& image) { seen.push_back(image); };
        const auto qualities = bound("1/6",
                                     { { { 0, 0 }, 0 },
                                       { { 5, 5 }, 0 },
                                       { { 10, 10 }, 0 },
                                       { { 20, 20 }, 0 },
                                       // half of the symbols of twice the bits
                                       { { 10, 10 }, 0.5 } },
                                     options);
        for (std::size_t i = 1; i < 4; i++)
            CPPUNIT_ASSERT(qualities[i].decrypted.psnr_db >
                           qualities[i - 1].decrypted.psnr_db + 0.5);
        const double half = qualities[4].decrypted.psnr_db;
        CPPUNIT_ASSERT(half < qualities[2].decrypted.psnr_db);
        CPPUNIT_ASSERT_EQUAL(int64_t(0), qualities[0].outages);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, qualities[0].channel_uses_per_pixel, 1e-9);
        CPPUNIT_ASSERT(std::isnan(qualities[0].protected_images.psnr_db));
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), seen.size());
        const auto plain = OnePicture().crops({}, 0).to(torch::kFloat32).div(255);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            psnr(seen[3].decrypted.unsqueeze(0), plain).item<double>(),
            qualities[3].decrypted.psnr_db,
            1e-3);
    }

    void what_does_not_fit_is_an_outage()
    {
        MeasureOptions options;
        options.watch = [](const MeasuredImage& image) {
            CPPUNIT_ASSERT(image.outage);
            CPPUNIT_ASSERT(torch::all(image.decrypted == 0.5).item<bool>());
        };
        CPPUNIT_ASSERT_EQUAL(
            int64_t(1), bound("1/1000", { { { -20, -20 }, 0 } }, options)[0].outages);
    }

    void other_codecs_are_refused()
    {
        CPPUNIT_ASSERT_THROW(
            measure_shannon_bound({ { "type", "djscc" } }, OnePicture(), {}, {}),
            ConfigError);
    }

    void errors_of_links()
    {
        LinkErrorSettings settings;
        settings.code_length = 648;
        settings.codewords = 20;
        // QPSK at rate 1/2 carries one bit a symbol, so both SNRs are one.
        const auto bad = link_errors(settings, -2), good = link_errors(settings, 5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1, bad.frame_error_rate, 0);
        CPPUNIT_ASSERT_EQUAL(20, bad.wrong_codewords);
        CPPUNIT_ASSERT_EQUAL(0, good.wrong_codewords);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(5, good.bit_snr_db, 1e-12);
        settings.modulation = "16-qam";
        settings.code_rate = "3/4";
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            15 - 10 * std::log10(3), link_errors(settings, 15).bit_snr_db, 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0, least_link_snr_db("qpsk", "1/2"), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            10 * std::log10(7), least_link_snr_db("16-qam", "3/4"), 1e-9);
        settings.modulation = "8-psk";
        CPPUNIT_ASSERT_THROW(link_errors(settings, 5), ConfigError);
        CPPUNIT_ASSERT_THROW(least_link_snr_db("qpsk", "7/8"), ConfigError);
        settings.modulation = "bpsk";
        settings.code_length = 1000;
        CPPUNIT_ASSERT_THROW(link_errors(settings, 5), ConfigError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_shannon_bound>
    register_qa_shannon_bound("shannon_bound");

} // namespace djescc
