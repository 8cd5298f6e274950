/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of known-plaintext attacks on the ciphers without training.

#include "cipher/linear_map.h"
#include "ednn_pictures.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>
#include <djescc/metrics/quality.h>

namespace djescc {

namespace {

struct Victim {
    //! \param config  JSON
    explicit Victim(const std::string& config)
        : cipher(Cipher::create(nlohmann::json::parse(config)))
        , encryptor(cipher->make_encryptor())
    {
        const auto decryptor = cipher->make_decryptor();
        cipher->draw_secrets(*encryptor, *decryptor, at::detail::createCPUGenerator(6));
    }
    double attacked(const torch::Tensor& known, const torch::Tensor& secret) const
    {
        const auto found =
            cipher->known_plaintext_attack(known,
                                           encryptor->forward(known, {}).images,
                                           encryptor->forward(secret, {}).images);
        CPPUNIT_ASSERT(found.has_value());
        return psnr(*found, secret).item<double>();
    }
    std::unique_ptr<Cipher> cipher;
    std::shared_ptr<Encryptor> encryptor;
};

torch::Tensor colour_picture(int64_t size)
{
    const auto grey = test::drawn_picture(size);
    return torch::cat({ grey, grey.flip(2) * 0.8 + 0.1, grey.flip(3) }, 1);
}

torch::Tensor random_images(const std::vector<int64_t>& shape, uint64_t seed)
{
    torch::manual_seed(seed);
    return torch::rand(shape);
}

} // namespace

class qa_known_plaintext : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_known_plaintext);
    CPPUNIT_TEST(linear_maps);
    CPPUNIT_TEST(le_falls_to_one_image);
    CPPUNIT_TEST(pe_falls_to_two_images);
    CPPUNIT_TEST(ednn_falls_to_as_many_blocks_as_unknowns);
    CPPUNIT_TEST(others);
    CPPUNIT_TEST_SUITE_END();

    void linear_maps()
    {
        torch::manual_seed(1);
        const auto matrix = torch::randn({ 20, 7 }), shift = torch::randn({ 1, 7 });
        const auto inputs = torch::randn({ 40, 20 }), more = torch::randn({ 5, 20 });
        const LinearMap map(inputs, inputs.mm(matrix) + shift, 1e-9);
        CPPUNIT_ASSERT(
            torch::allclose(map.apply(more), more.mm(matrix) + shift, 1e-3, 1e-3));
        // too few pairs: those themselves, nothing else
        const LinearMap poor(
            inputs.slice(0, 0, 8), inputs.slice(0, 0, 8).mm(matrix), 1e-9);
        CPPUNIT_ASSERT(torch::allclose(poor.apply(inputs.slice(0, 0, 8)),
                                       inputs.slice(0, 0, 8).mm(matrix),
                                       1e-3,
                                       1e-3));
        CPPUNIT_ASSERT(!torch::allclose(poor.apply(more), more.mm(matrix), 0.1, 0.1));
    }

    void le_falls_to_one_image()
    {
        const Victim victim(R"({"type": "le"})");
        const auto secret = colour_picture(64);
        CPPUNIT_ASSERT(victim.attacked(random_images({ 1, 3, 64, 64 }, 2), secret) > 90);
    }

    void pe_falls_to_two_images()
    {
        const Victim victim(R"({"type": "pe"})");
        const auto secret = colour_picture(48);
        const auto known = random_images({ 2, 3, 48, 48 }, 3);
        CPPUNIT_ASSERT(victim.attacked(known, secret) > 90);
        CPPUNIT_ASSERT_THROW(victim.attacked(known.slice(2, 0, 40), secret), ConfigError);
    }

    // 144 unknowns per block; each known image has 16 blocks.
    void ednn_falls_to_as_many_blocks_as_unknowns()
    {
        const auto secret = test::drawn_picture(32);
        for (const bool relu : { true, false }) {
            const std::string flag = relu ? "true" : "false";
            const Victim victim(R"({"type": "ednn", "sides": [8, 12, 13], "relu": )" +
                                flag + "}");
            const auto images = random_images({ 24, 1, 32, 32 }, 4);
            const double whole = victim.attacked(images, secret);
            CPPUNIT_ASSERT_MESSAGE(std::to_string(whole), whole > 28);
            const double some = victim.attacked(images.slice(0, 0, 1), secret);
            CPPUNIT_ASSERT_MESSAGE(std::to_string(some), some < whole - 10);
        }
    }

    void others()
    {
        const auto none = Cipher::create({ { "type", "none" } });
        const auto image = test::drawn_picture(8);
        CPPUNIT_ASSERT(!none->known_plaintext_attack(image, image, image).has_value());
        const auto le = Cipher::create({ { "type", "le" } });
        CPPUNIT_ASSERT_THROW(le->known_plaintext_attack({}, {}, image), ConfigError);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_known_plaintext>
    register_qa_known_plaintext("known_plaintext");

} // namespace djescc
