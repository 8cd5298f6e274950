/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the score of what a person sees, against plain loops.

#include "ednn_pictures.h"
#include "runtime/chain.h"
#include <ATen/CPUGeneratorImpl.h>
#include <algorithm>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/metrics/visual_security.h>
#include <djescc/model/model.h>
#include <map>
#include <torch/nn/functional.h>
#include <vector>

namespace djescc {

namespace {

constexpr double level_power = 1.0 / (255.0 * 255.0);

//! One channel of a picture or a map, in double precision.
using Map = std::vector<std::vector<double>>;

std::vector<Map> maps_of(const torch::Tensor& image)
{
    const auto values = image.to(torch::kDouble);
    const auto a = values.accessor<double, 3>();
    std::vector<Map> channels;
    for (int64_t c = 0; c < a.size(0); ++c) {
        channels.emplace_back(a.size(1), std::vector<double>(a.size(2)));
        for (int64_t row = 0; row < a.size(1); ++row)
            for (int64_t column = 0; column < a.size(2); ++column)
                channels.back()[row][column] = a[c][row][column];
    }
    return channels;
}

Map block_means(const Map& map, std::size_t side)
{
    Map means;
    for (std::size_t row = 0; row + side <= map.size(); row += side) {
        means.emplace_back();
        for (std::size_t column = 0; column + side <= map[0].size(); column += side) {
            double sum = 0;
            for (std::size_t i = 0; i < side; ++i)
                for (std::size_t j = 0; j < side; ++j)
                    sum += map[row + i][column + j];
            means.back().push_back(sum / static_cast<double>(side * side));
        }
    }
    return means;
}

double plain_concordance(const std::vector<Map>& a, const std::vector<Map>& b)
{
    double covariance = 0, variances = 0, offset = 0;
    for (std::size_t c = 0; c < a.size(); ++c) {
        double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0, count = 0;
        for (std::size_t row = 0; row < a[c].size(); ++row)
            for (std::size_t column = 0; column < a[c][0].size(); ++column) {
                const double x = a[c][row][column], y = b[c][row][column];
                sum_a += x;
                sum_b += y;
                aa += x * x;
                bb += y * y;
                ab += x * y;
                ++count;
            }
        const double mean_a = sum_a / count, mean_b = sum_b / count;
        covariance += ab / count - mean_a * mean_b;
        variances += aa / count - mean_a * mean_a + bb / count - mean_b * mean_b;
        offset += (mean_a - mean_b) * (mean_a - mean_b);
    }
    const auto channels = static_cast<double>(a.size());
    return std::max(0.0, 2 * covariance / channels + level_power) /
           ((variances + offset) / channels + level_power);
}

//! The definition in the header as plain loops.
double plain_score(const torch::Tensor& image, const torch::Tensor& reference)
{
    auto x = maps_of(reference), y = maps_of(image);
    double visible = 0, scales = 0;
    for (;;) {
        std::vector<Map> x_colour, y_colour;
        for (std::size_t c = 0; c < x.size(); ++c) {
            x_colour.push_back(block_means(x[c], 4));
            y_colour.push_back(block_means(y[c], 4));
        }
        const std::size_t height = x[0].size() - 1, width = x[0][0].size() - 1;
        const std::size_t tall = std::min<std::size_t>(8, height),
                          wide = std::min<std::size_t>(8, width);
        Map x_strength, y_strength;
        double alike = 0, weights = 0;
        for (std::size_t top = 0; top + tall <= height; top += 4) {
            x_strength.emplace_back();
            y_strength.emplace_back();
            for (std::size_t left = 0; left + wide <= width; left += 4) {
                double gg = 0, hh = 0, gh = 0;
                for (std::size_t c = 0; c < x.size(); ++c)
                    for (std::size_t i = top; i < top + tall; ++i)
                        for (std::size_t j = left; j < left + wide; ++j)
                            for (const auto& [down, right] :
                                 { std::pair{ 1, 0 }, std::pair{ 0, 1 } }) {
                                const double g = x[c][i + down][j + right] - x[c][i][j];
                                const double h = y[c][i + down][j + right] - y[c][i][j];
                                gg += g * g;
                                hh += h * h;
                                gh += g * h;
                            }
                const auto count = static_cast<double>(2 * x.size() * tall * wide);
                gg /= count;
                hh /= count;
                gh /= count;
                const double weight = std::sqrt(gg + level_power);
                const double ratio =
                    (2 * std::abs(gh) + level_power) / (gg + hh + level_power);
                alike += weight * ratio * ratio;
                weights += weight;
                x_strength.back().push_back(std::sqrt(gg));
                y_strength.back().push_back(std::sqrt(hh));
            }
        }
        visible += plain_concordance(x_colour, y_colour) + alike / weights +
                   plain_concordance({ x_strength }, { y_strength });
        ++scales;
        if (std::min(height + 1, width + 1) / 2 < 16)
            return 1 - visible / (3 * scales);
        for (std::size_t c = 0; c < x.size(); ++c) {
            x[c] = block_means(x[c], 2);
            y[c] = block_means(y[c], 2);
        }
    }
}

//! Four colour pictures with edges and flat parts, N x 3 x size x size.
torch::Tensor colour_pictures(int64_t size)
{
    const auto grey = test::drawn_picture(size);
    const auto colour =
        torch::cat({ grey, grey.flip(2) * 0.8 + 0.1, 0.5 * (grey + grey.flip(3)) }, 1);
    return torch::cat({ colour,
                        colour.flip(1),
                        colour.transpose(2, 3) * 0.7,
                        1 - 0.9 * colour.flip(3) });
}

double mean_score(const torch::Tensor& images, const torch::Tensor& references)
{
    return visual_security(images, references).mean().item<double>();
}

torch::Tensor blurred(const torch::Tensor& images, int64_t side)
{
    namespace F = torch::nn::functional;
    const int64_t margin = side / 2;
    return torch::avg_pool2d(F::pad(images,
                                    F::PadFuncOptions({ margin, margin, margin, margin })
                                        .mode(torch::kReplicate)),
                             side,
                             1);
}

void assert_rising(const std::vector<double>& values)
{
    for (std::size_t i = 1; i < values.size(); ++i)
        CPPUNIT_ASSERT_MESSAGE(std::to_string(values[i - 1]) + " then " +
                                   std::to_string(values[i]),
                               values[i] > values[i - 1]);
}

//! Scores of the stages of a chain at 10 dB SNR.
struct StageScores {
    double protected_images, decoded, decrypted;
};

StageScores stage_scores(const ModelNets& nets, const torch::Tensor& plain, double snr_db)
{
    const torch::NoGradGuard no_grad;
    set_training(nets, false);
    ChainConditions conditions;
    conditions.snr_db = torch::full({ plain.size(0) }, snr_db);
    const auto output =
        run_chain(nets, plain, conditions, at::detail::createCPUGenerator(5));
    return { mean_score(output.protected_images, plain),
             mean_score(output.decoded, plain),
             mean_score(output.decrypted, plain) };
}

} // namespace

class qa_visual_security : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_visual_security);
    CPPUNIT_TEST(identical_images_score_zero);
    CPPUNIT_TEST(against_plain_loops);
    CPPUNIT_TEST(a_negative_hides_colours_alone);
    CPPUNIT_TEST(nothing_to_see_scores_near_one);
    CPPUNIT_TEST(rises_with_noise_and_blur);
    CPPUNIT_TEST(another_order_of_blocks_hides_in_its_eyes);
    CPPUNIT_TEST(every_image_by_itself);
    CPPUNIT_TEST(orders_methods_by_what_they_hide);
    CPPUNIT_TEST(refuses_other_shapes);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { torch::manual_seed(17); }

private:
    void identical_images_score_zero()
    {
        const std::vector<std::vector<int64_t>> shapes{
            { 2, 3, 8, 8 }, { 1, 1, 9, 13 }, { 3, 3, 32, 32 }, { 1, 3, 40, 333 }
        };
        for (const auto& shape : shapes) {
            const auto images = torch::rand(shape);
            CPPUNIT_ASSERT(torch::equal(visual_security(images, images),
                                        torch::zeros({ shape[0] })));
        }
        const auto flat = torch::full({ 1, 3, 16, 16 }, 0.4);
        CPPUNIT_ASSERT_EQUAL(0.0, mean_score(flat, flat));
    }

    void against_plain_loops()
    {
        // one scale, two scales, strips of rows, a grey image
        const std::vector<std::vector<int64_t>> shapes{
            { 3, 8, 9 }, { 3, 17, 23 }, { 3, 33, 40 }, { 1, 300, 700 }
        };
        for (const auto& shape : shapes) {
            const auto reference =
                blurred(torch::rand(shape).unsqueeze(0), 5).mul(2).sub(0.5).clamp(0, 1);
            const auto image =
                (0.8 * reference + 0.1 + 0.05 * torch::randn_like(reference)).clamp(0, 1);
            const double score = mean_score(image, reference);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                plain_score(image[0], reference[0]), score, 2e-5);
            CPPUNIT_ASSERT(score > 0.02 && score < 0.98);
        }
    }

    // Edges are where they were and as strong; colours are as wrong as can be.
    void a_negative_hides_colours_alone()
    {
        const auto pictures = colour_pictures(64);
        const auto scores = visual_security(1 - pictures, pictures);
        CPPUNIT_ASSERT(torch::allclose(scores, torch::full({ 4 }, 1.0 / 3), 0, 1e-4));
    }

    void nothing_to_see_scores_near_one()
    {
        const auto pictures = colour_pictures(64);
        CPPUNIT_ASSERT(mean_score(torch::rand_like(pictures), pictures) > 0.97);
        CPPUNIT_ASSERT(mean_score(torch::full_like(pictures, 0.5), pictures) > 0.97);
        CPPUNIT_ASSERT(mean_score(pictures.mean({ 2, 3 }, true).expand_as(pictures),
                                  pictures) > 0.97);
        // as many edges, in other places
        CPPUNIT_ASSERT(mean_score(pictures.flip({ 2, 3 }).roll(7, 3), pictures) > 0.6);
    }

    void rises_with_noise_and_blur()
    {
        const auto pictures = colour_pictures(64);
        const auto noise = torch::randn_like(pictures);
        std::vector<double> noisy{ 0 }, soft{ 0 };
        for (const double deviation : { 0.01, 0.03, 0.1, 0.3, 1.0 })
            noisy.push_back(
                mean_score((pictures + deviation * noise).clamp(0, 1), pictures));
        for (const int64_t side : { 3, 5, 9, 17, 33 })
            soft.push_back(mean_score(blurred(pictures, side), pictures));
        assert_rising(noisy);
        assert_rising(soft);
        CPPUNIT_ASSERT(noisy[1] < 0.1);
    }

    // What it cannot see: whole pieces of the picture in other places. It compares place
    // by place, so it calls them hidden though each piece can be recognised.
    void another_order_of_blocks_hides_in_its_eyes()
    {
        constexpr int64_t side = 8, across = 8;
        const auto pictures = colour_pictures(side * across);
        const auto blocks =
            pictures.view({ 4, 3, across, side, across, side })
                .permute({ 0, 2, 4, 1, 3, 5 })
                .reshape({ 4, across * across, 3, side, side })
                .index_select(1,
                              torch::randperm(across * across,
                                              at::detail::createCPUGenerator(2),
                                              torch::kInt64));
        const auto shuffled = blocks.view({ 4, across, across, 3, side, side })
                                  .permute({ 0, 3, 1, 4, 2, 5 })
                                  .reshape_as(pictures);
        CPPUNIT_ASSERT(mean_score(shuffled, pictures) > 0.7);
    }

    void every_image_by_itself()
    {
        const auto references = blurred(torch::rand({ 100, 3, 32, 32 }), 5);
        const auto images = 0.5 * (references + torch::rand_like(references));
        const auto together = visual_security(images, references);
        for (const int64_t i : { 0, 84, 85, 86, 99 })
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                mean_score(images.narrow(0, i, 1), references.narrow(0, i, 1)),
                together[i].item<double>(),
                1e-5);
    }

    /* As in Tables I and II of the DJESCC paper with its LFBVS: what the provider gets
     * scores far above what the recipient gets, and that the lower the better its
     * quality is: unet, then pe, then le, none of which survives the channel as well. */
    void orders_methods_by_what_they_hide()
    {
        RuntimeOptions runtime;
        runtime.device = "cpu";
        const Model model(DJESCC_SOURCE_DIR "/models/cifar10-slim-r6");
        const auto plain = colour_pictures(32);
        std::map<std::string, StageScores> scores{
            { "unet",
              stage_scores({ model.load_encryptor(runtime),
                             model.load_encoder(runtime),
                             model.load_decoder(runtime),
                             model.load_decryptor(runtime) },
                           plain,
                           10) }
        };
        const auto codec = Codec::create({ { "type", "direct" } });
        for (const std::string type : { "le", "pe", "none" })
            scores[type] = stage_scores(create_nets(*Cipher::create({ { "type", type } }),
                                                    *codec,
                                                    at::detail::createCPUGenerator(3)),
                                        plain,
                                        10);
        for (const auto& [type, score] : scores) {
            const std::string all = type + ": " + std::to_string(score.protected_images) +
                                    ", " + std::to_string(score.decoded) + ", " +
                                    std::to_string(score.decrypted);
            if (type == "none") {
                CPPUNIT_ASSERT_EQUAL_MESSAGE(all, 0.0, score.protected_images);
                continue;
            }
            CPPUNIT_ASSERT_MESSAGE(all, score.protected_images > 0.8);
            CPPUNIT_ASSERT_MESSAGE(all, score.decoded > 0.8);
            CPPUNIT_ASSERT_MESSAGE(all, score.decrypted < score.decoded - 0.05);
        }
        assert_rising(
            { scores["unet"].decrypted, scores["pe"].decrypted, scores["le"].decrypted });
    }

    void refuses_other_shapes()
    {
        const auto images = torch::rand({ 1, 3, 16, 16 });
        CPPUNIT_ASSERT_THROW(visual_security(images, images[0]), ImageError);
        CPPUNIT_ASSERT_THROW(visual_security(images, torch::rand({ 1, 3, 16, 15 })),
                             ImageError);
        const auto small = torch::rand({ 1, 3, 16, 7 });
        CPPUNIT_ASSERT_THROW(visual_security(small, small), ImageError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_visual_security>
    register_qa_visual_security("visual_security");

} // namespace djescc
