/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of what a picture key and a keyring mean for pictures, with a shipped model.

#include "counting_key.h"
#include "error_text.h"
#include "scratch_folder.h"
#include "small_model.h"
#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/channel/channel.h>
#include <djescc/error.h>
#include <djescc/keys/frame_secrets.h>
#include <djescc/metrics/quality.h>
#include <djescc/model/keyring.h>
#include <djescc/runtime/keyed_stages.h>
#include <djescc/runtime/stages.h>
#include <numeric>
#include <torch/torch.h>

namespace djescc {

//! What a picture key means for pictures, with a model that is shipped.
class qa_keyed_stages : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keyed_stages);
    CPPUNIT_TEST(without_a_key_it_is_the_model);
    CPPUNIT_TEST(combinations_that_make_no_sense);
#ifdef DJESCC_HAVE_SODIUM
    CPPUNIT_TEST(keys_that_cannot_be_used);
    CPPUNIT_TEST(right_key_costs_nothing);
    CPPUNIT_TEST(wrong_key_opens_one_frame_in_so_many_members);
    CPPUNIT_TEST(wrong_key_opens_no_frame_under_frame_masks);
    CPPUNIT_TEST(both_the_key_and_the_mask_are_needed);
    CPPUNIT_TEST(batches_give_what_single_frames_give);
    CPPUNIT_TEST(any_size_and_the_low_bits_of_numbers);
    CPPUNIT_TEST(lying_shapes_are_refused_before_anything_is_drawn);
#else
    CPPUNIT_TEST(keys_are_not_available);
#endif
    CPPUNIT_TEST_SUITE_END();

    static std::string shipped()
    {
        return std::string(DJESCC_SOURCE_DIR) + "/models/cifar10-slim-r6-lambda0";
    }

    static constexpr int64_t side = 32;
    //! Frames of a run; a multiple of what the batches below take.
    static constexpr int64_t frames = 96;
    static ImageShape plain_shape() { return { 3, side, side }; }

    //! Smooth colour pictures, frames x 3 x side x side, all different.
    static torch::Tensor pictures(int64_t count = frames)
    {
        const auto phase = torch::arange(count, torch::kFloat).reshape({ -1, 1, 1 });
        const auto places = torch::arange(side, torch::kFloat);
        const auto rows = places.reshape({ 1, side, 1 });
        const auto columns = places.reshape({ 1, 1, side });
        const auto red = torch::sin(rows / 5 + phase) + 0 * columns;
        const auto green = torch::cos(columns / 7 - 2 * phase) + 0 * rows;
        const auto blue = torch::sin((rows + columns) / 6 + 3 * phase);
        return 0.5 + 0.4 * torch::stack({ red, green, blue }, 1);
    }

    static std::vector<uint64_t> numbers(int64_t count = frames, uint64_t first = 0)
    {
        std::vector<uint64_t> result(static_cast<std::size_t>(count));
        std::iota(result.begin(), result.end(), first);
        return result;
    }

    //! From picture to picture at 20 dB SNR; the PSNR of every frame.
    static std::vector<double> send(const KeyedModels& owner,
                                    const KeyedModels& recipient,
                                    const std::string& codec = shipped())
    {
        const torch::InferenceMode inference;
        const auto images = pictures();
        const auto hidden =
            KeyedEncryptStage(owner, test::on_cpu()).run(images, numbers());
        const auto symbols = EncodeStage(codec, test::on_cpu()).run(hidden);
        const auto noise = awgn(torch::zeros({ frames, 2 * symbols.size(1) }),
                                torch::full({ frames }, 20.0f),
                                at::detail::createCPUGenerator(7));
        const auto decoded = DecodeStage(codec, test::on_cpu())
                                 .run(symbols + reals_to_symbols(noise), plain_shape());
        const auto result = KeyedDecryptStage(recipient, test::on_cpu())
                                .run(decoded, plain_shape(), numbers());
        const auto quality = psnr(result, images).to(torch::kDouble).contiguous();
        return { quality.data_ptr<double>(), quality.data_ptr<double>() + frames };
    }

    //! In dB. What is opened is above 25; what is not, near 10, by the masks that a
    //! keyring draws anew at every run.
    static constexpr double nothing_shown = 15;

    static double mean(const std::vector<double>& values)
    {
        return std::accumulate(values.begin(), values.end(), 0.0) /
               static_cast<double>(values.size());
    }

    void keys_are_not_available()
    {
        test::assert_contains(test::error_text<ConfigError>([] {
                                  KeyedEncryptStage({ shipped(), "", "some.key" });
                              }),
                              "libsodium");
    }

    void without_a_key_it_is_the_model()
    {
        const auto images = pictures(4);
        const KeyedModels models{ shipped(), "", "" };
        const auto hidden = EncryptStage(shipped(), test::on_cpu()).run(images);
        KeyedEncryptStage encrypt(models, test::on_cpu());
        CPPUNIT_ASSERT(torch::equal(hidden, encrypt.run(images, numbers(4))));
        CPPUNIT_ASSERT(torch::equal(hidden, encrypt.run(images, {})));
        CPPUNIT_ASSERT(encrypt.output_shape({ 3, 30, 41 }) == (ImageShape{ 3, 32, 48 }));
        CPPUNIT_ASSERT(torch::equal(
            DecryptStage(shipped(), test::on_cpu()).run(hidden, plain_shape()),
            KeyedDecryptStage(models, test::on_cpu())
                .run(hidden, plain_shape(), numbers(4))));
    }

    static std::string refusal(const KeyedModels& models)
    {
        const auto text = test::error_text<ConfigError>(
            [&] { KeyedEncryptStage(models, test::on_cpu()); });
        CPPUNIT_ASSERT_EQUAL(text, test::error_text<ConfigError>([&] {
                                 KeyedDecryptStage(models, test::on_cpu());
                             }));
        return text;
    }

    void combinations_that_make_no_sense()
    {
        test::assert_contains(refusal({ "", "", "" }), "give a model or a keyring");
        test::assert_contains(refusal({ "", "", "some.key" }),
                              "give a model or a keyring");
        test::assert_contains(refusal({ shipped(), "ring", "some.key" }), "leave");
        test::assert_contains(refusal({ "", "ring", "" }), "needs a key");
        test::assert_contains(test::error_text<ModelError>([] {
                                  KeyedDecryptStage({ "", "/nowhere", "some.key" });
                              }),
                              "/nowhere");
    }

    void keys_that_cannot_be_used()
    {
        const test::ScratchFolder folder("keyed_stages_keys");
        const std::string key = test::counting_key_file(folder);
        test::assert_contains(refusal({ shipped(), "", folder.path("none.key") }),
                              "djescc keygen");
        ::chmod(key.c_str(), 0644);
        test::assert_contains(refusal({ shipped(), "", key }), "chmod 600 " + key);
        ::chmod(key.c_str(), 0600);
        // a cipher that has nothing for a key to change
        test::save_small_model(folder.path("plain"));
        test::assert_contains(refusal({ folder.path("plain"), "", key }),
                              "has no mask that a key could change");
        KeyedEncryptStage encrypt({ shipped(), "", key }, test::on_cpu());
        test::assert_contains(
            test::error_text<ConfigError>([&] { encrypt.run(pictures(3), numbers(2)); }),
            "counter");
    }

    void right_key_costs_nothing()
    {
        const test::ScratchFolder folder("keyed_stages_right");
        const std::string key = test::counting_key_file(folder);
        const Model model(shipped());
        create_keyring(model, 4, folder.path("members"), MaskChoice::never);
        create_keyring(model, 4, folder.path("masks"));
        const double alone = mean(send({ shipped(), "", "" }, { shipped(), "", "" }));
        CPPUNIT_ASSERT(alone > 25);
        for (const KeyedModels& models :
             { KeyedModels{ shipped(), "", key },
               KeyedModels{ "", folder.path("members"), key },
               KeyedModels{ "", folder.path("masks"), key } }) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(alone, mean(send(models, models)), 0.25);
        }
    }

    void wrong_key_opens_one_frame_in_so_many_members()
    {
        const test::ScratchFolder folder("keyed_stages_members");
        const std::string right = test::counting_key_file(folder);
        const std::string wrong = test::counting_key_file(folder, 100);
        const FrameSecrets owner(SecretKey::read(right)), other(SecretKey::read(wrong));
        for (const uint32_t count : { 4u, 16u }) {
            const std::string ring = folder.path("ring-" + std::to_string(count));
            create_keyring(Model(shipped()), count, ring, MaskChoice::never);
            const auto with_right = send({ "", ring, right }, { "", ring, right });
            const auto with_wrong = send({ "", ring, right }, { "", ring, wrong });
            std::vector<double> missed;
            for (uint64_t i = 0; i < with_wrong.size(); i++) {
                if (owner.member(i, count) == other.member(i, count)) {
                    CPPUNIT_ASSERT_DOUBLES_EQUAL(with_right[i], with_wrong[i], 0.1);
                } else {
                    missed.push_back(with_wrong[i]);
                }
            }
            CPPUNIT_ASSERT(!missed.empty() && missed.size() < with_wrong.size());
            CPPUNIT_ASSERT(mean(missed) < nothing_shown);
        }
    }

    void wrong_key_opens_no_frame_under_frame_masks()
    {
        const test::ScratchFolder folder("keyed_stages_masks");
        const std::string right = test::counting_key_file(folder);
        const std::string wrong = test::counting_key_file(folder, 100);
        const std::string ring = folder.path("ring");
        create_keyring(Model(shipped()), 4, ring);
        for (const std::string& keyring : { std::string(), ring }) {
            const std::string model = keyring.empty() ? shipped() : "";
            const auto quality =
                send({ model, keyring, right }, { model, keyring, wrong });
            CPPUNIT_ASSERT(mean(quality) < nothing_shown);
            CPPUNIT_ASSERT(*std::max_element(quality.begin(), quality.end()) < 20);
        }
        // nor does the model without the key
        const auto quality = send({ shipped(), "", right }, { shipped(), "", "" });
        CPPUNIT_ASSERT(mean(quality) < nothing_shown);
    }

    void both_the_key_and_the_mask_are_needed()
    {
        const test::ScratchFolder folder("keyed_stages_both");
        const std::string key = test::counting_key_file(folder);
        create_keyring(Model(shipped()), 2, folder.path("ring"));
        create_keyring(Model(shipped()), 2, folder.path("other"));
        const auto quality =
            send({ "", folder.path("ring"), key }, { "", folder.path("other"), key });
        CPPUNIT_ASSERT(mean(quality) < nothing_shown);
    }

    void batches_give_what_single_frames_give()
    {
        const test::ScratchFolder folder("keyed_stages_batches");
        const std::string key = test::counting_key_file(folder);
        const std::string ring = folder.path("ring");
        create_keyring(Model(shipped()), 3, ring);
        constexpr int64_t count = 8;
        const auto images = pictures(count);
        KeyedEncryptStage encrypt({ "", ring, key }, test::on_cpu());
        KeyedDecryptStage decrypt({ "", ring, key }, test::on_cpu());
        const auto hidden = encrypt.run(images, numbers(count, 5));
        const auto result = decrypt.run(hidden, plain_shape(), numbers(count, 5));
        for (int64_t i = 0; i < count; i++) {
            const std::vector<uint64_t> number{ 5 + static_cast<uint64_t>(i) };
            const auto one = encrypt.run(images.slice(0, i, i + 1), number);
            // batches of another size may run another kernel, which rounds differently
            CPPUNIT_ASSERT(torch::allclose(one, hidden.slice(0, i, i + 1), 1e-4, 1e-5));
            CPPUNIT_ASSERT(torch::allclose(decrypt.run(one, plain_shape(), number),
                                           result.slice(0, i, i + 1),
                                           1e-3,
                                           1e-4));
        }
        // equal pictures look different from frame to frame
        const auto same = images.slice(0, 0, 1).expand({ 2, -1, -1, -1 });
        const auto twice = encrypt.run(same, numbers(2));
        CPPUNIT_ASSERT((twice[0] - twice[1]).abs().mean().item<double>() > 0.05);
    }

    void any_size_and_the_low_bits_of_numbers()
    {
        const test::ScratchFolder folder("keyed_stages_sizes");
        const KeyedModels models{ shipped(), "", test::counting_key_file(folder) };
        KeyedEncryptStage encrypt(models, test::on_cpu());
        KeyedDecryptStage decrypt(models, test::on_cpu());
        EncodeStage encode(shipped(), test::on_cpu());
        DecodeStage decode(shipped(), test::on_cpu());
        // larger than the model's own mask, no multiple of anything, grey
        for (const ImageShape& shape : { ImageShape{ 3, 30, 41 },
                                         ImageShape{ 1, 9, 9 },
                                         ImageShape{ 3, 270, 12 } }) {
            const auto image =
                torch::full({ 1, shape.channels, shape.height, shape.width }, 0.3f);
            const auto hidden = encrypt.run(image, { 1 });
            const ImageShape coded{ 3, hidden.size(2), hidden.size(3) };
            const auto result =
                decrypt.run(decode.run(encode.run(hidden), coded), shape, { 1 });
            CPPUNIT_ASSERT(result.sizes() == image.sizes());
            CPPUNIT_ASSERT((result - image).abs().mean().item<double>() < 0.1);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(5), frame_counter(5));
        CPPUNIT_ASSERT_EQUAL(uint64_t(0xffffffff), frame_counter(0xffffffff));
        CPPUNIT_ASSERT_EQUAL(uint64_t(5), frame_counter((int64_t(1) << 32) + 5));
    }

    void lying_shapes_are_refused_before_anything_is_drawn()
    {
        const test::ScratchFolder folder("keyed_stages_lies");
        KeyedDecryptStage decrypt({ shipped(), "", test::counting_key_file(folder) },
                                  test::on_cpu());
        test::assert_contains(
            test::error_text<ConfigError>([&] {
                decrypt.run(pictures(1), { 3, 1 << 20, 1 << 20 }, { 0 });
            }),
            "protected image of shape");
    }
};

CPPUNIT_TEST_SUITE_NAMED_REGISTRATION(qa_keyed_stages, "keyed_stages");

} // namespace djescc
