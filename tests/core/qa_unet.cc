/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of cipher `unet`: its nets, masks and secrets.

#include "cipher/unet_nets.h"
#include "error_text.h"
#include "net/random.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>
#include <djescc/metrics/quality.h>
#include <torch/torch.h>

namespace djescc {
namespace {

nlohmann::json masked_config()
{
    const nlohmann::json net = {
        { "widths", { 8, 12 } },          { "up_convolutions", 1 }, { "up_kernel", 1 },
        { "batch_normalization", false }, { "max_pooling", false }, { "leak", 0.1 }
    };
    return { { "type", "unet" },
             { "space_to_depth", 4 },
             { "encrypt", net },
             { "decrypt", net },
             { "mask", { { "latents", 16 }, { "noise", 16 }, { "size", 8 } } } };
}

// The same with nets that refine the mixing.
nlohmann::json refined_config()
{
    auto config = masked_config();
    auto net = config["encrypt"];
    net["widths"] = { 8 };
    net["residual_blocks"] = 1;
    config["mask"]["mix"] = net;
    config["mask"]["unmix"] = net;
    return config;
}

// Smooth colour pictures, N x 3 x 64 x 64.
torch::Tensor smooth_pictures(int64_t count)
{
    namespace F = torch::nn::functional;
    return F::interpolate(torch::rand({ count, 3, 5, 5 }),
                          F::InterpolateFuncOptions()
                              .size(std::vector<int64_t>{ 64, 64 })
                              .mode(torch::kBilinear)
                              .align_corners(true));
}

//! What a net makes of images without keys.
torch::Tensor result(Encryptor& net, const torch::Tensor& images)
{
    return net.forward(images, {}).images;
}
torch::Tensor result(Decryptor& net, const torch::Tensor& images)
{
    return net.forward({ images }, {});
}

int64_t parameter_count(const torch::nn::Module& net)
{
    int64_t count = 0;
    for (const auto& parameter : net.parameters())
        count += parameter.numel();
    return count;
}

} // namespace

class qa_unet : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_unet);
    CPPUNIT_TEST(quality_size_is_the_shallow_unet);
    CPPUNIT_TEST(residual_blocks_start_as_nothing);
    CPPUNIT_TEST(refined_mixing_starts_as_nothing);
    CPPUNIT_TEST(shapes_and_multiples);
    CPPUNIT_TEST(fresh_masked_pair_hides_and_restores);
    CPPUNIT_TEST(equal_blocks_look_different);
    CPPUNIT_TEST(wrong_signs_restore_nothing);
    CPPUNIT_TEST(mask_repeats_over_large_images);
    CPPUNIT_TEST(secrets_follow_the_generator);
    CPPUNIT_TEST(steps_of_a_training_draw_masks_for_every_image);
    CPPUNIT_TEST(every_image_needs_a_counter);
    CPPUNIT_TEST(gradients_reach_every_parameter);
    CPPUNIT_TEST(configuration_round_trip);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { torch::manual_seed(1); }

    void quality_size_is_the_shallow_unet()
    {
        // Two 3x3 convolutions with batch normalisation (two scalars a filter) per level,
        // 64-128-256; upsampling with a 3x3 convolution; 1x1 to three channels with bias.
        const auto unit = [](int64_t in, int64_t out) { return 9 * in * out + 2 * out; };
        const int64_t down = unit(3, 64) + unit(64, 64) + unit(64, 128) + unit(128, 128) +
                             unit(128, 256) + unit(256, 256);
        const int64_t up = unit(256, 128) + unit(256, 128) + unit(128, 128) +
                           unit(128, 64) + unit(128, 64) + unit(64, 64);
        const auto cipher = Cipher::create({ { "type", "unet" } });
        CPPUNIT_ASSERT_EQUAL(down + up + 64 * 3 + 3,
                             parameter_count(*cipher->make_encryptor()));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 }, cipher->multiple());
    }

    void residual_blocks_start_as_nothing()
    {
        torch::NoGradGuard no_grad;
        auto config = masked_config();
        const auto plain = Cipher::create(config)->make_decryptor();
        config["decrypt"]["residual_blocks"] = 2;
        const auto deep = Cipher::create(config)->make_decryptor();
        // Two 3x3 convolutions with bias each; levels 8 and 12 down, level 8 up
        const auto block = [](int64_t width) { return 2 * (9 * width * width + width); };
        CPPUNIT_ASSERT_EQUAL(2 * (block(8) + block(12) + block(8)),
                             parameter_count(*deep) - parameter_count(*plain));
        auto named = deep->named_parameters();
        for (const auto& item : plain->named_parameters())
            named[item.key()].copy_(item.value());
        const auto images = torch::rand({ 2, 3, 64, 64 });
        CPPUNIT_ASSERT(torch::equal(result(*plain, images), result(*deep, images)));
        // and once trained, they do something
        for (auto& item : named)
            if (item.key().find("residual") != std::string::npos)
                torch::nn::init::normal_(item.value(), 0.0, 0.1);
        CPPUNIT_ASSERT(!torch::allclose(result(*plain, images), result(*deep, images)));
    }

    void refined_mixing_starts_as_nothing()
    {
        torch::NoGradGuard no_grad;
        const auto linear = Cipher::create(masked_config());
        const auto refined = Cipher::create(refined_config());
        const auto images = torch::rand({ 2, 3, 64, 64 });
        const auto check = [&](auto& plain, auto& deep) {
            auto named = deep.named_parameters();
            for (const auto& item : plain.named_parameters())
                named[item.key()].copy_(item.value());
            CPPUNIT_ASSERT(torch::equal(result(plain, images), result(deep, images)));
            // and once trained, they do something
            for (auto& item : named)
                if (item.key().find("mix_unet") != std::string::npos) {
                    CPPUNIT_ASSERT(deep.starts_as_nothing(item.key()));
                    torch::nn::init::normal_(item.value(), 0.0, 0.1);
                }
            CPPUNIT_ASSERT(!torch::allclose(result(plain, images), result(deep, images)));
        };
        check(*linear->make_encryptor(), *refined->make_encryptor());
        check(*linear->make_decryptor(), *refined->make_decryptor());
    }

    void shapes_and_multiples()
    {
        torch::NoGradGuard no_grad;
        for (const auto& config :
             { nlohmann::json{ { "type", "unet" },
                               { "space_to_depth", 2 },
                               { "encrypt", { { "widths", { 4, 4 } } } },
                               { "decrypt", { { "widths", { 4 } } } } },
               masked_config(),
               refined_config() }) {
            const auto cipher = Cipher::create(config);
            const int64_t side = 3 * cipher->multiple();
            const auto images = torch::rand({ 2, 3, side, 2 * side });
            for (const auto& output : { result(*cipher->make_encryptor(), images),
                                        result(*cipher->make_decryptor(), images) }) {
                CPPUNIT_ASSERT(output.sizes() == images.sizes());
                CPPUNIT_ASSERT(output.min().item<float>() >= 0);
                CPPUNIT_ASSERT(output.max().item<float>() <= 1);
            }
        }
    }

    void fresh_masked_pair_hides_and_restores()
    {
        torch::NoGradGuard no_grad;
        const auto cipher = Cipher::create(masked_config());
        const auto encryptor = cipher->make_encryptor();
        const auto decryptor = cipher->make_decryptor();
        cipher->draw_secrets(*encryptor, *decryptor, make_generator(5));
        const auto plain = smooth_pictures(4);
        const auto hidden = encryptor->forward(plain, {}).images;
        const auto restored = decryptor->forward({ hidden }, {});
        CPPUNIT_ASSERT(ssim(hidden, plain).abs().max().item<float>() < 0.1);
        CPPUNIT_ASSERT(psnr(restored, plain).min().item<float>() > 15);
    }

    void equal_blocks_look_different()
    {
        torch::NoGradGuard no_grad;
        const auto cipher = Cipher::create(masked_config());
        const auto encryptor = cipher->make_encryptor();
        const auto decryptor = cipher->make_decryptor();
        cipher->draw_secrets(*encryptor, *decryptor, make_generator(6));
        const auto grey = torch::full({ 1, 3, 32, 32 }, 0.7);
        const auto blocks =
            torch::pixel_unshuffle(encryptor->forward(grey, {}).images, 4).flatten(2)[0];
        // Spread over places within each of the block's pixels
        CPPUNIT_ASSERT(blocks.std(1).min().item<float>() > 0.03);
    }

    void wrong_signs_restore_nothing()
    {
        torch::NoGradGuard no_grad;
        const auto cipher = Cipher::create(masked_config());
        const auto encryptor = cipher->make_encryptor();
        const auto decryptor = cipher->make_decryptor();
        const auto stranger = cipher->make_encryptor();
        cipher->draw_secrets(*encryptor, *decryptor, make_generator(7));
        const auto plain = smooth_pictures(2);
        const auto hidden = encryptor->forward(plain, {}).images;
        const auto right = psnr(decryptor->forward({ hidden }, {}), plain);
        cipher->draw_secrets(*stranger, *decryptor, make_generator(8));
        const auto wrong = psnr(decryptor->forward({ hidden }, {}), plain);
        CPPUNIT_ASSERT((right - wrong).min().item<float>() > 3);
    }

    void mask_repeats_over_large_images()
    {
        torch::NoGradGuard no_grad;
        const auto cipher =
            Cipher::create(masked_config()); // mask of 8 blocks = 32 pixels
        const auto encryptor = cipher->make_encryptor();
        const auto decryptor = cipher->make_decryptor();
        cipher->draw_secrets(*encryptor, *decryptor, make_generator(9));
        const auto hidden =
            encryptor->forward(torch::full({ 1, 3, 96, 80 }, 0.4), {}).images;
        // Interior blocks see no border, so tiles of the mask look alike there.
        const auto tile = [&](int64_t top, int64_t left) {
            return hidden.slice(2, top, top + 8).slice(3, left, left + 8);
        };
        CPPUNIT_ASSERT(torch::allclose(tile(32 + 8, 32 + 8), tile(8 + 32, 8 + 32)));
        CPPUNIT_ASSERT(torch::allclose(tile(28, 28), tile(60, 28), 1e-3, 1e-4));
        CPPUNIT_ASSERT(!torch::allclose(tile(28, 28), tile(36, 28), 1e-3, 1e-2));
    }

    void secrets_follow_the_generator()
    {
        const auto cipher = Cipher::create(masked_config());
        const auto draw = [&](uint64_t seed) {
            const auto encryptor = cipher->make_encryptor();
            const auto decryptor = cipher->make_decryptor();
            cipher->draw_secrets(*encryptor, *decryptor, make_generator(seed));
            const auto& owner = dynamic_cast<MaskedEncryptor&>(*encryptor);
            const auto& recipient = dynamic_cast<MaskedDecryptor&>(*decryptor);
            CPPUNIT_ASSERT(torch::equal(owner.signs, recipient.signs));
            CPPUNIT_ASSERT(
                torch::equal(owner.signs.abs(), torch::ones_like(owner.signs)));
            // fair coins: 1024 of them, five standard deviations
            CPPUNIT_ASSERT(std::abs(owner.signs.to(torch::kFloat).mean().item<double>()) <
                           5.0 / 32);
            return owner.signs.clone();
        };
        CPPUNIT_ASSERT(torch::equal(draw(1), draw(1)));
        CPPUNIT_ASSERT(!torch::equal(draw(1), draw(2)));
    }

    void steps_of_a_training_draw_masks_for_every_image()
    {
        torch::NoGradGuard no_grad;
        const auto cipher = Cipher::create(masked_config());
        CPPUNIT_ASSERT(cipher->takes_picture_keys());
        const auto encryptor = cipher->make_encryptor();
        const auto decryptor = cipher->make_decryptor();
        cipher->draw_secrets(*encryptor, *decryptor, make_generator(11));
        // larger than the net's own mask, which repeats
        const auto plain = smooth_pictures(1).repeat({ 2, 1, 1, 1 });
        const auto step = [](uint64_t seed, bool own_secrets = true) {
            TrainingMoment moment;
            moment.seed = seed;
            moment.own_secrets = own_secrets;
            return moment;
        };
        const auto hidden = [&](const TrainingMoment& moment) {
            Conditions conditions;
            conditions.training = &moment;
            return encryptor->forward(plain, conditions).images;
        };
        const auto quality = [&](const torch::Tensor& images,
                                 const TrainingMoment& moment) {
            Conditions conditions;
            conditions.training = &moment;
            return psnr(decryptor->forward({ images }, conditions), plain)
                .min()
                .item<double>();
        };
        const auto first = hidden(step(1));
        CPPUNIT_ASSERT(torch::equal(first, hidden(step(1))));
        CPPUNIT_ASSERT((first - hidden(step(2))).abs().mean().item<double>() > 0.05);
        // equal pictures of one batch look different
        CPPUNIT_ASSERT((first[0] - first[1]).abs().mean().item<double>() > 0.05);
        // both ends draw the same, and nothing else opens it
        const double right = quality(first, step(1));
        CPPUNIT_ASSERT(right > 15);
        CPPUNIT_ASSERT(quality(first, step(2)) < right - 3);
        CPPUNIT_ASSERT(quality(first, step(1, false)) < right - 3);
        // the net's own masks alone
        const auto own = hidden(step(1, false));
        CPPUNIT_ASSERT(torch::equal(own, encryptor->forward(plain, {}).images));
        CPPUNIT_ASSERT(torch::equal(own[0], own[1]));
    }

    void every_image_needs_a_counter()
    {
        const auto cipher = Cipher::create(masked_config());
        PictureKeys keys;
        keys.counters = { 1, 2 };
        Conditions conditions;
        conditions.keys = &keys;
        const auto images = torch::rand({ 3, 3, 32, 32 });
        test::assert_contains(test::error_text<ConfigError>([&] {
                                  cipher->make_encryptor()->forward(images, conditions);
                              }),
                              "every image of a batch needs a counter");
        test::assert_contains(test::error_text<ConfigError>([&] {
                                  cipher->make_decryptor()->forward({ images },
                                                                    conditions);
                              }),
                              "every image of a batch needs a counter");
    }

    void gradients_reach_every_parameter()
    {
        for (const auto& config :
             { masked_config(),
               nlohmann::json{ { "type", "unet" },
                               { "encrypt", { { "widths", { 4, 8 } } } },
                               { "decrypt", { { "widths", { 4, 8 } } } } } }) {
            const auto cipher = Cipher::create(config);
            const auto encryptor = cipher->make_encryptor();
            const auto decryptor = cipher->make_decryptor();
            cipher->draw_secrets(*encryptor, *decryptor, make_generator(10));
            const auto plain = torch::rand({ 4, 3, 32, 32 });
            torch::mse_loss(decryptor->forward(encryptor->forward(plain, {}), {}), plain)
                .backward();
            for (const RoleNet* net : { static_cast<RoleNet*>(encryptor.get()),
                                        static_cast<RoleNet*>(decryptor.get()) })
                for (const auto& item : net->named_parameters()) {
                    CPPUNIT_ASSERT_MESSAGE(item.key(), item.value().grad().defined());
                    CPPUNIT_ASSERT_MESSAGE(
                        item.key(), item.value().grad().abs().sum().item<double>() > 0);
                }
        }
    }

    void configuration_round_trip()
    {
        for (const auto& config : { masked_config(),
                                    refined_config(),
                                    nlohmann::json{ { "type", "unet" } } }) {
            const auto full = Cipher::create(config)->config();
            CPPUNIT_ASSERT(full == Cipher::create(full)->config());
            CPPUNIT_ASSERT(full.contains("mask"));
            CPPUNIT_ASSERT(full["encrypt"].contains("widths"));
        }
    }

    void configuration_is_checked()
    {
        const auto refused = [](nlohmann::json config, const std::string& word) {
            config["type"] = "unet";
            const auto text =
                test::error_text<ConfigError>([&] { Cipher::create(config); });
            CPPUNIT_ASSERT_MESSAGE(text, text.find(word) != std::string::npos);
        };
        refused({ { "space_to_depth", 3 } }, "1, 2, 4 or 8");
        refused({ { "encrypt", { { "widths", nlohmann::json::array() } } } }, "1 to 6");
        refused({ { "encrypt", { { "widths", { 0 } } } } }, "encrypt.widths");
        refused({ { "encrypt", { { "up_kernel", 2 } } } }, "up_kernel");
        refused({ { "decrypt", { { "width", { 4 } } } } }, "decrypt.width");
        refused({ { "mask", { { "latents", 4 } } } }, "mask.latents"); // 3 pixels a block
        refused({ { "mask", 5 } }, "JSON object");
        refused({ { "mask", { { "unmix", { { "width", { 4 } } } } } },
                  { "space_to_depth", 4 } },
                "mask.unmix.width");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_unet> register_qa_unet("unet");

} // namespace djescc
