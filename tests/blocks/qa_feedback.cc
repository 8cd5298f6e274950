/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of rounds: messages of what was received, from the decoding to the encoding block
// and back into the net.

#include "blocks/feedback_message.h"
#include "core/scratch_folder.h"
#include "tensor_frames.h"
#include <chrono>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <gnuradio/blocks/message_debug.h>
#include <gnuradio/djescc/awgn_channel.h>
#include <gnuradio/djescc/jscc_decoder.h>
#include <gnuradio/djescc/jscc_encoder.h>
#include <limits>
#include <optional>
#include <thread>

namespace gr::djescc::test {

class qa_feedback : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_feedback);
    CPPUNIT_TEST(messages_there_and_back);
    CPPUNIT_TEST(messages_that_are_none);
    CPPUNIT_TEST(both_blocks_are_the_nets);
    CPPUNIT_TEST(noise_on_the_way_back);
    CPPUNIT_TEST(without_feedback_the_first_part_is_all);
    CPPUNIT_TEST(foreign_feedback_is_ignored);
    CPPUNIT_TEST(other_codecs_send_nothing_back);
    CPPUNIT_TEST(settings_are_checked);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int64_t height = 16, width = 24;
    static constexpr size_t part_symbols = 4 * 6 * 8 / 2;

    std::optional<::djescc::test::ScratchFolder> d_folder;

public:
    void setUp() override { d_folder.emplace("qa_feedback"); }
    void tearDown() override { d_folder.reset(); }

private:
    std::string save(const std::string& type) const
    {
        ::djescc::Manifest manifest;
        manifest.name = "rounds";
        manifest.cipher = { { "type", "none" } };
        manifest.codec = { { "type", type },
                           { "width", 16 },
                           { "initialization", "transform" } };
        const auto directory = d_folder->path(type);
        ::djescc::save_model(directory, manifest, ::djescc::test::random_nets(manifest));
        return directory;
    }

    static stream<float> pictures(int64_t count)
    {
        stream<float> input;
        for (int64_t id = 0; id < count; id++) {
            const auto info = image_info(id, height, width);
            input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        return input;
    }

    static torch::Tensor picture(int64_t id)
    {
        const auto info = image_info(id, height, width);
        return to_tensor(random_image(info, static_cast<unsigned>(id)), info.shape);
    }

    static feedback_message sample_message() { return { 7, 1, random_symbols(5, 1) }; }

    void messages_there_and_back()
    {
        const auto sent = sample_message();
        const auto found = feedback_message::from_pmt(sent.to_pmt());
        CPPUNIT_ASSERT(found);
        CPPUNIT_ASSERT_EQUAL(sent.id, found->id);
        CPPUNIT_ASSERT_EQUAL(sent.part, found->part);
        CPPUNIT_ASSERT(sent.symbols == found->symbols);
        // as over a socket
        const auto copied = pmt::deserialize_str(pmt::serialize_str(sent.to_pmt()));
        CPPUNIT_ASSERT(feedback_message::from_pmt(copied)->symbols == sent.symbols);
    }

    void messages_that_are_none()
    {
        const auto with = [](const char* key, const pmt::pmt_t& value) {
            return pmt::dict_add(sample_message().to_pmt(), pmt::mp(key), value);
        };
        const auto without = [](const char* key) {
            return pmt::dict_delete(sample_message().to_pmt(), pmt::mp(key));
        };
        auto endless = sample_message().symbols;
        endless[3] = { 0.0f, std::numeric_limits<float>::infinity() };
        auto huge = sample_message().symbols;
        huge[3] = { 1e30f, 0.0f }; // whose square is infinite
        for (const auto& message : { pmt::PMT_NIL,
                                     pmt::PMT_T,
                                     pmt::from_long(3),
                                     pmt::make_dict(),
                                     without("id"),
                                     without("part"),
                                     without("symbols"),
                                     with("id", pmt::from_long(-1)),
                                     with("id", pmt::from_double(1)),
                                     with("part", pmt::from_long(-1)),
                                     with("symbols", pmt::from_long(4)),
                                     with("symbols", pmt::make_c32vector(0, 1)),
                                     with("symbols", pmt::make_f32vector(5, 1)),
                                     with("symbols", pmt::init_c32vector(5, endless)),
                                     with("symbols", pmt::init_c32vector(5, huge)) }) {
            CPPUNIT_ASSERT(!feedback_message::from_pmt(message));
        }
    }

    struct outcome {
        std::vector<received_frame<gr_complex>> symbols;
        std::vector<received_frame<float>> images;
    };

    //! Pictures through both blocks, with the way back where it is asked for.
    static outcome run_rounds(const jscc_encoder::sptr& encoder,
                              const jscc_decoder::sptr& decoder,
                              int64_t count,
                              double snr_db,
                              bool way_back = true)
    {
        auto top = gr::make_top_block("test");
        auto channel = awgn_channel::make(snr_db, 3);
        auto symbols = gr::blocks::vector_sink_c::make();
        auto images = gr::blocks::vector_sink_f::make();
        top->connect(source_of(pictures(count)), 0, encoder, 0);
        top->connect(encoder, 0, channel, 0);
        top->connect(channel, 0, decoder, 0);
        top->connect(encoder, 0, symbols, 0);
        top->connect(decoder, 0, images, 0);
        if (way_back) {
            top->msg_connect(decoder, "feedback", encoder, "feedback");
        }
        run_to_end(top);
        return { split_frames(stream<gr_complex>{ symbols->data(), symbols->tags() }),
                 split_frames(stream<float>{ images->data(), images->tags() }) };
    }

    //! Without noise: the second round follows on the first one as it was sent.
    void both_blocks_are_the_nets()
    {
        const auto model = save("djscc_f");
        constexpr int64_t count = 5;
        const auto encoder = jscc_encoder::make(model, "cpu", 0, 4);
        const auto decoder = jscc_decoder::make(model, "cpu", 0, 4);
        const auto found =
            run_rounds(encoder, decoder, count, std::numeric_limits<double>::infinity());
        CPPUNIT_ASSERT_EQUAL(size_t(2 * count), found.symbols.size());
        CPPUNIT_ASSERT_EQUAL(size_t(count), found.images.size());
        auto encode = role_of(::djescc::Role::encode, model);
        auto decode = role_of(::djescc::Role::decode, model);
        for (int64_t id = 0; id < count; id++) {
            auto batch = ::djescc::image_batch(picture(id), id);
            const auto first = encode.run(batch).values;
            batch.feedback = first;
            const auto second = encode.run(batch).values;
            for (size_t part = 0; part < 2; part++) {
                const auto& sent = found.symbols[2 * static_cast<size_t>(id) + part];
                CPPUNIT_ASSERT_EQUAL(id, sent.info.id);
                CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(part), sent.info.part);
                CPPUNIT_ASSERT_EQUAL(int64_t(2), sent.info.parts);
                CPPUNIT_ASSERT(distance(part == 0 ? first : second,
                                        to_tensor(sent.items)) < rounding);
            }
            const auto& image = found.images[static_cast<size_t>(id)];
            CPPUNIT_ASSERT_EQUAL(id, image.info.id);
            CPPUNIT_ASSERT(distance(run_symbols(decode,
                                                torch::cat({ first, second }, 1),
                                                image.info.shape),
                                    to_tensor(image)) < rounding);
        }
        CPPUNIT_ASSERT_EQUAL(size_t(0), encoder->counters().count("without feedback"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), decoder->dropped_total());
    }

    void noise_on_the_way_back()
    {
        const auto model = save("djscc_f");
        auto top = gr::make_top_block("test");
        stream<gr_complex> input;
        std::vector<std::vector<gr_complex>> sent;
        constexpr int64_t count = 100;
        for (int64_t id = 0; id < count; id++) {
            auto info = image_info(id, height, width);
            info.parts = 2;
            sent.push_back(random_symbols(part_symbols, static_cast<unsigned>(id)));
            input.append_frame(sent.back(), info);
        }
        const auto decoder = jscc_decoder::make(model, "cpu");
        decoder->set_feedback_snr(6.0, 2);
        const auto messages = gr::blocks::message_debug::make();
        auto sink = gr::blocks::vector_sink_f::make();
        top->connect(source_of(input), 0, decoder, 0);
        top->connect(decoder, 0, sink, 0);
        top->msg_connect(decoder, "feedback", messages, "store");
        run_to_end(top);
        CPPUNIT_ASSERT_EQUAL(size_t(count), messages->num_messages());
        double noise = 0;
        for (size_t i = 0; i < messages->num_messages(); i++) {
            const auto heard = feedback_message::from_pmt(messages->get_message(i));
            CPPUNIT_ASSERT(heard);
            CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(i), heard->id);
            CPPUNIT_ASSERT_EQUAL(int64_t(0), heard->part);
            CPPUNIT_ASSERT_EQUAL(part_symbols, heard->symbols.size());
            for (size_t k = 0; k < part_symbols; k++) {
                noise += std::norm(heard->symbols[k] - sent[i][k]);
            }
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            std::pow(10.0, -0.6), noise / (count * double(part_symbols)), 0.02);
    }

    void without_feedback_the_first_part_is_all()
    {
        const auto model = save("djscc_f");
        for (const double timeout : { 0.0, 0.05 }) {
            const auto encoder = jscc_encoder::make(model, "cpu");
            encoder->set_feedback_timeout(timeout);
            const auto decoder = jscc_decoder::make(model, "cpu");
            const auto found = run_rounds(encoder, decoder, 3, 20.0, false);
            CPPUNIT_ASSERT_EQUAL(size_t(3), found.symbols.size());
            CPPUNIT_ASSERT_EQUAL(size_t(3), found.images.size());
            for (const auto& sent : found.symbols) {
                CPPUNIT_ASSERT_EQUAL(int64_t(0), sent.info.part);
                CPPUNIT_ASSERT_EQUAL(part_symbols, sent.items.size());
            }
            CPPUNIT_ASSERT_EQUAL(uint64_t(3), encoder->counters().at("without feedback"));
        }
        // At 0 s nothing is waited for, not even what is there at once.
        const auto encoder = jscc_encoder::make(model, "cpu");
        encoder->set_feedback_timeout(0.0);
        const auto found = run_rounds(encoder, jscc_decoder::make(model, "cpu"), 3, 20.0);
        CPPUNIT_ASSERT_EQUAL(size_t(3), found.symbols.size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), encoder->counters().at("without feedback"));
    }

    //! Of another image, part or length, or too late: nothing waits for it.
    void foreign_feedback_is_ignored()
    {
        const auto encoder = jscc_encoder::make(save("djscc_f"), "cpu");
        encoder->set_feedback_timeout(3); // time enough for the messages below
        const auto post = [&](const feedback_message& message) {
            encoder->_post(pmt::intern("feedback"), message.to_pmt());
        };
        // They are there before the first image has begun.
        post({ 0, 0, random_symbols(part_symbols, 1) });
        encoder->_post(pmt::intern("feedback"), pmt::PMT_T);
        auto top = gr::make_top_block("test");
        auto sink = gr::blocks::vector_sink_c::make();
        top->connect(source_of(pictures(1)), 0, encoder, 0);
        top->connect(encoder, 0, sink, 0);
        top->start();
        const auto latest = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (sink->data().size() < part_symbols &&
               std::chrono::steady_clock::now() < latest) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        post({ 1, 0, random_symbols(part_symbols, 1) });
        post({ 0, 1, random_symbols(part_symbols, 1) });
        post({ 0, 0, random_symbols(part_symbols - 1, 1) });
        top->wait();
        CPPUNIT_ASSERT_EQUAL(part_symbols, sink->data().size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), encoder->counters().at("without feedback"));
        CPPUNIT_ASSERT(encoder->counters().at("foreign feedback") >= 3);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), encoder->counters().at("unusable messages"));
    }

    void other_codecs_send_nothing_back()
    {
        const auto model = save("djscc_l");
        const auto encoder = jscc_encoder::make(model, "cpu");
        const auto decoder = jscc_decoder::make(model, "cpu");
        const auto messages = gr::blocks::message_debug::make();
        auto top = gr::make_top_block("test");
        auto sink = gr::blocks::vector_sink_f::make();
        top->connect(source_of(pictures(2)), 0, encoder, 0);
        top->connect(encoder, 0, decoder, 0);
        top->connect(decoder, 0, sink, 0);
        top->msg_connect(decoder, "feedback", messages, "store");
        run_to_end(top);
        CPPUNIT_ASSERT_EQUAL(size_t(0), messages->num_messages());
        CPPUNIT_ASSERT_EQUAL(uint64_t(4), encoder->frames_out());
    }

    void settings_are_checked()
    {
        const auto model = save("djscc_f");
        const auto encoder = jscc_encoder::make(model, "cpu");
        for (const double seconds : { -1.0, 3601.0, std::nan("") }) {
            CPPUNIT_ASSERT_THROW(encoder->set_feedback_timeout(seconds),
                                 ::djescc::ConfigError);
        }
        const auto decoder = jscc_decoder::make(model, "cpu");
        for (const double snr_db :
             { std::nan(""), -101.0, -std::numeric_limits<double>::infinity() }) {
            CPPUNIT_ASSERT_THROW(decoder->set_feedback_snr(snr_db),
                                 ::djescc::ConfigError);
        }
        decoder->set_feedback_snr(std::numeric_limits<double>::infinity());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_feedback> register_qa_feedback("feedback");

} // namespace gr::djescc::test
