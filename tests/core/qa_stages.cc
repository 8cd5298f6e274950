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
#include <djescc/runtime/stages.h>

namespace djescc {

namespace {

const ImageShape odd{ 3, 13, 21 };
const ImageShape odd_padded{ 3, 16, 24 }; // the small model's multiple is 8

torch::Tensor images_of(const ImageShape& shape, int64_t count = 2)
{
    torch::manual_seed(11);
    return torch::rand({ count, shape.channels, shape.height, shape.width });
}

bool has_shape(const torch::Tensor& images, const ImageShape& shape)
{
    return images.dim() == 4 && images.size(1) == shape.channels &&
           images.size(2) == shape.height && images.size(3) == shape.width;
}

} // namespace

class qa_stages : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_stages);
    CPPUNIT_TEST(equal_to_the_nets);
    CPPUNIT_TEST(odd_sizes_are_padded_and_cropped);
    CPPUNIT_TEST(codec_alone_pads_and_crops);
    CPPUNIT_TEST(tiny_images);
    CPPUNIT_TEST(grey_images);
    CPPUNIT_TEST(batches_equal_single_images);
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
        d_folder = std::make_unique<test::ScratchFolder>("stages");
        d_model = d_folder->path("model");
        d_nets = test::save_small_model(d_model);
    }
    void tearDown() override { d_folder.reset(); }

private:
    void equal_to_the_nets()
    {
        const torch::NoGradGuard no_grad;
        const ImageShape shape{ 3, 16, 32 };
        const auto plain = images_of(shape);
        const auto hidden = EncryptStage(d_model, d_options).run(plain);
        CPPUNIT_ASSERT(torch::equal(d_nets.encryptor->forward(plain), hidden));
        const auto symbols = EncodeStage(d_model, d_options).run(hidden, 10.0);
        CPPUNIT_ASSERT(torch::equal(d_nets.encoder->forward(hidden, {}), symbols));
        CPPUNIT_ASSERT(symbols.scalar_type() == torch::kComplexFloat);
        const auto decoded = DecodeStage(d_model, d_options).run(symbols, shape, 10.0);
        CPPUNIT_ASSERT(
            torch::equal(d_nets.decoder->forward(symbols, shape, {}), decoded));
        const auto decrypted = DecryptStage(d_model, d_options).run(decoded, shape);
        CPPUNIT_ASSERT(torch::equal(d_nets.decryptor->forward(decoded), decrypted));
        CPPUNIT_ASSERT(!decrypted.requires_grad());
        CPPUNIT_ASSERT(decrypted.is_contiguous());
    }

    void odd_sizes_are_padded_and_cropped()
    {
        const torch::NoGradGuard no_grad;
        const auto plain = images_of(odd);
        EncryptStage encrypt(d_model, d_options);
        CPPUNIT_ASSERT(encrypt.output_shape(odd) == odd_padded);
        const auto hidden = encrypt.run(plain);
        CPPUNIT_ASSERT(has_shape(hidden, odd_padded));
        CPPUNIT_ASSERT(
            torch::equal(d_nets.encryptor->forward(pad_to_multiple(plain, 8)), hidden));
        const auto symbols = EncodeStage(d_model, d_options).run(hidden);
        const auto decoded = DecodeStage(d_model, d_options).run(symbols, odd_padded);
        const auto decrypted = DecryptStage(d_model, d_options).run(decoded, odd);
        CPPUNIT_ASSERT(has_shape(decrypted, odd));
        CPPUNIT_ASSERT(
            torch::equal(crop(d_nets.decryptor->forward(decoded), 13, 21), decrypted));
    }

    // Without a cipher: the codec's own multiple is 4.
    void codec_alone_pads_and_crops()
    {
        const torch::NoGradGuard no_grad;
        const auto images = images_of(odd);
        const auto symbols = EncodeStage(d_model, d_options).run(images);
        CPPUNIT_ASSERT(torch::equal(
            d_nets.encoder->forward(pad_to_multiple(images, 4), {}), symbols));
        const auto decoded = DecodeStage(d_model, d_options).run(symbols, odd);
        CPPUNIT_ASSERT(has_shape(decoded, odd));
        CPPUNIT_ASSERT(torch::equal(
            crop(d_nets.decoder->forward(symbols, { 3, 16, 24 }, {}), 13, 21), decoded));
    }

    void tiny_images()
    {
        for (const ImageShape& shape :
             { ImageShape{ 3, 1, 1 }, ImageShape{ 3, 1, 9 }, ImageShape{ 1, 8, 1 } }) {
            EncryptStage encrypt(d_model, d_options);
            const auto hidden = encrypt.run(images_of(shape));
            const ImageShape inner = encrypt.output_shape(shape);
            CPPUNIT_ASSERT(has_shape(hidden, inner));
            const auto symbols = EncodeStage(d_model, d_options).run(hidden);
            const auto decoded = DecodeStage(d_model, d_options).run(symbols, inner);
            const auto decrypted = DecryptStage(d_model, d_options).run(decoded, shape);
            CPPUNIT_ASSERT(has_shape(decrypted, shape));
        }
    }

    void grey_images()
    {
        const auto grey = images_of({ 1, 13, 21 });
        const auto colour = grey.expand({ -1, 3, -1, -1 });
        EncryptStage encrypt(d_model, d_options);
        CPPUNIT_ASSERT(encrypt.output_shape({ 1, 13, 21 }) == odd_padded);
        const auto hidden = encrypt.run(grey);
        CPPUNIT_ASSERT(torch::equal(encrypt.run(colour), hidden));
        DecryptStage decrypt(d_model, d_options);
        const auto of_grey = decrypt.run(hidden, { 1, 13, 21 });
        CPPUNIT_ASSERT(has_shape(of_grey, { 1, 13, 21 }));
        CPPUNIT_ASSERT(torch::allclose(decrypt.run(hidden, odd).mean(1, true), of_grey));

        EncodeStage encode(d_model, d_options);
        DecodeStage decode(d_model, d_options);
        const auto symbols = encode.run(grey);
        CPPUNIT_ASSERT(torch::equal(encode.run(colour), symbols));
        CPPUNIT_ASSERT_EQUAL(encode.symbol_count({ 1, 13, 21 }), symbols.size(1));
        CPPUNIT_ASSERT(torch::allclose(decode.run(symbols, odd).mean(1, true),
                                       decode.run(symbols, { 1, 13, 21 })));
    }

    void batches_equal_single_images()
    {
        const auto images = images_of(odd, 5);
        EncryptStage encrypt(d_model, d_options);
        const auto together = encrypt.run(images);
        for (int64_t i = 0; i < images.size(0); i++) {
            CPPUNIT_ASSERT(torch::allclose(together.slice(0, i, i + 1),
                                           encrypt.run(images.slice(0, i, i + 1)),
                                           1e-4,
                                           1e-5));
        }
    }

    void symbols_have_unit_power()
    {
        const auto symbols = EncodeStage(d_model, d_options).run(images_of(odd, 4));
        CPPUNIT_ASSERT(torch::allclose(
            symbols.abs().square().mean(1), torch::ones({ 4 }), 1e-5, 1e-6));
    }

    void symbol_counts()
    {
        const EncodeStage encode(d_model, d_options);
        const DecodeStage decode(d_model, d_options);
        // 8 channels at a quarter of height and width, two reals a symbol
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 * 4 * 6 }, encode.symbol_count({ 3, 16, 24 }));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 * 4 * 6 }, encode.symbol_count({ 3, 13, 21 }));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 }, decode.symbol_count({ 1, 1, 1 }));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 * 1000 * 750 },
                             decode.symbol_count({ 3, 3000, 4000 }));
    }

    void wrong_images()
    {
        EncryptStage encrypt(d_model, d_options);
        EncodeStage encode(d_model, d_options);
        for (const auto& images : { torch::Tensor(),
                                    torch::rand({ 3, 8, 8 }),
                                    torch::rand({ 0, 3, 8, 8 }),
                                    torch::rand({ 1, 3, 0, 8 }),
                                    torch::rand({ 1, 3, 8, 8 }, torch::kDouble) }) {
            const auto text = test::error_text<ConfigError>([&] { encrypt.run(images); });
            test::assert_contains(text, "N x C x H x W float32");
            CPPUNIT_ASSERT_THROW(encode.run(images), ConfigError);
        }
        const auto text = test::error_text<ConfigError>([&] {
            encrypt.run(torch::rand({ 1, 4, 8, 8 }));
        });
        test::assert_contains(text, "takes images of 3 channels, but these have 4");
        CPPUNIT_ASSERT_THROW(encode.run(torch::rand({ 1, 2, 8, 8 })), ConfigError);
        CPPUNIT_ASSERT_THROW(encrypt.output_shape({ 3, 0, 8 }), ConfigError);
        CPPUNIT_ASSERT_THROW(encrypt.output_shape({ 2, 8, 8 }), ConfigError);
        CPPUNIT_ASSERT_THROW(encode.symbol_count({ 3, -8, 8 }), ConfigError);
        // the stage goes on
        CPPUNIT_ASSERT(has_shape(encrypt.run(images_of(odd)), odd_padded));
    }

    void wrong_symbols()
    {
        DecodeStage decode(d_model, d_options);
        const auto symbols = torch::randn({ 1, 95 }, torch::kComplexFloat);
        const auto text =
            test::error_text<ConfigError>([&] { decode.run(symbols, odd_padded); });
        test::assert_contains(text, "3 x 16 x 24 has 96 symbols");
        test::assert_contains(text, "but 95 were given");
        CPPUNIT_ASSERT_THROW(decode.run(torch::randn({ 1, 96 }), odd_padded),
                             ConfigError);
        CPPUNIT_ASSERT_THROW(decode.run(symbols[0], odd_padded), ConfigError);
        CPPUNIT_ASSERT_THROW(decode.run({}, odd_padded), ConfigError);
        CPPUNIT_ASSERT_THROW(
            decode.run(torch::randn({ 1, 96 }, torch::kComplexFloat), { 2, 16, 24 }),
            ConfigError);
    }

    void wrong_protected_images()
    {
        DecryptStage decrypt(d_model, d_options);
        const auto text = test::error_text<ConfigError>([&] {
            decrypt.run(images_of({ 3, 16, 16 }), odd);
        });
        test::assert_contains(text, "plain image of shape 3 x 13 x 21");
        test::assert_contains(text, "of shape 3 x 16 x 24");
        test::assert_contains(text, "one of shape 3 x 16 x 16 was given");
        CPPUNIT_ASSERT_THROW(decrypt.run(images_of(odd_padded), { 3, 0, 21 }),
                             ConfigError);
    }

    void unusable_models()
    {
        const std::string part = d_folder->path("part");
        split_model(Model(d_model), Role::encode, part);
        EncodeStage(part, d_options).run(images_of(odd));
        const auto missing =
            test::error_text<ModelError>([&] { DecodeStage(part, d_options); });
        test::assert_contains(missing, "decode.safetensors is missing");
        RuntimeOptions options;
        options.device = "cuda:99";
        CPPUNIT_ASSERT_THROW(EncodeStage(part, options), DeviceError);
        CPPUNIT_ASSERT_THROW(EncryptStage(d_folder->path("nowhere"), d_options),
                             ModelError);
    }

    std::unique_ptr<test::ScratchFolder> d_folder;
    std::string d_model;
    ModelNets d_nets;
    RuntimeOptions d_options = test::on_cpu();
};

CPPUNIT_TEST_SUITE_NAMED_REGISTRATION(qa_stages, "stages");

} // namespace djescc
