/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the encrypting and the decrypting block with keyrings and keys.

#include "blocks/drop_reason.h"
#include "core/counting_key.h"
#include "core/error_text.h"
#include "core/scratch_folder.h"
#include "tensor_frames.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/keys/secret_key.h>
#include <djescc/model/keyring.h>
#include <gnuradio/djescc/image_decryptor.h>
#include <gnuradio/djescc/image_encryptor.h>
#include <optional>

namespace gr::djescc::test {

using ::djescc::test::assert_contains;
using ::djescc::test::error_text;

//! The owner's and the recipient's block with a keyring and keys.
class qa_keyring_blocks : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keyring_blocks);
#ifdef DJESCC_HAVE_SODIUM
    CPPUNIT_TEST(right_key_gives_what_the_runners_give);
    CPPUNIT_TEST(a_stream_may_begin_anywhere);
    CPPUNIT_TEST(wrong_key_changes_pictures_and_nothing_else);
    CPPUNIT_TEST(nothing_of_the_choice_is_in_the_tags);
#endif
    CPPUNIT_TEST(constructors_refuse);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int64_t count = 24;

    std::optional<::djescc::test::ScratchFolder> d_folder;
    std::string d_model;

public:
    void setUp() override
    {
        d_folder.emplace("qa_keyring_blocks");
        d_model = d_folder->path("model");
        auto manifest = ::djescc::test::small_manifest();
        manifest.cipher["mask"] = { { "latents", 6 }, { "noise", 6 }, { "size", 8 } };
        ::djescc::save_model(d_model, manifest, ::djescc::test::random_nets(manifest));
    }
    void tearDown() override { d_folder.reset(); }

private:
    //! A keyring of three members, and its key.
    ::djescc::ModelSource make_ring() const
    {
        ::djescc::create_keyring(::djescc::Model(d_model), 3, d_folder->path("ring"));
        return { "",
                 d_folder->path("ring"),
                 ::djescc::test::counting_key_file(*d_folder) };
    }

    ::djescc::ModelSource with_wrong_key(::djescc::ModelSource models) const
    {
        models.key_file = ::djescc::test::counting_key_file(*d_folder, 100);
        return models;
    }

    template <class Block>
    static typename Block::sptr make(const ::djescc::ModelSource& models,
                                     int max_batch = 8)
    {
        return Block::make(
            models.model, "cpu", 0, max_batch, models.keyring, models.key_file);
    }

    static std::vector<float> picture(int64_t id)
    {
        return random_image(image_info(id, 13, 18), static_cast<unsigned>(id));
    }

    static stream<float> pictures(int64_t first = 0)
    {
        stream<float> input;
        for (int64_t id = first; id < first + count; id++) {
            input.append_frame(picture(id), image_info(id, 13, 18));
        }
        return input;
    }

    void right_key_gives_what_the_runners_give()
    {
        const auto ring = make_ring();
        auto encrypt = role_of(::djescc::Role::encrypt, ring);
        auto decrypt = role_of(::djescc::Role::decrypt, ring);
        for (const int max_batch : { 1, 8 }) {
            const auto sent =
                run_block<float>(make<image_encryptor>(ring, max_batch), pictures());
            const auto hidden = split_frames(sent);
            const auto shown = split_frames(
                run_block<float>(make<image_decryptor>(ring, max_batch), sent));
            CPPUNIT_ASSERT_EQUAL(size_t(count), shown.size());
            for (int64_t id = 0; id < count; id++) {
                const auto i = static_cast<size_t>(id);
                const ::djescc::ImageShape shape{ 3, 13, 18 };
                const auto wanted = run_image(encrypt, to_tensor(picture(id), shape), id);
                CPPUNIT_ASSERT_EQUAL(id, hidden[i].info.id);
                CPPUNIT_ASSERT(distance(wanted, to_tensor(hidden[i])) < rounding);
                CPPUNIT_ASSERT(distance(run_protected(decrypt, wanted, shape, id),
                                        to_tensor(shown[i])) < 10 * rounding);
            }
        }
    }

    //! Lost frames, a start in mid-stream and ids beyond 32 bits.
    void a_stream_may_begin_anywhere()
    {
        const auto ring = make_ring();
        const auto encryptor = make<image_encryptor>(ring);
        const auto whole = split_frames(run_block<float>(encryptor, pictures()));
        const auto all = split_frames(
            run_block<float>(make<image_decryptor>(ring),
                             run_block<float>(make<image_encryptor>(ring), pictures())));
        stream<float> part;
        for (size_t i = 5; i < whole.size(); i += 3) {
            auto info = whole[i].info;
            info.id += int64_t(1) << 32; // what a header of 32 bits takes away
            part.append_frame(whole[i].items, info);
        }
        const auto shown =
            split_frames(run_block<float>(make<image_decryptor>(ring), part));
        for (size_t i = 0; i < shown.size(); i++) {
            CPPUNIT_ASSERT(distance(to_tensor(all[5 + 3 * i]), to_tensor(shown[i])) <
                           10 * rounding);
        }
        CPPUNIT_ASSERT_EQUAL(size_t(7), shown.size());
    }

    void wrong_key_changes_pictures_and_nothing_else()
    {
        const auto ring = make_ring();
        auto sent = run_block<float>(make<image_encryptor>(ring), pictures());
        // One frame that is dropped whatever the key.
        auto lying = image_info(99, 16, 24);
        lying.plain = ::djescc::ImageShape{ 3, 100, 100 };
        sent.append_frame(random_image(lying, 1), lying);
        const auto right = make<image_decryptor>(ring, 1);
        const auto wrong = make<image_decryptor>(with_wrong_key(ring), 1);
        const auto with_right = run_block<float>(right, sent);
        const auto with_wrong = run_block<float>(wrong, sent);
        CPPUNIT_ASSERT(right->counters() == wrong->counters());
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), wrong->dropped(drop_reason::wrong_shape));
        CPPUNIT_ASSERT_EQUAL(uint64_t(count), wrong->frames_out());
        CPPUNIT_ASSERT_EQUAL(with_right.tags.size(), with_wrong.tags.size());
        for (size_t i = 0; i < with_right.tags.size(); i++) {
            CPPUNIT_ASSERT_EQUAL(with_right.tags[i].offset, with_wrong.tags[i].offset);
            CPPUNIT_ASSERT(
                pmt::equal(with_right.tags[i].value, with_wrong.tags[i].value));
        }
        const auto shown = split_frames(with_right), hidden = split_frames(with_wrong);
        for (size_t i = 0; i < shown.size(); i++) {
            CPPUNIT_ASSERT(distance(to_tensor(shown[i]), to_tensor(hidden[i])) > 0.01);
        }
    }

    void nothing_of_the_choice_is_in_the_tags()
    {
        const auto plain =
            run_block<float>(image_encryptor::make(d_model, "cpu"), pictures());
        const auto keyed =
            run_block<float>(make<image_encryptor>(make_ring()), pictures());
        CPPUNIT_ASSERT_EQUAL(plain.tags.size(), keyed.tags.size());
        for (size_t i = 0; i < plain.tags.size(); i++) {
            CPPUNIT_ASSERT(pmt::equal(plain.tags[i].key, keyed.tags[i].key));
            CPPUNIT_ASSERT(pmt::equal(plain.tags[i].value, keyed.tags[i].value));
        }
    }

    void constructors_refuse()
    {
        const auto key = ::djescc::test::counting_key_file(*d_folder);
        const auto refusal = [](const ::djescc::ModelSource& models) {
            return error_text<::djescc::Error>([&] { make<image_decryptor>(models); });
        };
        assert_contains(refusal({ "", "", "" }), "give a model or a keyring");
        assert_contains(refusal({ d_model, d_model, key }), "leave the model");
        assert_contains(refusal({ "", d_model, "" }), "needs a key");
        assert_contains(refusal({ "", d_model, key }), "keyring.json is missing");
        ::chmod(key.c_str(), 0640);
        assert_contains(refusal({ d_model, "", key }),
                        ::djescc::keys_available() ? "chmod 600" : "libsodium");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_keyring_blocks>
    register_qa_keyring_blocks("keyring_blocks");

} // namespace gr::djescc::test
