/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of PSNR and SSIM against their definitions.

#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/image/levels.h>
#include <djescc/metrics/quality.h>
#include <vector>

namespace djescc {

namespace {

/*! SSIM of one image as the paper's formulas say, window by window over the full two
 *  dimensions, on the 0..255 scale. */
double plain_ssim(const torch::Tensor& image, const torch::Tensor& reference, int size)
{
    const auto x = image.to(torch::kDouble) * 255;
    const auto y = reference.to(torch::kDouble) * 255;
    const auto a = x.accessor<double, 3>();
    const auto b = y.accessor<double, 3>();
    std::vector<double> window;
    double weight_sum = 0;
    for (int i = 0; i < size; ++i) {
        for (int j = 0; j < size; ++j) {
            const double di = i - size / 2;
            const double dj = j - size / 2;
            window.push_back(std::exp(-(di * di + dj * dj) / (2 * 1.5 * 1.5)));
            weight_sum += window.back();
        }
    }
    const double c1 = 0.01 * 255 * 0.01 * 255;
    const double c2 = 0.03 * 255 * 0.03 * 255;
    double sum = 0;
    int count = 0;
    for (int64_t c = 0; c < x.size(0); ++c) {
        for (int64_t row = 0; row + size <= x.size(1); ++row) {
            for (int64_t column = 0; column + size <= x.size(2); ++column) {
                double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
                for (int i = 0; i < size; ++i) {
                    for (int j = 0; j < size; ++j) {
                        const double w = window[i * size + j] / weight_sum;
                        const double p = a[c][row + i][column + j];
                        const double q = b[c][row + i][column + j];
                        ma += w * p;
                        mb += w * q;
                        aa += w * p * p;
                        bb += w * q * q;
                        ab += w * p * q;
                    }
                }
                sum += (2 * ma * mb + c1) * (2 * (ab - ma * mb) + c2) /
                       ((ma * ma + mb * mb + c1) * (aa - ma * ma + bb - mb * mb + c2));
                ++count;
            }
        }
    }
    return sum / count;
}

} // namespace

class qa_quality : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_quality);
    CPPUNIT_TEST(levels_round_to_nearest);
    CPPUNIT_TEST(psnr_of_a_constant_offset);
    CPPUNIT_TEST(psnr_rounds_and_does_not_truncate);
    CPPUNIT_TEST(psnr_of_known_error);
    CPPUNIT_TEST(psnr_of_identical_images);
    CPPUNIT_TEST(psnr_of_a_large_image);
    CPPUNIT_TEST(ssim_of_identical_and_negative);
    CPPUNIT_TEST(ssim_of_constant_images);
    CPPUNIT_TEST(ssim_against_plain_loops);
    CPPUNIT_TEST(ssim_of_small_images);
    CPPUNIT_TEST(ssim_does_not_round);
    CPPUNIT_TEST(ssim_of_an_image_in_pieces);
    CPPUNIT_TEST(agreement_of_the_strongest_channel);
    CPPUNIT_TEST(refuses_other_shapes);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { torch::manual_seed(11); }

private:
    void levels_round_to_nearest()
    {
        const auto values =
            torch::tensor({ -0.2, 0.4 / 255, 0.6 / 255, 99.9 / 255, 1.3 });
        const auto expected = torch::tensor({ 0.0f, 0.0f, 1.0f, 100.0f, 255.0f });
        CPPUNIT_ASSERT(torch::equal(to_8bit_levels(values), expected));
    }

    void psnr_of_a_constant_offset()
    {
        const auto references = torch::full({ 2, 3, 5, 7 }, 100.0 / 255);
        auto images = references.clone();
        images[0] += 1.0 / 255;
        images[1] += 10.0 / 255;
        const auto values = psnr(images, references);
        CPPUNIT_ASSERT(values.sizes() == at::IntArrayRef({ 2 }));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(48.1308, values[0].item<double>(), 1e-4);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(28.1308, values[1].item<double>(), 1e-4);
    }

    void psnr_rounds_and_does_not_truncate()
    {
        // 100.6 is level 101 and 100.4 level 100; truncation would call both 100.
        const auto references = torch::full({ 1, 1, 4, 4 }, 100.4 / 255);
        const auto images = torch::full({ 1, 1, 4, 4 }, 100.6 / 255);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            48.1308, psnr(images, references).item<double>(), 1e-4);
    }

    void psnr_of_known_error()
    {
        // One of 12 values is off by 12 levels: MSE = 144 / 12.
        const auto references = torch::zeros({ 1, 3, 2, 2 });
        auto images = references.clone();
        images[0][2][1][0] = 12.0 / 255;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(10 * std::log10(255.0 * 255.0 / 12),
                                     psnr(images, references).item<double>(),
                                     1e-4);
    }

    void psnr_of_identical_images()
    {
        const auto images = torch::rand({ 1, 3, 8, 8 });
        const double value = psnr(images, images).item<double>();
        CPPUNIT_ASSERT(std::isinf(value) && value > 0);
    }

    void psnr_of_a_large_image()
    {
        // Enough squared errors to pass the 24 bits of a float's mantissa many times
        // over.
        const auto references = torch::zeros({ 1, 3, 1500, 2000 });
        const auto images = torch::full({ 1, 3, 1500, 2000 }, 200.0 / 255);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            20 * std::log10(255.0 / 200), psnr(images, references).item<double>(), 1e-5);
    }

    void agreement_of_the_strongest_channel()
    {
        // R, G, B and a grey pixel, which counts as R; then one, two, three, four agree.
        const auto references =
            torch::tensor({ 0.9, 0.1, 0.2, 0.5, 0.2, 0.8, 0.1, 0.5, 0.1, 0.1, 0.7, 0.5 })
                .view({ 1, 3, 2, 2 });
        const auto agreement = [&](const torch::Tensor& images) {
            return argmax_agreement(images.expand_as(references), references)
                .item<double>();
        };
        const auto colours = torch::eye(3).view({ 3, 3, 1, 1 });
        CPPUNIT_ASSERT_EQUAL(0.5, agreement(colours[0]));
        CPPUNIT_ASSERT_EQUAL(0.25, agreement(colours[1]));
        CPPUNIT_ASSERT_EQUAL(0.25, agreement(colours[2]));
        CPPUNIT_ASSERT_EQUAL(1.0, agreement(0.3 * references + 0.1));
        // Whole batches, an image each.
        const auto values = argmax_agreement(torch::cat({ references, 1 - references }),
                                             torch::cat({ references, references }));
        CPPUNIT_ASSERT_EQUAL(1.0f, values[0].item<float>());
        CPPUNIT_ASSERT_EQUAL(0.25f, values[1].item<float>()); // the grey one
    }

    void ssim_of_identical_and_negative()
    {
        const auto images = torch::rand({ 2, 3, 20, 24 });
        CPPUNIT_ASSERT(
            torch::allclose(ssim(images, images), torch::ones({ 2 }), 0, 1e-6));
        CPPUNIT_ASSERT((ssim(images, 1 - images) < -0.5).all().item<bool>());
    }

    void ssim_of_constant_images()
    {
        // Without variance the luminance term is all that is left.
        const double a = 0.2;
        const double b = 0.7;
        const double expected = (2 * a * b + 1e-4) / (a * a + b * b + 1e-4);
        const auto value =
            ssim(torch::full({ 1, 3, 16, 16 }, a), torch::full({ 1, 3, 16, 16 }, b));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(expected, value.item<double>(), 1e-6);
    }

    void ssim_against_plain_loops()
    {
        const auto references = torch::rand({ 3, 3, 17, 23 });
        const auto images =
            (references + 0.3 * torch::randn({ 3, 3, 17, 23 })).clamp(0, 1);
        const auto values = ssim(images, references);
        for (int64_t i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                plain_ssim(images[i], references[i], 11), values[i].item<double>(), 1e-6);
        }
    }

    void ssim_of_small_images()
    {
        const std::vector<std::pair<std::vector<int64_t>, int>> cases{
            { { 1, 3, 8, 9 }, 7 }, { { 1, 3, 5, 40 }, 5 }, { { 1, 1, 1, 4 }, 1 }
        };
        for (const auto& [sizes, window] : cases) {
            const auto references = torch::rand(sizes);
            const auto images = torch::rand(sizes);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(plain_ssim(images[0], references[0], window),
                                         ssim(images, references).item<double>(),
                                         1e-6);
        }
    }

    void ssim_does_not_round()
    {
        const auto references = torch::full({ 1, 1, 12, 12 }, 0.5);
        const auto images = references + 0.01 / 255 * torch::randn({ 1, 1, 12, 12 });
        CPPUNIT_ASSERT(ssim(images, references).item<double>() < 1);
    }

    void ssim_of_an_image_in_pieces()
    {
        // Larger than one piece of rows, and a batch that takes several pieces of images:
        // either way the same as the plain loops, and as each image by itself.
        const auto references = torch::rand({ 1, 1, 700, 600 });
        const auto images =
            (references + 0.2 * torch::randn_like(references)).clamp(0, 1);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(plain_ssim(images[0], references[0], 11),
                                     ssim(images, references).item<double>(),
                                     1e-6);
        const auto many = torch::rand({ 200, 3, 32, 32 });
        const auto others = torch::rand({ 200, 3, 32, 32 });
        const auto together = ssim(many, others);
        for (const int64_t i : { 0, 84, 85, 86, 199 }) {
            const auto alone = ssim(many.narrow(0, i, 1), others.narrow(0, i, 1));
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                alone.item<double>(), together[i].item<double>(), 1e-6);
        }
    }

    void refuses_other_shapes()
    {
        const auto images = torch::rand({ 1, 3, 16, 16 });
        CPPUNIT_ASSERT_THROW(psnr(images, images[0]), ImageError);
        CPPUNIT_ASSERT_THROW(ssim(images, torch::rand({ 1, 3, 16, 15 })), ImageError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_quality> register_qa_quality("quality");

} // namespace djescc
