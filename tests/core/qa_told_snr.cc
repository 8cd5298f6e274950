/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of what a codec that adapts to the channel is told about it.

#include "sample_plugins.h"
#include "scratch_folder.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/runtime/chain_runner.h>

namespace djescc {

//! What a codec that adapts to the channel is told about it.
class qa_told_snr : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_told_snr);
    CPPUNIT_TEST(every_frame_has_its_own);
    CPPUNIT_TEST(a_hint_comes_first);
    CPPUNIT_TEST(the_middle_of_the_range_is_assumed_once);
    CPPUNIT_TEST(chains_tell_what_the_channel_has);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override
    {
        d_folder = std::make_unique<test::ScratchFolder>("told_snr");
        d_source.model = d_folder->path("model");
        test::save_sample_model(d_source.model,
                                { { "type", "none" } },
                                { { "type", "test_adaptive" } },
                                { 4, 10 });
        d_notices.clear();
        d_options.runtime.device = "cpu";
        d_options.notice = [this](const std::string& line) { d_notices.push_back(line); };
    }
    void tearDown() override { d_folder.reset(); }

private:
    using Told = std::vector<std::optional<double>>;

    static FrameBatch frames(const Told& snr_db)
    {
        auto batch =
            image_batch(torch::rand({ static_cast<int64_t>(snr_db.size()), 3, 2, 3 }), 7);
        for (std::size_t i = 0; i < snr_db.size(); i++)
            batch.facts[i].snr_db = snr_db[i];
        return batch;
    }

    //! What the nets were told of each frame.
    static void assert_told(const std::vector<double>& expected, const FrameBatch& batch)
    {
        CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(expected.size()), batch.values.size(0));
        const auto values =
            batch.values.is_complex() ? torch::real(batch.values) : batch.values;
        for (std::size_t i = 0; i < expected.size(); i++) {
            const auto row = values[static_cast<int64_t>(i)];
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                expected[i], 100 * row.min().item<double>(), 1e-4);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                expected[i], 100 * row.max().item<double>(), 1e-4);
        }
    }

    void every_frame_has_its_own()
    {
        RoleRunner encode(Role::encode, d_source, d_options);
        RoleRunner decode(Role::decode, d_source, d_options);
        auto symbols = encode.run(frames({ 3.0, 17.0, -5.0 }));
        assert_told({ 3, 17, -5 }, symbols);
        // measured at the receiver
        symbols.facts[0].snr_db = 4.5;
        symbols.facts[2].snr_db = 40;
        assert_told({ 4.5, 17, 40 }, decode.run(symbols));
        CPPUNIT_ASSERT(d_notices.empty());
    }

    void a_hint_comes_first()
    {
        RoleRunner encode(Role::encode, d_source, d_options);
        encode.set_snr_hint(12.5);
        assert_told({ 12.5, 12.5 }, encode.run(frames({ 3.0, std::nullopt })));
        CPPUNIT_ASSERT(d_notices.empty());
        encode.set_snr_hint(std::nullopt);
        assert_told({ 3, 8 }, encode.run(frames({ 3.0, 8.0 })));
    }

    void the_middle_of_the_range_is_assumed_once()
    {
        RoleRunner encode(Role::encode, d_source, d_options);
        RoleRunner decode(Role::decode, d_source, d_options);
        const Told told{ std::nullopt, 3.0, std::nullopt };
        const auto symbols = encode.run(frames(told));
        assert_told({ 7, 3, 7 }, symbols);
        assert_told({ 7, 3, 7 }, encode.run(frames(told)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1 }, d_notices.size());
        CPPUNIT_ASSERT(d_notices[0].find("encode") != std::string::npos);
        CPPUNIT_ASSERT(d_notices[0].find("7 dB") != std::string::npos);
        assert_told({ 7, 3, 7 }, decode.run(symbols));
        assert_told({ 7, 3, 7 }, decode.run(symbols));
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, d_notices.size());
        CPPUNIT_ASSERT(d_notices[1].find("decode") != std::string::npos);
        // nobody listens
        RoleRunner quiet(Role::encode, d_source, { d_options.runtime });
        assert_told({ 7, 3, 7 }, quiet.run(frames(told)));
        // nothing to assume for a codec that does not adapt
        const std::string small = d_folder->path("small");
        test::save_small_model(small);
        RoleRunner(Role::encode, { small }, d_options).run(frames(told));
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, d_notices.size());
    }

    void chains_tell_what_the_channel_has()
    {
        ChainRunner chain(d_source, d_options);
        SimulatedChannel channel;
        channel.snr_db = torch::tensor({ 1.0, 6.0, 11.0 });
        const auto run = [&] {
            return chain
                .run(frames({ 30.0, std::nullopt, 30.0 }),
                     channel,
                     at::detail::createCPUGenerator(1))
                .decrypted;
        };
        assert_told({ 1, 6, 11 }, run());
        channel.snr_hint_db = 9;
        assert_told({ 9, 9, 9 }, run());
        CPPUNIT_ASSERT(d_notices.empty());
    }

    std::unique_ptr<test::ScratchFolder> d_folder;
    ModelSource d_source;
    RunnerOptions d_options;
    std::vector<std::string> d_notices;
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_told_snr> register_qa_told_snr("told_snr");

} // namespace djescc
