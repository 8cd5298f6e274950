/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the encrypting and the decrypting block, and of what all blocks with nets
// share.

#include "blocks/drop_reason.h"
#include "core/error_text.h"
#include "core/scratch_folder.h"
#include "tensor_frames.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <gnuradio/djescc/image_decryptor.h>
#include <gnuradio/djescc/image_encryptor.h>
#include <optional>

namespace gr::djescc::test {

using ::djescc::test::assert_contains;
using ::djescc::test::error_text;

//! The owner's and the recipient's block, and what all model blocks share.
class qa_image_cipher_blocks : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_image_cipher_blocks);
    CPPUNIT_TEST(encryptor_is_its_net);
    CPPUNIT_TEST(decryptor_is_its_net_and_crops);
    CPPUNIT_TEST(grey_pictures_come_back_grey);
    CPPUNIT_TEST(unknown_entries_pass);
    CPPUNIT_TEST(waiting_frames_share_an_inference);
    CPPUNIT_TEST(batches_exceed_the_buffers);
    CPPUNIT_TEST(frames_of_several_shapes_keep_their_order);
    CPPUNIT_TEST(bad_frames_are_dropped_and_the_next_is_right);
    CPPUNIT_TEST(shapes_that_the_model_cannot_take);
    CPPUNIT_TEST(constructors_refuse);
    CPPUNIT_TEST_SUITE_END();

    std::optional<::djescc::test::ScratchFolder> d_folder;
    std::string d_model;

public:
    void setUp() override
    {
        d_folder.emplace("qa_image_cipher_blocks");
        d_model = d_folder->path("model");
        ::djescc::test::save_small_model(d_model);
    }
    void tearDown() override { d_folder.reset(); }

private:
    image_encryptor::sptr make_encryptor(int max_batch = 8) const
    {
        return image_encryptor::make(d_model, "cpu", 0, max_batch);
    }

    torch::Tensor encrypted(const std::vector<float>& image,
                            const ::djescc::ImageShape& shape) const
    {
        auto encryptor = role_of(::djescc::Role::encrypt, d_model);
        return run_image(encryptor, to_tensor(image, shape));
    }

    void encryptor_is_its_net()
    {
        // 13 x 18 is no multiple of anything that a net needs.
        const auto info = image_info(3, 13, 18);
        const auto image = random_image(info, 1);
        stream<float> input;
        input.append_frame(image, info);
        const auto block = make_encryptor();
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        const auto& found = frames[0].info;
        CPPUNIT_ASSERT_EQUAL(int64_t(3), found.id);
        CPPUNIT_ASSERT(found.plain == info.shape);
        CPPUNIT_ASSERT((found.shape == ::djescc::ImageShape{ 3, 16, 24 }));
        CPPUNIT_ASSERT(distance(encrypted(image, info.shape), to_tensor(frames[0])) <
                       rounding);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->frames_in());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->frames_out());
        CPPUNIT_ASSERT(block->inference_seconds() > 0.0);
    }

    void decryptor_is_its_net_and_crops()
    {
        auto info = image_info(0, 16, 24);
        info.plain = ::djescc::ImageShape{ 3, 13, 18 };
        const auto image = random_image(info, 2);
        stream<float> input;
        input.append_frame(image, info);
        // Without plain_* the picture keeps its size.
        input.append_frame(image, image_info(1, 16, 24));
        const auto block = image_decryptor::make(d_model, "cpu");
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(2), frames.size());
        auto stage = role_of(::djescc::Role::decrypt, d_model);
        const auto protected_image = to_tensor(image, info.shape);
        CPPUNIT_ASSERT(frames[0].info.shape == *info.plain);
        CPPUNIT_ASSERT(distance(run_protected(stage, protected_image, *info.plain),
                                to_tensor(frames[0])) < rounding);
        CPPUNIT_ASSERT(frames[1].info.shape == info.shape);
        CPPUNIT_ASSERT(distance(run_protected(stage, protected_image, info.shape),
                                to_tensor(frames[1])) < rounding);
    }

    void grey_pictures_come_back_grey()
    {
        const auto info = image_info(0, 9, 9, 1);
        stream<float> input;
        input.append_frame(random_image(info, 1), info);
        const auto protected_stream = run_block<float>(make_encryptor(), input);
        const auto frames = split_frames(
            run_block<float>(image_decryptor::make(d_model, "cpu"), protected_stream));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT(frames[0].info.shape == info.shape);
    }

    void unknown_entries_pass()
    {
        const auto info = image_info(0, 8, 8);
        stream<float> input;
        input.tag_next(packet_len_key(), pmt::from_long(192));
        input.tag_next(
            frame_key(),
            pmt::dict_add(info.to_pmt(), pmt::intern("camera"), pmt::from_long(4)));
        input.append(random_image(info, 1));
        const auto frames = split_frames(run_block<float>(make_encryptor(), input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT_EQUAL(4L,
                             pmt::to_long(pmt::dict_ref(frames[0].info.to_pmt(),
                                                        pmt::intern("camera"),
                                                        pmt::PMT_NIL)));
    }

    void waiting_frames_share_an_inference()
    {
        constexpr int64_t count = 60;
        const auto shape = image_info(0, 8, 8);
        stream<float> input;
        for (int64_t id = 0; id < count; id++) {
            auto info = shape;
            info.id = id;
            input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        const auto block = make_encryptor(5);
        const auto frames = split_frames(run_block<float>(block, input));
        const auto counters = block->counters();
        CPPUNIT_ASSERT_EQUAL(uint64_t(5), counters.at("largest_batch"));
        CPPUNIT_ASSERT(counters.at("batches") >= 12 && counters.at("batches") < 30);
        CPPUNIT_ASSERT_EQUAL(static_cast<size_t>(count), frames.size());
        for (int64_t id = 0; id < count; id++) {
            const auto& found = frames[static_cast<size_t>(id)];
            CPPUNIT_ASSERT_EQUAL(id, found.info.id);
            const auto image = random_image(shape, static_cast<unsigned>(id));
            CPPUNIT_ASSERT(distance(encrypted(image, shape.shape), to_tensor(found)) <
                           rounding);
        }
    }

    //! Less than three images of this size fit between two blocks.
    void batches_exceed_the_buffers()
    {
        constexpr int64_t count = 48;
        stream<float> input;
        auto info = image_info(0, 256, 256);
        const auto image = random_image(info, 1);
        for (info.id = 0; info.id < count; info.id++) {
            input.append_frame(image, info);
        }
        const auto first = make_encryptor(8), second = make_encryptor(8);
        auto top = gr::make_top_block("test");
        auto sink = vector_sink<float>::make();
        top->connect(source_of(input), 0, first, 0);
        top->connect(first, 0, second, 0);
        top->connect(second, 0, sink, 0);
        run_to_end(top);
        CPPUNIT_ASSERT_EQUAL(static_cast<size_t>(count * info.shape.numel()),
                             sink->data().size());
        const auto batches = second->counters().at("batches");
        // 6 where nothing else runs; without waiting for what comes about 20.
        CPPUNIT_ASSERT_MESSAGE(std::to_string(batches), batches <= 12);
    }

    void frames_of_several_shapes_keep_their_order()
    {
        stream<float> input;
        for (int64_t id = 0; id < 30; id++) {
            const auto info = image_info(id, id % 3 ? 8 : 16, 8);
            input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        const auto frames = split_frames(run_block<float>(make_encryptor(), input));
        CPPUNIT_ASSERT_EQUAL(size_t(30), frames.size());
        for (int64_t id = 0; id < 30; id++) {
            const auto& found = frames[static_cast<size_t>(id)];
            CPPUNIT_ASSERT_EQUAL(id, found.info.id);
            const auto info = image_info(id, id % 3 ? 8 : 16, 8);
            const auto image = random_image(info, static_cast<unsigned>(id));
            CPPUNIT_ASSERT(distance(encrypted(image, info.shape), to_tensor(found)) <
                           rounding);
        }
    }

    void bad_frames_are_dropped_and_the_next_is_right()
    {
        const auto info = image_info(9, 8, 8);
        const auto good = random_image(info, 1);
        auto spoilt = good;
        spoilt[100] = std::numeric_limits<float>::quiet_NaN();
        stream<float> input;
        input.append_frame(spoilt, image_info(0, 8, 8));
        input.tag_next(packet_len_key(), pmt::from_long(192));
        input.tag_next(frame_key(), image_info(1, 8, 8).to_pmt());
        input.append({ good.begin(), good.begin() + 50 });
        input.tag_next(packet_len_key(), pmt::from_long(192));
        input.tag_next(frame_key(), image_info(2, 8, 9).to_pmt());
        input.append(good);
        input.append_frame(good, info);
        const auto block = make_encryptor();
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(9), frames[0].info.id);
        CPPUNIT_ASSERT(distance(encrypted(good, info.shape), to_tensor(frames[0])) <
                       rounding);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::not_finite));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::truncated));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::length_mismatch));
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), block->dropped_total());
    }

    void shapes_that_the_model_cannot_take()
    {
        stream<float> input;
        const auto five_channels = image_info(0, 8, 8, 5);
        input.append_frame(random_image(five_channels, 1), five_channels);
        const auto good = image_info(1, 8, 8);
        input.append_frame(random_image(good, 1), good);
        const auto encryptor = make_encryptor();
        CPPUNIT_ASSERT_EQUAL(size_t(1),
                             split_frames(run_block<float>(encryptor, input)).size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), encryptor->dropped(drop_reason::wrong_shape));

        // A protected image that no plain image of that size has.
        stream<float> received;
        auto lying = image_info(0, 8, 8);
        lying.plain = ::djescc::ImageShape{ 3, 100, 100 };
        received.append_frame(random_image(lying, 1), lying);
        received.append_frame(random_image(good, 1), good);
        const auto decryptor = image_decryptor::make(d_model, "cpu");
        CPPUNIT_ASSERT_EQUAL(size_t(1),
                             split_frames(run_block<float>(decryptor, received)).size());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), decryptor->dropped(drop_reason::wrong_shape));
    }

    void constructors_refuse()
    {
        const auto missing = d_folder->path("nowhere");
        assert_contains(error_text<::djescc::ModelError>(
                            [&] { image_encryptor::make(missing, "cpu"); }),
                        missing);
        assert_contains(error_text<::djescc::DeviceError>(
                            [&] { image_encryptor::make(d_model, "abacus"); }),
                        "abacus");
        assert_contains(error_text<::djescc::ConfigError>(
                            [&] { image_encryptor::make(d_model, "cpu", -1); }),
                        "threads");
        for (const int max_batch : { 0, -1, 1025 }) {
            assert_contains(error_text<::djescc::ConfigError>([&] {
                                image_decryptor::make(d_model, "cpu", 0, max_batch);
                            }),
                            "max_batch");
        }
        // Each role needs its own file and no other.
        const auto owner = d_folder->path("owner");
        ::djescc::split_model(::djescc::Model(d_model), ::djescc::Role::encrypt, owner);
        CPPUNIT_ASSERT(image_encryptor::make(owner, "cpu"));
        assert_contains(error_text<::djescc::ModelError>(
                            [&] { image_decryptor::make(owner, "cpu"); }),
                        "decrypt.safetensors");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_image_cipher_blocks>
    register_qa_image_cipher_blocks("image_cipher_blocks");

} // namespace gr::djescc::test
