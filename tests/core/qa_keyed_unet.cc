/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of cipher `keyed-unet`: what of a picture its protected images depend on, and
// what comes back under which key.

#include "cipher/keyed_unet_nets.h"
#include "error_text.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>
#include <djescc/keys/picture_keys.h>
#include <torch/utils.h>

namespace djescc {

#ifdef DJESCC_HAVE_SODIUM

namespace {

const nlohmann::json small_net = { { "widths", { 8, 8 } },
                                   { "down_convolutions", 1 },
                                   { "up_convolutions", 1 },
                                   { "batch_normalization", false } };

struct KeyedSides {
    explicit KeyedSides(const nlohmann::json& changes = nlohmann::json::object())
    {
        nlohmann::json config = { { "type", "keyed-unet" },
                                  { "encrypt", small_net },
                                  { "decrypt", small_net } };
        config.update(changes);
        torch::manual_seed(3);
        cipher = Cipher::create(config);
        encryptor = cipher->make_encryptor();
        decryptor = cipher->make_decryptor();
        encryptor->eval();
        decryptor->eval();
        cipher->set_key(*encryptor, *decryptor, { { "key", std::string(64, 'b') } });
    }

    keyed_unet::KeyedDecryptor& recipient() const
    {
        return dynamic_cast<keyed_unet::KeyedDecryptor&>(*decryptor);
    }

    std::unique_ptr<Cipher> cipher;
    std::shared_ptr<Encryptor> encryptor;
    std::shared_ptr<Decryptor> decryptor;
};

//! What a key file gives to a net for pictures of these numbers.
struct KeysOfFile {
    KeysOfFile(const SecretKey& key, std::vector<uint64_t> numbers, uint8_t run)
        : secrets(key), seal(key)
    {
        keys.secrets = &secrets;
        keys.seal = &seal;
        keys.runs.assign(numbers.size(), PictureSeal::Run{ run });
        keys.counters = std::move(numbers);
    }
    Conditions conditions() const
    {
        Conditions conditions;
        conditions.keys = &keys;
        return conditions;
    }
    FrameSecrets secrets;
    PictureSeal seal;
    PictureKeys keys;
};

//! Smooth, and another one for each number.
torch::Tensor waves(int64_t count, int64_t side)
{
    const auto place = torch::linspace(0, 1, side);
    const auto x = place.view({ 1, -1 }), y = place.view({ -1, 1 });
    std::vector<torch::Tensor> all;
    for (int64_t i = 0; i < count; ++i)
        for (int64_t colour = 0; colour < 3; ++colour) {
            const double phase =
                0.9 * static_cast<double>(i) + static_cast<double>(colour);
            all.push_back(0.5 +
                          0.3 * torch::sin(5 * x + phase) * torch::cos(4 * y - phase));
        }
    return torch::stack(all).view({ count, 3, side, side }).to(torch::kFloat32);
}

double psnr_of(const torch::Tensor& a, const torch::Tensor& b)
{
    return -10 * std::log10((a - b).square().mean().item<double>());
}

//! Of a grey picture: what there is to say without looking.
double nothing(const torch::Tensor& plain)
{
    return psnr_of(torch::full_like(plain, plain.mean().item<float>()), plain) + 0.1;
}

} // namespace

class qa_keyed_unet : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keyed_unet);
    CPPUNIT_TEST(pictures_come_back);
    CPPUNIT_TEST(every_picture_is_under_secrets_of_its_own);
    CPPUNIT_TEST(energy_tells_nothing);
    CPPUNIT_TEST(values_of_two_pictures_look_alike);
    CPPUNIT_TEST(other_keys_give_no_picture);
    CPPUNIT_TEST(a_run_and_a_number_decide);
    CPPUNIT_TEST(noise_on_the_link_is_noise_on_the_latents);
    CPPUNIT_TEST(dead_latents_are_not_sent);
    CPPUNIT_TEST(large_pictures_and_other_blocks);
    CPPUNIT_TEST(trains_through_the_rotation);
    CPPUNIT_TEST(settings_are_checked);
    CPPUNIT_TEST_SUITE_END();

    void pictures_come_back()
    {
        const torch::NoGradGuard no_grad;
        const KeyedSides sides;
        const auto plain = waves(3, 32);
        const auto hidden = sides.encryptor->forward(plain, {});
        CPPUNIT_ASSERT(hidden.images.sizes() == plain.sizes());
        CPPUNIT_ASSERT_EQUAL(sides.cipher->side_bytes(), hidden.side.size(1));
        CPPUNIT_ASSERT(hidden.images.min().item<double>() >= 0);
        CPPUNIT_ASSERT(hidden.images.max().item<double>() <= 1);
        CPPUNIT_ASSERT(psnr_of(sides.decryptor->forward(hidden, {}), plain) > 22);
        CPPUNIT_ASSERT(psnr_of(hidden.images, plain) < 14);
    }

    void every_picture_is_under_secrets_of_its_own()
    {
        const torch::NoGradGuard no_grad;
        const KeyedSides sides;
        const auto plain = waves(1, 32).repeat({ 2, 1, 1, 1 });
        const auto hidden = sides.encryptor->forward(plain, {});
        const auto again = sides.encryptor->forward(plain, {});
        CPPUNIT_ASSERT(psnr_of(hidden.images[0], hidden.images[1]) < 15);
        CPPUNIT_ASSERT(psnr_of(hidden.images[0], again.images[0]) < 15);
        CPPUNIT_ASSERT(!hidden.side[0].equal(hidden.side[1]));
    }

    //! |c|^2 = D whatever the picture is.
    void energy_tells_nothing()
    {
        const torch::NoGradGuard no_grad;
        const KeyedSides sides;
        auto plain = waves(3, 32);
        plain[1].fill_(0.5);
        plain[2] = (plain[2] > 0.5).to(torch::kFloat32);
        const auto hidden = sides.encryptor->forward(plain, {});
        // The sigmoid takes a quarter of the power, of all alike.
        const auto power =
            sides.recipient().read(hidden.images).square().mean({ 1, 2, 3 });
        for (int64_t i = 0; i < 3; ++i)
            CPPUNIT_ASSERT_DOUBLES_EQUAL(0.75, power[i].item<double>(), 0.1);
        for (int64_t i = 1; i < 3; ++i)
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                power[0].item<double>(), power[i].item<double>(), 0.02);
    }

    /*! Of a flat and of a busy picture alike: values of mean 0 whose places and channels
     *  are all alike, by their mean squares over many draws. */
    void values_of_two_pictures_look_alike()
    {
        const torch::NoGradGuard no_grad;
        const KeyedSides sides;
        constexpr int64_t draws = 200;
        for (const bool flat : { true, false }) {
            auto plain = waves(1, 32);
            if (flat)
                plain.fill_(0.7);
            const auto hidden =
                sides.encryptor->forward(plain.repeat({ draws, 1, 1, 1 }), {});
            const auto read = sides.recipient().read(hidden.images);
            const auto square = read.square().mean(0);
            // Deviation of a mean of squares of normal values: sqrt(2 / n).
            const double tolerance = 6 * std::sqrt(2.0 / draws);
            CPPUNIT_ASSERT(
                ((square - square.mean()).abs() < tolerance).all().item<bool>());
            CPPUNIT_ASSERT(
                (read.mean(0).abs() < 6 / std::sqrt(double{ draws })).all().item<bool>());
        }
    }

    void other_keys_give_no_picture()
    {
        const torch::NoGradGuard no_grad;
        const KeyedSides sides;
        const auto plain = waves(4, 32);
        const auto hidden = sides.encryptor->forward(plain, {});
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), sides.cipher->key_changes().size());
        sides.cipher->change_key(*sides.decryptor, 0);
        CPPUNIT_ASSERT(psnr_of(sides.decryptor->forward(hidden, {}), plain) <
                       nothing(plain));
        sides.cipher->change_key(*sides.decryptor, 0);
        CPPUNIT_ASSERT(psnr_of(sides.decryptor->forward(hidden, {}), plain) > 22);
    }

    void a_run_and_a_number_decide()
    {
        const torch::NoGradGuard no_grad;
        const KeyedSides sides;
        const auto plain = waves(2, 32);
        const auto key = SecretKey::generate(), other = SecretKey::generate();
        const KeysOfFile sent(key, { 7, 8 }, 1);
        const auto hidden = sides.encryptor->forward(plain, sent.conditions());
        const auto received = [&](const KeysOfFile& keys) {
            return psnr_of(sides.decryptor->forward(hidden, keys.conditions()), plain);
        };
        // The run comes with the picture: the recipient need not know it.
        CPPUNIT_ASSERT(received({ key, { 7, 8 }, 99 }) > 22);
        CPPUNIT_ASSERT(received({ key, { 8, 9 }, 1 }) < nothing(plain));
        CPPUNIT_ASSERT(received({ other, { 7, 8 }, 1 }) < nothing(plain));
        CPPUNIT_ASSERT(psnr_of(sides.decryptor->forward(hidden, {}), plain) <
                       nothing(plain));
        // One number in two runs is not one rotation.
        const auto again =
            sides.encryptor->forward(plain, KeysOfFile(key, { 7, 8 }, 2).conditions());
        CPPUNIT_ASSERT(psnr_of(hidden.images, again.images) < 15);
        CPPUNIT_ASSERT_THROW(
            sides.encryptor->forward(plain, KeysOfFile(key, { 7 }, 1).conditions()),
            ConfigError);
    }

    //! White noise of one power on what is read: as much on the latents, whoever they
    //! are.
    void noise_on_the_link_is_noise_on_the_latents()
    {
        const torch::NoGradGuard no_grad;
        const KeyedSides sides;
        const auto plain = waves(1, 32).repeat({ 16, 1, 1, 1 });
        auto hidden = sides.encryptor->forward(plain, {});
        double last = 40;
        for (const double deviation : { 0.01, 0.03, 0.1 }) {
            auto noisy = hidden;
            noisy.images = hidden.images + deviation * torch::randn_like(hidden.images);
            const double now = psnr_of(sides.decryptor->forward(noisy, {}), plain);
            CPPUNIT_ASSERT(now < last);
            last = now;
        }
        CPPUNIT_ASSERT(last > 12);
    }

    void dead_latents_are_not_sent()
    {
        const torch::NoGradGuard no_grad;
        const KeyedSides sides(nlohmann::json{ { "dead", { 15, 3 } } });
        const auto plain = waves(2, 32);
        const auto read =
            sides.recipient().read(sides.encryptor->forward(plain, {}).images);
        const auto power = read.square().mean({ 0, 2, 3 });
        CPPUNIT_ASSERT(power[3].item<double>() < 0.05);
        CPPUNIT_ASSERT(power[15].item<double>() < 0.05);
        CPPUNIT_ASSERT(power[0].item<double>() > 0.5);
        CPPUNIT_ASSERT(sides.cipher->config().at("dead") == nlohmann::json({ 3, 15 }));
    }

    //! Beyond UniformRotation, in tiles, with covering noise.
    void large_pictures_and_other_blocks()
    {
        const torch::NoGradGuard no_grad;
        for (const auto& changes :
             { nlohmann::json{ { "noise", 16 } },
               nlohmann::json{ { "space_to_depth", 8 }, { "latents", 64 } } }) {
            const KeyedSides sides(changes);
            const auto plain = waves(1, 256);
            const auto hidden = sides.encryptor->forward(plain, {});
            CPPUNIT_ASSERT(psnr_of(sides.decryptor->forward(hidden, {}), plain) > 25);
        }
    }

    void trains_through_the_rotation()
    {
        const KeyedSides sides;
        const auto plain = waves(4, 16);
        TrainingMoment moment;
        Conditions conditions;
        conditions.training = &moment;
        const auto loss = [&](uint64_t seed) {
            moment.seed = seed;
            auto hidden = sides.encryptor->forward(plain, conditions);
            return (sides.decryptor->forward(hidden, conditions) - plain).square().mean();
        };
        loss(1).backward();
        for (const auto* net : { static_cast<RoleNet*>(sides.encryptor.get()),
                                 static_cast<RoleNet*>(sides.decryptor.get()) })
            for (const auto& item : net->named_parameters())
                CPPUNIT_ASSERT_MESSAGE(item.key(), item.value().grad().defined());
        const torch::NoGradGuard no_grad;
        // Any draw is as good as another.
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            1, loss(2).item<double>() / loss(3).item<double>(), 0.3);
    }

    void settings_are_checked()
    {
        const auto refused = [](const nlohmann::json& changes) {
            return test::error_text<ConfigError>([&] { KeyedSides sides(changes); });
        };
        test::assert_contains(refused({ { "dead", { 16 } } }), "cipher.dead");
        test::assert_contains(refused({ { "dead", { 1, 1 } } }), "cipher.dead");
        test::assert_contains(refused({ { "latents", 1 }, { "dead", { 0 } } }),
                              "at least one");
        test::assert_contains(refused({ { "space_to_depth", 3 } }), "space_to_depth");
        test::assert_contains(refused({ { "space_to_depth", 8 }, { "latents", 3 } }),
                              "multiples of 4");
        test::assert_contains(refused({ { "mask", 1 } }), "mask");
    }
};

#else

class qa_keyed_unet : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keyed_unet);
    CPPUNIT_TEST(is_registered);
    CPPUNIT_TEST_SUITE_END();

    void is_registered()
    {
        CPPUNIT_ASSERT_EQUAL(std::string("keyed-unet"),
                             Cipher::create({ { "type", "keyed-unet" } })->type());
    }
};

#endif

static const CPPUNIT_NS::AutoRegisterSuite<qa_keyed_unet>
    register_qa_keyed_unet("keyed_unet");

} // namespace djescc
