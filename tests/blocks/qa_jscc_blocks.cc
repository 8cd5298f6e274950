/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "blocks/drop_reason.h"
#include "core/scratch_folder.h"
#include "radio/dsp/value_runs.h"
#include "tensor_frames.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <gnuradio/djescc/jscc_decoder.h>
#include <gnuradio/djescc/jscc_encoder.h>
#include <optional>

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
    CPPUNIT_TEST(hints);
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
    void tearDown() override { d_folder.reset(); }

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
            ::djescc::DecodeStage(d_model, ::djescc::test::on_cpu()).symbol_count(shape));
    }

    torch::Tensor decoded(const std::vector<gr_complex>& symbols,
                          const ::djescc::ImageShape& shape) const
    {
        return ::djescc::DecodeStage(d_model, ::djescc::test::on_cpu())
            .run(to_tensor(symbols), shape);
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
        const auto expected = ::djescc::EncodeStage(d_model, ::djescc::test::on_cpu())
                                  .run(to_tensor(image, info.shape));
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
            // An inference has one SNR, so these cannot share one ...
            info.snr_db = id < 20 ? 10.0 : 20.0;
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
        // ... and 20 frames need two inferences each.
        CPPUNIT_ASSERT(block->counters().at("batches") >= 4);
    }

    void hints()
    {
        const auto encoder = jscc_encoder::make(d_model, "cpu");
        const auto decoder = jscc_decoder::make(d_model, "cpu");
        const auto port = pmt::intern("snr");
        CPPUNIT_ASSERT(encoder->has_msg_port(port) && decoder->has_msg_port(port));
        encoder->set_snr_hint(10.0);
        decoder->set_snr_hint(10.0);
        CPPUNIT_ASSERT_THROW(encoder->set_snr_hint(std::nan("")), ::djescc::ConfigError);
        CPPUNIT_ASSERT_THROW(decoder->set_snr_hint(INFINITY), ::djescc::ConfigError);
        encoder->clear_snr_hint();
        decoder->clear_snr_hint();
    }
};

CPPUNIT_TEST_SUITE_NAMED_REGISTRATION(qa_jscc_blocks, "jscc_blocks");

} // namespace gr::djescc::test
