/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of how quality over a channel is measured and averaged.

#include <djescc/eval/evaluation.h>

#include "runtime/chain.h"
#include "train/weight_average.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/metrics/quality.h>
#include <optional>
#include <torch/torch.h>

namespace djescc {
namespace {

constexpr int64_t image_count = 12;

//! Smooth pictures of 16 x 16, each darker than the one before.
class Pictures : public Dataset
{
public:
    int64_t size() const override { return image_count; }
    std::string description() const override { return "smooth pictures"; }
    torch::Tensor crops(const std::vector<CropChoice>& choices, int64_t) const override
    {
        std::vector<torch::Tensor> chosen;
        for (const auto& choice : choices)
            chosen.push_back(picture(choice.image));
        return torch::stack(chosen);
    }
    static torch::Tensor picture(int64_t index)
    {
        const auto ramp = torch::linspace(0, 1, 16).view({ 1, 1, 16 });
        return ramp.expand({ 3, 16, 16 })
            .mul(255.0 - 16.0 * static_cast<double>(index))
            .round()
            .to(torch::kUInt8);
    }
};

//! Takes a tenth of the light away.
class Darken : public Encryptor
{
public:
    ProtectedImages forward(const torch::Tensor& images, const Conditions&) override
    {
        return { images * weight.view({ 1, 1, 1, 1 }) };
    }
    torch::Tensor weight = register_parameter("weight", torch::full({ 1 }, 0.9));
};

class DarkenAgain : public Decryptor
{
public:
    torch::Tensor forward(const ProtectedImages& images, const Conditions&) override
    {
        return images.images * 0.9;
    }
};

//! Every real number of the image, in pairs, at average power 1.
class Straight : public SymbolEncoder
{
public:
    SymbolBatch forward(const torch::Tensor& images, const Conditions&) override
    {
        const auto reals = images.flatten(1).view({ images.size(0), -1, 2 });
        const auto power =
            reals.square().sum({ 1, 2 }, true) / static_cast<double>(reals.size(1));
        return { torch::view_as_complex((reals / power.sqrt()).contiguous()) };
    }
};

//! Keeps what it is given and answers with grey.
class Witness : public SymbolDecoder
{
public:
    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        seen = symbols.values;
        reliability = conditions.reliability;
        DecodedImages decoded(torch::full(
            { seen.size(0), shape.channels, shape.height, shape.width }, 0.3333));
        if (outage_below_db)
            decoded.outage = conditions.snr_db.to(torch::kCPU) < *outage_below_db;
        return decoded;
    }
    torch::Tensor seen, reliability;
    std::optional<double> outage_below_db; //!< undefined outages where there is none
};

//! The codec of these two.
class StraightCodec : public Codec
{
public:
    nlohmann::json config() const override { return { { "type", "straight" } }; }
    int64_t multiple() const override { return 2; }
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return { shape.numel() / 2 };
    }
    std::string symbol_formula() const override { return "3 * H * W / 2"; }
    double bandwidth_ratio() const override { return 0.5; }
    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<Straight>();
    }
    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<Witness>();
    }
};

struct Chain {
    std::shared_ptr<Darken> encryptor = std::make_shared<Darken>();
    std::shared_ptr<Witness> decoder = std::make_shared<Witness>();
    ModelNets nets{
        encryptor, std::make_shared<Straight>(), decoder, std::make_shared<DarkenAgain>()
    };

    ChainRunner runner() const
    {
        return ChainRunner(Cipher::create({ { "type", "none" } }),
                           std::make_shared<StraightCodec>(),
                           nets,
                           torch::kCPU,
                           { 0, 20 });
    }

    ChainQuality measured(const MeasureOptions& options) const
    {
        auto chain = runner();
        return measure_quality(chain, Pictures(), options);
    }
};

torch::Tensor all_pictures()
{
    std::vector<torch::Tensor> all;
    for (int64_t i = 0; i < image_count; ++i)
        all.push_back(Pictures::picture(i));
    return torch::stack(all).to(torch::kFloat32).div(255);
}

} // namespace

class qa_evaluation : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_evaluation);
    CPPUNIT_TEST(means_and_intervals_follow_their_definition);
    CPPUNIT_TEST(draws_of_one_image_are_one_observation);
    CPPUNIT_TEST(several_channels_are_each_as_alone);
    CPPUNIT_TEST(outages_are_counted_over_images_and_draws);
    CPPUNIT_TEST(erased_symbols_are_zeros_in_the_right_number);
    CPPUNIT_TEST(rounding_gives_8_bit_images_and_lets_gradients_pass);
    CPPUNIT_TEST(average_of_weights_follows_its_recursion);
    CPPUNIT_TEST(average_of_normalization_statistics);
    CPPUNIT_TEST_SUITE_END();

    void means_and_intervals_follow_their_definition()
    {
        const Chain chain;
        MeasureOptions options;
        options.batch = 5; // leaves a part of a batch
        const auto quality = chain.measured(options);
        CPPUNIT_ASSERT_EQUAL(image_count, quality.images);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.5, quality.channel_uses_per_pixel, 1e-12);

        const auto plain = all_pictures();
        const auto images = plain * 0.9;
        const auto error = (images * 255).round() - plain * 255;
        const auto mse = error.square().mean({ 1, 2, 3 }).to(torch::kFloat64);
        const auto psnr_db = 10 * torch::log10(255.0 * 255.0 / mse);
        const auto& measured = quality.protected_images;
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            psnr_db.mean().item<double>(), measured.psnr_db, 1e-3);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            10 * std::log10(255.0 * 255.0 / mse.mean().item<double>()),
            measured.mean_mse_psnr_db,
            1e-3);
        // Mean of N values with sample deviation s: 1.96 s / sqrt(N) for 95 %.
        const double deviation = std::sqrt(
            (psnr_db - psnr_db.mean()).square().sum().item<double>() / (image_count - 1));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.96 * deviation / std::sqrt(double(image_count)),
                                     measured.psnr_db_interval,
                                     1e-3);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            ssim(images, plain).mean().item<double>(), measured.ssim, 1e-5);
    }

    void draws_of_one_image_are_one_observation()
    {
        const Chain chain;
        MeasureOptions options;
        options.batch = 7;
        const auto once = chain.measured(options);
        options.draws = 3;
        const auto thrice = chain.measured(options);
        // Nothing random comes before the channel, so more draws tell nothing new.
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            once.protected_images.psnr_db, thrice.protected_images.psnr_db, 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(once.protected_images.psnr_db_interval,
                                     thrice.protected_images.psnr_db_interval,
                                     1e-9);
    }

    void several_channels_are_each_as_alone()
    {
        const Chain chain;
        MeasureOptions options;
        options.batch = 5;
        options.draws = 2;
        auto runner = chain.runner();
        std::vector<torch::Tensor> last;
        options.watch = [&](const MeasuredImage&) {
            last.push_back(chain.decoder->seen);
        };
        measure_qualities(
            runner, Pictures(), options, { { { 3, 3 }, 0 }, { { 20, 20 }, 0.25 } });
        const auto together = last.back();
        options.snr_db = { 20, 20 };
        options.damage.erased = 0.25;
        measure_quality(runner, Pictures(), options);
        CPPUNIT_ASSERT(torch::equal(together, last.back()));
    }

    void outages_are_counted_over_images_and_draws()
    {
        const Chain chain;
        MeasureOptions options;
        options.batch = 7;
        options.draws = 3;
        CPPUNIT_ASSERT_EQUAL(int64_t(0), chain.measured(options).outages);
        chain.decoder->outage_below_db = 10;
        int64_t watched = 0, sent = 0;
        std::vector<int64_t> draws(3, 0);
        options.watch = [&](const MeasuredImage& image) {
            sent++;
            watched += image.outage ? 1 : 0;
            draws.at(static_cast<std::size_t>(image.draw))++;
            CPPUNIT_ASSERT(image.decrypted.sizes() == Pictures::picture(0).sizes());
        };
        auto runner = chain.runner();
        const auto qualities =
            measure_qualities(runner,
                              Pictures(),
                              options,
                              { { { 0, 9 }, 0 }, { { 0, 20 }, 0 }, { { 11, 20 }, 0 } });
        CPPUNIT_ASSERT_EQUAL(3 * image_count, qualities[0].outages);
        // SNRs are spread evenly: about half of them lie below.
        CPPUNIT_ASSERT(std::abs(qualities[1].outages - 3 * image_count / 2) <= 1);
        CPPUNIT_ASSERT_EQUAL(int64_t(0), qualities[2].outages);
        CPPUNIT_ASSERT_EQUAL(qualities[0].outages + qualities[1].outages, watched);
        CPPUNIT_ASSERT_EQUAL(9 * image_count, sent);
        CPPUNIT_ASSERT(draws == std::vector<int64_t>(3, 3 * image_count));
    }

    void erased_symbols_are_zeros_in_the_right_number()
    {
        const Chain chain;
        const auto plain = all_pictures();
        ChainConditions conditions;
        conditions.snr_db = torch::full({ image_count }, 10.0);
        conditions.erased = torch::arange(image_count) / 20.0; // 0 to 55 %
        run_chain(chain.nets, plain, conditions, at::detail::getDefaultCPUGenerator());
        const auto zeros = (chain.decoder->seen.abs() == 0).sum(1);
        CPPUNIT_ASSERT(torch::equal(chain.decoder->reliability == 0,
                                    chain.decoder->seen.abs() == 0));
        const int64_t count = chain.decoder->seen.size(1);
        for (int64_t i = 0; i < image_count; ++i) {
            const double part = static_cast<double>(i) / 20;
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                part * static_cast<double>(count), zeros[i].item<double>(), 1.0);
        }
        // The others are left alone: their power is the symbols' and the noise's.
        const auto power =
            chain.decoder->seen.abs().square().sum(1) / (count - zeros).to(torch::kFloat);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.1, power.mean().item<double>(), 0.1);
        // Places differ from image to image and are spread over the whole frame.
        const auto lost = (chain.decoder->seen.abs() == 0);
        CPPUNIT_ASSERT(!torch::equal(lost[10], lost[11]));
        const auto halves = lost[10].view({ 2, -1 }).sum(1);
        CPPUNIT_ASSERT(halves.min().item<int64_t>() > count / 8);
    }

    void rounding_gives_8_bit_images_and_lets_gradients_pass()
    {
        const Chain chain;
        const auto plain = all_pictures();
        ChainConditions conditions;
        conditions.snr_db = torch::full({ image_count }, 10.0);
        conditions.round_to_8_bits = true;
        const auto output = run_chain(
            chain.nets, plain, conditions, at::detail::getDefaultCPUGenerator());
        for (const auto& images : { output.protected_images, output.decoded }) {
            const auto levels = images.detach() * 255;
            CPPUNIT_ASSERT(torch::allclose(levels, levels.round(), 0, 1e-3));
        }
        CPPUNIT_ASSERT(torch::allclose(output.protected_images.detach(),
                                       (plain * 0.9 * 255).round() / 255,
                                       0,
                                       1e-5));
        output.protected_images.sum().backward();
        // As without rounding: d sum(w x) / dw = sum(x).
        CPPUNIT_ASSERT_DOUBLES_EQUAL(plain.sum().item<double>(),
                                     chain.encryptor->weight.grad().item<double>(),
                                     1e-2);
    }

    void average_of_weights_follows_its_recursion()
    {
        auto weight = torch::zeros({ 3 });
        WeightAverage average({ weight }, 0.75);
        weight.fill_(1);
        double expected = 0;
        for (int64_t step = 0; step < 40; ++step) {
            average.update(step);
            const double decay =
                std::min(0.75, (1.0 + double(step)) / (10.0 + double(step)));
            expected = decay * expected + (1 - decay);
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            expected, average.averages()[0][1].item<double>(), 1e-6);
        {
            const AveragedWeights averaged(&average);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(expected, weight[0].item<double>(), 1e-6);
        }
        CPPUNIT_ASSERT_EQUAL(1.0, weight[0].item<double>());
        const AveragedWeights none(nullptr);
    }

    void average_of_normalization_statistics()
    {
        torch::nn::Sequential net(torch::nn::Conv2d(3, 2, 1), torch::nn::BatchNorm2d(2));
        const auto statistics = normalization_statistics({ { "net", net.ptr() } });
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 2 }, statistics.size());
        WeightAverage average(statistics, 0.5);
        net->train();
        net->forward(torch::rand({ 8, 3, 4, 4 }));
        const auto mean = net->named_buffers()["1.running_mean"];
        const auto counted = mean.clone();
        average.update(100); // half of the way from 0
        {
            const AveragedWeights averaged(&average);
            CPPUNIT_ASSERT(torch::allclose(mean, 0.5 * counted));
        }
        CPPUNIT_ASSERT(torch::equal(mean, counted));
        average.restart(1); // the variance alone
        CPPUNIT_ASSERT(torch::allclose(average.averages()[0], 0.5 * counted));
        CPPUNIT_ASSERT(torch::equal(average.averages()[1], statistics[1]));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_evaluation>
    register_qa_evaluation("evaluation");

} // namespace djescc
