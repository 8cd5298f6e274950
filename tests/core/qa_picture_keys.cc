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
#include <djescc/error.h>
#include <djescc/keys/frame_secrets.h>
#include <djescc/metrics/quality.h>
#include <djescc/model/keyring.h>
#include <djescc/runtime/chain_runner.h>
#include <numeric>
#include <torch/torch.h>

namespace djescc {

//! What a picture key means for pictures, with a model that is shipped.
class qa_picture_keys : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_picture_keys);
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

    static RoleRunner runner(Role role, const ModelSource& source)
    {
        return { role, source, { test::on_cpu() } };
    }

    //! From picture to picture at 20 dB SNR; the PSNR of every frame.
    static std::vector<double> send(const ModelSource& owner,
                                    const ModelSource& recipient)
    {
        const torch::InferenceMode inference;
        const auto images = pictures();
        const auto hidden = runner(Role::encrypt, owner).run(image_batch(images));
        SimulatedChannel channel;
        channel.snr_db = torch::full({ frames }, 20.0f);
        const auto decoded =
            ChainRunner({ shipped() }, { test::on_cpu() })
                .transmit(hidden, channel, at::detail::createCPUGenerator(7));
        const auto result = runner(Role::decrypt, recipient).run(decoded);
        const auto quality = psnr(result.values, images).to(torch::kDouble).contiguous();
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
                                  runner(Role::encrypt, { shipped(), "", "some.key" });
                              }),
                              "libsodium");
    }

    void without_a_key_it_is_the_model()
    {
        const torch::NoGradGuard no_grad;
        const auto images = pictures(4);
        const Model model(shipped());
        auto encrypt = runner(Role::encrypt, { shipped() });
        const auto hidden = encrypt.run(image_batch(images));
        CPPUNIT_ASSERT(
            torch::equal(model.load_encryptor(test::on_cpu())->forward(images, {}).images,
                         hidden.values));
        // whatever the frames' numbers are
        CPPUNIT_ASSERT(
            torch::equal(hidden.values, encrypt.run(image_batch(images, 9)).values));
        CPPUNIT_ASSERT(encrypt.output_shape({ 3, 30, 41 }) == (ImageShape{ 3, 32, 48 }));
        CPPUNIT_ASSERT(torch::equal(
            model.load_decryptor(test::on_cpu())->forward({ hidden.values }, {}),
            runner(Role::decrypt, { shipped() }).run(hidden).values));
    }

    static std::string refusal(const ModelSource& source)
    {
        const auto text =
            test::error_text<ConfigError>([&] { runner(Role::encrypt, source); });
        CPPUNIT_ASSERT_EQUAL(
            text, test::error_text<ConfigError>([&] { runner(Role::decrypt, source); }));
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
                                  runner(Role::decrypt, { "", "/nowhere", "some.key" });
                              }),
                              "/nowhere");
    }

    void keys_that_cannot_be_used()
    {
        const test::ScratchFolder folder("picture_keys_keys");
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
        auto encrypt = runner(Role::encrypt, { shipped(), "", key });
        auto batch = image_batch(pictures(3));
        batch.facts.pop_back();
        test::assert_contains(test::error_text<ConfigError>([&] { encrypt.run(batch); }),
                              "needs the facts of each of its frames");
        // the provider needs no key, of a keyring neither
        create_keyring(Model(shipped()), 2, folder.path("ring"));
        for (const Role role : { Role::encode, Role::decode })
            CPPUNIT_ASSERT(runner(role, { "", folder.path("ring") }).fingerprint() ==
                           Keyring(folder.path("ring")).codec().fingerprint());
    }

    void right_key_costs_nothing()
    {
        const test::ScratchFolder folder("picture_keys_right");
        const std::string key = test::counting_key_file(folder);
        const Model model(shipped());
        create_keyring(model, 4, folder.path("members"), MaskChoice::never);
        create_keyring(model, 4, folder.path("masks"));
        const double alone = mean(send({ shipped(), "", "" }, { shipped(), "", "" }));
        CPPUNIT_ASSERT(alone > 25);
        for (const ModelSource& source :
             { ModelSource{ shipped(), "", key },
               ModelSource{ "", folder.path("members"), key },
               ModelSource{ "", folder.path("masks"), key } }) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(alone, mean(send(source, source)), 0.25);
        }
    }

    void wrong_key_opens_one_frame_in_so_many_members()
    {
        const test::ScratchFolder folder("picture_keys_members");
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
        const test::ScratchFolder folder("picture_keys_masks");
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
        const test::ScratchFolder folder("picture_keys_both");
        const std::string key = test::counting_key_file(folder);
        create_keyring(Model(shipped()), 2, folder.path("ring"));
        create_keyring(Model(shipped()), 2, folder.path("other"));
        const auto quality =
            send({ "", folder.path("ring"), key }, { "", folder.path("other"), key });
        CPPUNIT_ASSERT(mean(quality) < nothing_shown);
    }

    void batches_give_what_single_frames_give()
    {
        const test::ScratchFolder folder("picture_keys_batches");
        const std::string key = test::counting_key_file(folder);
        const std::string ring = folder.path("ring");
        create_keyring(Model(shipped()), 3, ring);
        constexpr int64_t count = 8;
        const auto images = pictures(count);
        auto encrypt = runner(Role::encrypt, { "", ring, key });
        auto decrypt = runner(Role::decrypt, { "", ring, key });
        const auto hidden = encrypt.run(image_batch(images, 5));
        const auto result = decrypt.run(hidden);
        for (int64_t i = 0; i < count; i++) {
            CPPUNIT_ASSERT_EQUAL(5 + i, result.facts[static_cast<std::size_t>(i)].id);
            const auto one = encrypt.run(image_batch(images.slice(0, i, i + 1), 5 + i));
            // batches of another size may run another kernel, which rounds differently
            CPPUNIT_ASSERT(torch::allclose(
                one.values, hidden.values.slice(0, i, i + 1), 1e-4, 1e-5));
            CPPUNIT_ASSERT(torch::allclose(
                decrypt.run(one).values, result.values.slice(0, i, i + 1), 1e-3, 1e-4));
        }
        // equal pictures look different from frame to frame
        const auto same = images.slice(0, 0, 1).expand({ 2, -1, -1, -1 });
        const auto twice = encrypt.run(image_batch(same)).values;
        CPPUNIT_ASSERT((twice[0] - twice[1]).abs().mean().item<double>() > 0.05);
    }

    void any_size_and_the_low_bits_of_numbers()
    {
        const test::ScratchFolder folder("picture_keys_sizes");
        const ModelSource source{ shipped(), "", test::counting_key_file(folder) };
        auto encrypt = runner(Role::encrypt, source);
        auto decrypt = runner(Role::decrypt, source);
        auto encode = runner(Role::encode, { shipped() });
        auto decode = runner(Role::decode, { shipped() });
        // larger than the model's own mask, no multiple of anything, grey
        for (const ImageShape& shape : { ImageShape{ 3, 30, 41 },
                                         ImageShape{ 1, 9, 9 },
                                         ImageShape{ 3, 270, 12 } }) {
            const auto image =
                torch::full({ 1, shape.channels, shape.height, shape.width }, 0.3f);
            const auto hidden = encrypt.run(image_batch(image, 1));
            auto received = decode.run(encode.run(hidden));
            // only the low 32 bits of a frame's number reach a recipient
            received.facts[0].id += int64_t{ 1 } << 32;
            const auto result = decrypt.run(received).values;
            CPPUNIT_ASSERT(result.sizes() == image.sizes());
            CPPUNIT_ASSERT((result - image).abs().mean().item<double>() < 0.1);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(5), frame_counter(5));
        CPPUNIT_ASSERT_EQUAL(uint64_t(0xffffffff), frame_counter(0xffffffff));
        CPPUNIT_ASSERT_EQUAL(uint64_t(5), frame_counter((int64_t(1) << 32) + 5));
    }

    void lying_shapes_are_refused_before_anything_is_drawn()
    {
        const test::ScratchFolder folder("picture_keys_lies");
        auto decrypt =
            runner(Role::decrypt, { shipped(), "", test::counting_key_file(folder) });
        auto batch = image_batch(pictures(1));
        batch.facts[0].plain = ImageShape{ 3, 1 << 20, 1 << 20 };
        test::assert_contains(test::error_text<ConfigError>([&] { decrypt.run(batch); }),
                              "protected image of shape");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_picture_keys>
    register_qa_picture_keys("picture_keys");

} // namespace djescc
