/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the burst transmitter and receiver as blocks: tags, times, filler, losses.

#include "blocks/fingerprint.h"
#include "frame_streams.h"
#include "open_end.h"
#include "radio/burst/burst_layout.h"
#include <chrono>
#include <cmath>
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <gnuradio/djescc/burst_receiver.h>
#include <gnuradio/djescc/burst_transmitter.h>
#include <gnuradio/djescc/channel_emulator.h>
#include <limits>

namespace gr::djescc::test {

namespace {

const char* const fingerprint = "00c0ffee12345678";

frame_info sent_info(int64_t id)
{
    auto info = image_info(id, 16, 24);
    info.plain = ::djescc::ImageShape{ 3, 15, 22 };
    info.model = parse_fingerprint(fingerprint);
    return info;
}

stream<gr_complex> sent_frames(int count, size_t length)
{
    stream<gr_complex> input;
    for (int id = 0; id < count; id++) {
        input.append_frame(random_symbols(length, static_cast<unsigned>(id)),
                           sent_info(id));
    }
    return input;
}

burst_transmitter::options transmit_options()
{
    burst_transmitter::options options;
    options.format.symbols_per_burst = 1000;
    options.session = 3;
    options.clip_db = std::numeric_limits<double>::infinity();
    return options;
}

burst_receiver::options receive_options()
{
    burst_receiver::options options;
    options.format.symbols_per_burst = 1000;
    return options;
}

std::vector<uint64_t> offsets_of(const stream<gr_complex>& samples, const char* key)
{
    std::vector<uint64_t> offsets;
    for (const auto& tag : samples.tags) {
        if (pmt::eqv(tag.key, pmt::intern(key))) {
            offsets.push_back(tag.offset);
        }
    }
    return offsets;
}

} // namespace

class qa_burst_blocks : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_burst_blocks);
    CPPUNIT_TEST(bursts_are_whole_and_tagged);
    CPPUNIT_TEST(times);
    CPPUNIT_TEST(filler_does_not_pause);
    CPPUNIT_TEST(filler_ends_with_its_input);
    CPPUNIT_TEST(runs_again);
    CPPUNIT_TEST(what_goes_in_comes_out);
    CPPUNIT_TEST(parts_of_different_lengths);
    CPPUNIT_TEST(any_number_of_symbols);
    CPPUNIT_TEST(through_the_emulator);
    CPPUNIT_TEST(lost_bursts_are_said);
    CPPUNIT_TEST(another_models_bursts);
    CPPUNIT_TEST(frames_that_cannot_be_sent);
    CPPUNIT_TEST(bad_options);
    CPPUNIT_TEST_SUITE_END();

public:
    void bursts_are_whole_and_tagged()
    {
        auto options = transmit_options();
        options.gap = 50;
        options.amplitude = 0.5;
        const auto block = burst_transmitter::make(options);
        const auto samples = run_block<gr_complex>(block, sent_frames(3, 2500));
        const burst_layout layout(options.format);
        const auto starts = offsets_of(samples, "tx_sob");
        const auto ends = offsets_of(samples, "tx_eob");
        CPPUNIT_ASSERT_EQUAL(size_t(9), starts.size());
        CPPUNIT_ASSERT_EQUAL(size_t(9), ends.size());
        CPPUNIT_ASSERT_EQUAL(size_t(18), samples.tags.size());
        uint64_t next = 0;
        for (size_t i = 0; i < starts.size(); i++) {
            CPPUNIT_ASSERT_EQUAL(next, starts[i]);
            // 2500 symbols are 834, 833 and 833 in three bursts.
            next += layout.burst_samples(i % 3 == 0 ? 834 : 833) + 50;
            CPPUNIT_ASSERT_EQUAL(next - 1, ends[i]);
            CPPUNIT_ASSERT_EQUAL(gr_complex(0.0f), samples.items[next - 1]);
            CPPUNIT_ASSERT(samples.items[next - 51] != gr_complex(0.0f));
        }
        CPPUNIT_ASSERT_EQUAL(next, static_cast<uint64_t>(samples.items.size()));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            0.5, std::abs(samples.items[0] / layout.preamble()[0]), 1e-5);
        CPPUNIT_ASSERT_EQUAL(uint64_t(9), block->counters().at("bursts"));
        CPPUNIT_ASSERT_EQUAL(next, block->counters().at("samples"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), block->frames_out());
        // 255 side bytes and their CRC may lie between header and payload.
        CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(layout.burst_samples(1000, 259)) + 50,
                             block->longest_burst());
    }

    void times()
    {
        auto options = transmit_options();
        options.sample_rate = 1000.0;
        options.start_time = 5.75;
        const auto samples =
            run_block<gr_complex>(burst_transmitter::make(options), sent_frames(2, 1500));
        size_t seen = 0;
        for (const auto& tag : samples.tags) {
            if (!pmt::eqv(tag.key, pmt::intern("tx_time"))) {
                continue;
            }
            seen++;
            const double time =
                static_cast<double>(pmt::to_uint64(pmt::tuple_ref(tag.value, 0))) +
                pmt::to_double(pmt::tuple_ref(tag.value, 1));
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                5.75 + static_cast<double>(tag.offset) / 1000.0, time, 1e-9);
            CPPUNIT_ASSERT(pmt::to_double(pmt::tuple_ref(tag.value, 1)) < 1.0);
        }
        CPPUNIT_ASSERT_EQUAL(size_t(4), seen);
    }

    void filler_does_not_pause()
    {
        auto options = transmit_options();
        options.filler = true;
        auto top = gr::make_top_block("filler");
        const auto block = burst_transmitter::make(options);
        const auto head = gr::blocks::vector_sink_c::make();
        const auto input = sent_frames(1, 500);
        auto source = source_of(input);
        const auto open = OpenEnd::make(); // no image, but one might still come
        top->connect(source, 0, open, 0);
        top->connect(open, 0, block, 0);
        top->connect(block, 0, head, 0);
        top->start();
        // Zeros go on behind the burst, and before it, for as long as anyone listens.
        const auto count = [&](const char* name) { return block->counters().at(name); };
        wait_until([&] { return count("bursts") > 0; }, "the burst");
        const auto wanted =
            count("samples") + static_cast<uint64_t>(block->longest_burst()) + 100000;
        wait_until([&] { return count("samples") >= wanted; }, "zeros behind the burst");
        stop(top);
        CPPUNIT_ASSERT(head->tags().empty());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->counters().at("bursts"));
    }

    void filler_ends_with_its_input()
    {
        auto options = transmit_options();
        options.filler = true;
        const auto block = burst_transmitter::make(options);
        const auto samples = run_block<gr_complex>(block, sent_frames(3, 2500));
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), block->counters().at("images"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(9), block->counters().at("bursts"));
        CPPUNIT_ASSERT_EQUAL(block->counters().at("samples"),
                             static_cast<uint64_t>(samples.items.size()));
    }

    void runs_again()
    {
        const auto transmitter = burst_transmitter::make(transmit_options());
        const auto receiver = burst_receiver::make(receive_options());
        for (uint64_t run = 1; run <= 3; run++) {
            auto top = gr::make_top_block("again");
            const auto input = sent_frames(3, 2500);
            auto source = source_of(input);
            const auto sink = gr::blocks::vector_sink_c::make();
            top->connect(source, 0, transmitter, 0);
            top->connect(transmitter, 0, receiver, 0);
            top->connect(receiver, 0, sink, 0);
            top->run();
            CPPUNIT_ASSERT_EQUAL(9 * run, transmitter->counters().at("bursts"));
            CPPUNIT_ASSERT_EQUAL(9 * run, receiver->counters().at("bursts"));
            CPPUNIT_ASSERT_EQUAL(size_t(7500), sink->data().size());
        }
    }

    void what_goes_in_comes_out()
    {
        for (const int max_items : { 0, 5000 }) {
            auto options = receive_options();
            options.model = fingerprint;
            const auto input = sent_frames(5, 2500);
            const auto samples =
                run_block<gr_complex>(burst_transmitter::make(transmit_options()), input);
            stream<gr_complex> untagged;
            untagged.items = samples.items;
            const auto block = burst_receiver::make(options);
            const auto frames =
                split_frames(run_block<gr_complex>(block, untagged, max_items));
            CPPUNIT_ASSERT_EQUAL(size_t(5), frames.size());
            for (int id = 0; id < 5; id++) {
                const auto& frame = frames[static_cast<size_t>(id)];
                CPPUNIT_ASSERT_EQUAL(int64_t(id), frame.info.id);
                CPPUNIT_ASSERT(frame.info.shape == sent_info(id).shape);
                CPPUNIT_ASSERT(frame.info.plain == sent_info(id).plain);
                CPPUNIT_ASSERT(frame.info.model == parse_fingerprint(fingerprint));
                CPPUNIT_ASSERT(*frame.info.snr_db > 35.0);
                const auto sent = random_symbols(2500, static_cast<unsigned>(id));
                for (size_t i = 0; i < sent.size(); i++) {
                    CPPUNIT_ASSERT(std::abs(sent[i] - frame.items[i]) < 0.1f);
                }
                CPPUNIT_ASSERT_EQUAL(int64_t(0),
                                     *integer_from_pmt(entry(frame, "erased")));
                const auto reliability =
                    pmt::f32vector_elements(entry(frame, "reliability"));
                CPPUNIT_ASSERT_EQUAL(size_t(2500), reliability.size());
                CPPUNIT_ASSERT(reliability[7] > 0.99f);
            }
            CPPUNIT_ASSERT_EQUAL(uint64_t(15), block->counters().at("bursts"));
            CPPUNIT_ASSERT_EQUAL(uint64_t(5), block->frames_out());
            CPPUNIT_ASSERT_EQUAL(uint64_t(0), block->dropped_total());
        }
    }

    /*! Two images of three parts each, every part of another length: a frame each, with
     *  the same facts, and SNR and reliability of its own. */
    void parts_of_different_lengths()
    {
        const std::vector<size_t> lengths{ 500, 2500, 1200 };
        stream<gr_complex> input;
        for (int64_t id = 0; id < 2; id++) {
            for (int64_t part = 0; part < 3; part++) {
                auto info = sent_info(id);
                info.part = part;
                info.parts = 3;
                info.side.assign(static_cast<size_t>(20 * id), static_cast<uint8_t>(id));
                const auto length = lengths[static_cast<size_t>(part)];
                input.append_frame(random_symbols(length, seed_of(id, part)), info);
            }
        }
        channel_settings settings;
        settings.snr_db = 20.0;
        const auto receiver = burst_receiver::make(receive_options());
        const auto frames =
            split_frames(run_chain(input, channel_emulator::make(settings, 2), receiver));
        CPPUNIT_ASSERT_EQUAL(size_t(6), frames.size());
        for (size_t i = 0; i < frames.size(); i++) {
            const auto& frame = frames[i];
            const auto id = static_cast<int64_t>(i / 3);
            const auto part = static_cast<int64_t>(i % 3);
            CPPUNIT_ASSERT_EQUAL(id, frame.info.id);
            CPPUNIT_ASSERT_EQUAL(part, frame.info.part);
            CPPUNIT_ASSERT_EQUAL(int64_t(3), frame.info.parts);
            CPPUNIT_ASSERT(frame.info.side ==
                           std::vector<uint8_t>(static_cast<size_t>(20 * id), 1));
            CPPUNIT_ASSERT_EQUAL(lengths[i % 3], frame.items.size());
            CPPUNIT_ASSERT_DOUBLES_EQUAL(20.0, *frame.info.snr_db, 1.0);
            CPPUNIT_ASSERT_EQUAL(int64_t(0), *integer_from_pmt(entry(frame, "erased")));
            const auto reliability = pmt::f32vector_elements(entry(frame, "reliability"));
            CPPUNIT_ASSERT_EQUAL(lengths[i % 3], reliability.size());
            CPPUNIT_ASSERT_DOUBLES_EQUAL(100.0 / 101.0, reliability[7], 0.01);
            const auto sent = random_symbols(lengths[i % 3], seed_of(id, part));
            double error = 0.0;
            for (size_t n = 0; n < sent.size(); n++) {
                error += static_cast<double>(std::norm(sent[n] - frame.items[n]));
            }
            CPPUNIT_ASSERT(error / static_cast<double>(2 * sent.size()) < 0.015);
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), receiver->counters().at("side bytes lost"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), receiver->dropped_total());
    }

    //! Images of different numbers of symbols in one stream, as a codec of variable rate
    //! makes them.
    void any_number_of_symbols()
    {
        const std::vector<size_t> lengths{ 1, 3000, 7, 1000, 1001, 48, 4096 };
        stream<gr_complex> input;
        for (size_t id = 0; id < lengths.size(); id++) {
            input.append_frame(random_symbols(lengths[id], static_cast<unsigned>(id)),
                               sent_info(static_cast<int64_t>(id)));
        }
        const auto receiver = burst_receiver::make(receive_options());
        const auto frames =
            split_frames(run_chain(input, channel_emulator::make({}, 2), receiver));
        CPPUNIT_ASSERT_EQUAL(lengths.size(), frames.size());
        for (size_t id = 0; id < lengths.size(); id++) {
            const auto sent = random_symbols(lengths[id], static_cast<unsigned>(id));
            CPPUNIT_ASSERT_EQUAL(lengths[id], frames[id].items.size());
            for (size_t n = 0; n < sent.size(); n++) {
                CPPUNIT_ASSERT(std::abs(sent[n] - frames[id].items[n]) < 0.15f);
            }
        }
    }

    void through_the_emulator()
    {
        channel_settings settings;
        settings.snr_db = 12.0;
        settings.carrier_offset = -0.9 / 64.0;
        settings.clock_offset = 15.0;
        settings.linewidth = 1e-7;
        settings.quantizer_bits = 12;
        const auto emulator = channel_emulator::make(settings, 2);
        const auto receiver = burst_receiver::make(receive_options());
        const auto output = run_chain(sent_frames(4, 3000), emulator, receiver);
        const auto frames = split_frames(output);
        CPPUNIT_ASSERT_EQUAL(size_t(4), frames.size());
        for (const auto& frame : frames) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(12.0, *frame.info.snr_db, 0.7);
        }
        settings.snr_db = 3.0;
        emulator->set(settings);
        CPPUNIT_ASSERT_EQUAL(3.0, emulator->settings().snr_db);
        settings.snr_db = std::nan("");
        CPPUNIT_ASSERT_THROW(emulator->set(settings), ::djescc::ConfigError);
        CPPUNIT_ASSERT_EQUAL(3.0, emulator->settings().snr_db);
    }

    void lost_bursts_are_said()
    {
        channel_settings settings;
        settings.snr_db = 15.0;
        settings.burst_loss = 0.3;
        const auto emulator = channel_emulator::make(settings, 5);
        const auto receiver = burst_receiver::make(receive_options());
        const auto frames =
            split_frames(run_chain(sent_frames(10, 6000), emulator, receiver));
        int64_t erased = 0;
        for (const auto& frame : frames) {
            erased += *integer_from_pmt(entry(frame, "erased"));
        }
        CPPUNIT_ASSERT_EQUAL(size_t(10), frames.size());
        CPPUNIT_ASSERT(emulator->lost_bursts() > 5);
        CPPUNIT_ASSERT_EQUAL(emulator->lost_bursts(), receiver->counters().at("lost"));
        CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(1000 * emulator->lost_bursts()),
                             erased);
    }

    void another_models_bursts()
    {
        auto options = receive_options();
        options.model = "0000000000000001";
        const auto receiver = burst_receiver::make(options);
        const auto output =
            run_chain(sent_frames(1, 1000), channel_emulator::make({}), receiver);
        CPPUNIT_ASSERT(output.items.empty());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver->counters().at("foreign"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), receiver->dropped("foreign"));
    }

    void frames_that_cannot_be_sent()
    {
        stream<gr_complex> input;
        auto info = sent_info(0);
        info.shape.width = 70000;
        input.append_frame(random_symbols(100, 1), info);
        input.tag_next(packet_len_key(), pmt::from_long(100));
        input.tag_next(frame_key(),
                       pmt::dict_add(sent_info(1).to_pmt(),
                                     pmt::intern("model"),
                                     pmt::intern("nonsense")));
        input.append(random_symbols(100, 1));
        input.append_frame(std::vector<gr_complex>(100), sent_info(2));
        input.append_frame(random_symbols(100, 1), sent_info(3));
        const auto block = burst_transmitter::make(transmit_options());
        const auto samples = run_block<gr_complex>(block, input);
        CPPUNIT_ASSERT_EQUAL(size_t(1), offsets_of(samples, "tx_sob").size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), block->dropped("wrong shape"));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped("bad frame tag"));
    }

    void bad_options()
    {
        const auto bad_transmitter = [](auto change) {
            auto options = transmit_options();
            change(options);
            CPPUNIT_ASSERT_THROW(burst_transmitter::make(options), ::djescc::ConfigError);
        };
        using transmit = burst_transmitter::options;
        bad_transmitter([](transmit& o) { o.format.carriers = 63; });
        bad_transmitter([](transmit& o) { o.gap = -1; });
        bad_transmitter([](transmit& o) { o.clip_db = 1.0; });
        bad_transmitter([](transmit& o) { o.amplitude = -0.1; });
        bad_transmitter([](transmit& o) { o.amplitude = std::nan(""); });
        bad_transmitter([](transmit& o) { o.sample_rate = 0.0; });
        bad_transmitter([](transmit& o) { o.start_time = -1.0; });
        bad_transmitter([](transmit& o) { o.session = 65536; });
        bad_transmitter([](transmit& o) { o.key_file = "/no/such/key"; });
        const auto bad_receiver = [](auto change) {
            auto options = receive_options();
            change(options);
            CPPUNIT_ASSERT_THROW(burst_receiver::make(options), ::djescc::Error);
        };
        using receive = burst_receiver::options;
        bad_receiver([](receive& o) { o.format.prefix = 1; });
        bad_receiver([](receive& o) { o.timeout = 0; });
        bad_receiver([](receive& o) { o.max_open_images = 0; });
        bad_receiver([](receive& o) { o.model = "/no/such/model"; });
        bad_receiver([](receive& o) { o.key_file = "/no/such/key"; });
        const auto block = burst_transmitter::make(transmit_options());
        block->set_amplitude(0.25);
        CPPUNIT_ASSERT_EQUAL(0.25, block->amplitude());
        block->set_amplitude(0.0); // silence
        CPPUNIT_ASSERT_EQUAL(0.0, block->amplitude());
        CPPUNIT_ASSERT_THROW(block->set_amplitude(-1.0), ::djescc::ConfigError);
    }

private:
    static unsigned seed_of(int64_t id, int64_t part)
    {
        return static_cast<unsigned>(10 * id + part);
    }

    static pmt::pmt_t entry(const received_frame<gr_complex>& frame, const char* key)
    {
        return pmt::dict_ref(frame.info.to_pmt(), pmt::intern(key), pmt::PMT_NIL);
    }

    static stream<gr_complex> run_chain(const stream<gr_complex>& input,
                                        const channel_emulator::sptr& emulator,
                                        const burst_receiver::sptr& receiver)
    {
        auto top = gr::make_top_block("chain");
        const auto transmitter = burst_transmitter::make(transmit_options());
        const auto sink = gr::blocks::vector_sink_c::make();
        auto source = source_of(input);
        top->connect(source, 0, transmitter, 0);
        top->connect(transmitter, 0, emulator, 0);
        top->connect(emulator, 0, receiver, 0);
        top->connect(receiver, 0, sink, 0);
        run_to_end(top);
        return { sink->data(), sink->tags() };
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_burst_blocks>
    register_qa_burst_blocks("burst_blocks");

} // namespace gr::djescc::test
