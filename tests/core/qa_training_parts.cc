/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the parts of training: losses, schedules, transforms, precision, crops.

#include "data/dataset_kinds.h"
#include "error_text.h"
#include "net/block_transform.h"
#include "net/random.h"
#include "train/djescc_loss.h"
#include "train/feature_net.h"
#include "train/precision.h"
#include "train/schedule.h"
#include "train/structure_loss.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/metrics/quality.h>
#include <fstream>
#include <iterator>
#include <set>
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

} // namespace

class qa_training_parts : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_training_parts);
    CPPUNIT_TEST(block_transform_is_a_klt);
    CPPUNIT_TEST(structure_loss_sees_what_a_person_sees);
    CPPUNIT_TEST(structure_loss_is_bounded_and_differentiable);
    CPPUNIT_TEST(loss_is_the_papers_with_a_bound);
    CPPUNIT_TEST(loss_of_a_codec_behind_a_fixed_cipher);
    CPPUNIT_TEST(ssim_term_is_the_square_of_the_mean_metric);
    CPPUNIT_TEST(psnr_measure_is_the_mean_over_pictures);
    CPPUNIT_TEST(contrast_term_is_what_the_deviation_lacks);
    CPPUNIT_TEST(wrong_key_term_is_what_the_error_lacks);
    CPPUNIT_TEST(vgg16_features_have_the_papers_size);
    CPPUNIT_TEST(automatic_precision_is_the_faster_one);
    CPPUNIT_TEST(cosine_schedule);
    CPPUNIT_TEST(plateau_schedule);
    CPPUNIT_TEST(seeds_differ);
    CPPUNIT_TEST(crops);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { torch::manual_seed(1); }

    void block_transform_is_a_klt()
    {
        const auto transform = block_transform(4);
        const auto identity = torch::matmul(transform.basis.t(), transform.basis);
        CPPUNIT_ASSERT(torch::allclose(identity, torch::eye(48), 1e-4, 1e-4));
        // Energy is kept: 48 pixels of variance 1/16
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            3.0, transform.deviation.square().sum().item<double>(), 1e-3);
        CPPUNIT_ASSERT(
            (transform.deviation.slice(0, 1) <= transform.deviation.slice(0, 0, 47))
                .all()
                .item<bool>());
        // The strongest component is brightness: one sign everywhere
        CPPUNIT_ASSERT((transform.basis.select(1, 0) > 0).all().item<bool>());
    }

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
            DjesccLoss loss(
                { { "features",
                    { { "lambda", lambda }, { "block", 1 }, { "limit", limit } } } },
                ".");
            return loss(plain, output, 0);
        };
        const auto zero = loss_with(0, 4);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(distortion, zero.total.item<double>(), 1e-6);
        CPPUNIT_ASSERT(!zero.features.defined());

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
        DjesccLoss loss({ { "distortion", "decoded" } }, ".");
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            (output.decoded - output.protected_images).square().mean().item<double>(),
            loss(plain, output, 0).total.item<double>(),
            1e-6);
        CPPUNIT_ASSERT_THROW(DjesccLoss({ { "distortion", "x" } }, "."), ConfigError);
    }

    void psnr_measure_is_the_mean_over_pictures()
    {
        // Errors of 0.1 and 0.01 everywhere: 20 and 40 dB, 30 dB on average
        const auto plain = torch::full({ 2, 3, 32, 32 }, 0.5);
        const auto errors = torch::tensor({ 0.1, 0.01 }).view({ 2, 1, 1, 1 });
        const auto decrypted = (plain + errors).detach().set_requires_grad(true);
        const ChainOutput output{ plain, plain, decrypted };
        DjesccLoss loss({ { "measure", "psnr" } }, ".");
        auto parts = loss(plain, output, 0);
        // The scale is that of MSE at 30 dB, 0.001; beyond 60 dB nothing counts
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1e-3, parts.total.item<double>(), 1e-5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(5.05e-3, parts.distortion.item<double>(), 1e-6);
        parts.total.backward();
        // d total / d error = t / 2 * 2 / error / pixels: ten times as much for the
        // better picture, where MSE would give a tenth
        const auto slopes = decrypted.grad().abs().mean({ 1, 2, 3 });
        CPPUNIT_ASSERT_DOUBLES_EQUAL(10.0, (slopes[1] / slopes[0]).item<double>(), 0.15);
        CPPUNIT_ASSERT_THROW(DjesccLoss({ { "measure", "dB" } }, "."), ConfigError);
    }

    void contrast_term_is_what_the_deviation_lacks()
    {
        const auto plain = torch::rand({ 2, 3, 32, 32 });
        // Half of the pixels at 0.5 + d, half at 0.5 - d: standard deviation d
        const auto halves =
            (torch::arange(32) % 2 * 2 - 1).to(torch::kFloat32).expand({ 2, 3, 32, 32 });
        const auto deviations = torch::tensor({ 0.1, 0.4 }).view({ 2, 1, 1, 1 });
        const ChainOutput output{ 0.5 + deviations * halves, plain, plain };
        DjesccLoss loss(
            { { "contrast",
                { { "weight", 3.0 }, { "deviation", 0.3 }, { "every", 2 } } } },
            ".");
        const auto parts = loss(plain, output, 4);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.02, parts.contrast.item<double>(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.06, parts.total.item<double>(), 1e-6);
        CPPUNIT_ASSERT(!loss(plain, output, 5).contrast.defined());
    }

    void ssim_term_is_the_square_of_the_mean_metric()
    {
        const auto plain = torch::rand({ 3, 3, 32, 32 });
        const auto shown = (0.7 * plain + 0.3 * torch::rand({ 3, 3, 32, 32 })).detach();
        ChainOutput output{ shown.clone().set_requires_grad(true),
                            (1 - plain).clone(),
                            plain.clone() };
        DjesccLoss loss({ { "ssim", { { "weight", 2.0 }, { "every", 3 } } } }, ".");
        const auto parts = loss(plain, output, 6);
        const auto squared_mean = [&](const torch::Tensor& images) {
            const double mean = ssim(images, plain).mean().item<double>();
            return mean * mean;
        };
        const double expected = squared_mean(shown) + squared_mean(1 - plain);
        CPPUNIT_ASSERT(expected > 0.5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(expected, parts.ssim.item<double>(), 1e-4);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(2 * expected, parts.total.item<double>(), 2e-4);
        parts.total.backward();
        // A step downhill hides more
        const auto grad = output.protected_images.grad();
        const auto hidden = shown - 0.5 * grad / grad.abs().max();
        CPPUNIT_ASSERT(ssim(hidden, plain).mean().item<double>() <
                       ssim(shown, plain).mean().item<double>());
        CPPUNIT_ASSERT(!loss(plain, output, 7).ssim.defined());
    }

    void wrong_key_term_is_what_the_error_lacks()
    {
        const auto plain = torch::full({ 2, 3, 32, 32 }, 0.5f);
        auto wrong = plain.clone();
        wrong[0] += 0.2f; // MSE 0.04
        wrong[1] += 0.4f; // MSE 0.16
        ChainOutput output{ plain, plain, plain, wrong };
        DjesccLoss loss(
            { { "wrong_key", { { "weight", 3.0 }, { "every", 2 }, { "mse", 0.1 } } } },
            ".");
        CPPUNIT_ASSERT(loss.needs_wrong_key(2) && !loss.needs_wrong_key(3));
        const auto parts = loss(plain, output, 2);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.06 / 2, parts.wrong_key.item<double>(), 1e-6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(3 * 0.06 / 2, parts.total.item<double>(), 1e-6);
        CPPUNIT_ASSERT(!DjesccLoss(nlohmann::json::object(), ".").ever_needs_wrong_key());
        CPPUNIT_ASSERT_THROW(DjesccLoss({ { "wrong_key", { { "mse", 2 } } } }, "."),
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

    void automatic_precision_is_the_faster_one()
    {
        const torch::Device cpu(torch::kCPU), cuda(torch::kCUDA);
        for (const auto& device : { cpu, cuda }) {
            CPPUNIT_ASSERT(!mixes_bfloat16(Precision::float32, device));
            CPPUNIT_ASSERT(mixes_bfloat16(Precision::bfloat16, device));
        }
        CPPUNIT_ASSERT(mixes_bfloat16(Precision::automatic, cuda));
        // Linux says itself what the processor has.
        std::ifstream file("/proc/cpuinfo");
        const std::string text(std::istreambuf_iterator<char>(file), {});
        CPPUNIT_ASSERT_EQUAL(text.find(" amx_bf16") != std::string::npos,
                             mixes_bfloat16(Precision::automatic, cpu));
    }

    void cosine_schedule()
    {
        const Schedule schedule(
            { { "type", "cosine" }, { "warmup", 10 }, { "floor", 0.1 } });
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.1, schedule.factor(0, 110), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, schedule.factor(10, 110), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.55, schedule.factor(60, 110), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.1, schedule.factor(110, 110), 1e-9);
    }

    void plateau_schedule()
    {
        Schedule schedule(
            { { "type", "plateau" }, { "patience", 2 }, { "factor", 0.1 } });
        schedule.epoch_ended(1.0);
        schedule.epoch_ended(0.5);
        schedule.epoch_ended(0.6);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, schedule.factor(0, 1), 1e-12);
        Schedule copy({ { "type", "plateau" }, { "patience", 2 }, { "factor", 0.1 } });
        copy.set_state(schedule.state());
        for (auto* each : { &schedule, &copy }) {
            each->epoch_ended(0.5);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(0.1, each->factor(0, 1), 1e-12);
        }
        const auto text = test::error_text<ConfigError>([] {
            Schedule(nlohmann::json{ { "type", "linear" } });
        });
        CPPUNIT_ASSERT(text.find("cosine") != std::string::npos);
    }

    void seeds_differ()
    {
        std::set<uint64_t> seeds;
        for (const auto purpose :
             { RandomPurpose::weights, RandomPurpose::crop, RandomPurpose::channel })
            for (uint64_t step = 0; step < 1000; ++step)
                seeds.insert(derive_seed(1, purpose, step));
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 3000 }, seeds.size());
    }

    void crops()
    {
        const auto image =
            torch::arange(3 * 6 * 8, torch::kInt32).to(torch::kUInt8).view({ 3, 6, 8 });
        const auto corner = take_crop(image, { 0, 0.0, 0.0, false }, 4);
        CPPUNIT_ASSERT(torch::equal(corner, image.slice(1, 0, 4).slice(2, 0, 4)));
        const auto last = take_crop(image, { 0, 0.9999, 0.9999, true }, 4);
        CPPUNIT_ASSERT(torch::equal(last, image.slice(1, 2, 6).slice(2, 4, 8).flip(2)));
        const auto grown = take_crop(image, { 0, 0.5, 0.5, false }, 10);
        CPPUNIT_ASSERT(grown.sizes() == torch::IntArrayRef({ 3, 10, 10 }));
        CPPUNIT_ASSERT(
            torch::equal(grown.select(2, 9).slice(1, 0, 6), image.select(2, 7)));
        CPPUNIT_ASSERT(torch::equal(take_crop(image, {}, 0), image));
    }
};

CPPUNIT_TEST_SUITE_NAMED_REGISTRATION(qa_training_parts, "training_parts");

} // namespace djescc
