/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of cipher `medical-radio`: what its protected images tell, and what noise and
// losses leave of pictures.

#include "cipher/keyed_net.h"
#include "cipher/medical_radio_nets.h"
#include "cipher/modular_mask.h"
#include "cipher/value_mixing.h"
#include "error_text.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>
#include <djescc/keys/picture_keys.h>
#include <djescc/metrics/quality.h>
#include <djescc/metrics/randomness.h>

namespace djescc {

namespace {

const std::string radio_key(64, 'a');

struct RadioSides {
    explicit RadioSides(const nlohmann::json& changes = nlohmann::json::object())
    {
        nlohmann::json config = { { "type", "medical-radio" }, { "width", 4 } };
        config.update(changes);
        torch::manual_seed(2);
        cipher = Cipher::create(config);
        encryptor = cipher->make_encryptor();
        decryptor = cipher->make_decryptor();
        cipher->set_key(*encryptor, *decryptor, { { "key", radio_key } });
    }
    //! \param damage  what happens to the protected image
    torch::Tensor
    there_and_back(const torch::Tensor& plain,
                   const std::function<torch::Tensor(const torch::Tensor&)>& damage) const
    {
        auto hidden = encryptor->forward(plain, {});
        hidden.images = damage(hidden.images);
        return decryptor->forward(hidden, {});
    }
    std::unique_ptr<Cipher> cipher;
    std::shared_ptr<Encryptor> encryptor;
    std::shared_ptr<Decryptor> decryptor;
};

//! Smooth shapes with an edge, N x 1 x side x side in whole levels.
torch::Tensor smooth_pictures(int64_t count, int64_t side = 256)
{
    const auto place = torch::linspace(0, 1, side);
    const auto x = place.view({ 1, -1 }), y = place.view({ -1, 1 });
    std::vector<torch::Tensor> all;
    for (int64_t i = 0; i < count; ++i) {
        const double phase = 0.7 * static_cast<double>(i);
        auto picture = 0.5 + 0.2 * torch::sin(6 * x + phase) * torch::cos(5 * y) +
                       0.2 * ((x - 0.5).square() + (y - 0.4).square() < 0.09);
        all.push_back((picture * 255).round().clamp(0, 255) / 255);
    }
    return torch::stack(all).unsqueeze(1).to(torch::kFloat32);
}

double psnr_between(const torch::Tensor& a, const torch::Tensor& b)
{
    return -10 * std::log10((a - b).square().mean().item<double>());
}

torch::Tensor with_noise(const torch::Tensor& images, double deviation)
{
    return (images + deviation * torch::randn_like(images)).clamp(1e-6, 1);
}

const auto undamaged = [](const torch::Tensor& images) { return images; };

} // namespace

class qa_medical_radio : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_medical_radio);
    CPPUNIT_TEST(mixing_is_orthogonal_and_spreads);
    CPPUNIT_TEST(masks_are_exact_and_wrap_around);
    CPPUNIT_TEST(values_are_unwrapped_as_well_as_they_can_be);
    CPPUNIT_TEST(protected_images_are_uniform);
    CPPUNIT_TEST(every_picture_is_under_keys_of_its_own);
    CPPUNIT_TEST(synthetic_nonces_are_the_pictures_own);
    CPPUNIT_TEST(pictures_come_back_through_noise_and_losses);
    CPPUNIT_TEST(other_keys_give_nothing);
    CPPUNIT_TEST(alpha_comes_from_the_key);
    CPPUNIT_TEST(key_files_take_the_place_of_the_models_key);
    CPPUNIT_TEST(colours_sizes_and_fewer_latents);
    CPPUNIT_TEST(trains);
    CPPUNIT_TEST(settings_are_checked);
    CPPUNIT_TEST_SUITE_END();

    void mixing_is_orthogonal_and_spreads()
    {
        torch::manual_seed(1);
        for (const int64_t count : { 1, 64, 768, 4096 }) {
            const ValueMixing mixing(count);
            CPPUNIT_ASSERT_EQUAL(count & -count, mixing.chunk());
            const auto values = torch::randn({ 3, count });
            const auto mixed = mixing.mix(values);
            CPPUNIT_ASSERT(torch::allclose(
                mixed.square().sum(1), values.square().sum(1), 1e-4, 1e-4));
            CPPUNIT_ASSERT(torch::allclose(mixing.unmix(mixed), values, 0, 1e-4));
        }
        // One value is in all others alike.
        const ValueMixing mixing(1024);
        auto one = torch::zeros({ 1, 1024 });
        one[0][17] = 1;
        CPPUNIT_ASSERT(torch::allclose(
            mixing.mix(one).abs(), torch::full({ 1, 1024 }, 1.0 / 32), 0, 1e-6));
        // Sylvester's matrix, by its definition
        const auto transform = walsh_hadamard_transform(torch::eye(8));
        for (int64_t i = 0; i < 8; ++i)
            for (int64_t j = 0; j < 8; ++j) {
                const int ones = __builtin_popcountll(static_cast<uint64_t>(i & j));
                CPPUNIT_ASSERT_DOUBLES_EQUAL((ones % 2 ? -1 : 1) / std::sqrt(8.0),
                                             transform[i][j].item<double>(),
                                             1e-6);
            }
    }

    void masks_are_exact_and_wrap_around()
    {
        const CipherKey key{};
        const auto nonces = modular_mask::draw_nonces(
            modular_mask::NonceSource::random, key.data(), torch::zeros({ 2, 1, 1, 1 }));
        const auto& nonce = nonces.front();
        CPPUNIT_ASSERT(nonce != nonces.back());
        const modular_mask::Keystream stream(key.data(), nonce, 4096, 6);
        CPPUNIT_ASSERT(stream.numbers.min().item<int>() >= 0);
        CPPUNIT_ASSERT(stream.numbers.max().item<int>() < 1 << 24);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.5,
            stream.numbers.to(torch::kFloat64).mean().item<double>() / (1 << 24),
            0.02);
        const auto values = torch::rand({ 4096 }) - 0.5;
        const auto sums = modular_mask::hide(values, stream.numbers);
        CPPUNIT_ASSERT(sums.min().item<float>() > 0);
        CPPUNIT_ASSERT(sums.max().item<float>() < 1);
        // To the last of 24 bits, but for the values that are cut off: one in 256.
        const auto error = (modular_mask::reveal(sums, stream.numbers) - values).abs();
        CPPUNIT_ASSERT(error.max().item<double>() < 0.5 / 256 + 1e-6);
        CPPUNIT_ASSERT((error > 1.3e-7).to(torch::kFloat32).mean().item<double>() <
                       3.0 / 256);
        // Noise is noise on the value, modulo 1.
        const auto moved = modular_mask::reveal(sums + 0.3, stream.numbers);
        const auto expected = values + 0.3 * 255 / 256;
        const auto difference = moved - expected;
        CPPUNIT_ASSERT(
            (difference - torch::round(difference)).abs().max().item<double>() <
            0.5 / 256 + 1e-6);
    }

    //! At every strength of noise, against Wiener's error where nothing wraps around.
    void values_are_unwrapped_as_well_as_they_can_be()
    {
        torch::manual_seed(3);
        constexpr double deviation = 0.1;
        // As the sender makes them: of exactly this power.
        auto values = torch::randn({ 2, 65536 });
        values = values * (deviation * torch::rsqrt(values.square().mean(1, true)));
        const auto all = torch::ones_like(values), one = torch::ones({});
        for (const double noise : { 0.02, 0.04, 0.08 }) {
            auto received = values + noise * torch::randn_like(values);
            received = received - torch::round(received);
            const auto found = medical::unwrap(received, all, one, deviation);
            const auto expected = std::pow(noise / deviation, 2);
            for (int64_t i = 0; i < 2; ++i) {
                CPPUNIT_ASSERT_DOUBLES_EQUAL(
                    1, found.noise[i].item<double>() / expected, 0.1);
                const auto error =
                    (found.values[i] - values[i]).square().mean().item<double>();
                CPPUNIT_ASSERT_DOUBLES_EQUAL(
                    1, error / (deviation * deviation * expected), 0.1);
            }
        }
        // A quarter lost: a quarter of their power is missing, and is noise.
        const auto present = (torch::rand_like(values) > 0.25).to(torch::kFloat32);
        const auto found = medical::unwrap(values * present, present, one, deviation);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0 / 3, found.noise[0].item<double>(), 0.02);
    }

    void protected_images_are_uniform()
    {
        const RadioSides sides;
        const auto hidden = sides.encryptor->forward(smooth_pictures(2), {});
        for (int64_t i = 0; i < 2; ++i) {
            const auto levels = quantise(hidden.images[i], Quantiser::full_range);
            CPPUNIT_ASSERT(entropy(levels) > 7.99);
            CPPUNIT_ASSERT(chi_square_uniform(levels).probability > 1e-4);
            for (const auto direction :
                 { Direction::horizontal, Direction::vertical, Direction::diagonal })
                CPPUNIT_ASSERT_DOUBLES_EQUAL(
                    0,
                    correlation(adjacent_pairs(hidden.images[i], direction, 0, 0)),
                    0.02);
        }
    }

    void every_picture_is_under_keys_of_its_own()
    {
        const RadioSides sides;
        const auto plain = smooth_pictures(1).repeat({ 2, 1, 1, 1 });
        const auto hidden = sides.encryptor->forward(plain, {});
        const auto a = quantise(hidden.images[0], Quantiser::full_range),
                   b = quantise(hidden.images[1], Quantiser::full_range);
        const auto bounds = difference_bounds(a.numel(), 0.001);
        CPPUNIT_ASSERT(npcr(a, b) > bounds.smallest_npcr);
        CPPUNIT_ASSERT(uaci(a, b, 255) > bounds.smallest_uaci);
        CPPUNIT_ASSERT(uaci(a, b, 255) < bounds.largest_uaci);
        // What travels beside them differs as well, though the pictures are the same.
        CPPUNIT_ASSERT((hidden.side[0].slice(0, 0, 16) != hidden.side[1].slice(0, 0, 16))
                           .any()
                           .item<bool>());
    }

    void synthetic_nonces_are_the_pictures_own()
    {
        const RadioSides sides(nlohmann::json::object({ { "nonce", "synthetic" } }));
        auto plain = smooth_pictures(1).repeat({ 2, 1, 1, 1 });
        plain[1][0][100][100] += 1.0 / 255;
        const auto first = sides.encryptor->forward(plain, {});
        const auto again = sides.encryptor->forward(plain, {});
        CPPUNIT_ASSERT(torch::equal(first.images, again.images));
        CPPUNIT_ASSERT(torch::equal(first.side, again.side));
        CPPUNIT_ASSERT((first.images[0] != first.images[1])
                           .to(torch::kFloat32)
                           .mean()
                           .item<float>() > 0.99f);
        CPPUNIT_ASSERT(psnr_between(sides.decryptor->forward(first, {}), plain) > 30);
    }

    //! The untrained nets are a linear code already.
    void pictures_come_back_through_noise_and_losses()
    {
        torch::manual_seed(7);
        const RadioSides sides;
        const auto plain = smooth_pictures(2);
        double last = 100;
        CPPUNIT_ASSERT(psnr_between(sides.there_and_back(plain, undamaged), plain) > 38);
        for (const double snr_db : { 20, 15, 10, 5 }) {
            const double deviation = std::sqrt(std::pow(10, -snr_db / 10) / 12);
            const auto found = sides.there_and_back(
                plain, [&](const auto& images) { return with_noise(images, deviation); });
            const double psnr = psnr_between(found, plain);
            CPPUNIT_ASSERT(psnr < last);
            CPPUNIT_ASSERT(psnr > 18 + snr_db * 0.8);
            last = psnr;
        }
        // A square of 100x100 is a sixth of the values, and is seen to be lost.
        for (const int level : { 0, 1 }) {
            const auto found = sides.there_and_back(plain, [level](const auto& images) {
                auto cut = images.clone();
                cut.slice(2, 78, 178).slice(3, 78, 178).fill_(level);
                return cut;
            });
            CPPUNIT_ASSERT(psnr_between(found, plain) > 28);
        }
    }

    void other_keys_give_nothing()
    {
        const RadioSides sides;
        const auto plain = smooth_pictures(2);
        const auto hidden = sides.encryptor->forward(plain, {});
        sides.cipher->change_key(*sides.decryptor, 0);
        CPPUNIT_ASSERT(psnr_between(sides.decryptor->forward(hidden, {}), plain) < 11);
    }

    void alpha_comes_from_the_key()
    {
        const RadioSides sides(nlohmann::json::object({ { "least_alpha", 0.2 } }));
        const auto plain = smooth_pictures(1);
        sides.cipher->share(*sides.encryptor, *sides.decryptor);
        CPPUNIT_ASSERT(psnr_between(sides.there_and_back(plain, undamaged), plain) > 35);
    }

    void key_files_take_the_place_of_the_models_key()
    {
        const RadioSides sides;
        const auto plain = smooth_pictures(1);
        const FrameSecrets secrets(SecretKey::generate());
        PictureKeys keys;
        keys.secrets = &secrets;
        keys.counters = { 0 };
        Conditions conditions;
        conditions.keys = &keys;
        const auto hidden = sides.encryptor->forward(plain, conditions);
        CPPUNIT_ASSERT(psnr_between(sides.decryptor->forward(hidden, conditions), plain) >
                       35);
        CPPUNIT_ASSERT(psnr_between(sides.decryptor->forward(hidden, {}), plain) < 11);
    }

    void colours_sizes_and_fewer_latents()
    {
        for (const int64_t latents : { 256, 128, 64 }) {
            const RadioSides sides(nlohmann::json::object({ { "latents", latents } }));
            const auto plain = smooth_pictures(3, 96)
                                   .view({ 1, 3, 96, 96 })
                                   .slice(2, 0, 64)
                                   .contiguous();
            const auto shape = sides.cipher->protected_shape({ 3, 64, 96 });
            CPPUNIT_ASSERT_EQUAL(latents * 24, shape.height * shape.width);
            const auto hidden = sides.encryptor->forward(plain, {});
            CPPUNIT_ASSERT_EQUAL(shape.height, hidden.images.size(2));
            CPPUNIT_ASSERT_EQUAL(sides.cipher->side_bytes(), hidden.side.size(1));
            CPPUNIT_ASSERT(psnr_between(sides.decryptor->forward(hidden, {}), plain) >
                           25);
        }
    }

    void trains()
    {
        const RadioSides sides;
        TrainingMoment moment;
        moment.seed = 5;
        Conditions conditions;
        conditions.training = &moment;
        const auto plain = smooth_pictures(2, 64);
        auto hidden = sides.encryptor->forward(plain, conditions);
        hidden.images = hidden.images + 0.02 * torch::randn_like(hidden.images);
        const auto found = sides.decryptor->forward(hidden, conditions);
        CPPUNIT_ASSERT(psnr_between(found.detach(), plain) > 25);
        (found - plain).square().mean().backward();
        for (const auto& net : { std::shared_ptr<RoleNet>(sides.encryptor),
                                 std::shared_ptr<RoleNet>(sides.decryptor) })
            for (const auto& item : net->named_parameters()) {
                CPPUNIT_ASSERT_MESSAGE(item.key(), item.value().grad().defined());
                CPPUNIT_ASSERT_MESSAGE(
                    item.key(), torch::isfinite(item.value().grad()).all().item<bool>());
            }
    }

    void settings_are_checked()
    {
        const auto refuse = [](const nlohmann::json& changes) {
            return test::error_text<ConfigError>([&] { RadioSides sides(changes); });
        };
        test::assert_contains(refuse({ { "latents", 96 } }), "32, 64, 128 or 256");
        test::assert_contains(refuse({ { "nonce", "none" } }), "synthetic");
        test::assert_contains(refuse({ { "deviation", 0.5 } }), "deviation");
        test::assert_contains(refuse({ { "least_alpha", 0.1 } }), "least_alpha");
        const RadioSides sides;
        CPPUNIT_ASSERT_EQUAL(int64_t{ 22 }, sides.cipher->side_bytes());
        CPPUNIT_ASSERT_EQUAL(256.0, sides.cipher->key_bits());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_medical_radio>
    register_qa_medical_radio("medical_radio");

} // namespace djescc
