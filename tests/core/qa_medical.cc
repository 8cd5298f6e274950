/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of cipher `medical`: its parameters against the paper's Table 1, its keys, and
// its way back.

#include "cipher/medical_keys.h"
#include "cipher/medical_layers.h"
#include "error_text.h"
#include "scratch_folder.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>
#include <djescc/metrics/quality.h>
#include <djescc/model/model.h>
#include <djescc/runtime/chain_runner.h>

namespace djescc {

namespace {

const nlohmann::json small_medical = { { "type", "medical" },
                                       { "width", 2 },
                                       { "blocks", { 1, 1, 1, 1 } } };
const nlohmann::json some_words = { { "b", { 1, 2, 3, 18446744073709551615u } } };

//! Parameters whose names begin so.
int64_t parameters_named(const torch::nn::Module& net, const std::string& prefix)
{
    int64_t count = 0;
    for (const auto& item : net.named_parameters())
        if (item.key().rfind(prefix, 0) == 0)
            count += item.value().numel();
    return count;
}

torch::Tensor level_pictures(int64_t count, int64_t channels, int64_t side)
{
    torch::manual_seed(3);
    return torch::randint(256, { count, channels, side, side }).to(torch::kFloat32) / 255;
}

struct MedicalSides {
    explicit MedicalSides(const nlohmann::json& config = small_medical)
        : cipher(Cipher::create(config))
        , encryptor(cipher->make_encryptor())
        , decryptor(cipher->make_decryptor())
    {
        cipher->share(*encryptor, *decryptor);
        if (cipher->has_secrets())
            cipher->set_key(*encryptor, *decryptor, some_words);
        encryptor->eval();
        decryptor->eval();
    }
    std::unique_ptr<Cipher> cipher;
    std::shared_ptr<Encryptor> encryptor;
    std::shared_ptr<Decryptor> decryptor;
};

} // namespace

class qa_medical : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_medical);
    CPPUNIT_TEST(parameters_are_those_of_table_1);
    CPPUNIT_TEST(keys_are_pinned);
    CPPUNIT_TEST(fusion_is_equation_3_and_6);
    CPPUNIT_TEST(coupling_is_inverted);
    CPPUNIT_TEST(extras_are_counted);
    CPPUNIT_TEST(another_picture_has_other_keys);
    CPPUNIT_TEST(runs_in_one_process_alone);
    CPPUNIT_TEST(without_fusion_an_autoencoder);
    CPPUNIT_TEST(keys_and_settings_are_checked);
    CPPUNIT_TEST_SUITE_END();

    const torch::NoGradGuard d_no_grad;

    void parameters_are_those_of_table_1()
    {
        const auto cipher = Cipher::create({ { "type", "medical" } });
        const auto owner = cipher->make_encryptor();
        const auto recipient = cipher->make_decryptor();
        CPPUNIT_ASSERT_EQUAL(int64_t{ 832 }, parameters_named(*owner, "stem"));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 9537 },
                             parameters_named(*recipient, "tail") +
                                 parameters_named(*recipient, "last"));
        const std::array<int64_t, 4> fem{ 92352, 369024, 1475328, 1770240 };
        const std::array<int64_t, 4> fdm{ 36960, 147648, 590208, 1770240 };
        // rows of ResBlocks and of fuse blocks
        const std::array<int64_t, 4> ffpm{ 8 * 73856 + 118976,
                                           6 * 295168 + 475520,
                                           6 * 1180160 + 1901312,
                                           6 * 1180160 + 1901312 };
        const std::array<int64_t, 4> ffdm{
            9 * 73856, 7 * 295168, 7 * 1180160, 7 * 1180160
        };
        const std::array<int64_t, 4> ffem{ 3319680, 5753088, 11947008, 11947008 };
        int64_t all = 832 + 9537;
        for (std::size_t i = 0; i < 4; ++i) {
            const auto group = std::to_string(i + 1) + ".";
            CPPUNIT_ASSERT_EQUAL(fem[i], parameters_named(*owner, "down" + group));
            CPPUNIT_ASSERT_EQUAL(ffpm[i], parameters_named(*owner, "fusion" + group));
            CPPUNIT_ASSERT_EQUAL(ffem[i], parameters_named(*owner, "coupling" + group));
            CPPUNIT_ASSERT_EQUAL(ffem[i],
                                 parameters_named(*recipient, "coupling" + group));
            CPPUNIT_ASSERT_EQUAL(fdm[i], parameters_named(*recipient, "up" + group));
            CPPUNIT_ASSERT_EQUAL(ffdm[i],
                                 parameters_named(*recipient, "unfusion" + group));
            all += fem[i] + fdm[i] + ffpm[i] + ffdm[i] + ffem[i];
        }
        CPPUNIT_ASSERT_EQUAL(int64_t{ 79403169 }, all);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 20920896 }, ffpm[0] + ffpm[1] + ffpm[2] + ffpm[3]);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 19253120 }, ffdm[0] + ffdm[1] + ffdm[2] + ffdm[3]);
    }

    //! Against whole-number arithmetic and hashlib of Python, and its doubles.
    void keys_are_pinned()
    {
        auto levels = torch::empty({ 48 }, torch::kUInt8);
        for (int64_t i = 0; i < 48; ++i)
            levels[i] = (7 * i + 3) % 256; // p = 88
        const medical::HashWords expected{
            0x27dfd62dd11aefa1, 0x923d78bfbade0eb4, 0xf33963614431cede, 0xc8e83dc0fb13e8ba
        };
        const auto words = medical::hash_words(levels);
        CPPUNIT_ASSERT(words == expected);
        CPPUNIT_ASSERT_EQUAL(0.1557592260224785, medical::initial_value(words[0], 1));
        CPPUNIT_ASSERT_EQUAL(0.07125048333079341,
                             medical::initial_value(words[1], uint64_t{ 1 } << 63));
        CPPUNIT_ASSERT_EQUAL(0.619355018759339,
                             medical::initial_value(words[2], 12345678901234567890u));
        CPPUNIT_ASSERT_EQUAL(0.7847937198776688,
                             medical::initial_value(words[3], UINT64_MAX));
        CPPUNIT_ASSERT(medical::initial_value(UINT64_MAX, 0) < 1);
        CPPUNIT_ASSERT(medical::initial_value(0, 0) > 0);
        const auto key =
            medical::feature_key(medical::initial_value(words[0], 1), 3.99, 2, 5, 10);
        CPPUNIT_ASSERT_EQUAL(0.5246781752301143f, key[0][0][0][0].item<float>());
        CPPUNIT_ASSERT_EQUAL(0.995070040792574f, key[0][0][0][1].item<float>());
        CPPUNIT_ASSERT_EQUAL(0.08641227761522077f, key[0][1][4][9].item<float>());
    }

    void fusion_is_equation_3_and_6()
    {
        torch::manual_seed(4);
        medical::Fusion fusion(4, 1);
        medical::Unfusion unfusion(4, 1);
        // Paths that change nothing: the second convolution of a ResBlock gives 0.
        for (auto* net : { static_cast<torch::nn::Module*>(fusion.get()),
                           static_cast<torch::nn::Module*>(unfusion.get()) })
            for (auto& item : net->named_parameters())
                if (item.key().find("second") != std::string::npos &&
                    item.key() != "second.weight" && item.key() != "second.bias")
                    item.value().zero_();
        const auto features = torch::randn({ 2, 4, 6, 6 }),
                   key = torch::rand({ 2, 4, 6, 6 });
        const auto result = fusion->forward(features, key);
        CPPUNIT_ASSERT(result.alpha.min().item<float>() > 0);
        CPPUNIT_ASSERT(result.alpha.max().item<float>() < 1);
        CPPUNIT_ASSERT(torch::allclose(
            result.fused, result.alpha * features + (1 - result.alpha) * key, 0, 1e-6));
        CPPUNIT_ASSERT(torch::allclose(
            unfusion->forward(result.fused, result.alpha, key), features, 0, 1e-4));
    }

    void coupling_is_inverted()
    {
        torch::manual_seed(5);
        medical::Coupling coupling(8, 4);
        const medical::CouplingImpl::Pair plain{ torch::rand({ 2, 8, 5, 5 }),
                                                 torch::rand({ 2, 8, 5, 5 }) };
        const auto hidden = coupling->forward(plain);
        CPPUNIT_ASSERT(!torch::allclose(hidden.alpha, plain.alpha, 0, 1e-2));
        const auto back = coupling->invert(hidden);
        CPPUNIT_ASSERT(torch::allclose(back.alpha, plain.alpha, 0, 1e-5));
        CPPUNIT_ASSERT(torch::allclose(back.key, plain.key, 0, 1e-5));
    }

    void extras_are_counted()
    {
        // 64 x 128^2 + 128 x 64^2 + 256 x 32^2 + 256 x 16^2 are 29 a pixel; EK as many.
        const auto whole = Cipher::create({ { "type", "medical" } });
        CPPUNIT_ASSERT_EQUAL(int64_t{ 58 } * 65536,
                             whole->values_beside({ 1, 256, 256 }));
        CPPUNIT_ASSERT(whole->protected_shape({ 1, 256, 256 }) ==
                       (ImageShape{ 1, 256, 256 }));
        MedicalSides sides;
        const auto plain = level_pictures(2, 3, 32);
        const auto hidden = sides.encryptor->forward(plain, {});
        int64_t values = 0;
        for (const auto& [name, tensor] : hidden.extras)
            values += tensor.numel();
        CPPUNIT_ASSERT_EQUAL(2 * sides.cipher->values_beside({ 3, 32, 32 }), values);
        const auto shape = sides.cipher->protected_shape({ 3, 32, 32 });
        CPPUNIT_ASSERT_EQUAL(shape.height, hidden.images.size(2));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 96 }, hidden.side.size(1));
    }

    //! One pixel by one level: other hash words, so another image all over.
    void another_picture_has_other_keys()
    {
        MedicalSides sides;
        auto plain = level_pictures(1, 1, 32).repeat({ 2, 1, 1, 1 });
        plain[1][0][7][9] = 1 - plain[1][0][7][9];
        const auto hidden = sides.encryptor->forward(plain, {});
        CPPUNIT_ASSERT(!torch::equal(hidden.side[0], hidden.side[1]));
        CPPUNIT_ASSERT((hidden.images[0] != hidden.images[1])
                           .to(torch::kFloat32)
                           .mean()
                           .item<float>() > 0.99f);
        // The same picture has the same keys, and a key's smallest change other ones.
        CPPUNIT_ASSERT(
            torch::equal(sides.encryptor->forward(plain, {}).images, hidden.images));
        for (std::size_t i = 0; i < sides.cipher->key_changes().size(); ++i) {
            MedicalSides other;
            for (auto& item : other.encryptor->named_parameters())
                item.value().copy_(*sides.encryptor->named_parameters().find(item.key()));
            other.cipher->change_key(*other.encryptor, i);
            CPPUNIT_ASSERT(
                !torch::equal(other.encryptor->forward(plain, {}).images, hidden.images));
        }
    }

    void runs_in_one_process_alone()
    {
        const test::ScratchFolder folder("medical");
        Manifest manifest;
        manifest.name = "medical";
        manifest.cipher = small_medical;
        manifest.codec = { { "type", "direct" }, { "channels", 1 } };
        const auto cipher = Cipher::create(manifest.cipher);
        const auto codec = Codec::create(manifest.codec);
        torch::manual_seed(6);
        save_model(folder.path("model"),
                   manifest,
                   create_nets(*cipher, *codec, at::detail::createCPUGenerator(1)));
        RunnerOptions options;
        options.runtime.device = "cpu";
        RoleRunner owner(Role::encrypt, { folder.path("model"), {}, {} }, options);
        RoleRunner recipient(Role::decrypt, { folder.path("model"), {}, {} }, options);
        const auto plain = level_pictures(2, 1, 32);
        auto hidden = owner.run(image_batch(plain));
        const auto found = recipient.run(hidden);
        CPPUNIT_ASSERT(found.values.sizes() == plain.sizes());
        hidden.extras.clear(); // as a link leaves it
        const auto text = test::error_text<ConfigError>([&] { recipient.run(hidden); });
        test::assert_contains(text, "medical-radio");
    }

    void without_fusion_an_autoencoder()
    {
        auto config = small_medical;
        config["fusion"] = false;
        MedicalSides sides(config);
        const auto hidden = sides.encryptor->forward(level_pictures(1, 1, 32), {});
        CPPUNIT_ASSERT(hidden.extras.empty());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, sides.cipher->values_beside({ 1, 32, 32 }));
        CPPUNIT_ASSERT(!sides.cipher->has_secrets());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 32 }, sides.decryptor->forward(hidden, {}).size(3));
    }

    void keys_and_settings_are_checked()
    {
        MedicalSides sides;
        const auto refuse_key = [&](const nlohmann::json& key) {
            return test::error_text<ConfigError>(
                [&] { sides.cipher->set_key(*sides.encryptor, *sides.decryptor, key); });
        };
        test::assert_contains(refuse_key({ { "b", { 1, 2, 3 } } }), "key.b");
        test::assert_contains(refuse_key({ { "b", "1" } }), "key.b");
        test::assert_contains(refuse_key({ { "b", { 1, 2, 3, 4 } }, { "mu", 3 } }), "mu");
        test::assert_contains(refuse_key({ { "c", 1 } }), "key");
        const auto refuse = [](const nlohmann::json& changes) {
            auto config = small_medical;
            config.update(changes);
            return test::error_text<ConfigError>([&] { Cipher::create(config); });
        };
        test::assert_contains(refuse({ { "width", 4 } }), "2, 8 or 32");
        test::assert_contains(refuse({ { "blocks", { 1, 1, 1, 0 } } }), "blocks");
        test::assert_contains(refuse({ { "with", 4 } }), "with");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_medical> register_qa_medical("medical");

} // namespace djescc
