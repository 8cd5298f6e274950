/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of classifier `residual`: size, features, independence of the batch, learning,
// and its files.

#include "error_text.h"
#include "scratch_folder.h"
#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/loss/classifier.h>
#include <djescc/loss/compact_classifier.h>
#include <filesystem>
#include <torch/torch.h>

namespace djescc {
namespace {

std::shared_ptr<Classifier>
residual_classifier(nlohmann::json config = nlohmann::json::object(),
                    int64_t classes = 10)
{
    config["type"] = "residual";
    return Classifier::create(config, classes);
}

//! Noise; class 1 has stripes across, class 2 down, class 3 both.
torch::Tensor stripes(const torch::Tensor& labels)
{
    const auto wave = 0.4 * (torch::arange(16).remainder(4) < 2).to(torch::kFloat32);
    const auto has = [&](int64_t bit) {
        return (labels.bitwise_and(bit) > 0).to(torch::kFloat32).view({ -1, 1, 1, 1 });
    };
    return torch::rand({ labels.size(0), 3, 16, 16 }) * 0.5 +
           has(1) * wave.view({ 16, 1 }) + has(2) * wave;
}

} // namespace

class qa_residual_classifier : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_residual_classifier);
    CPPUNIT_TEST(parameter_count);
    CPPUNIT_TEST(features_of_each_block);
    CPPUNIT_TEST(any_size);
    CPPUNIT_TEST(mirror_images_count_alike);
    CPPUNIT_TEST(learns);
    CPPUNIT_TEST(is_kept);
    CPPUNIT_TEST(is_kept_in_half_precision);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST_SUITE_END();

    void parameter_count()
    {
        // 3x3 convolutions without bias, two numbers of each channel's normalisation.
        const auto conv = [](int64_t in, int64_t out) { return 9 * in * out + 2 * out; };
        const auto stage = [&](int64_t in) {
            return conv(in, 2 * in) + 2 * conv(2 * in, 2 * in);
        };
        int64_t count = 0;
        for (const auto& parameter : residual_classifier()->parameters())
            count += parameter.numel();
        CPPUNIT_ASSERT_EQUAL(
            conv(3, 24) + stage(24) + stage(48) + stage(96) + 192 * 10 + 10, count);
    }

    void features_of_each_block()
    {
        const torch::NoGradGuard no_grad;
        const auto net = residual_classifier({ { "width", 4 }, { "stages", 2 } }, 7);
        net->freeze();
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, net->blocks());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 7 }, net->class_count());
        const auto images = torch::rand({ 3, 3, 32, 24 });
        for (int64_t block = 1; block <= 3; ++block) {
            const auto features = net->features(images, block);
            const int64_t shrunk = int64_t{ 1 } << (block - 1);
            CPPUNIT_ASSERT(
                features.sizes() ==
                (std::vector<int64_t>{ 3, 4 * shrunk, 32 / shrunk, 24 / shrunk }));
        }
        // In use a picture's logits are its own.
        CPPUNIT_ASSERT(torch::allclose(
            net->logits(images)[1], net->logits(images.slice(0, 1, 2))[0], 1e-4, 1e-5));
    }

    void mirror_images_count_alike()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(5);
        const auto one = residual_classifier({ { "width", 4 } }, 3);
        torch::manual_seed(5);
        const auto both = residual_classifier({ { "width", 4 }, { "mirror", true } }, 3);
        const auto images = torch::rand({ 2, 3, 16, 12 }), mirrored = images.flip({ 3 });
        // while it is trained, each picture is seen as it is
        CPPUNIT_ASSERT(torch::allclose(
            one->logits(images.clone()), both->logits(images.clone()), 1e-5, 1e-6));
        one->freeze();
        both->freeze();
        const auto expected = (one->logits(images) + one->logits(mirrored)) / 2;
        CPPUNIT_ASSERT(torch::allclose(expected, both->logits(images), 1e-4, 1e-5));
        CPPUNIT_ASSERT(torch::allclose(expected, both->logits(mirrored), 1e-4, 1e-5));
        CPPUNIT_ASSERT(!torch::allclose(expected, one->logits(images), 1e-4, 1e-5));
        CPPUNIT_ASSERT(both->config().at("mirror").get<bool>());
    }

    void any_size()
    {
        const torch::NoGradGuard no_grad;
        const auto net = residual_classifier({ { "width", 4 } }, 2);
        net->freeze();
        for (const int64_t side : { 1, 2, 3, 5, 33 }) {
            const auto logits = net->logits(torch::rand({ 2, 3, side, side + 1 }));
            CPPUNIT_ASSERT(logits.sizes() == (std::vector<int64_t>{ 2, 2 }));
            CPPUNIT_ASSERT(logits.isfinite().all().item<bool>());
        }
    }

    void learns()
    {
        torch::manual_seed(3);
        const auto net = residual_classifier({ { "width", 4 }, { "stages", 2 } }, 4);
        torch::optim::SGD optimizer(net->parameters(),
                                    torch::optim::SGDOptions(0.05).momentum(0.9));
        for (int step = 0; step < 60; ++step) {
            const auto labels = torch::randint(4, { 32 }, torch::kInt64);
            optimizer.zero_grad();
            torch::cross_entropy_loss(net->logits(stripes(labels)), labels).backward();
            optimizer.step();
        }
        net->eval();
        const torch::NoGradGuard no_grad;
        const auto labels = torch::arange(100).remainder(4);
        const auto right = net->logits(stripes(labels)).argmax(1) == labels;
        CPPUNIT_ASSERT(right.sum().item<int64_t>() > 80); // chance: 25
    }

    void is_kept()
    {
        const torch::NoGradGuard no_grad;
        torch::manual_seed(4);
        const test::ScratchFolder folder("residual-classifier");
        const auto net = residual_classifier({ { "width", 5 }, { "stages", 1 } }, 3);
        for (auto& item : net->named_buffers())
            if (item.value().is_floating_point())
                item.value().add_(torch::rand_like(item.value()));
        net->eval();
        net->save(folder.path(""), { { "accuracy", 0.5 } });
        const auto loaded = Classifier::load(folder.path(""));
        const auto images = torch::rand({ 2, 3, 8, 8 });
        CPPUNIT_ASSERT(torch::equal(net->logits(images), loaded->logits(images)));
        CPPUNIT_ASSERT(loaded->config() == net->config());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, loaded->accuracy(), 1e-9);
    }

    void is_kept_in_half_precision()
    {
        const torch::NoGradGuard no_grad;
        const test::ScratchFolder folder("compact_classifier");
        const auto net = residual_classifier({ { "width", 8 } }, 3);
        std::filesystem::create_directories(folder.path("whole"));
        net->save(folder.path("whole"), { { "name", "whole" }, { "accuracy", 0.5 } });
        CPPUNIT_ASSERT(!holds_classifier(folder.path("compact")));
        compact_classifier(folder.path("whole"), folder.path("compact"));
        CPPUNIT_ASSERT(holds_classifier(folder.path("compact")));
        const auto size = [&](const std::string& name) {
            return static_cast<double>(std::filesystem::file_size(
                folder.path(name) + "/classifier.safetensors"));
        };
        CPPUNIT_ASSERT(size("compact") < 0.6 * size("whole"));
        const auto compact = Classifier::load(folder.path("compact"));
        CPPUNIT_ASSERT_EQUAL(0.5, compact->accuracy());
        net->freeze();
        const auto images = torch::rand({ 4, 3, 16, 16 });
        const auto logits = net->logits(images), rounded = compact->logits(images);
        CPPUNIT_ASSERT(rounded.scalar_type() == torch::kFloat32);
        CPPUNIT_ASSERT(torch::allclose(logits, rounded, 1e-2, 1e-2));
        const auto text = test::error_text<ModelError>(
            [&] { compact_classifier(folder.path("whole"), folder.path("compact")); });
        test::assert_contains(text, "already holds a classifier");
    }

    void configuration_is_checked()
    {
        const auto refused = [](const nlohmann::json& config, const std::string& key) {
            test::assert_contains(
                test::error_text<ConfigError>([&] { residual_classifier(config); }), key);
        };
        refused({ { "width", 0 } }, "net.width");
        refused({ { "stages", 6 } }, "net.stages");
        refused({ { "blocks", 3 } }, "net.blocks");
        const auto types = Classifier::types();
        CPPUNIT_ASSERT(std::find(types.begin(), types.end(), "residual") != types.end());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_residual_classifier>
    register_qa_residual_classifier("residual_classifier");

} // namespace djescc
