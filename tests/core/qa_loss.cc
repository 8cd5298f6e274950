/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Tests of the terms of the loss, mostly against what can be said in closed form. */
#include "error_text.h"
#include "loss/loss.h"
#include "loss/structure_loss.h"
#include "loss/vgg16.h"
#include "scratch_folder.h"
#include <algorithm>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/loss/classifier.h>
#include <djescc/metrics/quality.h>
#include <torch/torch.h>

namespace djescc {
namespace {

// One bright disc on a dark ground with some grain.
torch::Tensor disc(double centre, double grain)
{
    const auto axis = torch::arange(64, torch::kFloat32) - centre;
    const auto inside = (axis.square().unsqueeze(1) + axis.square()) < 200;
    return (inside.to(torch::kFloat32) * 0.6 + 0.2).expand({ 1, 3, 64, 64 }) +
           grain * torch::randn({ 1, 3, 64, 64 });
}

LossInput input(const torch::Tensor& plain, const ChainOutput& output, int64_t step)
{
    LossInput all{ plain, {}, output, {} };
    all.moment.step = step;
    return all;
}

//! A classifier of two classes whose logits are linear: 4 red + 2 green, and nothing.
class Probe : public Classifier
{
public:
    Probe()
    {
        d_colours = register_buffer("colours", torch::tensor({ 4.0f, 2.0f, 0.0f }));
    }
    torch::Tensor logits(const torch::Tensor& images) override
    {
        const auto red_and_green =
            (images * d_colours.view({ 1, 3, 1, 1 })).sum({ 1, 2, 3 });
        return torch::stack({ red_and_green, torch::zeros_like(red_and_green) }, 1);
    }
    torch::Tensor features(const torch::Tensor& images, int64_t) override
    {
        return images;
    }
    int64_t blocks() const override { return 1; }
    int64_t class_count() const override { return 2; }
    nlohmann::json config() const override { return { { "type", "test_probe" } }; }

private:
    torch::Tensor d_colours;
};

const bool added = Classifier::add("test_probe", [](const nlohmann::json&, int64_t) {
    return std::make_shared<Probe>();
});

} // namespace

class qa_loss : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_loss);
    CPPUNIT_TEST(structure_loss_sees_what_a_person_sees);
    CPPUNIT_TEST(structure_loss_is_bounded_and_differentiable);
    CPPUNIT_TEST(loss_is_the_papers_with_a_bound);
    CPPUNIT_TEST(loss_of_a_codec_behind_a_fixed_cipher);
    CPPUNIT_TEST(psnr_measure_is_the_mean_over_pictures);
    CPPUNIT_TEST(contrast_term_is_what_the_deviation_lacks);
    CPPUNIT_TEST(ssim_term_is_the_square_of_the_mean_metric);
    CPPUNIT_TEST(wrong_key_term_is_what_the_error_lacks);
    CPPUNIT_TEST(vgg16_features_have_the_papers_size);
    CPPUNIT_TEST(ssim_term_of_even_pictures_is_known);
    CPPUNIT_TEST(terms_add_up_and_name_their_columns);
    CPPUNIT_TEST(semantic_term_weighs_by_the_logits_gradient);
    CPPUNIT_TEST(logits_term_measures_how_far_an_answer_moves);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { torch::manual_seed(1); }

private:
    void structure_loss_sees_what_a_person_sees()
    {
        const auto plain = disc(32, 0.02);
        const double itself = structure_loss(plain, plain).item<double>();
        const double negative = structure_loss(plain, 1 - plain).item<double>();
        const double noise =
            structure_loss(plain, torch::rand({ 1, 3, 64, 64 })).item<double>();
        // Noise whose strength follows the picture has no correlation with it, and shows
        // it
        const double outline =
            structure_loss(plain, 0.5 + 0.5 * plain * torch::randn({ 1, 3, 64, 64 }))
                .item<double>();
        CPPUNIT_ASSERT(itself > 0.5);
        CPPUNIT_ASSERT(negative > 0.5);
        CPPUNIT_ASSERT(noise < 0.05);
        CPPUNIT_ASSERT(outline > 3 * noise);
    }

    void structure_loss_is_bounded_and_differentiable()
    {
        for (const auto& images :
             { torch::rand({ 2, 3, 32, 32 }), torch::zeros({ 2, 3, 32, 32 }) }) {
            auto hidden = images.clone().set_requires_grad(true);
            const auto loss = structure_loss(torch::rand({ 2, 3, 32, 32 }), hidden);
            loss.backward();
            CPPUNIT_ASSERT(loss.item<double>() >= 0 && loss.item<double>() <= 1);
            CPPUNIT_ASSERT(torch::isfinite(hidden.grad()).all().item<bool>());
        }
    }

    void loss_is_the_papers_with_a_bound()
    {
        const auto plain = torch::rand({ 2, 3, 32, 32 });
        ChainOutput output{ torch::rand({ 2, 3, 32, 32 }),
                            torch::rand({ 2, 3, 32, 32 }),
                            torch::rand({ 2, 3, 32, 32 }) };
        const double distortion =
            (output.decrypted - plain).square().mean().item<double>();
        const auto loss_with = [&](double lambda, double limit) {
            torch::manual_seed(5); // the feature net's random weights
            Loss loss(
                { { "features",
                    { { "lambda", lambda }, { "block", 1 }, { "limit", limit } } } },
                ".");
            return loss(input(plain, output, 0));
        };
        const auto zero = loss_with(0, 4);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(distortion, zero.total.item<double>(), 1e-6);
        CPPUNIT_ASSERT(zero.columns.count("features") == 0);

        torch::manual_seed(5);
        Vgg16Features net(1);
        net->eval();
        const auto distance = [&](const torch::Tensor& images) {
            return (net(images) - net(plain)).square().mean().item<double>();
        };
        const double features =
            distance(output.protected_images) + distance(output.decoded);
        CPPUNIT_ASSERT(features > 0);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(distortion - 0.05 * features,
                                     loss_with(0.05, 1e6).total.item<double>(),
                                     1e-4 * (1 + features));
        const double tight = distance(output.protected_images) / 1000;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(distortion - 0.05 * 2 * tight,
                                     loss_with(0.05, tight).total.item<double>(),
                                     1e-5);
    }

    void loss_of_a_codec_behind_a_fixed_cipher()
    {
        const auto plain = torch::rand({ 2, 3, 32, 32 });
        const ChainOutput output{ torch::rand({ 2, 3, 32, 32 }),
                                  torch::rand({ 2, 3, 32, 32 }),
                                  torch::rand({ 2, 3, 32, 32 }) };
        Loss loss({ { "distortion", "decoded" } }, ".");
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            (output.decoded - output.protected_images).square().mean().item<double>(),
            loss(input(plain, output, 0)).total.item<double>(),
            1e-6);
        CPPUNIT_ASSERT_THROW(Loss({ { "distortion", "x" } }, "."), ConfigError);
    }

    void psnr_measure_is_the_mean_over_pictures()
    {
        // Errors of 0.1 and 0.01 everywhere: 20 and 40 dB, 30 dB on average
        const auto plain = torch::full({ 2, 3, 32, 32 }, 0.5);
        const auto errors = torch::tensor({ 0.1, 0.01 }).view({ 2, 1, 1, 1 });
        const auto decrypted = (plain + errors).detach().set_requires_grad(true);
        const ChainOutput output{ plain, plain, decrypted };
        Loss loss({ { "measure", "psnr" } }, ".");
        auto parts = loss(input(plain, output, 0));
        // The scale is that of MSE at 30 dB, 0.001; beyond 60 dB nothing counts
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1e-3, parts.total.item<double>(), 1e-5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            5.05e-3, parts.columns.at("distortion").item<double>(), 1e-6);
        parts.total.backward();
        // d total / d error = t / 2 * 2 / error / pixels: ten times as much for the
        // better picture, where MSE would give a tenth
        const auto slopes = decrypted.grad().abs().mean({ 1, 2, 3 });
        CPPUNIT_ASSERT_DOUBLES_EQUAL(10.0, (slopes[1] / slopes[0]).item<double>(), 0.15);
        CPPUNIT_ASSERT_THROW(Loss({ { "measure", "dB" } }, "."), ConfigError);
    }

    void contrast_term_is_what_the_deviation_lacks()
    {
        const auto plain = torch::rand({ 2, 3, 32, 32 });
        // Half of the pixels at 0.5 + d, half at 0.5 - d: standard deviation d
        const auto halves =
            (torch::arange(32) % 2 * 2 - 1).to(torch::kFloat32).expand({ 2, 3, 32, 32 });
        const auto deviations = torch::tensor({ 0.1, 0.4 }).view({ 2, 1, 1, 1 });
        const ChainOutput output{ 0.5 + deviations * halves, plain, plain };
        Loss loss({ { "contrast",
                      { { "weight", 3.0 }, { "deviation", 0.3 }, { "every", 2 } } } },
                  ".");
        const auto parts = loss(input(plain, output, 4));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.02, parts.columns.at("contrast_term").item<double>(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.06, parts.total.item<double>(), 1e-6);
        CPPUNIT_ASSERT(loss(input(plain, output, 5)).columns.count("contrast_term") == 0);
    }

    void ssim_term_is_the_square_of_the_mean_metric()
    {
        const auto plain = torch::rand({ 3, 3, 32, 32 });
        const auto shown = (0.7 * plain + 0.3 * torch::rand({ 3, 3, 32, 32 })).detach();
        ChainOutput output{ shown.clone().set_requires_grad(true),
                            (1 - plain).clone(),
                            plain.clone() };
        Loss loss({ { "ssim", { { "weight", 2.0 }, { "every", 3 } } } }, ".");
        const auto parts = loss(input(plain, output, 6));
        const auto squared_mean = [&](const torch::Tensor& images) {
            const double mean = ssim(images, plain).mean().item<double>();
            return mean * mean;
        };
        const double expected = squared_mean(shown) + squared_mean(1 - plain);
        CPPUNIT_ASSERT(expected > 0.5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            expected, parts.columns.at("ssim_term").item<double>(), 1e-4);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(2 * expected, parts.total.item<double>(), 2e-4);
        parts.total.backward();
        // A step downhill hides more
        const auto grad = output.protected_images.grad();
        const auto hidden = shown - 0.5 * grad / grad.abs().max();
        CPPUNIT_ASSERT(ssim(hidden, plain).mean().item<double>() <
                       ssim(shown, plain).mean().item<double>());
        CPPUNIT_ASSERT(loss(input(plain, output, 7)).columns.count("ssim_term") == 0);
    }

    void wrong_key_term_is_what_the_error_lacks()
    {
        const auto plain = torch::full({ 2, 3, 32, 32 }, 0.5f);
        auto wrong = plain.clone();
        wrong[0] += 0.2f; // MSE 0.04
        wrong[1] += 0.4f; // MSE 0.16
        ChainOutput output{ plain, plain, plain, wrong };
        Loss loss(
            { { "wrong_key", { { "weight", 3.0 }, { "every", 2 }, { "mse", 0.1 } } } },
            ".");
        CPPUNIT_ASSERT(loss.needs(2).wrong_key && !loss.needs(3).wrong_key);
        CPPUNIT_ASSERT_EQUAL(std::string("loss.wrong_key"),
                             loss.who_needs(&LossNeeds::wrong_key));
        const auto parts = loss(input(plain, output, 2));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.06 / 2, parts.columns.at("wrong_key_term").item<double>(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(3 * 0.06 / 2, parts.total.item<double>(), 1e-6);
        CPPUNIT_ASSERT(
            Loss(nlohmann::json::object(), ".").who_needs(&LossNeeds::wrong_key).empty());
        CPPUNIT_ASSERT_THROW(Loss({ { "wrong_key", { { "mse", 2 } } } }, "."),
                             ConfigError);
    }

    void vgg16_features_have_the_papers_size()
    {
        torch::NoGradGuard no_grad;
        // conv 3x3 with bias and batch normalisation: 9 in out + 3 out
        const auto unit = [](int64_t in, int64_t out) { return 9 * in * out + 3 * out; };
        Vgg16Features net(2);
        int64_t count = 0;
        for (const auto& parameter : net->parameters())
            count += parameter.numel();
        CPPUNIT_ASSERT_EQUAL(unit(3, 64) + unit(64, 64) + unit(64, 128) + unit(128, 128),
                             count);
        net->eval();
        const auto features = net(torch::rand({ 2, 3, 32, 32 }));
        CPPUNIT_ASSERT(features.sizes() == torch::IntArrayRef({ 2, 128, 16, 16 }));
    }

    void ssim_term_of_even_pictures_is_known()
    {
        // Of two even pictures a and b, SSIM is (2 a b + C1) / (a a + b b + C1) with
        // C1 = 0.01^2: no variance, no covariance.
        const auto even = [](double level) {
            return torch::full({ 2, 3, 32, 32 }, level);
        };
        const auto index = [](double a, double b) {
            return (2 * a * b + 1e-4) / (a * a + b * b + 1e-4);
        };
        const ChainOutput output{ even(0.1), even(0.9), even(0.5) };
        Loss loss({ { "ssim", { { "weight", 2.0 } } } }, ".");
        const auto parts = loss(input(even(0.5), output, 0));
        // to what single precision leaves of a variance of 0 beside C2 = 0.03^2
        const double expected =
            std::pow(index(0.5, 0.1), 2) + std::pow(index(0.5, 0.9), 2);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            expected, parts.columns.at("ssim_term").item<double>(), 1e-3);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(2 * expected, parts.total.item<double>(), 2e-3);
    }

    void terms_add_up_and_name_their_columns()
    {
        const auto plain = torch::full({ 1, 3, 32, 32 }, 0.5);
        const ChainOutput output{ plain, plain, plain + 0.1 };
        // An even protected image lacks all of the deviation: 0.3^2.
        const nlohmann::json config = { { "distortion_weight", 10.0 },
                                        { "contrast", { { "weight", 2.0 } } },
                                        { "structure", { { "weight", 0.0 } } } };
        Loss loss(config, ".");
        const std::vector<std::string> columns{ "distortion", "contrast_term" };
        CPPUNIT_ASSERT(columns == loss.columns());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(10 * 0.01 + 2 * 0.09,
                                     loss(input(plain, output, 0)).total.item<double>(),
                                     1e-6);
        const auto refusal = [](const nlohmann::json& other) {
            return test::error_text<ConfigError>([&] { Loss(other, "."); });
        };
        test::assert_contains(refusal({ { "contrasst", { { "weight", 1 } } } }),
                              "loss.contrasst is unknown");
        test::assert_contains(refusal({ { "contrast", { { "wait", 1 } } } }),
                              "loss.contrast.wait");
        test::assert_contains(refusal({ { "distortion_weight", 0 } }), "no other term");
        CPPUNIT_ASSERT_THROW(LossTerm::add("contrast", nullptr), ConfigError);
        const auto names = LossTerm::names();
        for (const std::string name : { "contrast",
                                        "features",
                                        "logits",
                                        "semantic",
                                        "ssim",
                                        "structure",
                                        "wrong_key" })
            CPPUNIT_ASSERT(std::count(names.begin(), names.end(), name) == 1);
    }

    void semantic_term_weighs_by_the_logits_gradient()
    {
        const test::ScratchFolder folder("semantic");
        Classifier::create({ { "type", "test_probe" } }, 2)
            ->save(folder.path(""), { { "name", "probe" }, { "accuracy", 0.75 } });
        Loss loss({ { "distortion_weight", 0.0 },
                    { "semantic", { { "weight", 3.0 }, { "classifier", "." } } } },
                  folder.path(""));
        const auto plain = torch::rand({ 2, 3, 4, 4 });
        auto decrypted = plain.clone();
        decrypted[0] += 0.1;              // everywhere
        decrypted.select(1, 0)[1] += 0.2; // in red alone
        decrypted = decrypted.detach().set_requires_grad(true);
        const ChainOutput output{ plain, plain, decrypted };
        auto parts = loss(input(plain, output, 0));
        // The probe's logits have the mean gradient 2 in red, 1 in green, 0 in blue; to
        // a mean square of 1 that is times sqrt(3 / 5).
        const double scale = std::sqrt(3.0 / 5);
        const double expected = scale * (0.01 * (2 + 1 + 0) / 3 + 0.04 * 2 / 3) / 2;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            expected, parts.columns.at("semantic").item<double>(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(3 * expected, parts.total.item<double>(), 1e-6);
        parts.total.backward();
        CPPUNIT_ASSERT_EQUAL(0.0,
                             decrypted.grad().select(1, 2).abs().max().item<double>());
        CPPUNIT_ASSERT(decrypted.grad()[0][0].min().item<double>() > 0);

        // by PSNR: the mean over images of t (1 + ln(e / t)) at t = 0.001
        Loss by_psnr(
            { { "distortion_weight", 0.0 },
              { "semantic",
                { { "weight", 2.0 }, { "classifier", "." }, { "measure", "psnr" } } } },
            folder.path(""));
        const double floor = 1e-6,
                     images[] = { scale * 0.01 * (2 + 1 + 0) / 3, scale * 0.04 * 2 / 3 };
        double logarithms = 0;
        for (const double image : images)
            logarithms += 1e-3 * (1 + std::log((image + floor) / 1e-3)) / 2;
        parts = by_psnr(input(plain, output, 0));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(2 * logarithms, parts.total.item<double>(), 1e-7);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            expected, parts.columns.at("semantic").item<double>(), 1e-6);

        // remembered weights are those of each picture, in whatever batch it comes
        Loss remembering(
            { { "distortion_weight", 0.0 },
              { "semantic",
                { { "weight", 3.0 }, { "classifier", "." }, { "remember", 3 } } } },
            folder.path(""));
        for (int time = 0; time < 3; ++time)
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                3 * expected,
                remembering(input(plain, output, 0)).total.item<double>(),
                1e-3 * expected);
        const auto turned = plain.flip({ 0 });
        const ChainOutput turned_output{ turned, turned, decrypted.flip({ 0 }) };
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            3 * expected,
            remembering(input(turned, turned_output, 0)).total.item<double>(),
            1e-3 * expected);

        const auto text = test::error_text<ModelError>([] {
            Loss({ { "semantic", { { "weight", 1 }, { "classifier", "nowhere" } } } },
                 ".");
        });
        test::assert_contains(text, "nowhere");
    }

    void logits_term_measures_how_far_an_answer_moves()
    {
        const test::ScratchFolder folder("logits");
        Classifier::create({ { "type", "test_probe" } }, 2)
            ->save(folder.path(""), { { "name", "probe" }, { "accuracy", 0.75 } });
        Loss loss({ { "distortion_weight", 0.0 },
                    { "logits", { { "weight", 3.0 }, { "classifier", "." } } } },
                  folder.path(""));
        const auto plain = torch::rand({ 2, 3, 4, 4 });
        auto decrypted = plain.clone();
        decrypted.select(1, 2)[0] += 0.1; // in blue, which the probe does not see
        decrypted.select(1, 0)[1] += 0.2; // in red
        decrypted = decrypted.detach().set_requires_grad(true);
        const ChainOutput output{ plain, plain, decrypted };
        auto parts = loss(input(plain, output, 0));
        // 16 pixels move the first logit of the second picture by 4 x 0.2 each.
        const double expected = std::pow(16 * 4 * 0.2, 2) / (2 * 2);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            expected, parts.columns.at("logits").item<double>(), 1e-5 * expected);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            3 * expected, parts.total.item<double>(), 1e-5 * expected);
        parts.total.backward();
        CPPUNIT_ASSERT_EQUAL(0.0,
                             decrypted.grad().select(1, 2).abs().max().item<double>());
        CPPUNIT_ASSERT(decrypted.grad()[1][0].abs().min().item<double>() > 0);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_loss> register_qa_loss("loss");

} // namespace djescc
