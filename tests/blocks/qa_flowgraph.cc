/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of all roles' blocks in one flowgraph, against the nets called directly.

#include "core/scratch_folder.h"
#include "deadline.h"
#include "radio/dsp/complex_gaussian_noise.h"
#include "tensor_frames.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/metrics/quality.h>
#include <fstream>
#include <gnuradio/blocks/null_sink.h>
#include <gnuradio/djescc/awgn_channel.h>
#include <gnuradio/djescc/image_decryptor.h>
#include <gnuradio/djescc/image_encryptor.h>
#include <gnuradio/djescc/jscc_decoder.h>
#include <gnuradio/djescc/jscc_encoder.h>
#include <gnuradio/djescc/power_normalizer.h>
#include <gnuradio/djescc/quality_probe.h>
#include <optional>
#include <unistd.h>

namespace gr::djescc::test {

//! The four roles' blocks and the channel in one flowgraph.
class qa_flowgraph : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_flowgraph);
    CPPUNIT_TEST(the_flowgraph_is_the_nets_called_directly);
    CPPUNIT_TEST(a_large_picture_passes_with_default_buffers);
    CPPUNIT_TEST(memory_stays_flat);
    CPPUNIT_TEST_SUITE_END();

    std::optional<::djescc::test::ScratchFolder> d_folder;
    std::string d_model;

    //! The blocks from encryptor to decryptor, and the probe beside them.
    struct chain {
        image_encryptor::sptr encryptor;
        jscc_encoder::sptr encoder;
        power_normalizer::sptr normalizer;
        awgn_channel::sptr channel;
        jscc_decoder::sptr decoder;
        image_decryptor::sptr decryptor;
        quality_probe::sptr probe;

        chain(const std::string& model, double snr_db, uint64_t seed)
            : encryptor(image_encryptor::make(model, "cpu"))
            , encoder(jscc_encoder::make(model, "cpu"))
            , normalizer(power_normalizer::make())
            , channel(awgn_channel::make(snr_db, seed))
            , decoder(jscc_decoder::make(model, "cpu"))
            , decryptor(image_decryptor::make(model, "cpu"))
            , probe(quality_probe::make())
        {
        }

        void connect(gr::top_block& top, const gr::basic_block_sptr& source)
        {
            top.connect(source, 0, encryptor, 0);
            top.connect(encryptor, 0, encoder, 0);
            top.connect(encoder, 0, normalizer, 0);
            top.connect(normalizer, 0, channel, 0);
            top.connect(channel, 0, decoder, 0);
            top.connect(decoder, 0, decryptor, 0);
            top.connect(source, 0, probe, 0);
            top.connect(decryptor, 0, probe, 1);
        }
    };

public:
    void setUp() override
    {
        d_folder.emplace("qa_flowgraph");
        d_model = d_folder->path("model");
        ::djescc::test::save_small_model(d_model);
    }
    void tearDown() override { d_folder.reset(); }

private:
    void the_flowgraph_is_the_nets_called_directly()
    {
        constexpr double snr_db = 7.0;
        constexpr uint64_t seed = 11;
        std::vector<frame_info> infos;
        stream<float> input;
        for (int64_t id = 0; id < 25; id++) {
            infos.push_back(image_info(id, id % 5 ? 16 : 21, 16 + id / 10));
            input.append_frame(random_image(infos.back(), static_cast<unsigned>(id)),
                               infos.back());
        }
        chain blocks(d_model, snr_db, seed);
        auto sink = gr::blocks::vector_sink_f::make();
        auto top = gr::make_top_block("test");
        blocks.connect(*top, source_of(input));
        top->connect(blocks.decryptor, 0, sink, 0);
        run_to_end(top);
        const auto frames = split_frames(stream<float>{ sink->data(), sink->tags() });
        CPPUNIT_ASSERT_EQUAL(infos.size(), frames.size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(25), blocks.probe->matched());

        auto encrypt = role_of(::djescc::Role::encrypt, d_model);
        auto encode = role_of(::djescc::Role::encode, d_model);
        auto decode = role_of(::djescc::Role::decode, d_model);
        auto decrypt = role_of(::djescc::Role::decrypt, d_model);
        complex_gaussian_noise noise(seed);
        double psnr_sum = 0.0;
        for (size_t i = 0; i < infos.size(); i++) {
            const auto shape = infos[i].shape;
            const auto plain =
                to_tensor(random_image(infos[i], static_cast<unsigned>(i)), shape);
            const auto protected_image = run_image(encrypt, plain);
            const ::djescc::ImageShape protected_shape{ protected_image.size(1),
                                                        protected_image.size(2),
                                                        protected_image.size(3) };
            auto symbols = to_symbols(run_image(encode, protected_image));
            noise.add(symbols.data(),
                      symbols.data(),
                      symbols.size(),
                      static_cast<float>(std::pow(10.0, -snr_db / 20.0)));
            const auto received =
                run_symbols(decode, to_tensor(symbols), protected_shape);
            const auto expected = run_protected(decrypt, received, shape);
            CPPUNIT_ASSERT_EQUAL(infos[i].id, frames[i].info.id);
            CPPUNIT_ASSERT(frames[i].info.shape == shape);
            CPPUNIT_ASSERT(distance(expected, to_tensor(frames[i])) < 10 * rounding);
            psnr_sum += ::djescc::psnr(to_tensor(frames[i]), plain).item<double>();
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(psnr_sum / 25.0, blocks.probe->mean_psnr(), 1e-4);
        const std::vector<const frame_statistics*> model_blocks{ blocks.encryptor.get(),
                                                                 blocks.encoder.get(),
                                                                 blocks.normalizer.get(),
                                                                 blocks.decoder.get(),
                                                                 blocks.decryptor.get() };
        for (const auto* block : model_blocks) {
            CPPUNIT_ASSERT_EQUAL(uint64_t(25), block->frames_in());
            CPPUNIT_ASSERT_EQUAL(uint64_t(25), block->frames_out());
            CPPUNIT_ASSERT_EQUAL(uint64_t(0), block->dropped_total());
        }
    }

    void a_large_picture_passes_with_default_buffers()
    {
        // Fifty times the size of a buffer.
        const auto info = image_info(0, 750, 1000);
        stream<float> input;
        input.append_frame(random_image(info, 1), info);
        chain blocks(d_model, 10.0, 1);
        auto top = gr::make_top_block("test");
        blocks.connect(*top, source_of(input));
        run_to_end(top);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), blocks.probe->matched());
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), blocks.probe->dropped());
    }

    static double resident_mebibytes()
    {
        std::ifstream statm("/proc/self/statm");
        double total = 0.0, resident = 0.0;
        statm >> total >> resident;
        return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
    }

    void memory_stays_flat()
    {
        stream<float> input;
        const auto info = image_info(0, 8, 8);
        input.append_frame(random_image(info, 1), info);
        // The same frame without an end; the source moves the tags along.
        auto source = gr::blocks::vector_source_f::make(input.items, true, 1, input.tags);
        chain blocks(d_model, 10.0, 1);
        auto top = gr::make_top_block("test");
        top->connect(source, 0, blocks.encryptor, 0);
        top->connect(blocks.encryptor, 0, blocks.encoder, 0);
        top->connect(blocks.encoder, 0, blocks.normalizer, 0);
        top->connect(blocks.normalizer, 0, blocks.channel, 0);
        top->connect(blocks.channel, 0, blocks.decoder, 0);
        top->connect(blocks.decoder, 0, blocks.decryptor, 0);
        top->connect(blocks.decryptor, 0, gr::blocks::null_sink::make(sizeof(float)), 0);
        top->start();
        const auto run_until = [&blocks](uint64_t frames) {
            wait_until([&] { return blocks.decryptor->frames_out() >= frames; },
                       std::to_string(frames) + " decrypted frames");
            return resident_mebibytes();
        };
        const double before = run_until(500);
        const double after = run_until(2500);
        stop(top);
        CPPUNIT_ASSERT(after - before < 20.0);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_flowgraph>
    register_qa_flowgraph("flowgraph");

} // namespace gr::djescc::test
