/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of codecs `separate` and `hybrid` with clips: the gain of prediction at equal
// airtime, and who is left without a picture when one is lost.

#include "codec/picture_link.h"
#include "coded_pictures.h"
#include "error_text.h"
#include "runtime/chain.h"
#include "smooth_prior.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/cipher/cipher.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <djescc/eval/evaluation.h>
#include <djescc/net/clip_net.h>
#include <torch/torch.h>

namespace djescc {
namespace {

const ImageShape clip_shape{ 3, 64, 96 };

nlohmann::json clip_config(const std::string& type, int key_interval)
{
    nlohmann::json config{ { "type", type },
                           { "speed", "fast" },
                           { "modulation", "qpsk" },
                           { "key_interval", key_interval } };
    if (type == "hybrid") {
        config["base_share"] = 0.5;
        config["variance_net"] = { { "width", 8 }, { "depth", 1 } };
        config["refining_net"] = { { "width", 8 }, { "blocks", 1 } };
    } else {
        config["bandwidth_ratio"] = "1/12";
    }
    return config;
}

//! Both ends of a codec; of hybrid with nets that expect less of higher frequencies and
//! of colours, as trained ones do.
struct ClipEnds {
    std::shared_ptr<Codec> codec;
    std::shared_ptr<SymbolEncoder> encoder;
    std::shared_ptr<SymbolDecoder> decoder;

    explicit ClipEnds(const std::string& type, int key_interval = 5)
    {
        torch::manual_seed(1);
        codec = Codec::create(clip_config(type, key_interval));
        encoder = codec->make_encoder();
        decoder = codec->make_decoder();
        codec->share(*encoder, *decoder);
        encoder->eval();
        decoder->eval();
        if (type == "hybrid")
            test::expect_smooth_pictures(*encoder);
    }

    static Conditions at(double snr_db, int64_t n)
    {
        Conditions conditions;
        conditions.snr_db = torch::full({ n }, snr_db, torch::kFloat32);
        return conditions;
    }
    torch::Tensor sent(const torch::Tensor& images) const
    {
        const torch::NoGradGuard no_grad;
        return encoder->forward(images, at(10, images.size(0))).values;
    }
    DecodedImages received(const torch::Tensor& values, double snr_db = 10) const
    {
        const torch::NoGradGuard no_grad;
        return decoder->forward({ values }, clip_shape, at(snr_db, values.size(0)));
    }
    void begin_clip() const
    {
        dynamic_cast<ClipNet&>(*encoder).begin_clip();
        dynamic_cast<ClipNet&>(*decoder).begin_clip();
    }
};

//! N consecutive pictures.
torch::Tensor clip_images(int64_t n, int64_t first = 0)
{
    std::vector<torch::Tensor> images;
    for (int64_t i = first; i < first + n; ++i)
        images.push_back(image_of(clip_picture(3,
                                               static_cast<int>(clip_shape.height),
                                               static_cast<int>(clip_shape.width),
                                               static_cast<int>(i))));
    return torch::stack(images);
}

torch::Tensor noisy(const torch::Tensor& values, double snr_db)
{
    return through_channel({ values },
                           torch::full({ values.size(0) }, snr_db, torch::kFloat32),
                           {},
                           at::detail::createCPUGenerator(1))
        .symbols.values;
}

//! Mean over pictures, in dB.
double clip_psnr(const torch::Tensor& a, const torch::Tensor& b)
{
    return (-10 * (a - b).square().mean({ 1, 2, 3 }).log10()).mean().item<double>();
}

bool same_symbols(const torch::Tensor& a, const torch::Tensor& b)
{
    return torch::equal(torch::view_as_real(a), torch::view_as_real(b));
}

//! A clip as the frames of a data set.
class ClipDataset : public Dataset
{
public:
    explicit ClipDataset(int64_t count) : d_images(clip_images(count)) {}

    int64_t size() const override { return d_images.size(0); }
    std::string description() const override { return "a clip"; }
    torch::Tensor crops(const std::vector<CropChoice>& choices, int64_t) const override
    {
        std::vector<torch::Tensor> chosen;
        for (const auto& choice : choices)
            chosen.push_back(d_images[choice.image].mul(255).round().to(torch::kUInt8));
        return torch::stack(chosen);
    }

private:
    torch::Tensor d_images;
};

} // namespace

class qa_clip_codecs : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_clip_codecs);
    CPPUNIT_TEST(prediction_gains_at_equal_airtime);
    CPPUNIT_TEST(an_interval_of_one_remembers_nothing);
    CPPUNIT_TEST(lost_pictures_cost_no_more_than_up_to_the_next_key);
    CPPUNIT_TEST(batches_are_consecutive_pictures);
    CPPUNIT_TEST(receivers_of_other_clips);
#ifdef DJESCC_HAVE_SODIUM
    CPPUNIT_TEST(sealed_clips);
#endif
    CPPUNIT_TEST(pictures_of_training_are_by_themselves);
    CPPUNIT_TEST(evaluation_has_a_receiver_for_each_channel);
    CPPUNIT_TEST(configuration);
    CPPUNIT_TEST_SUITE_END();

    void prediction_gains_at_equal_airtime()
    {
        const auto images = clip_images(12);
        const std::vector<std::pair<std::string, double>> least_gains{
            { "separate", 2.0 }, { "hybrid", 1.5 }
        };
        for (const auto& [type, least] : least_gains) {
            const ClipEnds alone(type, 1), clip(type, 30);
            const auto by_themselves = alone.sent(images), predicted = clip.sent(images);
            CPPUNIT_ASSERT_EQUAL(by_themselves.size(1), predicted.size(1));
            const auto one = alone.received(noisy(by_themselves, 10)),
                       other = clip.received(noisy(predicted, 10));
            CPPUNIT_ASSERT(!one.outage.any().item<bool>());
            CPPUNIT_ASSERT(!other.outage.any().item<bool>());
            const double gain =
                clip_psnr(other.images, images) - clip_psnr(one.images, images);
            CPPUNIT_ASSERT_MESSAGE(type + " " + std::to_string(gain), gain > least);
            // The first picture is a key picture, the same as by itself.
            CPPUNIT_ASSERT(same_symbols(by_themselves[0], predicted[0]));
        }
    }

    void an_interval_of_one_remembers_nothing()
    {
        for (const std::string type : { "separate", "hybrid" }) {
            auto config = clip_config(type, 1);
            config.erase("key_interval");
            const auto codec = Codec::create(config);
            CPPUNIT_ASSERT_EQUAL(1, codec->config()["key_interval"].get<int>());
            CPPUNIT_ASSERT(!dynamic_cast<ClipNet&>(*codec->make_encoder()).remembers());
            CPPUNIT_ASSERT(!dynamic_cast<ClipNet&>(*codec->make_decoder()).remembers());
            const ClipEnds ends(type, 1);
            const auto images = clip_images(2);
            const auto both = ends.sent(images);
            CPPUNIT_ASSERT(same_symbols(both.slice(0, 1), ends.sent(images.slice(0, 1))));
        }
    }

    void lost_pictures_cost_no_more_than_up_to_the_next_key()
    {
        const auto images = clip_images(12);
        for (const std::string type : { "separate", "hybrid" }) {
            const ClipEnds ends(type, 5), other(type, 5);
            const auto sent = noisy(ends.sent(images), 10);
            const auto whole = ends.received(sent);
            CPPUNIT_ASSERT(!whole.outage.any().item<bool>());
            auto damaged = sent.clone();
            for (const int64_t lost : { 2, 5 }) // one in the middle, and a key picture
                damaged[lost].zero_();
            const auto decoded = other.received(damaged);
            for (int64_t i = 0; i < images.size(0); ++i) {
                const bool missed = i >= 2 && i < 10;
                CPPUNIT_ASSERT_EQUAL(missed, decoded.outage[i].item<bool>());
                if (missed)
                    CPPUNIT_ASSERT((decoded.images[i] == grey_value).all().item<bool>());
                else
                    CPPUNIT_ASSERT(torch::equal(decoded.images[i], whole.images[i]));
            }
        }
    }

    void batches_are_consecutive_pictures()
    {
        const auto images = clip_images(5);
        for (const std::string type : { "separate", "hybrid" }) {
            const ClipEnds ends(type);
            const auto together = ends.sent(images);
            const auto seen = ends.received(together).images;
            ends.begin_clip();
            const std::vector<std::pair<int64_t, int64_t>> batches{ { 0, 1 },
                                                                    { 1, 3 },
                                                                    { 3, 5 } };
            for (const auto& [first, end] : batches) {
                const auto part = ends.sent(images.slice(0, first, end));
                CPPUNIT_ASSERT(same_symbols(together.slice(0, first, end), part));
                const auto decoded = ends.received(part);
                CPPUNIT_ASSERT(!decoded.outage.any().item<bool>());
                CPPUNIT_ASSERT(torch::allclose(
                    seen.slice(0, first, end), decoded.images, 1e-4, 1e-4));
            }
        }
    }

    void receivers_of_other_clips()
    {
        for (const std::string type : { "separate", "hybrid" }) {
            const ClipEnds one(type), other(type);
            const auto sent = one.sent(clip_images(4)),
                       foreign = other.sent(clip_images(4, 9));
            const auto mixed =
                torch::stack({ sent[0], foreign[1], sent[1], foreign[2], sent[2] });
            CPPUNIT_ASSERT(
                torch::equal(torch::tensor({ false, true, false, true, false }),
                             one.received(mixed).outage));
            // One that comes in the middle of a clip waits.
            const ClipEnds late(type);
            CPPUNIT_ASSERT(late.received(sent.slice(0, 1)).outage.all().item<bool>());
        }
    }

#ifdef DJESCC_HAVE_SODIUM
    void sealed_clips()
    {
        const auto images = clip_images(7);
        const ClipEnds ends("hybrid", 5), listener("hybrid", 5);
        const PictureSeal seal(SecretKey::generate());
        PictureKeys keys;
        keys.seal = &seal;
        const auto run = PictureSeal::draw_run();
        for (int64_t i = 0; i < images.size(0); ++i) {
            keys.counters.push_back(static_cast<uint64_t>(i));
            keys.runs.push_back(run);
        }
        const torch::NoGradGuard no_grad;
        auto conditions = ClipEnds::at(10, images.size(0));
        conditions.keys = &keys;
        auto values = noisy(ends.encoder->forward(images, conditions).values, 10);
        values[1].zero_();
        const auto decoded = ends.decoder->forward({ values }, clip_shape, conditions);
        for (int64_t i = 0; i < images.size(0); ++i)
            CPPUNIT_ASSERT_EQUAL(i >= 1 && i < 5, decoded.outage[i].item<bool>());
        CPPUNIT_ASSERT(clip_psnr(decoded.images.slice(0, 5), images.slice(0, 5)) > 25);
        CPPUNIT_ASSERT(listener.received(values).outage.all().item<bool>());
    }
#endif

    void pictures_of_training_are_by_themselves()
    {
        const ClipEnds ends("hybrid", 5), alone("hybrid", 1);
        const auto images = clip_images(3);
        const torch::NoGradGuard no_grad;
        TrainingMoment moment;
        auto conditions = ClipEnds::at(10, images.size(0));
        conditions.training = &moment;
        CPPUNIT_ASSERT(same_symbols(alone.sent(images),
                                    ends.encoder->forward(images, conditions).values));
    }

    void evaluation_has_a_receiver_for_each_channel()
    {
        const ClipEnds ends("separate", 4);
        const std::shared_ptr<Cipher> cipher = Cipher::create({ { "type", "none" } });
        const ModelNets nets{
            cipher->make_encryptor(), ends.encoder, ends.decoder, cipher->make_decryptor()
        };
        ChainRunner chain(cipher, ends.codec, nets, torch::kCPU, { 0, 20 });
        CPPUNIT_ASSERT(chain.encoder().remembers() && chain.decoder().remembers());
        const ClipDataset clip(8);
        MeasureOptions options;
        options.batch = 1;
        // The first loses every picture; the second would follow if they were one.
        const std::vector<MeasuredChannel> channels{ { { -10, -10 }, 0 },
                                                     { { 10, 10 }, 0 },
                                                     { { -10, 25 }, 0 } };
        const auto measured = measure_qualities(chain, clip, options, channels);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 8 }, measured[0].outages);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, measured[1].outages);
        CPPUNIT_ASSERT(measured[2].outages > 0 && measured[2].outages < 8);
        for (std::size_t i = 0; i < channels.size(); ++i) {
            const auto again =
                measure_qualities(chain, clip, options, { channels[i] })[0];
            CPPUNIT_ASSERT_EQUAL(measured[i].outages, again.outages);
            CPPUNIT_ASSERT_EQUAL(measured[i].decrypted.psnr_db, again.decrypted.psnr_db);
        }
    }

    void configuration()
    {
        for (const std::string type : { "separate", "hybrid" }) {
            const auto codec = Codec::create(clip_config(type, 30));
            CPPUNIT_ASSERT_EQUAL(30, codec->config()["key_interval"].get<int>());
            CPPUNIT_ASSERT(Codec::create(codec->config())->config() == codec->config());
            for (const int wrong : { 0, -1, 1001 })
                test::assert_contains(test::error_text<ConfigError>([&, name = type] {
                                          Codec::create(clip_config(name, wrong));
                                      }),
                                      "codec.key_interval");
        }
        auto config = clip_config("separate", 2);
        config["coder"] = "jpeg";
        test::assert_contains(
            test::error_text<ConfigError>([&] { Codec::create(config); }), "hevc");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_clip_codecs>
    register_qa_clip_codecs("clip_codecs");

} // namespace djescc
