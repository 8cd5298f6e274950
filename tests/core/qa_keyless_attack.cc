/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the attack without key and pairs: what it sees behind signs, and that it sees
// nothing behind a secret rotation.

#include "error_text.h"
#include "wave_pictures.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/attack/keyless_attack.h>
#include <djescc/error.h>
#include <djescc/model/model.h>
#include <memory>

namespace djescc {

#ifdef DJESCC_HAVE_SODIUM

class qa_keyless_attack : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keyless_attack);
    CPPUNIT_TEST(magnitudes_show_the_picture_behind_signs);
    CPPUNIT_TEST(nothing_shows_behind_a_rotation);
    CPPUNIT_TEST(sorted_values_are_in_falling_order);
    CPPUNIT_TEST(ciphers_without_picture_keys_are_refused);
    CPPUNIT_TEST_SUITE_END();

    static KeylessVictim victim(const std::string& name)
    {
        RuntimeOptions runtime;
        runtime.device = "cpu";
        const Model model(DJESCC_SOURCE_DIR "/models/" + name);
        KeylessVictim victim;
        victim.cipher = model.shared_cipher();
        victim.codec = model.shared_codec();
        victim.nets.encryptor = model.load_encryptor(runtime);
        victim.nets.encoder = model.load_encoder(runtime);
        victim.nets.decoder = model.load_decoder(runtime);
        victim.nets.decryptor = model.load_decryptor(runtime);
        return victim;
    }

    static KeylessOptions short_training(ReadingInput input)
    {
        KeylessOptions options;
        options.input = input;
        options.steps = 80;
        options.batch = 24;
        options.widths = { 32, 48 };
        options.learning_rate = 4e-3;
        return options;
    }

    struct Outcome {
        double above_mean_db = 0; //!< of the mean squared error
        double right_classes = 0;
    };

    //! On pictures that the attacker has not seen, under keys that he does not have.
    static Outcome outcome(const KeylessVictim& victim, ReadingInput input)
    {
        const test::WavePictures known(600, 32), unseen(64, 32, 1000);
        const KeylessAttack attack(victim, known, short_training(input));
        const auto key = SecretKey::generate();
        const FrameSecrets secrets(key);
        const PictureSeal seal(key);
        PictureKeys keys;
        keys.secrets = &secrets;
        keys.seal = &seal;
        for (uint64_t i = 0; i < 64; ++i)
            keys.counters.push_back(i);
        keys.runs.assign(64, PictureSeal::draw_run());
        Conditions conditions;
        conditions.keys = &keys;
        const torch::NoGradGuard no_grad;
        const auto plain = unseen.images(64);
        const auto view = victim.look(
            plain, conditions, at::globalContext().defaultGenerator(torch::kCPU));
        const auto guess = attack.guess(view.seen);
        const auto error = [&](const torch::Tensor& images) {
            return (images - plain).square().mean().item<double>();
        };
        std::vector<CropChoice> all;
        for (int64_t i = 0; i < 64; ++i)
            all.push_back({ i, 0, 0, false });
        return { 10 * std::log10(error(attack.mean_image().expand_as(plain)) /
                                 error(guess.images)),
                 (guess.classes == unseen.labels(all))
                     .to(torch::kFloat32)
                     .mean()
                     .item<double>() };
    }

    void magnitudes_show_the_picture_behind_signs()
    {
        const auto seen = outcome(victim("cifar10-slim-r6"), ReadingInput::magnitudes);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(seen.above_mean_db),
                               seen.above_mean_db > 1.5);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(seen.right_classes),
                               seen.right_classes > 0.7);
    }

    void nothing_shows_behind_a_rotation()
    {
        const auto keyed = victim("cifar10-keyed-r6");
        for (const auto input :
             { ReadingInput::magnitudes, ReadingInput::sorted, ReadingInput::values }) {
            const auto seen = outcome(keyed, input);
            CPPUNIT_ASSERT_MESSAGE(to_string(input) + " " +
                                       std::to_string(seen.above_mean_db),
                                   seen.above_mean_db < 0.1);
            // Of 64 with two classes: four deviations of 1/16.
            CPPUNIT_ASSERT_MESSAGE(to_string(input) + " " +
                                       std::to_string(seen.right_classes),
                                   seen.right_classes < 0.75);
        }
    }

    void sorted_values_are_in_falling_order()
    {
        auto options = short_training(ReadingInput::sorted);
        options.steps = 0;
        const auto keyed = victim("cifar10-keyed-r6");
        const test::WavePictures known(8, 32);
        const KeylessAttack attack(keyed, known, options);
        CPPUNIT_ASSERT(attack.parameters() > 10000);
        const auto rows = attack.features(torch::rand({ 3, 3, 32, 32 })).flatten(1);
        CPPUNIT_ASSERT((rows.slice(1, 0, -1) >= rows.slice(1, 1)).all().item<bool>());
        CPPUNIT_ASSERT_EQUAL(std::string("sorted"), to_string(reading_input("sorted")));
        test::assert_contains(
            test::error_text<ConfigError>([] { reading_input("signs"); }), "'signs'");
    }

    void ciphers_without_picture_keys_are_refused()
    {
        const test::WavePictures known(8, 32);
        test::assert_contains(test::error_text<ConfigError>([&] {
                                  KeylessAttack(victim("cifar10-slim-r6-pe"), known, {});
                              }),
                              "takes no picture keys");
    }
};

#else

class qa_keyless_attack : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keyless_attack);
    CPPUNIT_TEST(names_of_readings);
    CPPUNIT_TEST_SUITE_END();

    void names_of_readings()
    {
        CPPUNIT_ASSERT_EQUAL(std::string("values"), to_string(reading_input("values")));
    }
};

#endif

static const CPPUNIT_NS::AutoRegisterSuite<qa_keyless_attack>
    register_qa_keyless_attack("keyless_attack");

} // namespace djescc
