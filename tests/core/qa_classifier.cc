/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Tests of training classifiers, and of classifiers as they are kept. */
#include "error_text.h"
#include "loss/loss.h"
#include "loss/vgg16.h"
#include "scratch_folder.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/data/dataset.h>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/loss/classification.h>
#include <djescc/loss/classifier.h>
#include <djescc/train/trainer.h>
#include <fstream>
#include <sstream>
#include <torch/torch.h>

namespace djescc {
namespace {

void write_record(std::ostream& stream, uint8_t label, const torch::Tensor& levels)
{
    const auto image = levels.to(torch::kUInt8).contiguous();
    stream.put(static_cast<char>(label));
    stream.write(reinterpret_cast<const char*>(image.data_ptr<uint8_t>()), image.numel());
}

// CIFAR-10 records: class 0 has horizontal stripes, class 1 vertical ones, with noise.
void write_records(const std::string& path, int64_t count, uint8_t second_class = 1)
{
    torch::manual_seed(1);
    const auto stripes = (torch::arange(32).remainder(4) < 2).to(torch::kFloat32) * 150;
    std::ofstream stream(path, std::ios::binary);
    for (int64_t i = 0; i < count; ++i) {
        const bool vertical = i % 2 == 1;
        write_record(stream,
                     vertical ? second_class : 0,
                     torch::rand({ 3, 32, 32 }) * 100 +
                         stripes.view({ vertical ? 1 : 32, vertical ? 32 : 1 }));
    }
}

nlohmann::json tiny_config()
{
    return { { "task", "classification" },
             { "name", "stripes" },
             { "net", { { "blocks", 2 }, { "cut", 1 } } },
             { "data",
               { { "train", { { "cifar10", "train.bin" } } },
                 { "validation", { { "cifar10", "test.bin" } } } } },
             { "optimizer", { { "batch", 8 }, { "learning_rate", 0.02 } } },
             { "steps", 24 },
             { "validate_every", 8 },
             { "checkpoint_every", 10 } };
}

std::string bytes_of(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

} // namespace

class qa_classifier : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_classifier);
    CPPUNIT_TEST(learns_and_resuming_changes_nothing);
    CPPUNIT_TEST(pictures_without_classes_are_turned);
    CPPUNIT_TEST(features_fit_the_loss);
    CPPUNIT_TEST(is_kept_whole);
    CPPUNIT_TEST(damaged_classifiers_are_refused);
    CPPUNIT_TEST(class_names_are_optional_and_checked);
    CPPUNIT_TEST(classifies);
    CPPUNIT_TEST(images_that_cannot_be_classified);
    CPPUNIT_TEST(not_finite_is_never_written);
    CPPUNIT_TEST(starts_from_features);
    CPPUNIT_TEST(errors_name_the_mend);
    CPPUNIT_TEST_SUITE_END();

    static TrainOptions options(const test::ScratchFolder& folder, const std::string& run)
    {
        TrainOptions options;
        options.data_root = folder.path("");
        options.output = folder.path(run);
        options.device = "cpu";
        options.threads = 1;
        return options;
    }

    void learns_and_resuming_changes_nothing()
    {
        const test::ScratchFolder folder("classifier");
        write_records(folder.path("train.bin"), 40);
        write_records(folder.path("test.bin"), 20);
        const auto config = tiny_config();
        const auto through = options(folder, "through");
        CPPUNIT_ASSERT(train_classifier(config, through));

        auto halves = options(folder, "halves");
        halves.stop_at = 13;
        CPPUNIT_ASSERT(!train_classifier(config, halves));
        halves.stop_at = 0;
        halves.resume = true;
        CPPUNIT_ASSERT(train_classifier(config, halves));
        const auto features = bytes_of(through.output + "/features.safetensors");
        CPPUNIT_ASSERT(!features.empty());
        CPPUNIT_ASSERT(features == bytes_of(halves.output + "/features.safetensors"));

        const auto about =
            nlohmann::json::parse(bytes_of(through.output + "/classifier.json"));
        CPPUNIT_ASSERT(about.at("finished").get<bool>());
        CPPUNIT_ASSERT(about.at("accuracy").get<double>() > 0.9); // chance: 0.5
        CPPUNIT_ASSERT_EQUAL(24, about.at("steps").get<int>());

        std::istringstream log(bytes_of(through.output + "/log.csv"));
        std::string line;
        int rows = -1;
        while (std::getline(log, line))
            ++rows;
        CPPUNIT_ASSERT_EQUAL(3, rows);
    }

    void pictures_without_classes_are_turned()
    {
        // Bright at the top: which way is up can be seen in every picture.
        const test::ScratchFolder folder("classifier-turned");
        torch::manual_seed(1);
        const auto slope = torch::linspace(150, 0, 32).view({ 1, 32, 1 });
        for (const std::string name : { "train.bin", "test.bin" }) {
            std::ofstream stream(folder.path(name), std::ios::binary);
            for (int i = 0; i < 24; ++i)
                write_record(stream, 0, torch::rand({ 3, 32, 32 }) * 100 + slope);
        }
        auto config = tiny_config();
        config["data"]["labels"] = "rotation";
        config["data"]["crop"] = 32;
        config["data"]["flip"] = false;
        config["steps"] = 40;
        const auto run = options(folder, "run");
        CPPUNIT_ASSERT(train_classifier(config, run));
        const auto about =
            nlohmann::json::parse(bytes_of(run.output + "/classifier.json"));
        CPPUNIT_ASSERT(about.at("accuracy").get<double>() > 0.7); // chance: 0.25
        CPPUNIT_ASSERT(!about.contains("class_names"));
        CPPUNIT_ASSERT(!bytes_of(run.output + "/features.safetensors").empty());
    }

    void starts_from_features()
    {
        const test::ScratchFolder folder("classifier-start");
        write_records(folder.path("train.bin"), 16);
        write_records(folder.path("test.bin"), 8);
        auto config = tiny_config();
        config["steps"] = 2;
        CPPUNIT_ASSERT(train_classifier(config, options(folder, "first")));
        // With a learning rate of almost nothing the weights stay where they start.
        config["seed"] = 2;
        config["optimizer"] = { { "batch", 8 }, { "learning_rate", 1e-9 } };
        CPPUNIT_ASSERT(train_classifier(config, options(folder, "other")));
        config["net"]["initial"] = { { "weights", "first/features.safetensors" } };
        CPPUNIT_ASSERT(train_classifier(config, options(folder, "second")));
        const auto kernel = [&](const std::string& run) {
            return read_safetensors(folder.path(run + "/features.safetensors"))
                .tensors.at("features.0.weight");
        };
        CPPUNIT_ASSERT(torch::allclose(kernel("first"), kernel("second"), 0, 1e-6));
        CPPUNIT_ASSERT(!torch::allclose(kernel("first"), kernel("other"), 0, 1e-3));

        config["net"]["initial"]["blocks"] = 2; // the file has one
        const auto text = test::error_text<ModelError>(
            [&] { train_classifier(config, options(folder, "third")); });
        CPPUNIT_ASSERT_MESSAGE(text,
                               text.find("net.initial.blocks") != std::string::npos);
    }

    void features_fit_the_loss()
    {
        const test::ScratchFolder folder("classifier-loss");
        write_records(folder.path("train.bin"), 16);
        write_records(folder.path("test.bin"), 8);
        auto config = tiny_config();
        config["steps"] = 2;
        CPPUNIT_ASSERT(train_classifier(config, options(folder, "run")));
        const nlohmann::json loss = { { "features",
                                        { { "lambda", 0.1 },
                                          { "block", 1 },
                                          { "weights", "run/features.safetensors" } } } };
        const auto plain = torch::rand({ 2, 3, 16, 16 });
        const ChainOutput output{ plain * 0.5, plain * 0.7, plain };
        Loss trained(loss, folder.path(""));
        const auto parts = trained({ plain, {}, output, {} });

        // The same by hand.
        Vgg16Features net(1);
        const auto file = read_safetensors(folder.path("run/features.safetensors"));
        torch::NoGradGuard no_grad;
        for (auto& item : net->named_parameters())
            item.value().copy_(file.tensors.at(item.key()));
        for (auto& item : net->named_buffers())
            item.value().copy_(file.tensors.at(item.key()));
        net->eval();
        const auto reference = net(plain);
        const auto expected =
            torch::mse_loss(net(output.protected_images), reference).clamp_max(4.0) +
            torch::mse_loss(net(output.decoded), reference).clamp_max(4.0);
        CPPUNIT_ASSERT(torch::allclose(expected, parts.columns.at("features"), 1e-4));
        CPPUNIT_ASSERT(expected.item<double>() > 0);
    }

    void is_kept_whole()
    {
        const test::ScratchFolder folder("classifier-whole");
        write_records(folder.path("train.bin"), 40);
        write_records(folder.path("test.bin"), 20);
        const auto run = options(folder, "run");
        CPPUNIT_ASSERT(train_classifier(tiny_config(), run));
        const auto net = Classifier::load(run.output);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 10 }, net->class_count());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 2 }, net->blocks());
        CPPUNIT_ASSERT_EQUAL(std::string("vgg16"),
                             net->config().at("type").get<std::string>());
        CPPUNIT_ASSERT(!net->is_training());
        for (const auto& parameter : net->parameters())
            CPPUNIT_ASSERT(!parameter.requires_grad());
        const auto names = net->class_names();
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 10 }, names.size());
        CPPUNIT_ASSERT_EQUAL(std::string("airplane"), names.front());
        CPPUNIT_ASSERT_EQUAL(std::string("truck"), names.back());

        // What it says of the validation pictures is what the run has measured.
        const auto pictures =
            Dataset::open(nlohmann::json{ { "cifar10", "test.bin" } }, folder.path(""));
        std::vector<CropChoice> all;
        for (int64_t i = 0; i < pictures->size(); ++i)
            all.push_back({ i, 0.5, 0.5, false });
        const auto images = pictures->crops(all, 0).to(torch::kFloat32).div(255);
        const double accuracy = (net->logits(images).argmax(1) == pictures->labels(all))
                                    .to(torch::kFloat64)
                                    .mean()
                                    .item<double>();
        CPPUNIT_ASSERT(accuracy > 0.9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(accuracy, net->accuracy(), 1e-9);

        // Features by block: the first is what features.safetensors gives.
        Vgg16Features cut(1);
        load_features(*cut, run.output + "/features.safetensors", "here");
        cut->eval();
        CPPUNIT_ASSERT(torch::equal(cut(images), net->features(images, 1)));
        CPPUNIT_ASSERT(net->features(images, 2).sizes() ==
                       torch::IntArrayRef({ 20, 128, 16, 16 }));

        // Gradients pass to the images.
        const auto picture = images.clone().set_requires_grad(true);
        net->logits(picture).sum().backward();
        CPPUNIT_ASSERT(picture.grad().abs().max().item<double>() > 0);
    }

    void damaged_classifiers_are_refused()
    {
        const test::ScratchFolder folder("classifier-damaged");
        Classifier::create({ { "blocks", 1 } }, 3)->save(folder.path(""), {});
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3 },
                             Classifier::load(folder.path(""))->class_count());
        CPPUNIT_ASSERT(std::isnan(Classifier::load(folder.path(""))->accuracy()));
        const auto refusal = [&] {
            return test::error_text<Error>([&] { Classifier::load(folder.path("")); });
        };
        const auto weights = folder.path("classifier.safetensors");
        auto bytes = test::file_bytes(weights);
        bytes.back() = static_cast<char>(bytes.back() ^ 1);
        folder.file("classifier.safetensors", bytes);
        test::assert_contains(refusal(), "classifier.safetensors");
        folder.file("classifier.json", "{\"name\": \"old\", \"accuracy\": 0.5}");
        test::assert_contains(refusal(), "train it again");
        folder.file("classifier.json",
                    "{\"format\": 1, \"net\": {\"type\": \"resnet\"}, "
                    "\"classes\": 3, \"sha256\": \"\"}");
        test::assert_contains(refusal(), "known types");
        folder.file("classifier.json", "{\"net\": {}}");
        test::assert_contains(refusal(), "\"format\"");
        test::assert_contains(
            test::error_text<ModelError>([] { Classifier::load("nowhere"); }), "nowhere");
    }

    void class_names_are_optional_and_checked()
    {
        const test::ScratchFolder folder("classifier-names");
        const auto loaded = [&](const nlohmann::json& about) {
            Classifier::create({ { "type", "residual" }, { "width", 1 } }, 3)
                ->save(folder.path(""), about);
            return Classifier::load(folder.path(""))->class_names();
        };
        CPPUNIT_ASSERT(loaded(nlohmann::json::object()).empty());
        const std::vector<std::string> names{ "cat", "dog", "" };
        CPPUNIT_ASSERT(loaded({ { "class_names", names } }) == names);
        for (const auto& wrong : { R"(["cat", "dog"])",
                                   R"(["cat", "dog", 3])",
                                   R"("cat, dog, bird")",
                                   R"({"a": "cat", "b": "dog", "c": "bird"})",
                                   "null" })
            test::assert_contains(
                test::error_text<ModelError>([&] {
                    loaded({ { "class_names", nlohmann::json::parse(wrong) } });
                }),
                "\"class_names\" must be 3 texts");
    }

    void classifies()
    {
        torch::manual_seed(5);
        const auto net =
            Classifier::create({ { "type", "residual" }, { "width", 4 } }, 6);
        net->freeze();
        const auto images = torch::rand({ 5, 3, 12, 9 });
        const auto said = classify(*net, images);
        CPPUNIT_ASSERT(said.probabilities.sizes() == torch::IntArrayRef({ 5, 6 }));
        CPPUNIT_ASSERT(said.labels.sizes() == torch::IntArrayRef({ 5 }));
        const torch::NoGradGuard no_grad;
        const auto logits = net->logits(images);
        CPPUNIT_ASSERT(torch::allclose(said.probabilities, logits.softmax(1)));
        CPPUNIT_ASSERT(torch::equal(said.labels, logits.argmax(1)));
        CPPUNIT_ASSERT(torch::allclose(said.probabilities.sum(1), torch::ones(5)));
        // A grey picture is one of three equal channels.
        const auto grey = images.slice(1, 0, 1);
        CPPUNIT_ASSERT(
            torch::allclose(classify(*net, grey).probabilities,
                            classify(*net, grey.repeat({ 1, 3, 1, 1 })).probabilities));
    }

    void images_that_cannot_be_classified()
    {
        const auto net = Classifier::create({ { "blocks", 3 } }, 2);
        net->freeze();
        CPPUNIT_ASSERT_EQUAL(int64_t{ 4 }, net->smallest_side());
        const auto refused = [&](const torch::Tensor& images, const std::string& word) {
            test::assert_contains(
                test::error_text<ConfigError>([&] { classify(*net, images); }), word);
        };
        CPPUNIT_ASSERT(classify(*net, torch::rand({ 1, 3, 4, 5 }))
                           .probabilities.isfinite()
                           .all()
                           .item<bool>());
        refused(torch::rand({ 1, 3, 3, 40 }), "4 x 4");
        refused(torch::rand({ 1, 3, 40, 3 }), "4 x 4");
        refused(torch::rand({ 1, 5, 8, 8 }), "5");
        refused(torch::rand({ 3, 8, 8 }), "N x C x H x W");
    }

    void not_finite_is_never_written()
    {
        const test::ScratchFolder folder("classifier-nan");
        write_records(folder.path("train.bin"), 16);
        write_records(folder.path("test.bin"), 8);
        auto config = tiny_config();
        config["optimizer"]["learning_rate"] = 10.0;
        config["optimizer"]["weight_decay"] = 1.0;
        config["optimizer"]["momentum"] = 0.99;
        config["steps"] = 60;
        config["checkpoint_every"] = 1;
        config["validate_every"] = 1000;
        const auto text = test::error_text<Error>(
            [&] { train_classifier(config, options(folder, "run")); });
        test::assert_contains(text, "not finite");
        const auto file = read_safetensors(folder.path("run/classifier.safetensors"));
        for (const auto& [name, tensor] : file.tensors)
            CPPUNIT_ASSERT_MESSAGE(
                name, torch::isfinite(tensor.to(torch::kFloat32)).all().item<bool>());
    }

    void errors_name_the_mend()
    {
        const test::ScratchFolder folder("classifier-errors");
        write_records(folder.path("train.bin"), 8);
        write_records(folder.path("test.bin"), 8);
        const auto refused = [&](const nlohmann::json& config, const std::string& word) {
            const auto text = test::error_text<Error>(
                [&] { train_classifier(config, options(folder, "run")); });
            CPPUNIT_ASSERT_MESSAGE(text, text.find(word) != std::string::npos);
        };
        auto config = tiny_config();
        config["net"]["cut"] = 3;
        refused(config, "net.cut");
        config = tiny_config();
        config["optimiser"] = 1;
        refused(config, "optimiser");
        config = tiny_config();
        config["epochs"] = 1;
        refused(config, "one of");
        write_records(folder.path("odd.bin"), 4, 77);
        config = tiny_config();
        config["data"]["train"]["cifar10"] = "odd.bin";
        refused(config, "classes above 9");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_classifier>
    register_qa_classifier("classifier");

} // namespace djescc
