/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the codecs `cae` and `cnn_bigru`: parameters, rates and tiles.

#include "codec/picture_tiles.h"
#include "error_text.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <torch/utils.h>

namespace djescc {

namespace {

int64_t parameters_in(const torch::nn::Module& net)
{
    int64_t count = 0;
    for (const auto& tensor : net.parameters())
        count += tensor.numel();
    return count;
}

nlohmann::json config_of(const std::string& type, nlohmann::json config)
{
    config["type"] = type;
    return config;
}

struct AutoencoderEnds {
    explicit AutoencoderEnds(const std::string& type,
                             const nlohmann::json& more = nlohmann::json::object())
        : codec(Codec::create(config_of(type, more)))
        , encoder(codec->make_encoder())
        , decoder(codec->make_decoder())
    {
        encoder->eval();
        decoder->eval();
    }
    std::unique_ptr<Codec> codec;
    std::shared_ptr<SymbolEncoder> encoder;
    std::shared_ptr<SymbolDecoder> decoder;
};

} // namespace

class qa_autoencoders : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_autoencoders);
    CPPUNIT_TEST(parameters_are_the_papers);
    CPPUNIT_TEST(rates_and_power);
    CPPUNIT_TEST(tiles_are_put_back);
    CPPUNIT_TEST(tiles_know_nothing_of_one_another);
    CPPUNIT_TEST(learns);
    CPPUNIT_TEST(settings_are_checked);
    CPPUNIT_TEST_SUITE_END();

    void parameters_are_the_papers()
    {
        const AutoencoderEnds cae("cae"), bigru("cnn_bigru");
        // 896 + 4,624 + 1,160 of the convolutions, and the layer of 128 x 129
        CPPUNIT_ASSERT_EQUAL(int64_t{ 6680 + 16512 }, parameters_in(*cae.encoder));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 64051 },
                             parameters_in(*cae.encoder) + parameters_in(*cae.decoder));
        // 896 + 18,496; 2 x 148,224; 256 x 128 + 128
        CPPUNIT_ASSERT_EQUAL(int64_t{ 19392 + 296448 + 32896 },
                             parameters_in(*bigru.encoder));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 706819 },
                             parameters_in(*bigru.encoder) +
                                 parameters_in(*bigru.decoder));
        // Two for each of the channels behind six convolutions: 32 + 16 + 8 + 8 + 16 + 32
        const AutoencoderEnds normalized(
            "cae", nlohmann::json::object({ { "batch_normalization", true } }));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 64051 + 2 * 112 },
                             parameters_in(*normalized.encoder) +
                                 parameters_in(*normalized.decoder));
    }

    void rates_and_power()
    {
        torch::manual_seed(1);
        const torch::NoGradGuard no_grad;
        for (const auto& [type, symbols] :
             { std::pair<std::string, int64_t>{ "cae", 64 }, { "cnn_bigru", 1024 } }) {
            const AutoencoderEnds ends(type);
            const ImageShape shape{ 3, 64, 96 };
            CPPUNIT_ASSERT_EQUAL(6 * symbols, ends.codec->symbol_count(shape));
            CPPUNIT_ASSERT_DOUBLES_EQUAL(static_cast<double>(symbols) / 3072,
                                         ends.codec->bandwidth_ratio(),
                                         1e-12);
            const auto sent = ends.encoder->forward(torch::rand({ 2, 3, 64, 96 }), {});
            CPPUNIT_ASSERT_EQUAL(6 * symbols, sent.values.size(1));
            const auto power = torch::abs(sent.values).square().mean(1);
            CPPUNIT_ASSERT(torch::allclose(power, torch::ones({ 2 }), 1e-4, 1e-4));
            const auto images = ends.decoder->forward(sent, shape, {}).images;
            CPPUNIT_ASSERT(images.sizes() == (std::vector<int64_t>{ 2, 3, 64, 96 }));
            CPPUNIT_ASSERT(images.min().item<float>() >= 0);
            CPPUNIT_ASSERT(images.max().item<float>() <= 1);
        }
    }

    void tiles_are_put_back()
    {
        const auto images = torch::rand({ 2, 3, 64, 96 });
        const auto tiles = to_tiles(images, 32);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 12 }, tiles.size(0));
        // The second row's first tile of the first picture is its fourth.
        CPPUNIT_ASSERT(
            torch::equal(tiles[3], images[0].slice(1, 32, 64).slice(2, 0, 32)));
        CPPUNIT_ASSERT(torch::equal(from_tiles(tiles, { 3, 64, 96 }), images));
    }

    void tiles_know_nothing_of_one_another()
    {
        torch::manual_seed(2);
        const torch::NoGradGuard no_grad;
        const AutoencoderEnds ends("cnn_bigru");
        const auto images = torch::rand({ 1, 3, 32, 64 });
        const auto sent = ends.encoder->forward(images, {}).values;
        auto other = sent.clone();
        other.slice(1, 1024, 2048).mul_(-1);
        const auto first = ends.decoder->forward({ sent }, { 3, 32, 64 }, {}).images;
        const auto second = ends.decoder->forward({ other }, { 3, 32, 64 }, {}).images;
        CPPUNIT_ASSERT(torch::equal(first.slice(3, 0, 32), second.slice(3, 0, 32)));
        CPPUNIT_ASSERT(!torch::equal(first.slice(3, 32, 64), second.slice(3, 32, 64)));
    }

    //! Gradients reach every weight of both nets.
    void learns()
    {
        for (const auto* type : { "cae", "cnn_bigru" }) {
            torch::manual_seed(3);
            const AutoencoderEnds ends(type);
            ends.encoder->train();
            ends.decoder->train();
            const auto images = torch::rand({ 4, 3, 32, 32 });
            const auto found =
                ends.decoder
                    ->forward(ends.encoder->forward(images, {}), { 3, 32, 32 }, {})
                    .images;
            (found - images).square().mean().backward();
            for (const auto& net : { std::shared_ptr<RoleNet>(ends.encoder),
                                     std::shared_ptr<RoleNet>(ends.decoder) })
                for (const auto& item : net->named_parameters())
                    CPPUNIT_ASSERT_MESSAGE(
                        item.key(),
                        item.value().grad().defined() &&
                            torch::isfinite(item.value().grad()).all().item<bool>());
        }
    }

    void settings_are_checked()
    {
        for (const auto* type : { "cae", "cnn_bigru" }) {
            const auto text = test::error_text<ConfigError>([&] {
                Codec::create({ { "type", type }, { "with", 1 } });
            });
            test::assert_contains(text, "with");
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_autoencoders>
    register_qa_autoencoders("autoencoders");

} // namespace djescc
