/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of cipher `keystream`, the yardstick.

#include "error_text.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>

namespace djescc {

namespace {

struct Ends {
    explicit Ends(const std::string& nonce)
        : cipher(Cipher::create({ { "type", "keystream" }, { "nonce", nonce } }))
        , encryptor(cipher->make_encryptor())
        , decryptor(cipher->make_decryptor())
    {
        cipher->set_key(*encryptor, *decryptor, { { "key", std::string(64, 'c') } });
    }
    ProtectedImages encrypted(const torch::Tensor& plain) const
    {
        return encryptor->forward(plain, {});
    }

    std::unique_ptr<Cipher> cipher;
    std::shared_ptr<Encryptor> encryptor;
    std::shared_ptr<Decryptor> decryptor;
};

torch::Tensor levels_of_8_bits(const std::vector<int64_t>& shape)
{
    torch::manual_seed(9);
    return torch::randint(0, 256, shape).to(torch::kFloat32) / 255;
}

} // namespace

class qa_keystream : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keystream);
    CPPUNIT_TEST(gives_levels_back);
    CPPUNIT_TEST(says_nothing_of_the_picture);
    CPPUNIT_TEST(nonces);
    CPPUNIT_TEST(one_pair_opens_a_fixed_nonce);
    CPPUNIT_TEST(a_little_noise_is_any_level);
    CPPUNIT_TEST_SUITE_END();

private:
    void gives_levels_back()
    {
        const auto plain = levels_of_8_bits({ 2, 3, 7, 9 });
        for (const std::string nonce : { "random", "synthetic", "fixed" }) {
            const Ends ends(nonce);
            const auto hidden = ends.encrypted(plain);
            CPPUNIT_ASSERT(hidden.side.sizes() == at::IntArrayRef({ 2, 16 }));
            CPPUNIT_ASSERT(torch::equal(plain, ends.decryptor->forward(hidden, {})));
            CPPUNIT_ASSERT(!torch::allclose(plain, hidden.images, 0, 0.1));
        }
    }

    // A black picture shows the keystream: every level as likely, no neighbour alike.
    void says_nothing_of_the_picture()
    {
        const auto hidden = Ends("random")
                                .encrypted(torch::zeros({ 1, 1, 256, 256 }))
                                .images.view({ -1 });
        const auto counts = torch::histc(hidden * 255, 256, -0.5, 255.5);
        const double chi_square = ((counts - 256).square() / 256).sum().item<double>();
        // 255 degrees of freedom: below 180 or above 340 once in some thousand times.
        CPPUNIT_ASSERT_MESSAGE(std::to_string(chi_square),
                               chi_square > 170 && chi_square < 355);
        const auto centred = hidden - hidden.mean();
        const double correlation =
            (centred.slice(0, 1) * centred.slice(0, 0, -1)).mean().item<double>() /
            centred.square().mean().item<double>();
        CPPUNIT_ASSERT(std::abs(correlation) < 5.0 / 256);
    }

    void nonces()
    {
        const auto same = [](const std::string& nonce) {
            const Ends ends(nonce);
            const auto plain = levels_of_8_bits({ 1, 3, 8, 8 });
            return torch::equal(ends.encrypted(plain).images,
                                ends.encrypted(plain).images);
        };
        CPPUNIT_ASSERT(!same("random"));
        CPPUNIT_ASSERT(same("synthetic"));
        CPPUNIT_ASSERT(same("fixed"));
        test::assert_contains(test::error_text<ConfigError>([] { Ends ends("none"); }),
                              "cipher.nonce");
    }

    void one_pair_opens_a_fixed_nonce()
    {
        const auto plain = levels_of_8_bits({ 2, 3, 8, 8 });
        const auto opened = [&](const std::string& nonce) {
            const Ends ends(nonce);
            const auto hidden = ends.encrypted(plain).images;
            return torch::equal(
                *ends.cipher->known_plaintext_attack(
                    plain.slice(0, 0, 1), hidden.slice(0, 0, 1), hidden.slice(0, 1)),
                plain.slice(0, 1));
        };
        CPPUNIT_ASSERT(opened("fixed"));
        CPPUNIT_ASSERT(!opened("synthetic"));
        CPPUNIT_ASSERT(!opened("random"));
    }

    // Noise of one level turns one bit or more, and each bit is worth what it is.
    void a_little_noise_is_any_level()
    {
        const Ends ends("random");
        const auto plain = levels_of_8_bits({ 1, 1, 128, 128 });
        auto hidden = ends.encrypted(plain);
        hidden.images = (hidden.images + 1.0 / 255).clamp(0, 1);
        const auto error = (ends.decryptor->forward(hidden, {}) - plain).abs().mul(255);
        // v + 1 and v differ in bits 0 to k with chance 2^-(k+1): the mean is 8 bits / 2.
        CPPUNIT_ASSERT(error.mean().item<double>() > 1.5);
        CPPUNIT_ASSERT(error.max().item<double>() > 100);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_keystream>
    register_qa_keystream("keystream");

} // namespace djescc
