/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the encoding and the decoding block.

#include "blocks/drop_reason.h"
#include "core/scratch_folder.h"
#include "core/small_model.h"
#include "radio/dsp/value_runs.h"
#include "tensor_frames.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <djescc/error.h>
#include <djescc/files/sha256.h>
#include <djescc/model/manifest.h>
#include <functional>
#include <gnuradio/djescc/jscc_decoder.h>
#include <gnuradio/djescc/jscc_encoder.h>
#include <optional>
#include <sstream>
#include <torch/script.h>
#include <utility>
#include <vector>

namespace gr::djescc::test {

//! The provider's two blocks.
class qa_jscc_blocks : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_jscc_blocks);
    CPPUNIT_TEST(encoder_is_its_net);
    CPPUNIT_TEST(decoder_is_its_net);
    CPPUNIT_TEST(another_models_symbols_are_dropped);
    CPPUNIT_TEST(symbols_without_a_model_are_taken);
    CPPUNIT_TEST(symbols_that_do_not_fit_the_shape);
    CPPUNIT_TEST(symbols_that_are_not_finite);
    CPPUNIT_TEST(waiting_frames_share_an_inference);
    CPPUNIT_TEST(hints_reach_the_nets);
    CPPUNIT_TEST(groups_are_sent_as_asked);
#ifdef DJESCC_HAVE_DIGITAL
    CPPUNIT_TEST(outages_are_counted_and_told);
#endif
    CPPUNIT_TEST_SUITE_END();

    std::optional<::djescc::test::ScratchFolder> d_folder;
    std::string d_model;

public:
    void setUp() override
    {
        d_folder.emplace("qa_jscc_blocks");
        d_model = d_folder->path("model");
        ::djescc::test::save_small_model(d_model);
    }
    void tearDown() override
    {
        ::unsetenv("DJESCC_ALLOW_CODE");
        d_folder.reset();
    }

private:
    //! An info as jscc_encoder sends it.
    frame_info symbol_info(int64_t id, int64_t height, int64_t width) const
    {
        auto info = image_info(id, height, width);
        info.model = ::djescc::Model(d_model).fingerprint();
        return info;
    }

    size_t symbol_count(const ::djescc::ImageShape& shape) const
    {
        return static_cast<size_t>(
            role_of(::djescc::Role::decode, d_model).symbol_counts(shape).back());
    }

    torch::Tensor decoded(const std::vector<gr_complex>& symbols,
                          const ::djescc::ImageShape& shape) const
    {
        auto decoder = role_of(::djescc::Role::decode, d_model);
        return run_symbols(decoder, to_tensor(symbols), shape);
    }

    void encoder_is_its_net()
    {
        auto info = image_info(5, 16, 24);
        info.plain = ::djescc::ImageShape{ 3, 13, 18 };
        info.name = "flower";
        const auto image = random_image(info, 1);
        stream<float> input;
        input.append_frame(image, info);
        const auto block = jscc_encoder::make(d_model, "cpu");
        const auto frames = split_frames(run_block<gr_complex>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        const auto& found = frames[0].info;
        CPPUNIT_ASSERT(found.shape == info.shape);
        CPPUNIT_ASSERT(found.plain == info.plain);
        CPPUNIT_ASSERT(found.name == info.name);
        CPPUNIT_ASSERT(found.model == symbol_info(0, 8, 8).model);
        auto encoder = role_of(::djescc::Role::encode, d_model);
        const auto expected = run_image(encoder, to_tensor(image, info.shape));
        CPPUNIT_ASSERT(distance(expected, to_tensor(frames[0].items)) < rounding);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            1.0,
            total_power(frames[0].items.data(), frames[0].items.size()) /
                static_cast<double>(frames[0].items.size()),
            1e-5);
    }

    void decoder_is_its_net()
    {
        const auto info = symbol_info(2, 16, 24);
        const auto symbols = random_symbols(symbol_count(info.shape), 1);
        stream<gr_complex> input;
        input.append_frame(symbols, info);
        const auto block = jscc_decoder::make(d_model, "cpu");
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(2), frames[0].info.id);
        CPPUNIT_ASSERT(frames[0].info.shape == info.shape);
        CPPUNIT_ASSERT(distance(decoded(symbols, info.shape), to_tensor(frames[0])) <
                       rounding);
    }

    void another_models_symbols_are_dropped()
    {
        const auto other_model = d_folder->path("other");
        ::djescc::test::save_small_model(other_model, 2);
        const auto image = random_image(image_info(0, 8, 8), 1);
        stream<float> input;
        input.append_frame(image, image_info(0, 8, 8));
        auto received =
            run_block<gr_complex>(jscc_encoder::make(other_model, "cpu"), input);
        const auto info = symbol_info(1, 8, 8);
        const auto symbols = random_symbols(symbol_count(info.shape), 1);
        received.append_frame(symbols, info);

        const auto block = jscc_decoder::make(d_model, "cpu");
        const auto frames = split_frames(run_block<float>(block, received));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(1), frames[0].info.id);
        CPPUNIT_ASSERT(distance(decoded(symbols, info.shape), to_tensor(frames[0])) <
                       rounding);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::foreign_model));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped_total());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->counters().at("dropped: foreign model"));
    }

    void symbols_without_a_model_are_taken()
    {
        const auto info = image_info(0, 8, 8);
        stream<gr_complex> input;
        input.append_frame(random_symbols(symbol_count(info.shape), 1), info);
        const auto output = run_block<float>(jscc_decoder::make(d_model, "cpu"), input);
        CPPUNIT_ASSERT_EQUAL(size_t(1), split_frames(output).size());
    }

    void symbols_that_do_not_fit_the_shape()
    {
        const auto info = symbol_info(0, 8, 8);
        const size_t count = symbol_count(info.shape);
        stream<gr_complex> input;
        input.append_frame(random_symbols(count - 1, 1), info);
        input.append_frame(random_symbols(count + 1, 1), info);
        input.append_frame(random_symbols(count, 1), symbol_info(1, 1 << 14, 1 << 12));
        auto five_channels = info;
        five_channels.shape.channels = 5;
        input.append_frame(random_symbols(count, 1), five_channels);
        input.append_frame(random_symbols(count, 1), symbol_info(2, 8, 8));
        const auto block = jscc_decoder::make(d_model, "cpu");
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(2), frames[0].info.id);
        CPPUNIT_ASSERT_EQUAL(uint64_t(3),
                             block->dropped(drop_reason::wrong_symbol_count));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::wrong_shape));
    }

    void symbols_that_are_not_finite()
    {
        const auto info = symbol_info(0, 8, 8);
        auto spoilt = random_symbols(symbol_count(info.shape), 1);
        spoilt.back() = { std::nanf(""), 0.0f };
        const auto good = random_symbols(spoilt.size(), 2);
        stream<gr_complex> input;
        input.append_frame(spoilt, info);
        input.append_frame(good, symbol_info(1, 8, 8));
        const auto block = jscc_decoder::make(d_model, "cpu");
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT(distance(decoded(good, info.shape), to_tensor(frames[0])) <
                       rounding);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::not_finite));
    }

    void waiting_frames_share_an_inference()
    {
        const auto shape = image_info(0, 8, 8).shape;
        const size_t count = symbol_count(shape);
        stream<gr_complex> input;
        for (int64_t id = 0; id < 40; id++) {
            auto info = symbol_info(id, 8, 8);
            // Behind a radio every frame has an SNR of its own.
            info.snr_db = 0.5 * static_cast<double>(id);
            input.append_frame(random_symbols(count, static_cast<unsigned>(id)), info);
        }
        const auto block = jscc_decoder::make(d_model, "cpu", 0, 16);
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(40), frames.size());
        for (int64_t id = 0; id < 40; id++) {
            const auto& found = frames[static_cast<size_t>(id)];
            CPPUNIT_ASSERT_EQUAL(id, found.info.id);
            const auto expected =
                decoded(random_symbols(count, static_cast<unsigned>(id)), shape);
            CPPUNIT_ASSERT(distance(expected, to_tensor(found)) < rounding);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(16), block->counters().at("largest_batch"));
        // Three inferences hold all; the first ones take what has come by then.
        CPPUNIT_ASSERT(block->counters().at("batches") <= 10);
    }

    /*! A model whose nets show the SNR that they are told: the encoder in its first
     *  symbol against the others, the decoder in every pixel. */
    std::string adaptive_model() const
    {
        ::djescc::Manifest manifest;
        manifest.name = "adaptive";
        manifest.cipher = { { "type", "none" } };
        manifest.codec = { { "type", "torchscript" },
                           { "multiple", 2 },
                           { "symbols_per_pixel", { 3, 2 } },
                           { "adaptive", true } };
        manifest.snr_db = { middle - 0.0625, middle + 0.0625 };
        const auto add = [&](::djescc::Role role, const std::string& method) {
            torch::jit::Module module("exported");
            module.define(method);
            std::ostringstream bytes;
            module.save(bytes);
            const auto name = ::djescc::to_string(role) + ".pt";
            const auto file = d_folder->file("adaptive/" + name, bytes.str());
            manifest.weights[role] = { name, ::djescc::sha256_of_file(file) };
        };
        add(::djescc::Role::encode, R"(
def forward(self, images: Tensor, snr_db: Tensor) -> Tensor:
    others = torch.ones_like(images).flatten(1)[:, 1:]
    return torch.cat([snr_db.unsqueeze(1), others], 1)
)");
        add(::djescc::Role::decode, R"(
def forward(self, symbols: Tensor, height: int, width: int, snr_db: Tensor) -> Tensor:
    return snr_db.reshape([-1, 1, 1, 1]).expand([-1, 3, height, width])
)");
        manifest.write(d_folder->path("adaptive/model.json"));
        return d_folder->path("adaptive");
    }

    //! A fresh model of codec `arjscc`: 4 to 8 groups of 4 symbols for an 8x8 image.
    std::string grouped_model() const
    {
        ::djescc::Manifest manifest;
        manifest.name = "grouped";
        manifest.cipher = { { "type", "none" } };
        manifest.codec = { { "type", "arjscc" }, { "width", 48 } };
        const auto directory = d_folder->path("grouped");
        ::djescc::save_model(directory, manifest, ::djescc::test::random_nets(manifest));
        return directory;
    }

    //! Symbols that the encoder makes of an 8x8 image.
    static size_t symbols_of(const jscc_encoder::sptr& encoder)
    {
        stream<float> input;
        const auto info = image_info(0, 8, 8);
        input.append_frame(random_image(info, 1), info);
        const auto frames = split_frames(run_block<gr_complex>(encoder, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        return frames[0].items.size();
    }

    void groups_are_sent_as_asked()
    {
        const auto model = grouped_model();
        const auto encoder = [&] { return jscc_encoder::make(model, "cpu"); };
        const auto own = symbols_of(encoder());
        CPPUNIT_ASSERT(own % 4 == 0 && own >= 16 && own <= 32);
        for (int groups = 4; groups <= 8; groups++) {
            const auto asked = encoder();
            asked->set_rate_groups(groups);
            CPPUNIT_ASSERT_EQUAL(4 * size_t(groups), symbols_of(asked));
        }
        const auto cleared = encoder();
        cleared->set_rate_groups(own == 16 ? 8 : 4);
        for (const int groups : { 3, 9, -1 }) {
            CPPUNIT_ASSERT_THROW(cleared->set_rate_groups(groups), ::djescc::ConfigError);
        }
        cleared->set_rate_groups(0);
        CPPUNIT_ASSERT_EQUAL(own, symbols_of(cleared));

        // Messages do what the calls do; nonsense changes nothing.
        const auto after = [&](const std::vector<pmt::pmt_t>& messages) {
            const auto block = encoder();
            for (const auto& message : messages) {
                block->_post(pmt::intern("rate"), message);
            }
            return symbols_of(block);
        };
        const auto seven = pmt::from_long(7);
        CPPUNIT_ASSERT_EQUAL(size_t(28), after({ seven }));
        CPPUNIT_ASSERT_EQUAL(size_t(28), after({ pmt::cons(pmt::PMT_NIL, seven) }));
        CPPUNIT_ASSERT_EQUAL(own, after({ seven, pmt::PMT_F }));
        CPPUNIT_ASSERT_EQUAL(own, after({ seven, pmt::from_long(0) }));
        for (const auto& nonsense : { pmt::from_double(6.5),
                                      pmt::from_long(9),
                                      pmt::from_double(1e300),
                                      pmt::intern("all") }) {
            CPPUNIT_ASSERT_EQUAL(size_t(28), after({ seven, nonsense }));
        }
        // A codec of one rate has no groups.
        const auto fixed = jscc_encoder::make(d_model, "cpu");
        CPPUNIT_ASSERT_THROW(fixed->set_rate_groups(4), ::djescc::ConfigError);
        fixed->set_rate_groups(0);
    }

    //! The SNR that the encoder's net was told.
    static double told(const jscc_encoder::sptr& encoder)
    {
        stream<float> input;
        const auto info = image_info(0, 2, 2);
        input.append_frame(random_image(info, 1), info);
        const auto frames = split_frames(run_block<gr_complex>(encoder, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        return frames[0].items[0].real() / frames[0].items[1].real();
    }

    //! The same of the decoder, from a frame whose SNR was measured or not.
    static double told(const jscc_decoder::sptr& decoder, std::optional<double> measured)
    {
        stream<gr_complex> input;
        auto info = image_info(0, 2, 2);
        info.snr_db = measured;
        input.append_frame(random_symbols(6, 1), info);
        const auto frames = split_frames(run_block<float>(decoder, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        return frames[0].items[0];
    }

    // Images are in [0, 1], so are these SNRs.
    static constexpr double middle = 0.125;

    static void assert_told(double expected, double found)
    {
        CPPUNIT_ASSERT_DOUBLES_EQUAL(expected, found, 1e-5);
    }

    void hints_reach_the_nets()
    {
        const auto model = adaptive_model();
        ::setenv("DJESCC_ALLOW_CODE", "1", 1);
        const auto port = pmt::intern("snr");
        using change = std::function<void(const gr::basic_block_sptr&)>;
        const auto message = [&](const pmt::pmt_t& content) {
            return
                [=](const gr::basic_block_sptr& block) { block->_post(port, content); };
        };
        const auto encoder = [&] { return jscc_encoder::make(model, "cpu"); };
        const auto decoder = [&] { return jscc_decoder::make(model, "cpu"); };
        const auto hinted = [](const auto& block) {
            block->set_snr_hint(0.25);
            CPPUNIT_ASSERT_THROW(block->set_snr_hint(std::nan("")),
                                 ::djescc::ConfigError);
            CPPUNIT_ASSERT_THROW(block->set_snr_hint(INFINITY), ::djescc::ConfigError);
            return block;
        };
        const auto cleared = [&](const auto& block) {
            hinted(block)->clear_snr_hint();
            return block;
        };

        // Where nobody knows, the middle of the trained range is assumed.
        assert_told(middle, told(encoder()));
        assert_told(middle, told(decoder(), std::nullopt));
        // Numbers that cannot be leave the hint as it was.
        assert_told(0.25, told(hinted(encoder())));
        assert_told(0.25, told(hinted(decoder()), std::nullopt));
        assert_told(middle, told(cleared(encoder())));
        assert_told(middle, told(cleared(decoder()), std::nullopt));
        // The decoder knows what was measured; a hint counts for more.
        assert_told(0.75, told(decoder(), 0.75));
        assert_told(0.25, told(hinted(decoder()), 0.75));
        assert_told(0.75, told(cleared(decoder()), 0.75));

        // Messages do what the calls do.
        const auto half = pmt::from_double(0.5);
        const std::vector<std::pair<change, std::optional<double>>> messages{
            { message(half), 0.5 },
            { message(pmt::cons(pmt::intern("snr"), half)), 0.5 },
            { message(pmt::intern("loud")), 0.25 },
            { message(pmt::PMT_NIL), std::nullopt },
            { message(pmt::PMT_F), std::nullopt },
        };
        for (const auto& [send, expected] : messages) {
            const auto at_encoder = hinted(encoder());
            send(at_encoder);
            const auto at_decoder = hinted(decoder());
            send(at_decoder);
            assert_told(expected.value_or(middle), told(at_encoder));
            assert_told(expected.value_or(0.75), told(at_decoder, 0.75));
        }
    }

#ifdef DJESCC_HAVE_DIGITAL
    /*! A model of codec separate, with HEVC's picture in QPSK at rate 1/2.
     *  \return its directory */
    std::string digital_model() const
    {
        ::djescc::Manifest manifest;
        manifest.name = "digital";
        manifest.cipher = { { "type", "none" } };
        manifest.codec = { { "type", "separate" }, { "speed", "fast" } };
        manifest.training = { { "note", "needs no training" } };
        const auto directory = d_folder->path("digital");
        ::djescc::save_model(directory, manifest, ::djescc::test::random_nets(manifest));
        return directory;
    }

    void outages_are_counted_and_told()
    {
        const auto model = digital_model();
        auto info = image_info(4, 48, 64);
        const auto image = random_image(info, 1);
        auto encoder = role_of(::djescc::Role::encode, model);
        const auto good = to_symbols(run_image(encoder, to_tensor(image, info.shape)));
        info.snr_db = 20;
        stream<gr_complex> input;
        input.append_frame(good, info);
        input.append_frame(random_symbols(good.size(), 2), info);
        input.append_frame(good, info);
        const auto block = jscc_decoder::make(model, "cpu");
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(3), frames.size());
        CPPUNIT_ASSERT(!frames[0].info.outage);
        CPPUNIT_ASSERT(frames[1].info.outage);
        CPPUNIT_ASSERT(!frames[2].info.outage);
        CPPUNIT_ASSERT(frames[0].items == frames[2].items);
        CPPUNIT_ASSERT(frames[1].items == std::vector<float>(image.size(), 0.5F));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->outages());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->counters().at("outages"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), block->dropped_total());
    }
#endif
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_jscc_blocks>
    register_qa_jscc_blocks("jscc_blocks");

} // namespace gr::djescc::test
