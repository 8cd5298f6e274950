/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of cipher `ednn` against its paper, and of its decoders with noise and losses.

#include "cipher/ednn_nets.h"
#include "ednn_pictures.h"
#include "error_text.h"
#include "scratch_folder.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>
#include <djescc/image/levels.h>
#include <djescc/metrics/quality.h>
#include <djescc/model/rekey.h>
#include <djescc/runtime/role_runner.h>

namespace djescc {

using nlohmann::json;

namespace {

const json paper_key = { { "r", { 0.3, 0.4 } }, { "mu", { 3.99, 3.99 } } };

//! Both sides under one key.
struct Sides {
    Sides(const json& settings, const json& key)
    {
        json config = settings;
        config["type"] = "ednn";
        cipher = Cipher::create(config);
        encryptor = cipher->make_encryptor();
        decryptor = cipher->make_decryptor();
        cipher->set_key(*encryptor, *decryptor, key);
    }
    double round_trip(const torch::Tensor& images) const
    {
        const auto back = decryptor->forward(encryptor->forward(images, {}), {});
        return psnr(back, images).min().item<double>();
    }
    std::unique_ptr<Cipher> cipher;
    std::shared_ptr<Encryptor> encryptor;
    std::shared_ptr<Decryptor> decryptor;
};

Sides sides_of(const json& settings = json::object(), const json& key = paper_key)
{
    return { settings, key };
}

torch::Tensor noisy(const torch::Tensor& protected_image, double snr_db)
{
    torch::manual_seed(5);
    const double power = (protected_image - 0.5).square().mean().item<double>();
    return protected_image + std::sqrt(power * std::pow(10, -snr_db / 10)) *
                                 torch::randn_like(protected_image);
}

} // namespace

class qa_ednn : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_ednn);
    CPPUNIT_TEST(dct_matrices);
    CPPUNIT_TEST(separable_products_equal_dense_ones);
    CPPUNIT_TEST(encryption_follows_the_paper);
    CPPUNIT_TEST(decodes_clean_ciphers);
    CPPUNIT_TEST(paper_decoder);
    CPPUNIT_TEST(linear_variant_is_exact);
    CPPUNIT_TEST(wrong_keys_give_nothing);
    CPPUNIT_TEST(noise_costs_gracefully);
    CPPUNIT_TEST(eight_bits_are_enough_with_an_offset);
    CPPUNIT_TEST(lost_values_are_worked_around);
    CPPUNIT_TEST(batches_colours_and_sizes);
    CPPUNIT_TEST(a_zero_tolerance_uses_every_iteration);
    CPPUNIT_TEST(models_keep_the_key_with_owner_and_recipient);
    CPPUNIT_TEST(drawn_keys);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST_SUITE_END();

    void dct_matrices()
    {
        const auto iso = dct_matrix(DctWeights::iso, 95, 64);
        CPPUNIT_ASSERT(torch::allclose(
            iso.t().mm(iso), torch::eye(64, torch::kFloat64), 1e-12, 1e-12));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(std::sqrt(2.0 / 95) * std::cos(3 * M_PI * 7 / 190),
                                     iso[7][1].item<double>(),
                                     1e-14);
        const auto over = dct_matrix(DctWeights::overcomplete, 95, 64);
        CPPUNIT_ASSERT(torch::allclose(
            over.square().sum(1), torch::ones({ 95 }, torch::kFloat64), 1e-12, 1e-12));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            std::cos(3 * M_PI * 7 / 95), (over[7][3] / over[7][0]).item<double>(), 1e-12);
        const EdnnMatrices matrices(
            { DctWeights::overcomplete }, { { 0.3, 0.4 }, { 3.99, 3.99 } }, torch::kCPU);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(8.683, matrices.hidden.squared_norm(), 5e-4);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(4.409, matrices.output.squared_norm(), 5e-4);
    }

    void separable_products_equal_dense_ones()
    {
        torch::manual_seed(1);
        for (const auto weights : { DctWeights::iso, DctWeights::overcomplete }) {
            const ScrambledDct layer(weights, 9, 6, 0.3, 3.99, torch::kCPU);
            const auto matrix = dct_matrix(weights, 9, 6).to(torch::kFloat32);
            const auto dense = torch::kron(matrix, matrix);
            for (const int64_t count : { 1, 3 }) {
                const auto x = torch::rand({ count, 6, 6 }),
                           y = torch::rand({ count, 9, 9 });
                CPPUNIT_ASSERT(torch::allclose(
                    layer.product(x).flatten(1), x.flatten(1).mm(dense.t()), 1e-4, 1e-5));
                CPPUNIT_ASSERT(torch::allclose(
                    layer.adjoint(y).flatten(1), y.flatten(1).mm(dense), 1e-4, 1e-5));
                CPPUNIT_ASSERT(
                    torch::allclose(layer.inverse(layer.product(x)), x, 1e-4, 1e-5));
                CPPUNIT_ASSERT(torch::equal(layer.unscramble(layer.scramble(y)), y));
            }
        }
    }

    // The published formulae with dense matrices and explicit permutations.
    void encryption_follows_the_paper()
    {
        const json small = { { "sides", { 4, 6, 7 } } };
        const auto picture = test::drawn_picture(8);
        const auto protected_image =
            sides_of(small).encryptor->forward(picture, {}).images;
        CPPUNIT_ASSERT((protected_image.sizes() == torch::IntArrayRef{ 1, 1, 14, 14 }));
        const auto dense = [](int64_t rows, int64_t columns, double r) {
            const auto matrix = dct_matrix(DctWeights::iso, rows, columns);
            auto sequence = torch::empty({ rows * rows }, torch::kFloat64);
            double value = r;
            for (int64_t i = 0; i < rows * rows; ++i)
                sequence[i] = value = (3.99 * value) * (1 - value);
            return torch::kron(matrix, matrix).index_select(0, torch::argsort(sequence));
        };
        const auto block = picture[0][0].slice(0, 4, 8).slice(1, 0, 4).reshape({ -1 }).to(
            torch::kFloat64);
        const auto y =
            torch::tanh(dense(7, 6, 0.4).mv(torch::relu(dense(6, 4, 0.3).mv(block))));
        const auto ours =
            protected_image[0][0].slice(0, 7, 14).slice(1, 0, 7).reshape({ -1 });
        CPPUNIT_ASSERT(torch::allclose(
            ours.to(torch::kFloat64) * 2 - 1, y, /*rtol=*/0, /*atol=*/1e-6));
    }

    void decodes_clean_ciphers()
    {
        const auto picture = test::drawn_picture(64);
        CPPUNIT_ASSERT(sides_of().round_trip(picture) > 40);
        CPPUNIT_ASSERT(sides_of({ { "weights", "overcomplete" } }).round_trip(picture) >
                       40);
        CPPUNIT_ASSERT(sides_of({ { "offset", 0.5 } }).round_trip(picture) > 40);
    }

    void paper_decoder()
    {
        const auto picture = test::drawn_picture(16);
        const json decoder = { { "type", "paper" }, { "hidden_iterations", 2000 } };
        const auto sides = sides_of({ { "sides", { 16, 24, 26 } },
                                      { "weights", "overcomplete" },
                                      { "decoder", decoder } });
        const double quality = sides.round_trip(picture);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(quality), quality > 25 && quality < 40);
        // the weight of the pixels' sum is a bias
        json biased = decoder;
        biased["lambda"] = 0.1;
        const Sides others = sides_of({ { "sides", { 16, 24, 26 } },
                                        { "weights", "overcomplete" },
                                        { "decoder", biased } });
        CPPUNIT_ASSERT(others.round_trip(picture) < quality - 3);
    }

    void linear_variant_is_exact()
    {
        const auto picture = test::drawn_picture(64);
        CPPUNIT_ASSERT(sides_of({ { "relu", false } }).round_trip(picture) > 70);
        // at SNR of power 1: the noise of y becomes the noise of the image
        const auto plain =
            sides_of({ { "relu", false }, { "decoder", { { "smoothness", 1e9 } } } });
        const auto protected_image = plain.encryptor->forward(picture, {}).images;
        const double power = (2 * protected_image - 1).square().mean().item<double>();
        const auto back = plain.decryptor->forward({ noisy(protected_image, 30) }, {});
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            30 - 10 * std::log10(power), psnr(back, picture).item<double>(), 2.0);
    }

    void wrong_keys_give_nothing()
    {
        const auto picture = test::drawn_picture(64);
        const auto sides = sides_of();
        const auto protected_image = sides.encryptor->forward(picture, {}).images;
        const auto changes = sides.cipher->key_changes();
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 4 }, changes.size());
        for (std::size_t i = 0; i < changes.size(); ++i) {
            const auto other = sides_of();
            sides.cipher->change_key(*other.decryptor, i);
            const auto back = other.decryptor->forward({ protected_image }, {});
            CPPUNIT_ASSERT(psnr(back, picture).item<double>() < 12);
            CPPUNIT_ASSERT(std::abs(ssim(back, picture).item<double>()) < 0.1);
        }
    }

    void noise_costs_gracefully()
    {
        const auto picture = test::drawn_picture(64);
        const auto sides = sides_of();
        const auto protected_image = sides.encryptor->forward(picture, {}).images;
        double before = 0;
        for (const double snr_db : { 5.0, 15.0, 25.0, 60.0 }) {
            const auto back =
                sides.decryptor->forward({ noisy(protected_image, snr_db) }, {});
            const double quality = psnr(back, picture).item<double>();
            CPPUNIT_ASSERT_MESSAGE(std::to_string(quality), quality > before + 1);
            before = quality;
        }
    }

    // Without the pixels' mean there is more room for the rest.
    void eight_bits_are_enough_with_an_offset()
    {
        const auto picture = test::drawn_picture(64);
        const auto sides = sides_of({ { "offset", 0.5 } });
        const auto stored =
            to_8bit_levels(sides.encryptor->forward(picture, {}).images) / 255;
        CPPUNIT_ASSERT(
            psnr(sides.decryptor->forward({ stored }, {}), picture).item<double>() > 32);
    }

    void lost_values_are_worked_around()
    {
        const auto picture = test::drawn_picture(64);
        for (const bool relu : { true, false }) {
            const auto sides = sides_of({ { "relu", relu } });
            auto damaged = sides.encryptor->forward(picture, {}).images;
            const auto whole = sides.decryptor->forward({ damaged }, {});
            damaged.slice(2, 30, 60).slice(3, 30, 60).zero_(); // 9 %
            const double known =
                psnr(sides.decryptor->forward({ damaged }, {}), picture).item<double>();
            CPPUNIT_ASSERT_MESSAGE(std::to_string(known), known > 35);
            // the same hole, not recognisable as one
            damaged.slice(2, 30, 60).slice(3, 30, 60).fill_(0.5);
            CPPUNIT_ASSERT(
                psnr(sides.decryptor->forward({ damaged }, {}), picture).item<double>() <
                known - 8);
        }
    }

    void batches_colours_and_sizes()
    {
        const auto sides = sides_of({ { "sides", { 16, 24, 26 } } });
        torch::manual_seed(3);
        const auto images = torch::rand({ 2, 3, 32, 48 });
        const auto protected_images = sides.encryptor->forward(images, {}).images;
        const auto shape = sides.cipher->protected_shape({ 3, 32, 48 });
        CPPUNIT_ASSERT(shape == (ImageShape{ 3, 52, 78 }));
        CPPUNIT_ASSERT((protected_images.sizes() == torch::IntArrayRef{ 2, 3, 52, 78 }));
        const auto back = sides.decryptor->forward({ protected_images }, {});
        CPPUNIT_ASSERT(back.sizes() == images.sizes());
        // a block by itself is the same block
        const auto alone = images.slice(0, 1, 2).slice(1, 2, 3).slice(2, 16).slice(3, 32);
        const auto hidden = sides.encryptor->forward(alone, {}).images;
        CPPUNIT_ASSERT(torch::allclose(
            hidden,
            protected_images.slice(0, 1, 2).slice(1, 2, 3).slice(2, 26).slice(3, 52),
            0,
            1e-6));
        CPPUNIT_ASSERT(
            torch::allclose(sides.decryptor->forward({ hidden }, {}),
                            back.slice(0, 1, 2).slice(1, 2, 3).slice(2, 16).slice(3, 32),
                            0,
                            2e-2));
        CPPUNIT_ASSERT(protected_images.min().item<float>() > 0);
        CPPUNIT_ASSERT(protected_images.max().item<float>() < 1);
    }

    void a_zero_tolerance_uses_every_iteration()
    {
        const auto picture = test::drawn_picture(16);
        const auto quality = [&](double tolerance, int64_t iterations) {
            return sides_of({ { "sides", { 16, 24, 26 } },
                              { "decoder",
                                { { "tolerance", tolerance },
                                  { "iterations", iterations } } } })
                .round_trip(picture);
        };
        CPPUNIT_ASSERT(quality(0, 400) > quality(0, 40) + 3);
        CPPUNIT_ASSERT(quality(0, 400) > quality(0.02, 400) + 3);
    }

    void models_keep_the_key_with_owner_and_recipient()
    {
        const test::ScratchFolder folder("ednn");
        RunnerOptions cpu;
        cpu.runtime.device = "cpu";
        const auto runner = [&](Role role, const std::string& name) {
            return RoleRunner(role, { folder.path(name) }, cpu);
        };
        const auto cipher = Cipher::create({ { "type", "ednn" } });
        const auto codec = Codec::create({ { "type", "direct" } });
        Manifest manifest;
        manifest.name = "ednn";
        manifest.cipher = cipher->config();
        manifest.codec = codec->config();
        save_model(folder.path("model"),
                   manifest,
                   create_nets(*cipher, *codec, at::detail::createCPUGenerator(4)));
        const auto picture = test::drawn_picture(100).expand({ 1, 3, -1, -1 });
        auto encrypt = runner(Role::encrypt, "model");
        CPPUNIT_ASSERT(encrypt.output_shape({ 3, 100, 100 }) ==
                       (ImageShape{ 3, 200, 200 }));
        const auto symbols =
            runner(Role::encode, "model").run(encrypt.run(image_batch(picture)));
        CPPUNIT_ASSERT(symbols.facts[0].shape == (ImageShape{ 3, 200, 200 }));
        const auto decoded = runner(Role::decode, "model").run(symbols);
        const auto quality = [&](const FrameBatch& received, const std::string& name) {
            const auto back = runner(Role::decrypt, name).run(received);
            CPPUNIT_ASSERT(back.values.sizes() == picture.sizes());
            return psnr(back.values, picture).item<double>();
        };
        CPPUNIT_ASSERT(quality(decoded, "model") > 38);
        // model.json is public: no key in it
        CPPUNIT_ASSERT(!manifest.to_json().dump().empty());
        const auto text =
            Manifest::read(folder.path("model") + "/model.json").canonical();
        CPPUNIT_ASSERT(text.find("\"mu\"") == std::string::npos);
        // another key of the same model
        rekey_model(Model(folder.path("model")),
                    folder.path("other"),
                    at::detail::createCPUGenerator(5));
        CPPUNIT_ASSERT(quality(decoded, "other") < 15);
        CPPUNIT_ASSERT(quality(runner(Role::encrypt, "other").run(image_batch(picture)),
                               "other") > 38);
    }

    void drawn_keys()
    {
        const auto cipher = Cipher::create({ { "type", "ednn" } });
        EdnnEncryptor encryptor(EdnnLayers{});
        const auto decryptor = cipher->make_decryptor();
        auto generator = make_random_generator();
        std::array<EdnnKey, 8> keys;
        for (auto& key : keys) {
            cipher->draw_secrets(encryptor, *decryptor, generator);
            key = encryptor.key();
            CPPUNIT_ASSERT(key == dynamic_cast<EdnnKeyHolder&>(*decryptor).key());
            for (std::size_t layer = 0; layer < 2; ++layer) {
                CPPUNIT_ASSERT(key.r[layer] > 0 && key.r[layer] < 1);
                CPPUNIT_ASSERT(key.mu[layer] >= 3.9 && key.mu[layer] <= 4);
            }
        }
        for (std::size_t i = 1; i < keys.size(); ++i)
            CPPUNIT_ASSERT(keys[i].r != keys[0].r && keys[i].mu != keys[0].mu);
    }

    void refuses()
    {
        const auto error = [](const json& settings) {
            return test::error_text<ConfigError>([&] { sides_of(settings); });
        };
        test::assert_contains(error({ { "weights", "dense" } }), "overcomplete");
        test::assert_contains(error({ { "sides", { 64, 95 } } }), "cipher.sides");
        test::assert_contains(error({ { "sides", { 64, 60, 100 } } }), "cipher.sides");
        test::assert_contains(error({ { "offset", 2.0 } }), "cipher.offset");
        test::assert_contains(error({ { "decoder", { { "type", "magic" } } } }), "magic");
        test::assert_contains(
            error({ { "relu", false }, { "decoder", { { "type", "paper" } } } }), "relu");
        test::assert_contains(error({ { "colour", 1 } }), "cipher.colour");
        const auto key_error = [](const json& key) {
            return test::error_text<ConfigError>([&] { sides_of({}, key); });
        };
        test::assert_contains(
            key_error({ { "r", { 0.3, 1.0 } }, { "mu", { 3.9, 3.9 } } }),
            "between 0 and 1");
        test::assert_contains(
            key_error({ { "r", { 0.3, 0.4 } }, { "mu", { 3.5, 3.9 } } }), "3.57");
        test::assert_contains(key_error({ { "r", { 0.3, 0.4 } } }), "key.mu");
        test::assert_contains(key_error({ { "r", 0.3 }, { "mu", { 3.9, 3.9 } } }),
                              "key.r");
        const auto sides = sides_of();
        CPPUNIT_ASSERT_THROW(sides.encryptor->forward(torch::rand({ 1, 1, 64, 65 }), {}),
                             ConfigError);
        CPPUNIT_ASSERT_THROW(
            sides.decryptor->forward({ torch::rand({ 1, 1, 64, 64 }) }, {}), ConfigError);
        EdnnEncryptor damaged(EdnnLayers{});
        damaged.named_buffers()["mu"].fill_(5.0);
        const std::string bytes = damaged.save_weights({});
        const auto text = test::error_text<ModelError>([&] {
            EdnnEncryptor(EdnnLayers{})
                .load_weights(bytes, "a file", "encrypt", torch::kCPU);
        });
        test::assert_contains(text, "a file: mu is 5.0");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_ednn> register_qa_ednn("ednn");

} // namespace djescc
