/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Tests of the attacker who learns from known pairs. */
#include "attack/block_regression.h"
#include "error_text.h"
#include "tiny_training.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/attack/attacker_net.h>
#include <djescc/attack/inverse_net.h>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>
#include <djescc/metrics/quality.h>
#include <torch/utils.h>

namespace djescc {

namespace {

constexpr int64_t side = 16;

/*! Pictures of a coloured ramp with a coloured square in front of it, each another one.
 */
class Squares : public Dataset
{
public:
    explicit Squares(int64_t count, uint64_t first = 0) : d_count(count), d_first(first)
    {
    }
    int64_t size() const override { return d_count; }
    std::string description() const override { return "squares"; }
    torch::Tensor crops(const std::vector<CropChoice>& choices, int64_t) const override
    {
        std::vector<torch::Tensor> chosen;
        for (const auto& choice : choices)
            chosen.push_back(picture(d_first + static_cast<uint64_t>(choice.image)));
        return torch::stack(chosen);
    }

private:
    static torch::Tensor picture(uint64_t number)
    {
        const auto dice = torch::rand(
            { 11 }, at::detail::createCPUGenerator(1000 + number), torch::kFloat32);
        const auto at = [&](int64_t i) { return dice[i].item<double>(); };
        const auto ramp = torch::linspace(0, 1, side);
        auto image = torch::empty({ 3, side, side });
        const auto top = static_cast<int64_t>(at(0) * 10),
                   left = static_cast<int64_t>(at(1) * 10);
        for (int64_t c = 0; c < 3; ++c) {
            image[c] = at(2 + c) * ramp.view({ 1, -1 }) +
                       (1 - at(2 + c)) * at(5 + c) * ramp.view({ -1, 1 });
            image[c].slice(0, top, top + 6).slice(1, left, left + 6).fill_(at(8 + c));
        }
        return image.mul(255).round().to(torch::kUInt8);
    }

    int64_t d_count;
    uint64_t d_first;
};

torch::Tensor images_of(const Dataset& data)
{
    std::vector<CropChoice> all;
    for (int64_t i = 0; i < data.size(); ++i)
        all.push_back({ i, 0.5, 0.5, false });
    return data.crops(all, 0).to(torch::kFloat32).div(255);
}

//! What the provider sees of pictures under a cipher with a key.
Observation observation_of(const std::string& type)
{
    const auto cipher = Cipher::create({ { "type", type } });
    const std::shared_ptr<Encryptor> encryptor = cipher->make_encryptor();
    const auto decryptor = cipher->make_decryptor();
    cipher->draw_secrets(*encryptor, *decryptor, at::detail::createCPUGenerator(8));
    return [encryptor](const torch::Tensor& plain, const at::Generator&) {
        return encryptor->forward(plain, {}).images;
    };
}

InverseNetOptions quick_options()
{
    InverseNetOptions options;
    options.widths = { 6, 8 };
    options.steps = 20;
    options.batch = 16;
    options.device = "cpu";
    return options;
}

//! PSNR in dB of the mean squared error.
double decibels(const torch::Tensor& images, const torch::Tensor& plain)
{
    return -10 * std::log10((images - plain).square().mean().item<double>() + 1e-12);
}

const Squares known_pictures(600), unseen_pictures(64, 5000);

} // namespace

class qa_inverse_net : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_inverse_net);
    CPPUNIT_TEST(regression_finds_maps_of_single_blocks);
    CPPUNIT_TEST(regression_chooses_the_ridge);
    CPPUNIT_TEST(pictures_without_a_cipher_are_there_at_once);
    CPPUNIT_TEST(fixed_keys_fall);
    CPPUNIT_TEST(the_net_adds_to_the_linear_part);
    CPPUNIT_TEST(symbols_fall_to_a_decoder);
    CPPUNIT_TEST(symbols_keep_their_places);
    CPPUNIT_TEST(nothing_is_recovered_from_noise);
    CPPUNIT_TEST(same_seed_same_net);
    CPPUNIT_TEST(stops_when_asked);
    CPPUNIT_TEST(resuming_changes_nothing);
    CPPUNIT_TEST(more_pairs_than_pictures_are_crops);
    CPPUNIT_TEST(refuses_bad_input);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { torch::manual_seed(23); }

private:
    void regression_finds_maps_of_single_blocks()
    {
        // Each of 2 x 3 blocks of 2 x 2 pixels has a matrix and an offset of its own.
        const auto features = torch::randn({ 200, 1, 4, 6 }, torch::kFloat64);
        const auto matrices = torch::randn({ 6, 4, 8 }, torch::kFloat64);
        const auto offsets = torch::randn({ 6, 1, 8 }, torch::kFloat64);
        const auto map = [&](const torch::Tensor& x) {
            const auto rows =
                torch::pixel_unshuffle(x, 2).flatten(2).permute({ 2, 0, 1 });
            const auto y = torch::bmm(rows, matrices) + offsets;
            return torch::pixel_shuffle(
                y.permute({ 1, 2, 0 }).reshape({ x.size(0), 8, 2, 3 }), 2);
        };
        const auto single = features.to(torch::kFloat32);
        const auto images = map(single.to(torch::kFloat64));
        BlockRegression regression(2);
        regression.add(single.slice(0, 0, 100), images.slice(0, 0, 100), false);
        regression.add(single.slice(0, 100, 150), images.slice(0, 100, 150), true);
        regression.fit();
        const auto found = regression.apply(single.slice(0, 150));
        CPPUNIT_ASSERT(
            torch::allclose(found, images.slice(0, 150).to(torch::kFloat32), 1e-3, 1e-3));
    }

    void regression_chooses_the_ridge()
    {
        // Exact features ask for hardly any ridge, noisy and few ones for much of it.
        const auto ridge = [](double noise, int64_t pairs) {
            const auto x = torch::randn({ pairs, 3, 4, 4 });
            BlockRegression regression(4);
            regression.add(x, x + noise * torch::randn_like(x), false);
            const auto others = torch::randn({ pairs, 3, 4, 4 });
            regression.add(others, others + noise * torch::randn_like(others), true);
            regression.fit();
            return regression.ridge();
        };
        CPPUNIT_ASSERT(ridge(0, 400) < 1e-4);
        CPPUNIT_ASSERT(ridge(3, 60) > 1e-2);
    }

    void pictures_without_a_cipher_are_there_at_once()
    {
        auto options = quick_options();
        options.steps = 5;
        const InverseNet net(known_pictures, observation_of("none"), options);
        const auto plain = images_of(unseen_pictures);
        CPPUNIT_ASSERT(decibels(net.recover(plain), plain) > 35);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 600 }, net.pairs());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 5 }, net.steps());
        CPPUNIT_ASSERT(torch::allclose(
            net.mean_image(), images_of(known_pictures).mean({ 0 }, true), 1e-5, 1e-5));
    }

    void fixed_keys_fall()
    {
        const auto plain = images_of(unseen_pictures);
        for (const std::string type : { "pe", "le" }) {
            const auto observe = observation_of(type);
            const InverseNet net(known_pictures, observe, quick_options());
            const auto observed = observe(plain, at::detail::createCPUGenerator(1));
            const double mean = decibels(net.mean_image().expand_as(plain), plain);
            const double recovered = decibels(net.recover(observed), plain);
            CPPUNIT_ASSERT_MESSAGE(type + std::to_string(decibels(observed, plain)),
                                   decibels(observed, plain) < mean);
            CPPUNIT_ASSERT_MESSAGE(type + std::to_string(recovered),
                                   recovered > mean + 10);
        }
    }

    // What is seen depends on two neighbouring blocks' product: not linear.
    void the_net_adds_to_the_linear_part()
    {
        const Observation observe = [](const torch::Tensor& plain, const at::Generator&) {
            return (plain - 0.5) * (plain.roll(4, 3) - 0.5).sign() + 0.5;
        };
        auto options = quick_options();
        options.steps = 300;
        options.widths = { 12, 16 };
        const InverseNet net(known_pictures, observe, options);
        const auto plain = images_of(unseen_pictures);
        const auto observed = observe(plain, at::detail::createCPUGenerator(1));
        const double linear = decibels(net.recover_linearly(observed), plain);
        const double whole = decibels(net.recover(observed), plain);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(linear) + ", " + std::to_string(whole),
                               whole > linear + 1);
    }

    // What an encoder sends can be learnt to read, by a decoder of its kind as by all of
    // its symbols taken linearly.
    void symbols_fall_to_a_decoder()
    {
        const std::shared_ptr<const Codec> codec =
            Codec::create({ { "type", "djscc" }, { "t", 8 } });
        torch::manual_seed(6);
        const auto encoder = codec->make_encoder();
        const Observation observe = [&](const torch::Tensor& plain,
                                        const at::Generator&) {
            return symbols_as_image(encoder->forward(plain, {}).values,
                                    { 3, side, side });
        };
        auto options = quick_options();
        options.images = false;
        options.block = side;
        options.steps = 150;
        options.make_net = [&] { return make_decoder_attacker(codec, 10); };
        const InverseNet net(known_pictures, observe, options);
        const auto plain = images_of(unseen_pictures);
        const torch::NoGradGuard no_grad;
        const auto observed = observe(plain, at::detail::createCPUGenerator(1));
        const double mean = decibels(net.mean_image().expand_as(plain), plain);
        const double linear = decibels(net.recover_linearly(observed), plain);
        const double whole = decibels(net.recover(observed), plain);
        const auto figures = std::to_string(mean) + ", " + std::to_string(linear) + ", " +
                             std::to_string(whole);
        CPPUNIT_ASSERT_MESSAGE(figures, linear > mean + 1);
        CPPUNIT_ASSERT_MESSAGE(figures, whole > mean + 1);
        // A codec whose decoder has no weights leaves the U-Net.
        const std::shared_ptr<const Codec> direct =
            Codec::create({ { "type", "direct" } });
        CPPUNIT_ASSERT(make_decoder_attacker(direct, 10) == nullptr);
    }

    void symbols_keep_their_places()
    {
        const auto reals = torch::arange(1, 9, torch::kFloat32).view({ 2, 2, 2 });
        const auto image = symbols_as_image(torch::view_as_complex(reals), { 3, 1, 2 });
        CPPUNIT_ASSERT(image.sizes() == at::IntArrayRef({ 2, 3, 1, 2 }));
        CPPUNIT_ASSERT(torch::equal(
            image.flatten(1),
            torch::tensor({ { 1., 2., 3., 4., 0., 0. }, { 5., 6., 7., 8., 0., 0. } })
                .to(torch::kFloat32)));
        test::assert_contains(
            test::error_text<ConfigError>([&] {
                symbols_as_image(torch::view_as_complex(reals), { 1, 1, 2 });
            }),
            "R = 1/2");
    }

    void nothing_is_recovered_from_noise()
    {
        const Observation observe = [](const torch::Tensor& plain,
                                       const at::Generator& generator) {
            return torch::rand(plain.sizes(), generator);
        };
        const InverseNet net(known_pictures, observe, quick_options());
        const auto plain = images_of(unseen_pictures);
        const auto observed = observe(plain, at::detail::createCPUGenerator(1));
        const double mean = decibels(net.mean_image().expand_as(plain), plain);
        CPPUNIT_ASSERT(decibels(net.recover(observed), plain) < mean + 0.5);
    }

    void same_seed_same_net()
    {
        const Observation observe = [](const torch::Tensor& plain,
                                       const at::Generator& generator) {
            return 1 - plain + 0.1 * torch::randn(plain.sizes(), generator);
        };
        const auto observed = 1 - images_of(unseen_pictures);
        const auto recovered = [&](uint64_t seed) {
            auto options = quick_options();
            options.pairs = 100;
            options.seed = seed;
            torch::rand({ 3 }); // the state of the default generator does not matter
            return InverseNet(known_pictures, observe, options).recover(observed);
        };
        const auto first = recovered(4);
        CPPUNIT_ASSERT(torch::equal(first, recovered(4)));
        CPPUNIT_ASSERT(!torch::equal(first, recovered(5)));
    }

    void stops_when_asked()
    {
        auto options = quick_options();
        int64_t asked = 0;
        double fraction = 0;
        options.steps = 1000000;
        options.stop_requested = [&] { return ++asked > 12; };
        options.progress = [&](const InverseNetProgress& progress) {
            CPPUNIT_ASSERT(progress.fraction >= fraction && progress.fraction <= 1);
            fraction = progress.fraction;
        };
        const InverseNet net(known_pictures, observation_of("none"), options);
        CPPUNIT_ASSERT(net.steps() < 12);
        const auto plain = images_of(unseen_pictures);
        CPPUNIT_ASSERT(decibels(net.recover(plain), plain) > 25);
        CPPUNIT_ASSERT(fraction > 0);
    }

    void resuming_changes_nothing()
    {
        const test::ScratchFolder folder("attack");
        const auto observe = observation_of("pe");
        auto options = quick_options();
        options.pairs = 64;
        options.steps = 12;
        options.output = folder.path("through");
        const auto observed = observe(images_of(unseen_pictures), {});
        const auto whole = InverseNet(known_pictures, observe, options).recover(observed);
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 },
                             test::logged(options.output, "loss").size());

        options.output = folder.path("halves");
        int64_t step = 0;
        options.progress = [&](const InverseNetProgress& now) { step = now.step; };
        options.stop_requested = [&] { return step == 7; };
        const InverseNet half(known_pictures, observe, options);
        CPPUNIT_ASSERT(half.steps() < 12);
        options.stop_requested = nullptr;
        options.resume = true;
        const InverseNet rest(known_pictures, observe, options);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 12 }, rest.steps());
        CPPUNIT_ASSERT(torch::equal(whole, rest.recover(observed)));
        options.seed = 9;
        const auto text = test::error_text<ConfigError>(
            [&] { InverseNet(known_pictures, observe, options); });
        test::assert_contains(text, "seed");
    }

    void more_pairs_than_pictures_are_crops()
    {
        auto options = quick_options();
        options.pairs = 601;
        const auto observe = observation_of("none");
        CPPUNIT_ASSERT_THROW(InverseNet(known_pictures, observe, options), ConfigError);
        options.crop = side;
        options.steps = 1;
        CPPUNIT_ASSERT_EQUAL(int64_t{ 601 },
                             InverseNet(known_pictures, observe, options).pairs());
    }

    void refuses_bad_input()
    {
        const auto none = observation_of("none");
        const auto refuse = [&](const std::function<void(InverseNetOptions&)>& change,
                                const Observation& observe) {
            auto options = quick_options();
            change(options);
            CPPUNIT_ASSERT_THROW(InverseNet(known_pictures, observe, options),
                                 ConfigError);
        };
        refuse([](auto& options) { options.widths = {}; }, none);
        refuse([](auto& options) { options.widths = { 0 }; }, none);
        refuse([](auto& options) { options.steps = -1; }, none);
        refuse([](auto& options) { options.batch = 0; }, none);
        refuse([](auto& options) { options.pairs = -1; }, none);
        refuse([](auto& options) { options.learning_rate = 0; }, none);
        refuse([](auto& options) { options.block = 0; }, none);
        refuse([](auto& options) { options.block = 3; }, none);
        refuse([](auto& options) { options.widths = { 2, 2, 2, 2, 2, 2 }; }, none);
        refuse([](auto&) {},
               [](const torch::Tensor& plain, const at::Generator&) {
                   return plain.slice(2, 0, 8);
               });
        CPPUNIT_ASSERT_THROW(InverseNet(Squares(0), none, quick_options()), ConfigError);
        auto options = quick_options();
        options.device = "tpu";
        CPPUNIT_ASSERT_THROW(InverseNet(known_pictures, none, options), DeviceError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_inverse_net>
    register_qa_inverse_net("inverse_net");

} // namespace djescc
