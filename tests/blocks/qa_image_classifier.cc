/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of the block that labels images and passes them on.

#include "blocks/drop_reason.h"
#include "core/error_text.h"
#include "core/scratch_folder.h"
#include "tensor_frames.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstring>
#include <djescc/error.h>
#include <djescc/loss/classifier.h>
#include <filesystem>
#include <gnuradio/blocks/message_debug.h>
#include <gnuradio/djescc/image_classifier.h>
#include <limits>
#include <map>
#include <optional>

namespace gr::djescc::test {

using ::djescc::test::assert_contains;
using ::djescc::test::error_text;

namespace {

constexpr int64_t class_count = 5;
const std::vector<std::string> class_names{ "ant", "bee", "cow", "doe", "elk" };

/*! A classifier with random weights. Its logits are 0 in the mean over random images, so
 *  that these are not all of one class. */
std::shared_ptr<::djescc::Classifier>
save_classifier(const std::string& directory,
                const nlohmann::json& config,
                const nlohmann::json& about = nlohmann::json::object())
{
    torch::manual_seed(11);
    const torch::NoGradGuard no_grad;
    const auto net = ::djescc::Classifier::create(config, class_count);
    for (auto& item : net->named_buffers()) {
        if (item.value().is_floating_point()) {
            item.value().add_(torch::rand_like(item.value()));
        }
    }
    net->freeze();
    const auto usual = net->logits(torch::rand({ 32, 3, 8, 8 })).mean(0);
    net->named_parameters()["head.bias"].sub_(usual);
    net->save(directory, about);
    return net;
}

pmt::pmt_t entry(const pmt::pmt_t& dictionary, const char* key)
{
    return pmt::dict_ref(dictionary, pmt::intern(key), pmt::PMT_NIL);
}

bool has_label(const frame_info& info)
{
    const auto dictionary = info.to_pmt();
    for (const char* key : { "label", "class_name", "probabilities" }) {
        if (pmt::dict_has_key(dictionary, pmt::intern(key))) {
            return true;
        }
    }
    return false;
}

} // namespace

//! Labels as the classifier's own, images as they came, and what happens without a label.
class qa_image_classifier : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_image_classifier);
    CPPUNIT_TEST(labels_are_the_classifiers_and_images_pass);
    CPPUNIT_TEST(messages_tell_the_same);
    CPPUNIT_TEST(classes_have_names_or_numbers);
    CPPUNIT_TEST(a_second_classifier_overwrites);
    CPPUNIT_TEST(unknown_entries_pass);
    CPPUNIT_TEST(waiting_frames_share_an_inference);
    CPPUNIT_TEST(images_larger_than_the_buffers);
    CPPUNIT_TEST(bad_frames_are_dropped_and_the_next_is_right);
    CPPUNIT_TEST(images_that_cannot_be_classified_pass_unlabelled);
    CPPUNIT_TEST(outages_are_not_labelled);
    CPPUNIT_TEST(overflowing_images_are_not_labelled);
    CPPUNIT_TEST(constructor_refuses);
    CPPUNIT_TEST_SUITE_END();

    std::optional<::djescc::test::ScratchFolder> d_folder;
    std::string d_directory;
    std::shared_ptr<::djescc::Classifier> d_net;

public:
    void setUp() override
    {
        d_folder.emplace("qa_image_classifier");
        d_directory = d_folder->path("classifier");
        std::filesystem::create_directory(d_directory);
        d_net =
            save_classifier(d_directory,
                            { { "type", "residual" }, { "width", 3 }, { "stages", 2 } },
                            { { "class_names", class_names } });
    }
    void tearDown() override
    {
        d_net.reset();
        d_folder.reset();
    }

private:
    image_classifier::sptr make_classifier(int max_batch = 8) const
    {
        return image_classifier::make(d_directory, "cpu", 0, max_batch);
    }

    torch::Tensor expected(const std::vector<float>& image,
                           const ::djescc::ImageShape& shape) const
    {
        const torch::NoGradGuard no_grad;
        auto images = to_tensor(image, shape);
        return d_net->logits(images.expand({ -1, 3, -1, -1 })).softmax(1)[0];
    }

    //! The label and the probabilities of a dictionary are those of the image.
    void assert_label(const pmt::pmt_t& dictionary,
                      const std::vector<float>& image,
                      const ::djescc::ImageShape& shape) const
    {
        const auto wanted = expected(image, shape);
        CPPUNIT_ASSERT(pmt::is_integer(entry(dictionary, "label")));
        const long label = pmt::to_long(entry(dictionary, "label"));
        CPPUNIT_ASSERT_EQUAL(wanted.argmax().item<int64_t>(), int64_t{ label });
        CPPUNIT_ASSERT_EQUAL(class_names[static_cast<size_t>(label)],
                             pmt::symbol_to_string(entry(dictionary, "class_name")));
        CPPUNIT_ASSERT(pmt::is_f32vector(entry(dictionary, "probabilities")));
        const auto found =
            torch::tensor(pmt::f32vector_elements(entry(dictionary, "probabilities")));
        CPPUNIT_ASSERT_EQUAL(class_count, found.numel());
        CPPUNIT_ASSERT(distance(wanted, found) < rounding);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, found.sum().item<double>(), 1e-5);
    }

    static void assert_same_items(const std::vector<float>& sent,
                                  const std::vector<float>& found)
    {
        CPPUNIT_ASSERT_EQUAL(sent.size(), found.size());
        CPPUNIT_ASSERT(
            std::memcmp(sent.data(), found.data(), sent.size() * sizeof(float)) == 0);
    }

    void labels_are_the_classifiers_and_images_pass()
    {
        stream<float> input;
        std::vector<frame_info> infos;
        for (int64_t id = 0; id < 30; id++) {
            // Sizes, odd ones too, and grey images in turn.
            auto info = image_info(id, 8 + id % 3, 7, id % 4 == 3 ? 1 : 3);
            info.name = "picture " + std::to_string(id);
            infos.push_back(info);
            input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        const auto block = make_classifier();
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(infos.size(), frames.size());
        std::map<long, int> labels;
        for (size_t i = 0; i < frames.size(); i++) {
            const auto image = random_image(infos[i], static_cast<unsigned>(i));
            CPPUNIT_ASSERT_EQUAL(infos[i].id, frames[i].info.id);
            CPPUNIT_ASSERT(infos[i].shape == frames[i].info.shape);
            CPPUNIT_ASSERT(infos[i].name == frames[i].info.name);
            assert_same_items(image, frames[i].items);
            const auto dictionary = frames[i].info.to_pmt();
            assert_label(dictionary, image, infos[i].shape);
            labels[pmt::to_long(entry(dictionary, "label"))]++;
        }
        // Else one constant answer would pass.
        CPPUNIT_ASSERT(labels.size() > 1);
        CPPUNIT_ASSERT_EQUAL(uint64_t(30), block->frames_in());
        CPPUNIT_ASSERT_EQUAL(uint64_t(30), block->frames_out());
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), block->unlabelled());
        CPPUNIT_ASSERT(block->inference_seconds() > 0.0);
    }

    void messages_tell_the_same()
    {
        constexpr int64_t count = 12;
        stream<float> input;
        for (int64_t id = 0; id < count; id++) {
            auto info = image_info(id, 8, 8);
            if (id % 2 == 0) {
                info.name = "harbour";
            }
            input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        // Not to be classified: no message.
        const auto strange = image_info(count, 8, 8, 2);
        input.append_frame(random_image(strange, 1), strange);
        const auto block = make_classifier();
        const auto messages = gr::blocks::message_debug::make();
        auto top = gr::make_top_block("test");
        auto sink = vector_sink<float>::make();
        top->connect(source_of(input), 0, block, 0);
        top->connect(block, 0, sink, 0);
        top->msg_connect(block, "labels", messages, "store");
        run_to_end(top);
        CPPUNIT_ASSERT_EQUAL(static_cast<size_t>(count),
                             static_cast<size_t>(messages->num_messages()));
        for (int64_t id = 0; id < count; id++) {
            const auto message = messages->get_message(static_cast<size_t>(id));
            CPPUNIT_ASSERT_EQUAL(static_cast<long>(id),
                                 pmt::to_long(entry(message, "id")));
            CPPUNIT_ASSERT_EQUAL(id % 2 == 0,
                                 pmt::dict_has_key(message, pmt::intern("name")));
            const auto info = image_info(id, 8, 8);
            const auto image = random_image(info, static_cast<unsigned>(id));
            assert_label(message, image, info.shape);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(expected(image, info.shape).max().item<double>(),
                                         pmt::to_double(entry(message, "probability")),
                                         rounding);
        }
    }

    //! Dictionary of one labelled frame.
    pmt::pmt_t label_one(const image_classifier::sptr& block) const
    {
        const auto info = image_info(0, 8, 8);
        stream<float> input;
        input.append_frame(random_image(info, 1), info);
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        return frames[0].info.to_pmt();
    }

    void classes_have_names_or_numbers()
    {
        CPPUNIT_ASSERT(make_classifier()->classes() == class_names);
        const std::vector<std::string> own{ "1", "2", "3", "4", "5" };
        const auto named = image_classifier::make(d_directory, "cpu", 0, 8, own);
        CPPUNIT_ASSERT(named->classes() == own);
        const auto dictionary = label_one(named);
        CPPUNIT_ASSERT_EQUAL(
            own[static_cast<size_t>(pmt::to_long(entry(dictionary, "label")))],
            pmt::symbol_to_string(entry(dictionary, "class_name")));

        const auto nameless = d_folder->path("nameless");
        std::filesystem::create_directory(nameless);
        d_net->save(nameless, nlohmann::json::object());
        const auto numbered = image_classifier::make(nameless, "cpu");
        CPPUNIT_ASSERT(numbered->classes().empty());
        for (const auto& block :
             { numbered,
               image_classifier::make(
                   d_directory, "cpu", 0, 8, std::vector<std::string>(class_count)) }) {
            const auto found = label_one(block);
            CPPUNIT_ASSERT(pmt::is_integer(entry(found, "label")));
            CPPUNIT_ASSERT(!pmt::dict_has_key(found, pmt::intern("class_name")));
        }
    }

    void a_second_classifier_overwrites()
    {
        // The first one names classes and says something else, the second does neither.
        const auto other = d_folder->path("other");
        std::filesystem::create_directory(other);
        const auto second_net = save_classifier(other, { { "blocks", 1 } });
        stream<float> input;
        for (int64_t id = 0; id < 3; id++) {
            // The second cannot classify the middle one: no label of the first stays.
            const auto info = image_info(id, 8, 8, id == 1 ? 2 : 3);
            auto labelled = info;
            labelled.set(pmt::intern("label"), pmt::from_long(77));
            labelled.set(pmt::intern("class_name"), pmt::intern("old"));
            labelled.set(pmt::intern("probabilities"), pmt::init_f32vector(1, { 1.0f }));
            input.append_frame(random_image(info, 1), labelled);
        }
        const auto block = image_classifier::make(other, "cpu");
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(3), frames.size());
        const torch::NoGradGuard no_grad;
        for (const size_t i : { size_t(0), size_t(2) }) {
            const auto dictionary = frames[i].info.to_pmt();
            const auto wanted = second_net->logits(to_tensor(frames[i])).argmax(1);
            CPPUNIT_ASSERT_EQUAL(static_cast<long>(wanted.item<int64_t>()),
                                 pmt::to_long(entry(dictionary, "label")));
            CPPUNIT_ASSERT(!pmt::dict_has_key(dictionary, pmt::intern("class_name")));
            CPPUNIT_ASSERT_EQUAL(static_cast<size_t>(class_count),
                                 pmt::length(entry(dictionary, "probabilities")));
        }
        CPPUNIT_ASSERT(!has_label(frames[1].info));
    }

    void unknown_entries_pass()
    {
        auto info = image_info(0, 8, 8);
        info.snr_db = 7.5;
        info.set(pmt::intern("camera"), pmt::from_long(4));
        stream<float> input;
        input.append_frame(random_image(info, 1), info);
        const auto frames = split_frames(run_block<float>(make_classifier(), input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT_EQUAL(4L, pmt::to_long(entry(frames[0].info.to_pmt(), "camera")));
        CPPUNIT_ASSERT_EQUAL(7.5, frames[0].info.snr_db.value());
    }

    void waiting_frames_share_an_inference()
    {
        constexpr int64_t count = 60;
        stream<float> input;
        for (int64_t id = 0; id < count; id++) {
            const auto info = image_info(id, 8, 8);
            input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        const auto block = make_classifier(5);
        const auto frames = split_frames(run_block<float>(block, input));
        const auto counters = block->counters();
        CPPUNIT_ASSERT_EQUAL(uint64_t(5), counters.at("largest_batch"));
        CPPUNIT_ASSERT(counters.at("batches") >= 12 && counters.at("batches") < 30);
        CPPUNIT_ASSERT_EQUAL(static_cast<size_t>(count), frames.size());
        for (size_t i = 0; i < frames.size(); i++) {
            const auto& info = frames[i].info;
            const auto image = random_image(info, static_cast<unsigned>(i));
            assert_same_items(image, frames[i].items);
            assert_label(info.to_pmt(), image, info.shape);
        }
    }

    void images_larger_than_the_buffers()
    {
        stream<float> input;
        const auto shape = image_info(0, 500, 700);
        for (int64_t id = 0; id < 3; id++) {
            const auto info = image_info(id, 500, 700);
            input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        const auto frames =
            split_frames(run_block<float>(make_classifier(), input, 10000));
        CPPUNIT_ASSERT_EQUAL(size_t(3), frames.size());
        for (size_t i = 0; i < frames.size(); i++) {
            const auto image = random_image(shape, static_cast<unsigned>(i));
            assert_same_items(image, frames[i].items);
            assert_label(frames[i].info.to_pmt(), image, shape.shape);
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
        const auto block = make_classifier();
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(1), frames.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(9), frames[0].info.id);
        assert_label(frames[0].info.to_pmt(), good, info.shape);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::not_finite));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::truncated));
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->dropped(drop_reason::length_mismatch));
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), block->dropped_total());
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), block->unlabelled());
    }

    void images_that_cannot_be_classified_pass_unlabelled()
    {
        const auto vgg = d_folder->path("vgg");
        std::filesystem::create_directory(vgg);
        save_classifier(vgg, { { "blocks", 3 } });
        stream<float> input;
        // Five channels; too small for two poolings; good.
        const std::vector<frame_info> infos{ image_info(0, 8, 8, 5),
                                             image_info(1, 3, 9),
                                             image_info(2, 8, 8) };
        for (const auto& info : infos) {
            input.append_frame(random_image(info, 1), info);
        }
        const auto block = image_classifier::make(vgg, "cpu");
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(infos.size(), frames.size());
        for (size_t i = 0; i < infos.size(); i++) {
            CPPUNIT_ASSERT_EQUAL(infos[i].id, frames[i].info.id);
            CPPUNIT_ASSERT(infos[i].shape == frames[i].info.shape);
            assert_same_items(random_image(infos[i], 1), frames[i].items);
            CPPUNIT_ASSERT_EQUAL(i == 2, has_label(frames[i].info));
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), block->dropped_total());
        CPPUNIT_ASSERT_EQUAL(uint64_t(2), block->unlabelled());
        CPPUNIT_ASSERT_EQUAL(uint64_t(2),
                             block->counters().at("unlabelled: wrong shape"));
    }

    void outages_are_not_labelled()
    {
        stream<float> input;
        for (int64_t id = 0; id < 4; id++) {
            auto info = image_info(id, 8, 8);
            info.outage = id == 1;
            input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        const auto block = make_classifier();
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(4), frames.size());
        for (size_t i = 0; i < frames.size(); i++) {
            const auto& info = frames[i].info;
            const auto image = random_image(info, static_cast<unsigned>(i));
            assert_same_items(image, frames[i].items);
            CPPUNIT_ASSERT_EQUAL(i == 1, info.outage);
            if (i == 1) {
                CPPUNIT_ASSERT(!has_label(info));
            } else {
                assert_label(info.to_pmt(), image, info.shape);
            }
        }
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->counters().at("unlabelled: outage"));
    }

    void overflowing_images_are_not_labelled()
    {
        // Finite values of which sums are not, in a batch with a good image.
        const auto info = image_info(0, 8, 8);
        const std::vector<float> huge(static_cast<size_t>(info.shape.numel()), 3e38f);
        stream<float> input;
        input.append_frame(huge, info);
        const auto good = random_image(info, 2);
        input.append_frame(good, image_info(1, 8, 8));
        const auto block = make_classifier();
        const auto frames = split_frames(run_block<float>(block, input));
        CPPUNIT_ASSERT_EQUAL(size_t(2), frames.size());
        assert_same_items(huge, frames[0].items);
        CPPUNIT_ASSERT(!has_label(frames[0].info));
        assert_label(frames[1].info.to_pmt(), good, info.shape);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1), block->counters().at("unlabelled: failed"));
    }

    void constructor_refuses()
    {
        const auto missing = d_folder->path("nowhere");
        const auto text = error_text<::djescc::ModelError>(
            [&] { image_classifier::make(missing, "cpu"); });
        assert_contains(text, missing);
        assert_contains(text, "models/classifiers/residual-cifar10");
        assert_contains(text, "djescc train examples/training/residual-cifar10.json");
        assert_contains(error_text<::djescc::DeviceError>(
                            [&] { image_classifier::make(d_directory, "abacus"); }),
                        "abacus");
        assert_contains(error_text<::djescc::ConfigError>(
                            [&] { image_classifier::make(d_directory, "cpu", -1); }),
                        "threads");
        for (const int max_batch : { 0, 1025 }) {
            assert_contains(
                error_text<::djescc::ConfigError>([&] { make_classifier(max_batch); }),
                "max_batch");
        }
        assert_contains(
            error_text<::djescc::ConfigError>([&] {
                image_classifier::make(d_directory, "cpu", 0, 8, { "cat", "dog" });
            }),
            "5 names");

        // Broken files, each with what is wrong.
        const auto refused = [&](const std::string& word) {
            const auto found = error_text<::djescc::ModelError>(
                [&] { image_classifier::make(d_directory, "cpu"); });
            assert_contains(found, word);
            assert_contains(found, "djescc train");
        };
        const auto weights = ::djescc::test::file_bytes(
            d_folder->path("classifier/classifier.safetensors"));
        d_folder->file("classifier/classifier.safetensors",
                       weights.substr(0, weights.size() / 2));
        refused("classifier.safetensors");
        d_folder->file("classifier/classifier.safetensors", weights);
        d_folder->file("classifier/classifier.json",
                       "{\"format\": 1, \"net\": {\"type\": \"oracle\"}, \"classes\": 5, "
                       "\"sha256\": \"\"}");
        refused("oracle");
        d_folder->file("classifier/classifier.json", "{");
        refused("classifier.json");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_image_classifier>
    register_qa_image_classifier("image_classifier");

} // namespace gr::djescc::test
