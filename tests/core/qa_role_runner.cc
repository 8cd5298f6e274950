/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the four steps of the chain against the nets called directly.

#include "error_text.h"
#include "scratch_folder.h"
#include "small_model.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/image/padding.h>
#include <djescc/runtime/role_runner.h>

namespace djescc {

namespace {

const ImageShape odd{ 3, 13, 21 };
const ImageShape odd_padded{ 3, 16, 24 }; // the small model's multiple is 8

torch::Tensor images_of(const ImageShape& shape, int64_t count = 2)
{
    torch::manual_seed(11);
    return torch::rand({ count, shape.channels, shape.height, shape.width });
}

bool has_shape(const FrameBatch& batch, const ImageShape& shape)
{
    const auto& images = batch.values;
    return images.dim() == 4 && images.size(1) == shape.channels &&
           images.size(2) == shape.height && images.size(3) == shape.width &&
           batch.facts.front().shape == shape;
}

//! Symbols for images of this shape, or protected images that were of this plain shape.
FrameBatch batch_for(const torch::Tensor& values, const ImageShape& shape)
{
    FrameBatch batch;
    batch.values = values;
    batch.facts.resize(static_cast<std::size_t>(values.size(0)));
    for (auto& facts : batch.facts) {
        facts.shape = shape;
        facts.plain = shape;
    }
    return batch;
}

} // namespace

class qa_role_runner : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_role_runner);
    CPPUNIT_TEST(equal_to_the_nets);
    CPPUNIT_TEST(facts_of_the_frames);
    CPPUNIT_TEST(odd_sizes_are_padded_and_cropped);
    CPPUNIT_TEST(codec_alone_pads_and_crops);
    CPPUNIT_TEST(tiny_images);
    CPPUNIT_TEST(grey_images);
    CPPUNIT_TEST(batches_equal_single_images);
    CPPUNIT_TEST(nets_in_memory);
    CPPUNIT_TEST(symbols_have_unit_power);
    CPPUNIT_TEST(symbol_counts);
    CPPUNIT_TEST(wrong_images);
    CPPUNIT_TEST(wrong_symbols);
    CPPUNIT_TEST(wrong_protected_images);
    CPPUNIT_TEST(unusable_models);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override
    {
        d_folder = std::make_unique<test::ScratchFolder>("role_runner");
        d_model = d_folder->path("model");
        d_nets = test::save_small_model(d_model);
    }
    void tearDown() override { d_folder.reset(); }

private:
    RoleRunner runner(Role role) const { return { role, { d_model }, d_options }; }

    void equal_to_the_nets()
    {
        const torch::NoGradGuard no_grad;
        const ImageShape shape{ 3, 16, 32 };
        const auto plain = images_of(shape);
        const auto hidden = runner(Role::encrypt).run(image_batch(plain));
        CPPUNIT_ASSERT(
            torch::equal(d_nets.encryptor->forward(plain, {}).images, hidden.values));
        const auto symbols = runner(Role::encode).run(hidden);
        CPPUNIT_ASSERT(torch::equal(d_nets.encoder->forward(hidden.values, {}).values,
                                    symbols.values));
        CPPUNIT_ASSERT(symbols.values.scalar_type() == torch::kComplexFloat);
        CPPUNIT_ASSERT(!symbols.counts.defined());
        const auto decoded = runner(Role::decode).run(symbols);
        CPPUNIT_ASSERT(
            torch::equal(d_nets.decoder->forward({ symbols.values }, shape, {}).images,
                         decoded.values));
        const auto decrypted = runner(Role::decrypt).run(decoded);
        CPPUNIT_ASSERT(torch::equal(d_nets.decryptor->forward({ decoded.values }, {}),
                                    decrypted.values));
        CPPUNIT_ASSERT(!decrypted.values.requires_grad());
        CPPUNIT_ASSERT(decrypted.values.is_contiguous());
    }

    void facts_of_the_frames()
    {
        auto plain = image_batch(images_of(odd), 41);
        plain.facts[1].snr_db = 3.5;
        const auto hidden = runner(Role::encrypt).run(plain);
        const auto symbols = runner(Role::encode).run(hidden);
        const auto decoded = runner(Role::decode).run(symbols);
        const auto decrypted = runner(Role::decrypt).run(decoded);
        for (const auto* batch : { &hidden, &symbols, &decoded, &decrypted }) {
            CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, batch->facts.size());
            for (std::size_t i = 0; i < 2; i++) {
                const auto& facts = batch->facts[i];
                CPPUNIT_ASSERT_EQUAL(41 + static_cast<int64_t>(i), facts.id);
                CPPUNIT_ASSERT(facts.plain == odd);
                CPPUNIT_ASSERT(facts.shape == (batch == &decrypted ? odd : odd_padded));
                CPPUNIT_ASSERT(facts.side.empty());
                CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, facts.part);
                CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, facts.parts);
                CPPUNIT_ASSERT_EQUAL(i == 1, facts.snr_db.has_value());
            }
        }
        CPPUNIT_ASSERT(!hidden.facts[0].model.has_value());
        CPPUNIT_ASSERT(symbols.facts[0].model == Model(d_model).fingerprint());
        CPPUNIT_ASSERT(runner(Role::encode).fingerprint() ==
                       Model(d_model).fingerprint());
    }

    void odd_sizes_are_padded_and_cropped()
    {
        const torch::NoGradGuard no_grad;
        const auto plain = images_of(odd);
        auto encrypt = runner(Role::encrypt);
        CPPUNIT_ASSERT(encrypt.output_shape(odd) == odd_padded);
        const auto hidden = encrypt.run(image_batch(plain));
        CPPUNIT_ASSERT(has_shape(hidden, odd_padded));
        CPPUNIT_ASSERT(
            torch::equal(d_nets.encryptor->forward(pad_to_multiple(plain, 8), {}).images,
                         hidden.values));
        const auto symbols = runner(Role::encode).run(hidden);
        const auto decoded = runner(Role::decode).run(symbols);
        const auto decrypted = runner(Role::decrypt).run(decoded);
        CPPUNIT_ASSERT(has_shape(decrypted, odd));
        CPPUNIT_ASSERT(
            torch::equal(crop(d_nets.decryptor->forward({ decoded.values }, {}), 13, 21),
                         decrypted.values));
    }

    // Without a cipher: the codec's own multiple is 4.
    void codec_alone_pads_and_crops()
    {
        const torch::NoGradGuard no_grad;
        const auto images = images_of(odd);
        const auto symbols = runner(Role::encode).run(image_batch(images));
        CPPUNIT_ASSERT(
            torch::equal(d_nets.encoder->forward(pad_to_multiple(images, 4), {}).values,
                         symbols.values));
        const auto decoded = runner(Role::decode).run(symbols);
        CPPUNIT_ASSERT(has_shape(decoded, odd));
        CPPUNIT_ASSERT(torch::equal(
            crop(d_nets.decoder->forward({ symbols.values }, { 3, 16, 24 }, {}).images,
                 13,
                 21),
            decoded.values));
    }

    void tiny_images()
    {
        for (const ImageShape& shape :
             { ImageShape{ 3, 1, 1 }, ImageShape{ 3, 1, 9 }, ImageShape{ 1, 8, 1 } }) {
            auto encrypt = runner(Role::encrypt);
            const auto hidden = encrypt.run(image_batch(images_of(shape)));
            const ImageShape inner = encrypt.output_shape(shape);
            CPPUNIT_ASSERT(has_shape(hidden, inner));
            const auto symbols = runner(Role::encode).run(hidden);
            const auto decoded = runner(Role::decode).run(symbols);
            CPPUNIT_ASSERT(has_shape(decoded, inner));
            const auto decrypted = runner(Role::decrypt).run(decoded);
            CPPUNIT_ASSERT(has_shape(decrypted, shape));
        }
    }

    void grey_images()
    {
        const ImageShape grey_shape{ 1, 13, 21 };
        const auto grey = images_of(grey_shape);
        const auto colour = grey.expand({ -1, 3, -1, -1 });
        auto encrypt = runner(Role::encrypt);
        CPPUNIT_ASSERT(encrypt.output_shape(grey_shape) == odd_padded);
        const auto hidden = encrypt.run(image_batch(grey)).values;
        CPPUNIT_ASSERT(torch::equal(encrypt.run(image_batch(colour)).values, hidden));
        auto decrypt = runner(Role::decrypt);
        const auto of_grey = decrypt.run(batch_for(hidden, grey_shape));
        CPPUNIT_ASSERT(has_shape(of_grey, grey_shape));
        CPPUNIT_ASSERT(torch::allclose(
            decrypt.run(batch_for(hidden, odd)).values.mean(1, true), of_grey.values));

        auto encode = runner(Role::encode);
        auto decode = runner(Role::decode);
        const auto symbols = encode.run(image_batch(grey)).values;
        CPPUNIT_ASSERT(torch::equal(encode.run(image_batch(colour)).values, symbols));
        CPPUNIT_ASSERT_EQUAL(encode.symbol_counts(grey_shape).back(), symbols.size(1));
        CPPUNIT_ASSERT(
            torch::allclose(decode.run(batch_for(symbols, odd)).values.mean(1, true),
                            decode.run(batch_for(symbols, grey_shape)).values));
    }

    void batches_equal_single_images()
    {
        const auto images = images_of(odd, 5);
        auto encrypt = runner(Role::encrypt);
        const auto together = encrypt.run(image_batch(images)).values;
        for (int64_t i = 0; i < images.size(0); i++) {
            CPPUNIT_ASSERT(torch::allclose(
                together.slice(0, i, i + 1),
                encrypt.run(image_batch(images.slice(0, i, i + 1))).values,
                1e-4,
                1e-5));
        }
    }

    // As a trainer measures them; they are in training mode until then.
    void nets_in_memory()
    {
        const auto manifest = test::small_manifest();
        set_training(d_nets, true);
        const auto images = images_of(odd);
        RoleRunner encrypt(Role::encrypt,
                           Cipher::create(manifest.cipher),
                           Codec::create(manifest.codec),
                           d_nets.encryptor,
                           torch::kCPU,
                           manifest.snr_db,
                           d_options);
        CPPUNIT_ASSERT(torch::equal(runner(Role::encrypt).run(image_batch(images)).values,
                                    encrypt.run(image_batch(images)).values));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8 }, encrypt.multiple());
        CPPUNIT_ASSERT(encrypt.fingerprint() == Fingerprint{});
        // a cipher alone takes any number of channels
        RoleRunner alone(Role::encrypt,
                         Cipher::create({ { "type", "none" } }),
                         nullptr,
                         Cipher::create({ { "type", "none" } })->make_encryptor(),
                         torch::kCPU,
                         manifest.snr_db);
        const auto five = images_of({ 5, 3, 7 });
        CPPUNIT_ASSERT(torch::equal(five, alone.run(image_batch(five)).values));
    }

    void symbols_have_unit_power()
    {
        const auto symbols =
            runner(Role::encode).run(image_batch(images_of(odd, 4))).values;
        CPPUNIT_ASSERT(torch::allclose(
            symbols.abs().square().mean(1), torch::ones({ 4 }), 1e-5, 1e-6));
    }

    void symbol_counts()
    {
        const auto encode = runner(Role::encode);
        const auto decode = runner(Role::decode);
        const auto expect =
            [](const RoleRunner& net, const ImageShape& shape, int64_t expected) {
                const auto counts = net.symbol_counts(shape);
                CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, counts.size());
                CPPUNIT_ASSERT_EQUAL(expected, counts[0]);
            };
        // 8 channels at a quarter of height and width, two reals a symbol
        expect(encode, { 3, 16, 24 }, 4 * 4 * 6);
        expect(encode, { 3, 13, 21 }, 4 * 4 * 6);
        expect(decode, { 1, 1, 1 }, 4);
        expect(decode, { 3, 3000, 4000 }, 4 * 1000 * 750);
    }

    void wrong_images()
    {
        auto encrypt = runner(Role::encrypt);
        auto encode = runner(Role::encode);
        for (const auto& images : { torch::rand({ 1, 8, 8 }),
                                    torch::rand({ 1, 3, 0, 8 }),
                                    torch::rand({ 1, 3, 8, 8 }, torch::kDouble) }) {
            const auto batch = batch_for(images, { 3, 8, 8 });
            const auto text = test::error_text<ConfigError>([&] { encrypt.run(batch); });
            test::assert_contains(text, "N x C x H x W float32");
            CPPUNIT_ASSERT_THROW(encode.run(batch), ConfigError);
        }
        FrameBatch none;
        CPPUNIT_ASSERT_THROW(encrypt.run(none), ConfigError);
        CPPUNIT_ASSERT_THROW(encode.run(none), ConfigError);
        none.facts.resize(1);
        CPPUNIT_ASSERT_THROW(encrypt.run(none), ConfigError);
        CPPUNIT_ASSERT_THROW(encode.run(none), ConfigError);
        for (const auto& images :
             { torch::rand({ 0, 3, 8, 8 }), torch::rand({ 2, 3, 8, 8 }) }) {
            none.values = images;
            const auto text = test::error_text<ConfigError>([&] { encrypt.run(none); });
            test::assert_contains(text, "the facts of each of its frames");
            CPPUNIT_ASSERT_THROW(encode.run(none), ConfigError);
        }
        const auto text = test::error_text<ConfigError>([&] {
            encrypt.run(image_batch(torch::rand({ 1, 4, 8, 8 })));
        });
        test::assert_contains(text, "takes images of 3 channels, but these have 4");
        CPPUNIT_ASSERT_THROW(encode.run(image_batch(torch::rand({ 1, 2, 8, 8 }))),
                             ConfigError);
        CPPUNIT_ASSERT_THROW(encrypt.output_shape({ 3, 0, 8 }), ConfigError);
        CPPUNIT_ASSERT_THROW(encrypt.output_shape({ 2, 8, 8 }), ConfigError);
        CPPUNIT_ASSERT_THROW(encode.symbol_counts({ 3, -8, 8 }), ConfigError);
        // the runner goes on
        CPPUNIT_ASSERT(has_shape(encrypt.run(image_batch(images_of(odd))), odd_padded));
    }

    void wrong_symbols()
    {
        auto decode = runner(Role::decode);
        const auto symbols = torch::randn({ 1, 95 }, torch::kComplexFloat);
        const auto text = test::error_text<ConfigError>(
            [&] { decode.run(batch_for(symbols, odd_padded)); });
        test::assert_contains(text, "3 x 16 x 24 has 96 symbols");
        test::assert_contains(text, "but 95 were given");
        CPPUNIT_ASSERT_THROW(decode.run(batch_for(torch::randn({ 1, 96 }), odd_padded)),
                             ConfigError);
        CPPUNIT_ASSERT_THROW(decode.run(batch_for(symbols[0], odd_padded)), ConfigError);
        CPPUNIT_ASSERT_THROW(decode.run({}), ConfigError);
        CPPUNIT_ASSERT_THROW(
            decode.run(
                batch_for(torch::randn({ 1, 96 }, torch::kComplexFloat), { 2, 16, 24 })),
            ConfigError);
    }

    void wrong_protected_images()
    {
        auto decrypt = runner(Role::decrypt);
        const auto text = test::error_text<ConfigError>([&] {
            decrypt.run(batch_for(images_of({ 3, 16, 16 }), odd));
        });
        test::assert_contains(text, "plain image of shape 3 x 13 x 21");
        test::assert_contains(text, "of shape 3 x 16 x 24");
        test::assert_contains(text, "one of shape 3 x 16 x 16 was given");
        CPPUNIT_ASSERT_THROW(decrypt.run(batch_for(images_of(odd_padded), { 3, 0, 21 })),
                             ConfigError);
    }

    void unusable_models()
    {
        const std::string part = d_folder->path("part");
        split_model(Model(d_model), Role::encode, part);
        RoleRunner(Role::encode, { part }, d_options).run(image_batch(images_of(odd)));
        const auto missing = test::error_text<ModelError>(
            [&] { RoleRunner(Role::decode, { part }, d_options); });
        test::assert_contains(missing, "decode.safetensors is missing");
        RunnerOptions options;
        options.runtime.device = "cuda:99";
        CPPUNIT_ASSERT_THROW(RoleRunner(Role::encode, { part }, options), DeviceError);
        CPPUNIT_ASSERT_THROW(
            RoleRunner(Role::encrypt, { d_folder->path("nowhere") }, d_options),
            ModelError);
    }

    std::unique_ptr<test::ScratchFolder> d_folder;
    std::string d_model;
    ModelNets d_nets;
    RunnerOptions d_options{ test::on_cpu() };
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_role_runner>
    register_qa_role_runner("role_runner");

} // namespace djescc
