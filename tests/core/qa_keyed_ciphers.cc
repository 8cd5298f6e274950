/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the ciphers `le` and `pe` with fixed keys.

#include "cipher/keyed_net.h"
#include "error_text.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>
#include <djescc/image/levels.h>
#include <djescc/metrics/quality.h>

namespace djescc {

namespace {

struct Sides {
    Sides(const std::string& type, const std::string& digits)
        : cipher(Cipher::create({ { "type", type } }))
        , encryptor(cipher->make_encryptor())
        , decryptor(cipher->make_decryptor())
    {
        cipher->set_key(*encryptor, *decryptor, { { "key", digits } });
    }
    std::unique_ptr<Cipher> cipher;
    std::shared_ptr<Encryptor> encryptor;
    std::shared_ptr<Decryptor> decryptor;
};

const std::string some_key = std::string(63, '0') + "1";
const std::string other_key = std::string(63, '0') + "2";

torch::Tensor levels(const std::vector<int64_t>& shape)
{
    torch::manual_seed(8);
    return torch::randint(0, 256, shape).to(torch::kFloat32) / 255;
}

} // namespace

class qa_keyed_ciphers : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keyed_ciphers);
    CPPUNIT_TEST(keystream_is_pinned_and_fair);
    CPPUNIT_TEST(give_images_back);
    CPPUNIT_TEST(other_keys_do_not);
    CPPUNIT_TEST(le_moves_and_complements_halves);
    CPPUNIT_TEST(le_treats_every_block_alike);
    CPPUNIT_TEST(pe_complements_and_reorders_channels);
    CPPUNIT_TEST(pe_keeps_distances);
    CPPUNIT_TEST(keys);
    CPPUNIT_TEST_SUITE_END();

    void keystream_is_pinned_and_fair()
    {
        // sha256 of 32 zero bytes, "test", a zero byte and eight zero bytes
        HashKeystream stream(CipherKey{}, "test");
        const std::string input(32, '\0');
        const auto digest = sha256(input + "test" + std::string(9, '\0'));
        for (const auto expected : digest)
            CPPUNIT_ASSERT_EQUAL(expected, stream.byte());
        std::array<int, 6> counts{};
        constexpr int draws = 60000;
        for (int i = 0; i < draws; ++i)
            ++counts.at(static_cast<std::size_t>(stream.below(6)));
        double chi_square = 0;
        for (const int count : counts)
            chi_square += std::pow(count - draws / 6.0, 2) / (draws / 6.0);
        CPPUNIT_ASSERT(chi_square < 25); // 5 degrees of freedom: once in 7000 streams
        HashKeystream other(CipherKey{}, "another");
        CPPUNIT_ASSERT(other.byte() != digest[0] || other.byte() != digest[1] ||
                       other.byte() != digest[2]);
    }

    void give_images_back()
    {
        for (const std::string type : { "le", "pe" })
            for (const int64_t channels : { 1, 3 }) {
                const Sides sides(type, some_key);
                const auto images = levels({ 2, channels, 8, 12 });
                const auto protected_images = sides.encryptor->forward(images, {}).images;
                CPPUNIT_ASSERT(protected_images.sizes() == images.sizes());
                CPPUNIT_ASSERT(torch::allclose(
                    sides.decryptor->forward({ protected_images }, {}), images, 0, 1e-6));
                CPPUNIT_ASSERT(psnr(protected_images, images).max().item<double>() < 15);
            }
    }

    void other_keys_do_not()
    {
        for (const std::string type : { "le", "pe" }) {
            const auto images = levels({ 1, 3, 16, 16 });
            const auto protected_images =
                Sides(type, some_key).encryptor->forward(images, {}).images;
            const Sides other(type, other_key);
            CPPUNIT_ASSERT(
                psnr(other.decryptor->forward({ protected_images }, {}), images)
                    .item<double>() < 15);
            Sides changed(type, some_key);
            CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, changed.cipher->key_changes().size());
            changed.cipher->change_key(*changed.decryptor, 0);
            CPPUNIT_ASSERT(
                psnr(changed.decryptor->forward({ protected_images }, {}), images)
                    .item<double>() < 15);
        }
    }

    // One lit half in a black block: exactly one half comes out other than before.
    void le_moves_and_complements_halves()
    {
        const Sides sides("le", some_key);
        const auto halves = [&](const torch::Tensor& image) {
            const auto bytes = to_8bit_levels(sides.encryptor->forward(image, {}).images)
                                   .to(torch::kInt64)
                                   .flatten();
            return torch::cat({ bytes.div(16, "floor"), bytes.remainder(16) });
        };
        const auto black = torch::zeros({ 1, 3, 4, 4 });
        const auto dark = halves(black);
        CPPUNIT_ASSERT(((dark == 0) | (dark == 15)).all().item<bool>());
        CPPUNIT_ASSERT((dark == 15).sum().item<int64_t>() > 20); // of 96, some 48
        auto places = torch::zeros({ 96 }, torch::kInt64);
        for (int64_t i = 0; i < 96; ++i) {
            auto lit = black.clone();
            lit.view({ -1 })[i % 48] = (i < 48 ? 16 * 5 : 5) / 255.0f;
            const auto difference = (halves(lit) - dark).abs();
            CPPUNIT_ASSERT_EQUAL(int64_t{ 5 }, difference.sum().item<int64_t>());
            places[difference.argmax().item<int64_t>()] += 1;
        }
        CPPUNIT_ASSERT((places == 1).all().item<bool>()); // a permutation
    }

    void le_treats_every_block_alike()
    {
        const Sides sides("le", some_key);
        const auto block = levels({ 1, 3, 4, 4 });
        const auto tiled =
            sides.encryptor->forward(block.repeat({ 1, 1, 3, 2 }), {}).images;
        CPPUNIT_ASSERT(torch::equal(
            tiled, sides.encryptor->forward(block, {}).images.repeat({ 1, 1, 3, 2 })));
    }

    void pe_complements_and_reorders_channels()
    {
        const Sides sides("pe", some_key);
        auto image = torch::empty({ 1, 3, 32, 32 });
        for (int64_t c = 0; c < 3; ++c)
            image[0][c].fill_(0.1 * static_cast<double>(c + 1)); // 0.1, 0.2, 0.3
        const auto out = sides.encryptor->forward(image, {}).images;
        const auto unflipped = torch::where(out > 0.5, 1 - out, out);
        const auto sorted = std::get<0>(unflipped.sort(1));
        CPPUNIT_ASSERT(torch::allclose(sorted, image, 0, 1e-6));
        const double share = (out > 0.5).to(torch::kFloat32).mean().item<double>();
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, share, 0.05); // 3072 bits: 5.5 deviations
        const auto first = unflipped[0][0] * 10;
        for (const double channel : { 1.0, 2.0, 3.0 })
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                1.0 / 3,
                ((first - channel).abs() < 0.1).to(torch::kFloat32).mean().item<double>(),
                0.09);
    }

    void pe_keeps_distances()
    {
        const Sides sides("pe", some_key);
        const auto a = levels({ 1, 3, 8, 8 }), b = 1 - 0.5 * a;
        CPPUNIT_ASSERT_DOUBLES_EQUAL((a - b).square().sum().item<double>(),
                                     (sides.encryptor->forward(a, {}).images -
                                      sides.encryptor->forward(b, {}).images)
                                         .square()
                                         .sum()
                                         .item<double>(),
                                     1e-3);
    }

    void keys()
    {
        for (const std::string type : { "le", "pe" }) {
            Sides sides(type, some_key);
            auto& owner = dynamic_cast<KeyHolder&>(*sides.encryptor);
            CPPUNIT_ASSERT_EQUAL(uint8_t{ 1 }, owner.key()[31]);
            sides.cipher->draw_secrets(
                *sides.encryptor, *sides.decryptor, at::detail::createCPUGenerator(1));
            CPPUNIT_ASSERT(owner.key() ==
                           dynamic_cast<KeyHolder&>(*sides.decryptor).key());
            for (const std::string& digits :
                 { std::string("0"), std::string(64, 'g'), std::string(64, 'A') }) {
                const auto text =
                    test::error_text<ConfigError>([&] { Sides(type, digits); });
                test::assert_contains(text, "64 lower-case hexadecimal");
            }
            CPPUNIT_ASSERT_THROW(Cipher::create({ { "type", type }, { "x", 1 } }),
                                 ConfigError);
        }
        const auto none = Cipher::create({ { "type", "none" } });
        const auto net = none->make_encryptor();
        CPPUNIT_ASSERT_THROW(none->set_key(*net, *none->make_decryptor(), {}),
                             ConfigError);
        CPPUNIT_ASSERT_THROW(none->change_key(*net, 0), ConfigError);
        CPPUNIT_ASSERT(none->key_changes().empty());
        CPPUNIT_ASSERT_EQUAL(0.0, none->key_bits());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_keyed_ciphers>
    register_qa_keyed_ciphers("keyed_ciphers");

} // namespace djescc
