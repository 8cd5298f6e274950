/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codec `separate`: round trips, the cliff, losses, and what it refuses.

#include "codec/picture_link.h"
#include "coded_pictures.h"
#include "error_text.h"
#include "runtime/chain.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <limits>
#include <torch/torch.h>

namespace djescc {
namespace {

//! The fast search, for tests' time.
std::unique_ptr<Codec>
make_separate_codec(nlohmann::json config = nlohmann::json::object())
{
    config["type"] = "separate";
    if (!config.contains("speed"))
        config["speed"] = "fast";
    return Codec::create(config);
}

Conditions separate_at(double snr_db, int64_t n)
{
    Conditions conditions;
    conditions.snr_db = torch::full({ n }, snr_db, torch::kFloat32);
    return conditions;
}

//! What a sender gives for one picture by rule, repeated.
SymbolBatch
separate_symbols(const Codec& codec, int64_t height, int64_t width, int64_t n = 1)
{
    const auto image =
        image_of(drawn_picture(3, static_cast<int>(height), static_cast<int>(width)));
    return codec.make_encoder()->forward(image.unsqueeze(0).repeat({ n, 1, 1, 1 }),
                                         separate_at(10, n));
}

//! Through noise, and back.
DecodedImages separate_received(const Codec& codec,
                                const SymbolBatch& sent,
                                const ImageShape& shape,
                                double snr_db,
                                double erased = 0,
                                uint64_t seed = 1)
{
    const int64_t n = sent.values.size(0);
    const auto received = through_channel(sent,
                                          torch::full({ n }, snr_db, torch::kFloat32),
                                          torch::full({ n }, erased, torch::kFloat32),
                                          at::detail::createCPUGenerator(seed));
    auto conditions = separate_at(snr_db, n);
    conditions.reliability = received.reliability;
    return codec.make_decoder()->forward(received.symbols, shape, conditions);
}

int64_t outages_of(const DecodedImages& decoded)
{
    return decoded.outage.sum().item<int64_t>();
}

bool is_grey(const torch::Tensor& image) { return (image == 0.5).all().item<bool>(); }

} // namespace

class qa_separate : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_separate);
    CPPUNIT_TEST(gives_the_coders_own_picture);
    CPPUNIT_TEST(any_size_of_picture);
    CPPUNIT_TEST(falls_off_a_cliff);
    CPPUNIT_TEST(says_what_did_not_come_through);
    CPPUNIT_TEST(survives_lost_symbols);
    CPPUNIT_TEST(rows_are_by_themselves);
    CPPUNIT_TEST(higher_rates_give_better_pictures);
    CPPUNIT_TEST(any_samples_and_symbols);
    CPPUNIT_TEST(too_large_pictures_are_refused);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST(configuration_is_whole);
    CPPUNIT_TEST_SUITE_END();

    void gives_the_coders_own_picture()
    {
        for (const std::string coder : { "hevc", "jpeg" })
            for (const std::string modulation : { "bpsk", "qpsk", "16-qam", "64-qam" }) {
                const auto codec = make_separate_codec({ { "coder", coder },
                                                         { "modulation", modulation },
                                                         { "bandwidth_ratio", "1/3" } });
                const ImageShape shape{ 3, 48, 64 };
                const auto sent = separate_symbols(*codec, shape.height, shape.width);
                const auto decoded = separate_received(*codec, sent, shape, 35);
                CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, outages_of(decoded));

                PictureLinkSettings settings;
                settings.coder = coder;
                settings.speed = "fast";
                settings.modulation = parse_modulation(modulation);
                const auto room = settings.make_link().capacity_bytes(
                    static_cast<std::size_t>(codec->symbol_count(shape)));
                const auto coded =
                    settings.make_coder()->encode(drawn_picture(3, 48, 64), room);
                CPPUNIT_ASSERT_MESSAGE(coder + modulation, coded.has_value());
                CPPUNIT_ASSERT(torch::equal(image_of(coded->decoded), decoded.images[0]));
            }
    }

    void any_size_of_picture()
    {
        const std::vector<std::pair<int64_t, int64_t>> sizes{ { 1, 1 },   { 5, 7 },
                                                              { 1, 200 }, { 32, 32 },
                                                              { 48, 64 }, { 33, 47 } };
        for (const std::string coder : { "hevc", "jpeg" })
            for (const auto& [height, width] : sizes) {
                const auto codec = make_separate_codec({ { "coder", coder } });
                const ImageShape shape{ 3, height, width };
                CPPUNIT_ASSERT_EQUAL(std::max<int64_t>(1, (3 * height * width + 3) / 6),
                                     codec->symbol_count(shape));
                const auto sent = separate_symbols(*codec, height, width, 2);
                CPPUNIT_ASSERT(sent.values.sizes() ==
                               (std::vector<int64_t>{ 2, codec->symbol_count(shape) }));
                CPPUNIT_ASSERT(sent.values.scalar_type() == torch::kComplexFloat);
                CPPUNIT_ASSERT(torch::allclose(
                    sent.values.abs().square().mean(1), torch::ones({ 2 }), 1e-5, 0));
                const auto decoded = separate_received(*codec, sent, shape, 30);
                CPPUNIT_ASSERT(decoded.images.sizes() ==
                               (std::vector<int64_t>{ 2, 3, height, width }));
                // What is so small that no picture fits is an outage, as its sender knew.
                const bool small = height * width < 500;
                if (small)
                    CPPUNIT_ASSERT_EQUAL(int64_t{ 2 }, outages_of(decoded));
                else if (coder == "hevc" || height * width > 2000)
                    CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, outages_of(decoded));
                for (int64_t i = 0; i < 2; ++i)
                    CPPUNIT_ASSERT_EQUAL(decoded.outage[i].item<bool>(),
                                         is_grey(decoded.images[i]));
            }
    }

    void falls_off_a_cliff()
    {
        // Below the threshold of its code nothing comes through, 1.5 dB above it all.
        const std::vector<std::pair<std::string, double>> thresholds{ { "bpsk", -1.5 },
                                                                      { "qpsk", 1.4 },
                                                                      { "16-qam", 6.6 } };
        constexpr int64_t n = 12;
        for (const auto& [modulation, about] : thresholds) {
            const auto codec = make_separate_codec({ { "modulation", modulation } });
            const ImageShape shape{ 3, 64, 64 };
            const auto sent = separate_symbols(*codec, shape.height, shape.width, n);
            double below = about - 2.5;
            while (outages_of(separate_received(*codec, sent, shape, below)) == n)
                below += 0.25;
            below -= 0.25; // the last one at which all were lost
            const auto message = modulation + " at " + std::to_string(below);
            CPPUNIT_ASSERT_DOUBLES_EQUAL_MESSAGE(message, about - 0.7, below, 1.2);
            for (const double margin : { 1.5, 2.0, 3.0, 10.0 })
                CPPUNIT_ASSERT_EQUAL_MESSAGE(
                    message,
                    int64_t{ 0 },
                    outages_of(separate_received(*codec, sent, shape, below + margin)));
        }
    }

    void says_what_did_not_come_through()
    {
        const auto codec = make_separate_codec();
        const ImageShape shape{ 3, 32, 32 };
        const auto sent = separate_symbols(*codec, 32, 32, 3);
        auto decoded = separate_received(*codec, sent, shape, -10);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, outages_of(decoded));
        CPPUNIT_ASSERT(is_grey(decoded.images));
        CPPUNIT_ASSERT(decoded.outage.scalar_type() == torch::kBool);
        // noise alone
        decoded = separate_received(
            *codec,
            { torch::zeros({ 3, codec->symbol_count(shape) }, torch::kComplexFloat) },
            shape,
            5);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, outages_of(decoded));
        // what is no picture, though its CRC is right
        const BitLink link(Modulation::qpsk, CodeRate::half);
        const auto k = static_cast<std::size_t>(codec->symbol_count(shape));
        for (const std::string& bytes : { std::string("\x00", 1),
                                          std::string("no picture"),
                                          std::string(link.capacity_bytes(k), '\xff') }) {
            auto symbols = link.encode(bytes, k);
            const auto values = torch::from_blob(symbols.data(),
                                                 { 1, static_cast<int64_t>(k) },
                                                 torch::kComplexFloat)
                                    .clone();
            decoded = separate_received(*codec, { values }, shape, 30);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, outages_of(decoded));
            CPPUNIT_ASSERT(is_grey(decoded.images));
        }
    }

    void survives_lost_symbols()
    {
        const auto codec = make_separate_codec();
        const ImageShape shape{ 3, 64, 64 };
        const auto sent = separate_symbols(*codec, 64, 64, 8);
        // Rate 1/2 has enough for one symbol in five, and nothing has for three.
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 },
                             outages_of(separate_received(*codec, sent, shape, 10, 0.2)));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8 },
                             outages_of(separate_received(*codec, sent, shape, 10, 0.6)));
    }

    void rows_are_by_themselves()
    {
        const auto codec = make_separate_codec();
        const auto encoder = codec->make_encoder();
        const ImageShape shape{ 3, 48, 48 };
        torch::manual_seed(1);
        const auto images =
            torch::upsample_bilinear2d(torch::rand({ 3, 3, 4, 4 }), { 48, 48 }, true);
        const auto together = encoder->forward(images, separate_at(10, 3));
        for (int64_t i = 0; i < 3; ++i) {
            const auto alone =
                encoder->forward(images.slice(0, i, i + 1), separate_at(10, 1));
            CPPUNIT_ASSERT(
                torch::equal(torch::view_as_real(together.values.slice(0, i, i + 1)),
                             torch::view_as_real(alone.values)));
        }
        // one row far below the threshold
        auto conditions = separate_at(10, 3);
        conditions.snr_db[1] = -20;
        auto received = together.values.clone();
        received[1] += 10 * torch::randn({ received.size(1) }, torch::kComplexFloat);
        const auto decoded =
            codec->make_decoder()->forward({ received }, shape, conditions);
        CPPUNIT_ASSERT(
            torch::equal(torch::tensor({ false, true, false }), decoded.outage));
        for (const int64_t i : { 0, 2 }) {
            const auto error = torch::mse_loss(decoded.images[i], images[i]);
            CPPUNIT_ASSERT(error.item<double>() < 1e-3);
        }
    }

    void higher_rates_give_better_pictures()
    {
        const auto image = image_of(drawn_picture(3, 64, 64));
        double before = 0;
        for (const std::string modulation : { "bpsk", "qpsk", "16-qam", "64-qam" }) {
            const auto codec = make_separate_codec({ { "modulation", modulation } });
            const auto decoded = separate_received(
                *codec, separate_symbols(*codec, 64, 64), { 3, 64, 64 }, 35);
            CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, outages_of(decoded));
            const double psnr =
                -10 * torch::mse_loss(decoded.images[0], image).log10().item<double>();
            CPPUNIT_ASSERT(psnr > before + 0.5);
            before = psnr;
        }
    }

    void any_samples_and_symbols()
    {
        constexpr double inf = std::numeric_limits<double>::infinity();
        for (const std::string coder : { "hevc", "jpeg" }) {
            const auto codec =
                make_separate_codec({ { "coder", coder }, { "bandwidth_ratio", "1/2" } });
            const ImageShape shape{ 3, 64, 64 };
            auto images = torch::rand({ 6, 3, 64, 64 });
            images[0].zero_();
            images[1].fill_(std::nan(""));
            images[2].slice(1, 0, 20).fill_(inf);
            images[2].slice(1, 20, 40).fill_(-inf);
            images[3][1].fill_(3e38);
            images[3][2].fill_(-3e38);
            images[4].slice(1, 3, 5).fill_(std::nan(""));
            const auto sent = codec->make_encoder()->forward(images, separate_at(10, 6));
            CPPUNIT_ASSERT(
                torch::view_as_real(sent.values).isfinite().all().item<bool>());
            const auto decoded = separate_received(*codec, sent, shape, 30);
            CPPUNIT_ASSERT(decoded.images.isfinite().all().item<bool>());
            // Samples are clipped: 1 where they were infinite.
            CPPUNIT_ASSERT(!decoded.outage[2].item<bool>());
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                1, decoded.images[2].slice(1, 0, 16).mean().item<double>(), 0.1);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                0, decoded.images[2].slice(1, 24, 36).mean().item<double>(), 0.1);

            auto values = sent.values.slice(0, 0, 1).clone();
            values.slice(1, 0, 20).fill_(std::nan(""));
            values.slice(1, 20, 40).fill_(inf);
            values.slice(1, 40, 45).fill_(1e38);
            auto conditions = separate_at(10, 1);
            for (const double snr_db : { 10.0, inf, -inf, std::nan(""), 1000.0 }) {
                conditions.snr_db.fill_(snr_db);
                const auto back =
                    codec->make_decoder()->forward({ values }, shape, conditions);
                CPPUNIT_ASSERT(back.images.isfinite().all().item<bool>());
            }
        }
    }

    void too_large_pictures_are_refused()
    {
        const auto codec = make_separate_codec();
        const auto image = torch::zeros({ 1 }).expand({ 1, 3, 16385, 1 });
        for (const auto& text :
             { test::error_text<ImageError>(
                   [&] { codec->make_encoder()->forward(image, separate_at(10, 1)); }),
               test::error_text<ImageError>([&] {
                   codec->make_decoder()->forward(
                       { torch::zeros({ 1, 8 }, torch::kComplexFloat) },
                       { 3, 16385, 1 },
                       separate_at(10, 1));
               }) }) {
            test::assert_contains(text, "codec \"separate\"");
            test::assert_contains(text, "16385 x 1");
            test::assert_contains(text, "16384 on a side");
        }
        test::assert_contains(test::error_text<ImageError>([&] {
                                  codec->make_decoder()->forward(
                                      { torch::zeros({ 1, 8 }, torch::kComplexFloat) },
                                      { 3, 16384, 16384 },
                                      separate_at(10, 1));
                              }),
                              "33554432 in all");
    }

    static void
    refused(nlohmann::json config, const std::string& key, const std::string& remedy)
    {
        config["type"] = "separate";
        const auto text = test::error_text<ConfigError>([&] { Codec::create(config); });
        test::assert_contains(text, key);
        test::assert_contains(text, remedy);
    }

    void configuration_is_checked()
    {
        for (const std::string ratio : { "0/6",
                                         "1/0",
                                         "7/6",
                                         "1",
                                         "",
                                         "/",
                                         "1/6/2",
                                         "-1/6",
                                         "0.5",
                                         "1/ 6",
                                         "1/12345678" })
            refused({ { "bandwidth_ratio", ratio } }, "codec.bandwidth_ratio", "1/6");
        refused({ { "bandwidth_ratio", 0.5 } }, "codec.bandwidth_ratio", "type");
        refused({ { "modulation", "8-psk" } }, "codec.modulation", "qpsk");
        refused({ { "code_rate", "7/8" } }, "codec.code_rate", "5/6");
        refused({ { "coder", "png" } }, "codec.coder", "jpeg");
        refused({ { "speed", "slow" } }, "codec.speed", "fast");
        refused({ { "repetition", 0 } }, "codec.repetition", "64");
        refused({ { "repetition", 1.5 } }, "codec.repetition", "whole number");
        refused({ { "base_share", 0.5 } }, "codec.base_share", "");
    }

    void configuration_is_whole()
    {
        const auto codec = Codec::create({ { "type", "separate" },
                                           { "coder", "jpeg" },
                                           { "bandwidth_ratio", "10/120" },
                                           { "modulation", "64-qam" },
                                           { "code_rate", "3/4" },
                                           { "repetition", 2 } });
        const auto config = codec->config();
        CPPUNIT_ASSERT_EQUAL(std::string("1/12"),
                             config["bandwidth_ratio"].get<std::string>());
        CPPUNIT_ASSERT(Codec::create(config)->config() == config);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0 / 12, codec->bandwidth_ratio(), 1e-12);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 256 }, codec->symbol_count({ 3, 32, 32 }));
        test::assert_contains(codec->symbol_formula(), "1/12");
        CPPUNIT_ASSERT(codec->needs().snr);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, codec->multiple());
        CPPUNIT_ASSERT(codec->make_encoder()->parameters().empty());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_separate> register_qa_separate("separate");

} // namespace djescc
