/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codec `hybrid`: graceful quality above its base's threshold, and what can go
// wrong between its two ends.

#include "codec/picture_link.h"
#include "coded_pictures.h"
#include "error_text.h"
#include "runtime/chain.h"
#include "scratch_folder.h"
#include "smooth_prior.h"
#include "train/freezing.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <djescc/model/model.h>
#include <limits>
#include <numeric>
#include <random>
#include <torch/torch.h>

namespace djescc {
namespace {

//! Small nets and the fast search.
nlohmann::json small_hybrid(nlohmann::json config = nlohmann::json::object())
{
    config["type"] = "hybrid";
    config["speed"] = "fast";
    config["variance_net"] = { { "width", 8 }, { "depth", 1 } };
    config["refining_net"] = { { "width", 8 }, { "blocks", 1 } };
    return config;
}

//! A codec and its two nets, which expect less of higher frequencies and of colours, as
//! trained ones do.
struct HybridPair {
    std::unique_ptr<Codec> codec;
    std::shared_ptr<SymbolEncoder> encoder;
    std::shared_ptr<SymbolDecoder> decoder;

    explicit HybridPair(const nlohmann::json& config = nlohmann::json::object(),
                        uint64_t seed = 1)
    {
        torch::manual_seed(seed);
        codec = Codec::create(small_hybrid(config));
        encoder = codec->make_encoder();
        decoder = codec->make_decoder();
        codec->share(*encoder, *decoder);
        test::expect_smooth_pictures(*encoder);
        encoder->eval();
        decoder->eval();
    }

    static Conditions at(double snr_db, int64_t n)
    {
        Conditions conditions;
        conditions.snr_db = torch::full({ n }, snr_db, torch::kFloat32);
        return conditions;
    }

    SymbolBatch encode(const torch::Tensor& images) const
    {
        const torch::NoGradGuard no_grad;
        return encoder->forward(images, at(10, images.size(0)));
    }

    DecodedImages decode(const torch::Tensor& values,
                         const torch::Tensor& images,
                         double snr_db,
                         const torch::Tensor& reliability = {}) const
    {
        const torch::NoGradGuard no_grad;
        auto conditions = at(snr_db, values.size(0));
        conditions.reliability = reliability;
        return decoder->forward(
            { values }, { 3, images.size(2), images.size(3) }, conditions);
    }

    DecodedImages through(const torch::Tensor& images,
                          double snr_db,
                          double erased = 0,
                          uint64_t seed = 1) const
    {
        const int64_t n = images.size(0);
        const auto received = through_channel(encode(images),
                                              torch::full({ n }, snr_db, torch::kFloat32),
                                              torch::full({ n }, erased, torch::kFloat32),
                                              at::detail::createCPUGenerator(seed));
        return decode(received.symbols.values, images, snr_db, received.reliability);
    }
};

//! N pictures by rule, each shifted in its colours.
torch::Tensor rule_pictures(int64_t n, int64_t height, int64_t width)
{
    const auto image =
        image_of(drawn_picture(3, static_cast<int>(height), static_cast<int>(width)));
    std::vector<torch::Tensor> images;
    for (int64_t i = 0; i < n; ++i)
        images.push_back(image.roll({ i, 7 * i }, { 0, 2 }));
    return torch::stack(images);
}

double hybrid_psnr(const torch::Tensor& a, const torch::Tensor& b)
{
    return -10 * torch::mse_loss(a, b).log10().item<double>();
}

bool finite_images(const DecodedImages& decoded)
{
    return decoded.images.isfinite().all().item<bool>() &&
           decoded.images.min().item<double>() >= 0 &&
           decoded.images.max().item<double>() <= 1;
}

void check_unit_power(const SymbolBatch& batch)
{
    CPPUNIT_ASSERT(torch::allclose(batch.values.abs().square().mean(1),
                                   torch::ones({ batch.values.size(0) }),
                                   1e-4,
                                   0));
}

//! The picture of the digital part alone: what the coder makes of so many bytes.
double base_psnr(const torch::Tensor& image, int64_t symbols)
{
    PictureLinkSettings settings;
    settings.speed = "fast";
    const auto room =
        settings.make_link().capacity_bytes(static_cast<std::size_t>(symbols));
    const auto coded = settings.make_coder()->encode(planar_picture(image), room);
    return hybrid_psnr(image_of(coded.value().decoded), image);
}

} // namespace

class qa_hybrid : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_hybrid);
    CPPUNIT_TEST(is_better_than_its_base);
    CPPUNIT_TEST(quality_follows_the_channel);
    CPPUNIT_TEST(bases_of_every_modulation);
    CPPUNIT_TEST(power_of_the_base);
    CPPUNIT_TEST(below_the_threshold_is_an_outage);
    CPPUNIT_TEST(lost_symbols_cost_little);
    CPPUNIT_TEST(both_ends_share_one_net);
    CPPUNIT_TEST(loaded_roles_decode_the_same);
    CPPUNIT_TEST(rows_are_by_themselves);
    CPPUNIT_TEST(tiny_pictures);
    CPPUNIT_TEST(small_pictures_keep_their_contrast);
    CPPUNIT_TEST(flat_pictures);
    CPPUNIT_TEST(shares_of_any_size);
    CPPUNIT_TEST(any_samples);
    CPPUNIT_TEST(any_symbols);
    CPPUNIT_TEST(forged_bases);
    CPPUNIT_TEST(damaged_weights);
    CPPUNIT_TEST(too_large_pictures_are_refused);
    CPPUNIT_TEST(trains);
    CPPUNIT_TEST(configuration_is_checked);
    CPPUNIT_TEST_SUITE_END();

    void is_better_than_its_base()
    {
        const HybridPair pair;
        const auto images = rule_pictures(1, 128, 128);
        const auto sent = pair.encode(images);
        CPPUNIT_ASSERT_EQUAL(pair.codec->symbol_count({ 3, 128, 128 }),
                             sent.values.size(1));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8192 }, sent.values.size(1));
        check_unit_power(sent);
        const double with = hybrid_psnr(pair.through(images, 40).images, images),
                     base = base_psnr(images[0], 1229); // 0.15 of them
        CPPUNIT_ASSERT_MESSAGE(std::to_string(with) + " and " + std::to_string(base),
                               with > base + 3);
        // The receiver's net starts as nothing, whatever the picture.
        const HybridPair other({}, 2);
        CPPUNIT_ASSERT(hybrid_psnr(other.through(images, 40).images, images) > base + 2);
    }

    void quality_follows_the_channel()
    {
        const HybridPair pair;
        const auto images = rule_pictures(2, 128, 128);
        double before = base_psnr(images[0], 1229) - 0.5;
        for (int snr_db = 0; snr_db <= 25; snr_db += 5) {
            const auto decoded = pair.through(images, snr_db);
            CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
            const double psnr = hybrid_psnr(decoded.images, images);
            CPPUNIT_ASSERT_MESSAGE(std::to_string(snr_db) +
                                       " dB: " + std::to_string(psnr) + " after " +
                                       std::to_string(before),
                                   psnr > before);
            before = psnr;
        }
    }

    void bases_of_every_modulation()
    {
        const auto images = rule_pictures(1, 96, 96);
        for (const std::string modulation : { "bpsk", "qpsk", "16-qam", "64-qam" }) {
            const HybridPair pair(nlohmann::json{ { "modulation", modulation } });
            check_unit_power(pair.encode(images));
            const auto decoded = pair.through(images, 35);
            CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
            CPPUNIT_ASSERT(hybrid_psnr(decoded.images, images) > 30);
        }
    }

    //! QPSK of twice the power in half the symbols is as good as BPSK, and leaves more to
    //! the refinement.
    void power_of_the_base()
    {
        const auto images = rule_pictures(4, 128, 128);
        const auto at = [&](const std::string& modulation, double share, double power) {
            const HybridPair pair({ { "modulation", modulation },
                                    { "base_share", share },
                                    { "base_power_db", power } });
            check_unit_power(pair.encode(images));
            return std::pair{ pair.through(images, -0.5), pair.through(images, 30) };
        };
        const auto bpsk = at("bpsk", 0.16, 0), weak = at("qpsk", 0.08, 0),
                   strong = at("qpsk", 0.08, 3.01);
        CPPUNIT_ASSERT(!bpsk.first.outage.any().item<bool>());
        CPPUNIT_ASSERT(weak.first.outage.all().item<bool>());
        CPPUNIT_ASSERT(!strong.first.outage.any().item<bool>());
        const double more = hybrid_psnr(strong.second.images, images),
                     fewer = hybrid_psnr(bpsk.second.images, images);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(more) + " and " + std::to_string(fewer),
                               more > fewer + 0.1);
        // Power that the base gives up is the refinement's.
        const auto modest = at("qpsk", 0.08, -3);
        CPPUNIT_ASSERT(!modest.second.outage.any().item<bool>());
    }

    void below_the_threshold_is_an_outage()
    {
        const HybridPair pair;
        const auto images = rule_pictures(3, 96, 96);
        const auto decoded = pair.through(images, -6);
        CPPUNIT_ASSERT(decoded.outage.all().item<bool>());
        CPPUNIT_ASSERT((decoded.images == 0.5).all().item<bool>());
        CPPUNIT_ASSERT(decoded.outage.device().is_cpu());
        // one of three: the others are as if it were not there
        auto values = pair.encode(images).values;
        const auto whole = pair.decode(values, images, 20);
        CPPUNIT_ASSERT(!whole.outage.any().item<bool>());
        values[1].zero_();
        const auto two = pair.decode(values, images, 20);
        CPPUNIT_ASSERT(torch::equal(torch::tensor({ false, true, false }), two.outage));
        CPPUNIT_ASSERT((two.images[1] == 0.5).all().item<bool>());
        for (const int64_t i : { 0, 2 })
            CPPUNIT_ASSERT(torch::allclose(whole.images[i], two.images[i], 1e-5, 1e-6));
    }

    void lost_symbols_cost_little()
    {
        const HybridPair pair;
        const auto images = rule_pictures(2, 128, 128);
        const auto decoded = pair.through(images, 10, 0.1);
        CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
        const double whole = hybrid_psnr(pair.through(images, 10).images, images),
                     lost = hybrid_psnr(decoded.images, images);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(whole) + " and " + std::to_string(lost),
                               lost > whole - 2 && lost < whole);
        // A gap as long, wherever it begins, costs no more.
        const auto sent = pair.encode(images).values;
        for (const int64_t first : { 0, 3000, 7372 }) {
            auto values = sent + 0.2236 * torch::randn_like(sent);
            auto reliability = torch::ones({ 2, 8192 });
            values.slice(1, first, first + 819).zero_();
            reliability.slice(1, first, first + 819).zero_();
            const auto gap = pair.decode(values, images, 10, reliability);
            CPPUNIT_ASSERT(!gap.outage.any().item<bool>());
            CPPUNIT_ASSERT(hybrid_psnr(gap.images, images) > whole - 2);
        }
    }

    void both_ends_share_one_net()
    {
        const HybridPair pair;
        const auto encoder = pair.encoder->named_parameters(),
                   decoder = pair.decoder->named_parameters();
        std::size_t shared = 0;
        for (const auto& item : encoder) {
            CPPUNIT_ASSERT(item.key().rfind("variances.", 0) == 0);
            CPPUNIT_ASSERT(item.value().is_same(decoder[item.key()]));
            ++shared;
        }
        const auto all =
            weights_of({ { "encode", pair.encoder }, { "decode", pair.decoder } });
        CPPUNIT_ASSERT_EQUAL(decoder.size(), all.size());
        std::size_t named = 0;
        for (const auto& weight : all)
            named += weight.name.rfind("encode.variances.", 0) == 0;
        CPPUNIT_ASSERT_EQUAL(shared, named);
        // Changed at one end, it is at the other.
        const torch::NoGradGuard no_grad;
        pair.encoder->named_parameters()["variances.last.bias"].add_(-0.5);
        const auto images = rule_pictures(1, 96, 96);
        CPPUNIT_ASSERT(hybrid_psnr(pair.through(images, 35).images, images) > 30);
        // Nets that are not shared disagree on what was sent.
        HybridPair one({}, 3);
        const HybridPair two({}, 4);
        one.decoder = two.decoder;
        CPPUNIT_ASSERT(hybrid_psnr(one.through(images, 35).images, images) < 30);
    }

    void loaded_roles_decode_the_same()
    {
        const test::ScratchFolder folder("hybrid_model");
        const HybridPair pair;
        const auto images = rule_pictures(2, 64, 96);
        const auto sent = pair.encode(images);
        const auto noisy = sent.values + 0.1 * torch::randn_like(sent.values);
        const auto decoded = pair.decode(noisy, images, 14);

        Manifest manifest;
        manifest.name = "hybrid";
        manifest.cipher = { { "type", "none" } };
        manifest.codec = pair.codec->config();
        manifest.training = { { "seed", 1 } };
        const auto cipher = Cipher::create(manifest.cipher);
        auto nets = create_nets(*cipher, *pair.codec, at::detail::createCPUGenerator(1));
        nets.encoder = pair.encoder;
        nets.decoder = pair.decoder;
        save_model(folder.path("model"), manifest, nets);
        const Model model(folder.path("model"));
        RuntimeOptions options;
        options.device = "cpu";
        const torch::NoGradGuard no_grad;
        const auto encoder = model.load_encoder(options);
        const auto decoder = model.load_decoder(options);
        CPPUNIT_ASSERT(torch::equal(
            torch::view_as_real(sent.values),
            torch::view_as_real(encoder->forward(images, HybridPair::at(10, 2)).values)));
        const auto again =
            decoder->forward({ noisy }, { 3, 64, 96 }, HybridPair::at(14, 2));
        CPPUNIT_ASSERT(torch::allclose(decoded.images, again.images, 0, 1e-6));
        CPPUNIT_ASSERT(torch::equal(decoded.outage, again.outage));
    }

    void rows_are_by_themselves()
    {
        const HybridPair pair;
        const auto images = rule_pictures(3, 96, 96);
        const auto together = pair.encode(images).values;
        const auto noisy = together + 0.1 * torch::randn_like(together);
        const auto decoded = pair.decode(noisy, images, 17);
        for (int64_t i = 0; i < 3; ++i) {
            const auto one = images.slice(0, i, i + 1);
            // Another choice would shift symbols by places, not by roundings.
            CPPUNIT_ASSERT(
                torch::allclose(torch::view_as_real(pair.encode(one).values),
                                torch::view_as_real(together.slice(0, i, i + 1)),
                                1e-3,
                                1e-4));
            CPPUNIT_ASSERT(
                torch::allclose(pair.decode(noisy.slice(0, i, i + 1), one, 17).images[0],
                                decoded.images[i],
                                1e-4,
                                1e-5));
        }
    }

    void tiny_pictures()
    {
        for (const std::string ratio : { "1/6", "1/48", "1/768", "1/1" }) {
            const HybridPair pair(nlohmann::json{ { "bandwidth_ratio", ratio } });
            // 1 x 1 and 8 x 8 come padded to 16 x 16
            CPPUNIT_ASSERT_EQUAL(int64_t{ 16 }, pair.codec->multiple());
            for (const int64_t side : { 16, 32, 48 }) {
                const auto images = rule_pictures(2, side, side);
                const auto sent = pair.encode(images);
                CPPUNIT_ASSERT_EQUAL(pair.codec->symbol_count({ 3, side, side }),
                                     sent.values.size(1));
                check_unit_power(sent);
                for (const double snr_db : { -10.0, 10.0, 60.0 }) {
                    const auto decoded = pair.through(images, snr_db);
                    CPPUNIT_ASSERT(decoded.images.sizes() == images.sizes());
                    CPPUNIT_ASSERT(finite_images(decoded));
                }
            }
        }
        // Sent whole, they come back whole.
        const HybridPair pair(nlohmann::json{ { "bandwidth_ratio", "1/1" } });
        const auto images = rule_pictures(1, 32, 32);
        const double psnr = hybrid_psnr(pair.through(images, 50).images, images);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(psnr), psnr > 40);
    }

    void small_pictures_keep_their_contrast()
    {
        // No picture fits into their base, but how strong they are does: they come back
        // as strong, however far they are from what the net expects.
        const std::vector<std::pair<std::string, int64_t>> sizes{ { "bpsk", 48 },
                                                                  { "qpsk", 32 } };
        for (const auto& [modulation, side] : sizes) {
            const HybridPair pair(nlohmann::json{ { "modulation", modulation } });
            const auto pattern = rule_pictures(1, side, side) - 0.5;
            for (const double contrast : { 0.05, 1.0 }) {
                const auto images = 0.5 + contrast * pattern;
                const auto decoded = pair.through(images, 40);
                CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
                const auto found = decoded.images - 0.5, sent = images - 0.5;
                const double scale =
                    ((found * sent).sum() / sent.square().sum()).item<double>();
                CPPUNIT_ASSERT_DOUBLES_EQUAL_MESSAGE(
                    modulation + " " + std::to_string(contrast), 1, scale, 0.1);
                CPPUNIT_ASSERT(pair.through(images, -8).outage.all().item<bool>());
            }
        }
    }

    void flat_pictures()
    {
        for (const std::string modulation : { "bpsk", "16-qam", "64-qam" })
            for (const double level : { 0.0, 0.5, 1.0 }) {
                const HybridPair pair(nlohmann::json{ { "modulation", modulation } });
                const auto images = torch::full({ 1, 3, 96, 96 }, level);
                const auto sent = pair.encode(images);
                CPPUNIT_ASSERT(
                    torch::view_as_real(sent.values).isfinite().all().item<bool>());
                check_unit_power(sent);
                const auto decoded = pair.through(images, 30);
                CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
                CPPUNIT_ASSERT_MESSAGE(
                    modulation,
                    (decoded.images - level).abs().max().item<double>() < 0.02);
            }
    }

    void shares_of_any_size()
    {
        const auto images = rule_pictures(1, 64, 64);
        for (const std::string ratio : { "1/6", "1/2", "1/1" })
            for (const double share : { 0.0, 0.001, 0.5, 0.999, 1.0 }) {
                const HybridPair pair(nlohmann::json{ { "bandwidth_ratio", ratio },
                                                      { "base_share", share } });
                check_unit_power(pair.encode(images));
                const auto decoded = pair.through(images, 30);
                CPPUNIT_ASSERT(finite_images(decoded));
                CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
                CPPUNIT_ASSERT(hybrid_psnr(decoded.images, images) > 18);
            }
        // More symbols than coefficients: those that carry some are as strong as they are
        // taken for.
        const HybridPair pair(
            nlohmann::json{ { "bandwidth_ratio", "1/1" }, { "modulation", "16-qam" } });
        const double psnr = hybrid_psnr(pair.through(images, 40).images, images);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(psnr), psnr > 45);
    }

    void any_samples()
    {
        constexpr double inf = std::numeric_limits<double>::infinity();
        const HybridPair pair;
        auto images = rule_pictures(5, 96, 96);
        images[0].fill_(std::nan(""));
        images[1][0][10][10] = std::nan("");
        images[2].slice(1, 0, 8).fill_(inf);
        images[2].slice(1, 8, 16).fill_(-inf);
        images[3].fill_(3e38);
        images[4].slice(2, 40, 44).fill_(-1e20);
        const auto sent = pair.encode(images);
        CPPUNIT_ASSERT(torch::view_as_real(sent.values).isfinite().all().item<bool>());
        check_unit_power(sent);
        const auto decoded = pair.through(images, 25);
        CPPUNIT_ASSERT(finite_images(decoded));
        CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
        // The other samples are what they were.
        const auto clean = images.nan_to_num(0).clamp(0, 1);
        CPPUNIT_ASSERT(hybrid_psnr(decoded.images[1], clean[1]) > 25);
        CPPUNIT_ASSERT(hybrid_psnr(decoded.images[3], clean[3]) > 30);
    }

    void any_symbols()
    {
        constexpr double inf = std::numeric_limits<double>::infinity();
        const HybridPair pair;
        const auto images = rule_pictures(1, 96, 96);
        const auto sent = pair.encode(images).values;
        const double whole = hybrid_psnr(pair.decode(sent, images, 20).images, images);
        for (const double value : { std::nan(""), inf, -inf, 3e38, 1e20 }) {
            auto values = torch::view_as_real(sent).clone();
            values.slice(1, 0, 100).select(2, 0).fill_(value);
            values.slice(1, 200, 300).select(2, 1).fill_(value);
            const auto decoded = pair.decode(torch::view_as_complex(values), images, 20);
            CPPUNIT_ASSERT(finite_images(decoded));
            CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
            CPPUNIT_ASSERT(hybrid_psnr(decoded.images, images) > whole - 3);
            CPPUNIT_ASSERT(finite_images(
                pair.decode(torch::view_as_complex(values.fill_(value)), images, 20)));
        }
        // What is said of the channel may be anything too.
        for (const double snr_db : { std::nan(""), inf, -inf, 500.0, -500.0 })
            CPPUNIT_ASSERT(finite_images(pair.decode(sent, images, snr_db)));
        for (const double value : { std::nan(""), inf, -1.0, 7.0, 1e-30 }) {
            auto reliability = torch::ones({ 1, sent.size(1) });
            reliability.slice(1, 50, 250).fill_(value);
            const auto decoded = pair.decode(sent, images, 20, reliability);
            CPPUNIT_ASSERT(finite_images(decoded));
            CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
        }
    }

    void forged_bases()
    {
        // All symbols are the base's, so one can be made without the encoder.
        const HybridPair pair(nlohmann::json{ { "base_share", 1.0 } });
        const auto images = rule_pictures(1, 96, 96);
        const auto sent = pair.encode(images).values;
        const auto k = static_cast<std::size_t>(sent.size(1));
        const BitLink link(Modulation::bpsk, CodeRate::half);
        std::mt19937 random(1);
        int64_t outages = 0, forged = 0;
        for (int i = 0; i < 24; ++i) {
            std::string bytes(
                i % 3 == 0 ? static_cast<std::size_t>(i) : link.capacity_bytes(k), '\0');
            for (auto& byte : bytes)
                byte = static_cast<char>(random() >> 24);
            if (i % 2 && !bytes.empty())
                bytes[0] = 0;
            auto symbols = link.encode(bytes, k);
            const auto values = torch::from_blob(symbols.data(),
                                                 { 1, static_cast<int64_t>(k) },
                                                 torch::kComplexFloat)
                                    .index_select(1, base_order(k));
            const auto decoded = pair.decode(values, images, 30);
            CPPUNIT_ASSERT(finite_images(decoded));
            outages += decoded.outage[0].item<bool>();
            ++forged;
        }
        CPPUNIT_ASSERT(outages >= forged - 2);
    }

    /*! For each place on the air, which symbol of the base stands there: the golden
     *  section's multiples, as a receiver of another make would have to know. */
    static torch::Tensor base_order(std::size_t count)
    {
        const auto k = static_cast<int64_t>(count);
        auto stride = std::max<int64_t>(
            1, std::llround(static_cast<double>(k) * 0.6180339887498949));
        while (std::gcd(stride, k) != 1)
            ++stride;
        auto order = torch::empty({ k }, torch::kInt64);
        for (int64_t i = 0; i < k; ++i)
            order[i * stride % k] = i;
        return order;
    }

    void damaged_weights()
    {
        const torch::NoGradGuard no_grad;
        constexpr double inf = std::numeric_limits<double>::infinity();
        const auto images = rule_pictures(1, 96, 96);
        for (const double value : { std::nan(""), inf, -inf, 3e38, 0.0 })
            for (const std::string name : { "variances.first.weight",
                                            "variances.last.weight",
                                            "variances.last.bias" }) {
                const HybridPair pair;
                pair.encoder->named_parameters()[name].fill_(value);
                const auto decoded = pair.through(images, 20);
                CPPUNIT_ASSERT_MESSAGE(name, finite_images(decoded));
            }
    }

    void too_large_pictures_are_refused()
    {
        const HybridPair pair;
        const auto image = torch::zeros({ 1 }).expand({ 1, 3, 16400, 16 });
        const auto few = torch::zeros({ 1, 8 }, torch::kComplexFloat);
        for (const auto& text :
             { test::error_text<ImageError>([&] { pair.encode(image); }),
               test::error_text<ImageError>([&] { pair.decode(few, image, 10); }) }) {
            test::assert_contains(text, "codec \"hybrid\"");
            test::assert_contains(text, "16400 x 16");
            test::assert_contains(text, "scale");
        }
        const auto large = torch::zeros({ 1 }).expand({ 1, 3, 16384, 16384 });
        test::assert_contains(test::error_text<ImageError>([&] { pair.encode(large); }),
                              "33554432 in all");
    }

    void trains()
    {
        HybridPair pair;
        const auto images = rule_pictures(4, 64, 64);
        pair.encoder->train();
        pair.decoder->train();
        TrainingMoment moment;
        auto conditions = HybridPair::at(12, 4);
        conditions.training = &moment;
        std::vector<torch::Tensor> weights;
        for (const auto& weight :
             weights_of({ { "encode", pair.encoder }, { "decode", pair.decoder } }))
            weights.push_back(weight.tensor);
        torch::optim::Adam optimizer(weights, torch::optim::AdamOptions(0.003));
        double first = 0, last = 0, first_error = 0, last_error = 0;
        for (int step = 0; step < 12; ++step) {
            const auto sent = pair.encoder->forward(images, conditions);
            const auto surprise = sent.extras.at("residual_nll");
            CPPUNIT_ASSERT(surprise.sizes() == (std::vector<int64_t>{ 4 }));
            const auto received = through_channel(
                sent, conditions.snr_db, {}, at::detail::createCPUGenerator(1));
            const auto decoded =
                pair.decoder->forward(received.symbols, { 3, 64, 64 }, conditions);
            const auto error = torch::mse_loss(decoded.images, images);
            const auto loss = error * 1000 + surprise.mean();
            CPPUNIT_ASSERT(std::isfinite(loss.item<double>()));
            optimizer.zero_grad();
            loss.backward();
            if (step == 1) // the receiver's last layer starts as zero
                for (const auto& weight : weights_of(
                         { { "encode", pair.encoder }, { "decode", pair.decoder } })) {
                    const auto& grad = weight.tensor.grad();
                    CPPUNIT_ASSERT_MESSAGE(weight.name, grad.defined());
                    CPPUNIT_ASSERT_MESSAGE(weight.name,
                                           grad.isfinite().all().item<bool>());
                    CPPUNIT_ASSERT_MESSAGE(weight.name,
                                           grad.abs().sum().item<double>() > 0);
                }
            optimizer.step();
            last = surprise.mean().item<double>();
            last_error = error.item<double>();
            if (step == 0) {
                first = last;
                first_error = last_error;
            }
        }
        CPPUNIT_ASSERT(last < first - 0.1);
        CPPUNIT_ASSERT(last_error < first_error);
        // In training and in use the same is sent.
        const auto training = pair.encoder->forward(images, conditions).values.detach();
        CPPUNIT_ASSERT(torch::allclose(torch::view_as_real(training),
                                       torch::view_as_real(pair.encode(images).values),
                                       1e-4,
                                       1e-5));
    }

    static void
    refused(nlohmann::json config, const std::string& key, const std::string& remedy)
    {
        config["type"] = "hybrid";
        const auto text = test::error_text<ConfigError>([&] { Codec::create(config); });
        test::assert_contains(text, key);
        test::assert_contains(text, remedy);
    }

    void configuration_is_checked()
    {
        refused({ { "bandwidth_ratio", "2/1" } }, "codec.bandwidth_ratio", "1/6");
        refused({ { "base_share", 1.5 } }, "codec.base_share", "to 1");
        refused({ { "base_share", -0.1 } }, "codec.base_share", "from 0");
        refused({ { "coder", "jpeg" } }, "codec.coder", "hevc");
        refused({ { "modulation", "ofdm" } }, "codec.modulation", "qpsk");
        refused({ { "variance_net", { { "width", 0 } } } },
                "codec.variance_net.width",
                "256");
        refused({ { "variance_net", { { "width", 257 } } } },
                "codec.variance_net.width",
                "256");
        refused(
            { { "variance_net", { { "depths", 2 } } } }, "codec.variance_net.depths", "");
        refused({ { "variance_net", 3 } }, "codec.variance_net", "object");
        refused({ { "refining_net", { { "blocks", 33 } } } },
                "codec.refining_net.blocks",
                "32");
        refused({ { "share", 0.2 } }, "codec.share", "");
        const auto codec = Codec::create(small_hybrid({ { "bandwidth_ratio", "4/24" } }));
        const auto config = codec->config();
        CPPUNIT_ASSERT(Codec::create(config)->config() == config);
        CPPUNIT_ASSERT_EQUAL(std::string("1/6"),
                             config["bandwidth_ratio"].get<std::string>());
        CPPUNIT_ASSERT(codec->needs().snr);
        // a fresh net of the largest kind
        const auto large =
            Codec::create({ { "type", "hybrid" },
                            { "variance_net", { { "width", 256 }, { "depth", 16 } } } });
        CPPUNIT_ASSERT(!large->make_encoder()->parameters().empty());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_hybrid> register_qa_hybrid("hybrid");

} // namespace djescc
