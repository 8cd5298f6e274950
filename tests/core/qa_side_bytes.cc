/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the bytes that a cipher sends beside its images.

#include "error_text.h"
#include "runtime/chain.h"
#include "sample_plugins.h"
#include "scratch_folder.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/runtime/chain_runner.h>

namespace djescc {

//! Bytes that a cipher sends beside its images.
class qa_side_bytes : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_side_bytes);
    CPPUNIT_TEST(filled_by_the_owner_and_used_by_the_recipient);
    CPPUNIT_TEST(wrong_ones_are_refused);
    CPPUNIT_TEST(not_kept_by_other_ciphers);
    CPPUNIT_TEST(travel_through_the_chain);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override
    {
        d_folder = std::make_unique<test::ScratchFolder>("side_bytes");
        d_source.model = d_folder->path("model");
        test::save_sample_model(
            d_source.model, { { "type", "test_meanless" } }, { { "type", "direct" } });
    }
    void tearDown() override { d_folder.reset(); }

private:
    RoleRunner runner(Role role) const { return { role, d_source, { test::on_cpu() } }; }

    //! 3 x 3 x 6 x 8, of levels that are whole, about 0.2, 0.4 and 0.6.
    static torch::Tensor pictures()
    {
        torch::manual_seed(5);
        const auto base = torch::tensor({ 51, 102, 153 }).view({ -1, 1, 1, 1 });
        return (base + torch::randint(-20, 21, { 3, 3, 6, 8 })).to(torch::kFloat32) / 255;
    }

    void filled_by_the_owner_and_used_by_the_recipient()
    {
        const auto plain = pictures();
        const auto hidden = runner(Role::encrypt).run(image_batch(plain, 2));
        // 6 x 8 pixels are padded to 8 x 8, and the mean is of those
        CPPUNIT_ASSERT(hidden.facts[0].shape == (ImageShape{ 3, 8, 8 }));
        for (std::size_t i = 0; i < 3; i++) {
            const auto& side = hidden.facts[i].side;
            CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, side.size());
            CPPUNIT_ASSERT_DOUBLES_EQUAL(51.0 * static_cast<double>(i + 1), side[0], 8.0);
            CPPUNIT_ASSERT_EQUAL(static_cast<uint8_t>(i), side[1]);
        }
        auto decrypt = runner(Role::decrypt);
        CPPUNIT_ASSERT(torch::allclose(plain, decrypt.run(hidden).values, 0, 1e-6));
        // each frame's own, whatever the order
        FrameBatch turned;
        turned.values = hidden.values.flip(0);
        turned.facts = { hidden.facts[2], hidden.facts[1], hidden.facts[0] };
        CPPUNIT_ASSERT(
            torch::allclose(plain.flip(0), decrypt.run(turned).values, 0, 1e-6));
        std::swap(turned.facts[0], turned.facts[2]);
        CPPUNIT_ASSERT(
            !torch::allclose(plain.flip(0), decrypt.run(turned).values, 0, 0.1));
    }

    void wrong_ones_are_refused()
    {
        auto decrypt = runner(Role::decrypt);
        const auto hidden = runner(Role::encrypt).run(image_batch(pictures(), 40));
        for (const std::size_t length : { 0u, 1u, 3u, 255u }) {
            auto batch = hidden;
            batch.facts[1].side.resize(length);
            const auto text = test::error_text<ConfigError>([&] { decrypt.run(batch); });
            test::assert_contains(text, "needs 2 side bytes");
            test::assert_contains(text, "frame 41 brings " + std::to_string(length));
        }
        decrypt.run(hidden); // and goes on
    }

    void not_kept_by_other_ciphers()
    {
        auto batch = image_batch(pictures());
        batch.facts[0].side = { 1, 2, 3 };
        RoleRunner none(Role::encrypt,
                        Cipher::create({ { "type", "none" } }),
                        Codec::create({ { "type", "direct" } }),
                        Cipher::create({ { "type", "none" } })->make_encryptor(),
                        torch::kCPU,
                        { 0, 20 });
        CPPUNIT_ASSERT(none.run(batch).facts[0].side.empty());
    }

    void travel_through_the_chain()
    {
        const auto plain = pictures();
        ChainRunner chain(d_source, { test::on_cpu() });
        SimulatedChannel channel;
        channel.snr_db = torch::full({ 3 }, 70.0);
        const auto result =
            chain.run(image_batch(plain), channel, at::detail::createCPUGenerator(1));
        CPPUNIT_ASSERT(torch::allclose(plain, result.decrypted.values, 0, 0.01));
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, result.decoded.facts[2].side.size());

        // and in training
        const auto cipher = Cipher::create({ { "type", "test_meanless" } });
        const auto codec = Codec::create({ { "type", "direct" } });
        ChainConditions conditions;
        conditions.snr_db = channel.snr_db;
        const auto whole = plain.slice(2, 0, 4);
        const auto output =
            run_chain(create_nets(*cipher, *codec, at::detail::createCPUGenerator(1)),
                      whole,
                      conditions,
                      at::detail::createCPUGenerator(1));
        CPPUNIT_ASSERT(torch::allclose(whole, output.decrypted, 0, 0.01));
    }

    std::unique_ptr<test::ScratchFolder> d_folder;
    ModelSource d_source;
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_side_bytes>
    register_qa_side_bytes("side_bytes");

} // namespace djescc
