/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the blocks with plug-ins that adapt, vary their rate, send in parts or need
// bytes beside an image: in flowgraphs and over the radio.

#include "blocks/drop_reason.h"
#include "core/sample_plugins.h"
#include "core/scratch_folder.h"
#include "tensor_frames.h"
#include <algorithm>
#include <array>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <gnuradio/djescc/burst_receiver.h>
#include <gnuradio/djescc/burst_transmitter.h>
#include <gnuradio/djescc/image_decryptor.h>
#include <gnuradio/djescc/image_encryptor.h>
#include <gnuradio/djescc/jscc_decoder.h>
#include <gnuradio/djescc/jscc_encoder.h>
#include <limits>
#include <optional>

namespace gr::djescc::test {

class qa_plugin_blocks : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_plugin_blocks);
    CPPUNIT_TEST(every_frame_has_its_own_snr);
    CPPUNIT_TEST(frames_of_different_lengths_share_an_inference);
    CPPUNIT_TEST(parts_go_out_as_frames);
    CPPUNIT_TEST(parts_are_joined);
    CPPUNIT_TEST(missing_parts);
    CPPUNIT_TEST(missing_parts_of_images_of_several_shapes);
    CPPUNIT_TEST(every_part_is_shown_as_it_comes);
    CPPUNIT_TEST(every_part_is_shown_of_images_with_losses);
    CPPUNIT_TEST(parts_that_the_codec_does_not_have);
    CPPUNIT_TEST(side_bytes_travel_with_the_frame);
    CPPUNIT_TEST(over_the_radio);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int64_t side = 8;
    static constexpr int64_t values = 3 * side * side;

    std::optional<::djescc::test::ScratchFolder> d_folder;

public:
    void setUp() override { d_folder.emplace("qa_plugin_blocks"); }
    void tearDown() override { d_folder.reset(); }

private:
    std::string save(const nlohmann::json& cipher, const nlohmann::json& codec) const
    {
        const auto model = d_folder->path("model");
        ::djescc::test::save_sample_model(model, cipher, codec);
        return model;
    }

    std::string save_prefix(const std::vector<int64_t>& ends, bool parts) const
    {
        return save({ { "type", "none" } },
                    { { "type", "test_prefix" }, { "ends", ends }, { "parts", parts } });
    }

    static std::vector<float> picture(int64_t id)
    {
        return random_image(image_info(id, side, side), static_cast<unsigned>(id));
    }

    static stream<float> pictures(int64_t count)
    {
        stream<float> input;
        for (int64_t id = 0; id < count; id++) {
            input.append_frame(picture(id), image_info(id, side, side));
        }
        return input;
    }

    //! The first values of a picture in the order of its planes, zeros behind.
    static torch::Tensor prefix(int64_t id, int64_t count)
    {
        const ::djescc::ImageShape shape{ 3, side, side };
        auto flat = to_tensor(picture(id), shape).flatten();
        flat.slice(0, count).zero_();
        return flat.view({ 1, 3, side, side });
    }

    void every_frame_has_its_own_snr()
    {
        const auto model = save({ { "type", "none" } }, { { "type", "test_adaptive" } });
        stream<gr_complex> input;
        constexpr int64_t count = 40;
        for (int64_t id = 0; id < count; id++) {
            auto info = image_info(id, side, side);
            if (id > 0) {
                info.snr_db = 0.5 * static_cast<double>(id);
            }
            input.append_frame(random_symbols(side * side, 1), info);
        }
        const auto block = jscc_decoder::make(model, "cpu", 0, 16);
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(count), frames.size());
        for (size_t id = 0; id < frames.size(); id++) {
            // the first one says nothing: the middle of 0 to 20 dB
            const double snr_db = id == 0 ? 10.0 : 0.5 * static_cast<double>(id);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(snr_db / 100, frames[id].items.front(), 1e-6);
        }
        CPPUNIT_ASSERT(block->counters().at("batches") < count / 2);
    }

    void frames_of_different_lengths_share_an_inference()
    {
        const auto model = save_prefix({ 20, 50, 90 }, false);
        constexpr int64_t count = 30;
        const auto encoder = jscc_encoder::make(model, "cpu", 0, 16);
        const auto sent = run_block<gr_complex>(encoder, pictures(count));
        const auto symbols = split_frames(sent);
        CPPUNIT_ASSERT_EQUAL(size_t(count), symbols.size());
        const auto decoder = jscc_decoder::make(model, "cpu", 0, 16);
        const auto images = split_frames(run_block<float>(decoder, sent));
        CPPUNIT_ASSERT_EQUAL(size_t(count), images.size());
        std::vector<int64_t> lengths;
        for (int64_t id = 0; id < count; id++) {
            const auto place = static_cast<size_t>(id);
            lengths.push_back(static_cast<int64_t>(symbols[place].items.size()));
            CPPUNIT_ASSERT_EQUAL(id, images[place].info.id);
            CPPUNIT_ASSERT(distance(prefix(id, lengths.back()),
                                    to_tensor(images[place])) < rounding);
        }
        for (const int64_t length : { 20, 50, 90 }) {
            CPPUNIT_ASSERT(std::count(lengths.begin(), lengths.end(), length) > 0);
        }
        CPPUNIT_ASSERT(decoder->counters().at("batches") < count / 2);
    }

    void parts_go_out_as_frames()
    {
        const auto model = save_prefix({ 20, 50 }, true);
        const auto sent = split_frames(
            run_block<gr_complex>(jscc_encoder::make(model, "cpu", 0, 4), pictures(5)));
        CPPUNIT_ASSERT_EQUAL(size_t(10), sent.size());
        for (size_t i = 0; i < sent.size(); i++) {
            const auto& info = sent[i].info;
            const auto part = static_cast<int64_t>(i % 2);
            CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(i / 2), info.id);
            CPPUNIT_ASSERT_EQUAL(part, info.part);
            CPPUNIT_ASSERT_EQUAL(int64_t(2), info.parts);
            CPPUNIT_ASSERT_EQUAL(size_t(part == 0 ? 20 : 30), sent[i].items.size());
        }
    }

    void parts_are_joined()
    {
        const auto model = save_prefix({ 20, 50, 90 }, true);
        const auto sent =
            run_block<gr_complex>(jscc_encoder::make(model, "cpu", 0, 4), pictures(7));
        const auto decoder = jscc_decoder::make(model, "cpu", 0, 4);
        const auto images = split_frames(run_block<float>(decoder, sent));
        CPPUNIT_ASSERT_EQUAL(size_t(7), images.size());
        for (size_t i = 0; i < images.size(); i++) {
            const auto id = static_cast<int64_t>(i);
            CPPUNIT_ASSERT_EQUAL(id, images[i].info.id);
            CPPUNIT_ASSERT_EQUAL(int64_t(1), images[i].info.parts);
            CPPUNIT_ASSERT(distance(prefix(id, 90), to_tensor(images[i])) < rounding);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), decoder->dropped_total());
    }

    void missing_parts()
    {
        const auto model = save_prefix({ 20, 50, 90 }, true);
        const auto sent = split_frames(
            run_block<gr_complex>(jscc_encoder::make(model, "cpu"), pictures(4)));
        CPPUNIT_ASSERT_EQUAL(size_t(12), sent.size());
        stream<gr_complex> arrived;
        for (const size_t i : { 0,
                                1,
                                2, // image 0 whole
                                3,
                                5, // image 1 without its second part
                                7,
                                8, // image 2 without its first one
                                9,
                                10 }) // image 3 without its last one, at the end
        {
            arrived.append_frame(sent[i].items, sent[i].info);
        }
        const auto decoder = jscc_decoder::make(model, "cpu");
        const auto images = split_frames(run_block<float>(decoder, arrived));
        CPPUNIT_ASSERT_EQUAL(size_t(3), images.size());
        const std::vector<std::pair<int64_t, int64_t>> expected{ { 0, 90 },
                                                                 { 1, 20 },
                                                                 { 3, 50 } };
        for (size_t i = 0; i < images.size(); i++) {
            const auto [id, count] = expected[i];
            CPPUNIT_ASSERT_EQUAL(id, images[i].info.id);
            CPPUNIT_ASSERT(distance(prefix(id, count), to_tensor(images[i])) < rounding);
        }
        // the third part of image 1, both of image 2
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), decoder->dropped(drop_reason::missing_part));
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), decoder->dropped_total());
    }

    //! Two shapes of as many pixels: their numbers of symbols do not tell them apart.
    void missing_parts_of_images_of_several_shapes()
    {
        const auto model = save_prefix({ 20, 50, 90 }, true);
        const auto info_of = [](int64_t id) {
            return id == 0 ? image_info(id, side, side)
                           : image_info(id, side / 2, side * 2);
        };
        stream<float> input;
        constexpr int64_t count = 4;
        for (int64_t id = 0; id < count; id++) {
            input.append_frame(random_image(info_of(id), static_cast<unsigned>(id)),
                               info_of(id));
        }
        const auto sent =
            split_frames(run_block<gr_complex>(jscc_encoder::make(model, "cpu"), input));
        CPPUNIT_ASSERT_EQUAL(size_t(3 * count), sent.size());
        for (const int max_batch : { 1, 4, 16 }) {
            stream<gr_complex> arrived;
            for (const auto& part : sent) {
                if (part.info.part < 2) {
                    arrived.append_frame(part.items, part.info);
                }
            }
            const auto decoder = jscc_decoder::make(model, "cpu", 0, max_batch);
            const auto images = split_frames(run_block<float>(decoder, arrived));
            CPPUNIT_ASSERT_EQUAL(size_t(count), images.size());
            for (size_t i = 0; i < images.size(); i++) {
                const auto id = static_cast<int64_t>(i);
                const auto info = info_of(id);
                CPPUNIT_ASSERT_EQUAL(id, images[i].info.id);
                CPPUNIT_ASSERT(info.shape == images[i].info.shape);
                auto flat =
                    to_tensor(random_image(info, static_cast<unsigned>(id)), info.shape)
                        .flatten();
                flat.slice(0, 50).zero_();
                const auto expected = flat.view(
                    { 1, info.shape.channels, info.shape.height, info.shape.width });
                CPPUNIT_ASSERT(distance(expected, to_tensor(images[i])) < rounding);
            }
            CPPUNIT_ASSERT_EQUAL(uint64_t(0), decoder->dropped_total());
        }
    }

    static jscc_decoder::sptr progressive_decoder(const std::string& model, int max_batch)
    {
        const auto decoder = jscc_decoder::make(model, "cpu", 0, max_batch);
        decoder->set_progressive(true);
        return decoder;
    }

    //! Whatever else is decoded with it, and behind the decryption too.
    void every_part_is_shown_as_it_comes()
    {
        const auto model = save_prefix({ 20, 50, 90 }, true);
        const auto sent =
            run_block<gr_complex>(jscc_encoder::make(model, "cpu", 0, 4), pictures(6));
        for (const int max_batch : { 1, 4, 16 }) {
            const auto decoder = progressive_decoder(model, max_batch);
            const auto images = split_frames(run_block<float>(
                image_decryptor::make(model, "cpu"), run_block<float>(decoder, sent)));
            CPPUNIT_ASSERT_EQUAL(size_t(18), images.size());
            for (size_t i = 0; i < images.size(); i++) {
                const auto& info = images[i].info;
                const auto id = static_cast<int64_t>(i / 3);
                const auto part = static_cast<int64_t>(i % 3);
                CPPUNIT_ASSERT_EQUAL(id, info.id);
                CPPUNIT_ASSERT_EQUAL(part, info.part);
                CPPUNIT_ASSERT_EQUAL(int64_t(3), info.parts);
                const int64_t count = std::vector<int64_t>{ 20, 50, 90 }.at(i % 3);
                CPPUNIT_ASSERT(distance(prefix(id, count), to_tensor(images[i])) <
                               rounding);
            }
            CPPUNIT_ASSERT_EQUAL(uint64_t(18), decoder->frames_out());
            CPPUNIT_ASSERT_EQUAL(uint64_t(0), decoder->dropped_total());
        }
    }

    void every_part_is_shown_of_images_with_losses()
    {
        const auto model = save_prefix({ 20, 50, 90 }, true);
        const auto sent = split_frames(
            run_block<gr_complex>(jscc_encoder::make(model, "cpu"), pictures(3)));
        stream<gr_complex> arrived;
        for (const size_t i : { 0,
                                2, // image 0 without its second part
                                4, // image 1 without its first one
                                6,
                                7 }) // image 2 without its last one, at the end
        {
            arrived.append_frame(sent[i].items, sent[i].info);
        }
        const auto decoder = progressive_decoder(model, 4);
        const auto images = split_frames(run_block<float>(decoder, arrived));
        const std::vector<std::array<int64_t, 3>> expected{ { 0, 0, 20 },
                                                            { 2, 0, 20 },
                                                            { 2, 1, 50 } };
        CPPUNIT_ASSERT_EQUAL(expected.size(), images.size());
        for (size_t i = 0; i < images.size(); i++) {
            const auto [id, part, count] = expected[i];
            CPPUNIT_ASSERT_EQUAL(id, images[i].info.id);
            CPPUNIT_ASSERT_EQUAL(part, images[i].info.part);
            CPPUNIT_ASSERT(distance(prefix(id, count), to_tensor(images[i])) < rounding);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), decoder->dropped(drop_reason::missing_part));
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), decoder->dropped_total());
    }

    //! What a sender claims of parts costs no memory and no other frame.
    void parts_that_the_codec_does_not_have()
    {
        const auto model = save_prefix({ 20, 50, 90 }, true);
        const auto sent = split_frames(
            run_block<gr_complex>(jscc_encoder::make(model, "cpu"), pictures(2)));
        stream<gr_complex> arrived;
        arrived.append_frame(sent[0].items, sent[0].info);
        auto claimed = sent[1];
        claimed.info.parts = 255; // of the same image, and too many
        arrived.append_frame(claimed.items, claimed.info);
        claimed = sent[1];
        claimed.items.resize(5000); // right, but too long
        arrived.append_frame(claimed.items, claimed.info);
        for (size_t i = 1; i < sent.size(); i++) {
            arrived.append_frame(sent[i].items, sent[i].info);
        }
        const auto decoder = jscc_decoder::make(model, "cpu");
        const auto images = split_frames(run_block<float>(decoder, arrived));
        CPPUNIT_ASSERT_EQUAL(size_t(2), images.size());
        for (size_t i = 0; i < images.size(); i++) {
            CPPUNIT_ASSERT(distance(prefix(static_cast<int64_t>(i), 90),
                                    to_tensor(images[i])) < rounding);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(2),
                             decoder->dropped(drop_reason::wrong_symbol_count));
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), decoder->dropped_total());
    }

    void side_bytes_travel_with_the_frame()
    {
        const auto model = save(
            { { "type", "test_meanless" } },
            { { "type", "test_prefix" }, { "ends", { values } }, { "parts", false } });
        const auto sent =
            run_block<float>(image_encryptor::make(model, "cpu"), pictures(3));
        for (const auto& frame : split_frames(sent)) {
            CPPUNIT_ASSERT_EQUAL(size_t(2), frame.info.side.size());
        }
        auto received = run_block<float>(
            jscc_decoder::make(model, "cpu"),
            run_block<gr_complex>(jscc_encoder::make(model, "cpu"), sent));
        auto without = split_frames(received).front();
        without.info.side.clear();
        without.info.id = 9;
        received.append_frame(without.items, without.info);
        const auto decryptor = image_decryptor::make(model, "cpu");
        const auto images = split_frames(run_block<float>(decryptor, received));
        CPPUNIT_ASSERT_EQUAL(size_t(3), images.size());
        for (size_t i = 0; i < images.size(); i++) {
            CPPUNIT_ASSERT(distance(prefix(static_cast<int64_t>(i), values),
                                    to_tensor(images[i])) < 10 * rounding);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), decryptor->dropped(drop_reason::side_bytes));
    }

    //! Parts and side bytes in bursts; the link without noise adds little of its own.
    void over_the_radio()
    {
        const auto model = save(
            { { "type", "test_meanless" } },
            { { "type", "test_prefix" }, { "ends", { 60, values } }, { "parts", true } });
        burst_transmitter::options transmit;
        transmit.session = 3;
        transmit.clip_db = std::numeric_limits<double>::infinity();
        const auto samples = run_block<gr_complex>(
            burst_transmitter::make(transmit),
            run_block<gr_complex>(
                jscc_encoder::make(model, "cpu"),
                run_block<float>(image_encryptor::make(model, "cpu"), pictures(3))));
        const auto symbols = run_block<gr_complex>(
            burst_receiver::make(burst_receiver::options{}), samples);
        for (const auto& frame : split_frames(symbols)) {
            CPPUNIT_ASSERT_EQUAL(int64_t(2), frame.info.parts);
            CPPUNIT_ASSERT_EQUAL(size_t(2), frame.info.side.size());
            CPPUNIT_ASSERT(frame.info.snr_db.value_or(0) > 25);
        }
        const auto images = split_frames(run_block<float>(
            image_decryptor::make(model, "cpu"),
            run_block<float>(jscc_decoder::make(model, "cpu"), symbols)));
        CPPUNIT_ASSERT_EQUAL(size_t(3), images.size());
        for (size_t i = 0; i < images.size(); i++) {
            const auto id = static_cast<int64_t>(i);
            CPPUNIT_ASSERT_EQUAL(id, images[i].info.id);
            CPPUNIT_ASSERT(distance(prefix(id, values), to_tensor(images[i])) < 0.05);
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_plugin_blocks>
    register_qa_plugin_blocks("plugin_blocks");

} // namespace gr::djescc::test
