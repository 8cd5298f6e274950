/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codec `direct`, which sends values as they are.

#include "error_text.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/channel/channel.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <torch/utils.h>

namespace djescc {

class qa_direct : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_direct);
    CPPUNIT_TEST(symbol_counts);
    CPPUNIT_TEST(gives_the_values_back);
    CPPUNIT_TEST(unit_power);
    CPPUNIT_TEST(noise_of_the_values_is_that_of_the_channel);
    CPPUNIT_TEST(lost_symbols_give_zeros);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST_SUITE_END();

    static torch::Tensor
    through(const Codec& codec, const torch::Tensor& images, double snr_db = INFINITY)
    {
        auto symbols = codec.make_encoder()->forward(images, {}).values;
        if (std::isfinite(snr_db)) {
            torch::manual_seed(9);
            symbols = reals_to_symbols(
                awgn(symbols_to_reals(symbols), torch::full({ images.size(0) }, snr_db)));
        }
        return codec.make_decoder()
            ->forward({ symbols }, { images.size(1), images.size(2), images.size(3) }, {})
            .images;
    }

    void symbol_counts()
    {
        const auto codec = Codec::create({ { "type", "direct" }, { "channels", 1 } });
        CPPUNIT_ASSERT_EQUAL(int64_t{ 20000 + 313 },
                             codec->symbol_count({ 1, 200, 200 }));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 5 + 16 }, codec->symbol_count({ 1, 3, 3 }));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 1 + 16 }, codec->symbol_count({ 1, 1, 1 }));
        const auto symbols =
            codec->make_encoder()->forward(torch::rand({ 2, 1, 3, 3 }), {}).values;
        CPPUNIT_ASSERT_EQUAL(int64_t{ 21 }, symbols.size(1));
        CPPUNIT_ASSERT(symbols.scalar_type() == torch::kComplexFloat);
    }

    void gives_the_values_back()
    {
        torch::manual_seed(2);
        const auto codec = Codec::create({ { "type", "direct" } });
        for (const double contrast : { 1.0, 0.3, 0.01, 0.003 }) {
            const auto images = 0.5 + contrast * (torch::rand({ 2, 3, 7, 9 }) - 0.5);
            CPPUNIT_ASSERT(torch::allclose(through(*codec, images), images, 0, 2e-6));
        }
        // below the range of the gain, where the noise is far above the picture anyway
        const auto faint = 0.5 + 1e-4 * (torch::rand({ 1, 3, 16, 16 }) - 0.5);
        CPPUNIT_ASSERT(torch::allclose(through(*codec, faint), faint, 0, 1e-6));
        const auto grey = torch::full({ 1, 3, 16, 16 }, 0.5);
        CPPUNIT_ASSERT(torch::allclose(through(*codec, grey), grey, 0, 1e-6));
        const auto extremes =
            torch::cat({ torch::zeros({ 1, 3, 4, 4 }), torch::ones({ 1, 3, 4, 4 }) }, 3);
        CPPUNIT_ASSERT(torch::allclose(through(*codec, extremes), extremes, 0, 2e-6));
    }

    void unit_power()
    {
        torch::manual_seed(3);
        const auto codec = Codec::create({ { "type", "direct" } });
        for (const double contrast : { 1.0, 0.1, 1e-3, 1e-5, 0.0 }) {
            const auto images = 0.5 + contrast * (torch::rand({ 3, 3, 8, 8 }) - 0.5);
            const auto symbols = codec->make_encoder()->forward(images, {}).values;
            CPPUNIT_ASSERT(torch::allclose(
                symbols.abs().square().mean(1), torch::ones({ 3 }), 1e-5, 1e-6));
        }
    }

    // No clipping here: values of +-1/4 about the middle, noise well below that.
    void noise_of_the_values_is_that_of_the_channel()
    {
        torch::manual_seed(4);
        const auto codec = Codec::create({ { "type", "direct" }, { "channels", 1 } });
        const auto images = torch::where(torch::rand({ 1, 1, 200, 200 }) > 0.5,
                                         torch::tensor(0.75f),
                                         torch::tensor(0.25f));
        for (const double snr_db : { 15.0, 25.0, 35.0 }) {
            const auto error = through(*codec, images, snr_db) - images;
            // k + m symbols of power 1 carry gain v = 1 + log2(1/2) / 4 in m of them
            const double many = 20000, few = 313, gain = 0.75;
            const double scale = (many + few - few * gain * gain) / many;
            const double expected =
                std::pow(0.25, 2) * std::pow(10, -snr_db / 10) / scale;
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                1.0, error.square().mean().item<double>() / expected, 0.1);
        }
    }

    void lost_symbols_give_zeros()
    {
        torch::manual_seed(5);
        const auto codec = Codec::create({ { "type", "direct" }, { "channels", 1 } });
        const auto images = torch::rand({ 1, 1, 20, 20 });
        auto symbols = codec->make_encoder()->forward(images, {}).values;
        symbols.slice(1, 10, 40).zero_(); // six gain symbols, 24 of 200 others
        const auto back =
            codec->make_decoder()->forward({ symbols }, { 1, 20, 20 }, {}).images;
        const auto lost = (back == 0).flatten(1);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 48 }, lost.sum().item<int64_t>());
        CPPUNIT_ASSERT(lost.slice(1, 0, 24).all().item<bool>());
        CPPUNIT_ASSERT(lost.slice(1, 200, 224).all().item<bool>());
        CPPUNIT_ASSERT(torch::allclose(back.flatten(1).slice(1, 24, 200),
                                       images.flatten(1).slice(1, 24, 200),
                                       0,
                                       2e-6));
        // nothing but zeros is nothing but lost
        const auto nothing =
            codec->make_decoder()
                ->forward({ torch::zeros_like(symbols) }, { 1, 20, 20 }, {})
                .images;
        CPPUNIT_ASSERT(torch::equal(nothing, torch::zeros_like(nothing)));
    }

    void refuses()
    {
        for (const auto& config : { nlohmann::json{ { "channels", 2 } },
                                    nlohmann::json{ { "channels", 0 } },
                                    nlohmann::json{ { "gain", 1 } } }) {
            auto whole = config;
            whole["type"] = "direct";
            const auto text =
                test::error_text<ConfigError>([&] { Codec::create(whole); });
            test::assert_contains(text, "codec.");
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_direct> register_qa_direct("direct");

} // namespace djescc
