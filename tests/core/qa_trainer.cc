/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Tests of training models on a few small pictures, and of packs of pictures. */
#include "error_text.h"
#include "scratch_folder.h"
#include "tiny_training.h"
#include <algorithm>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/data/dataset.h>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/image/image_io.h>
#include <djescc/loss/loss_term.h>
#include <djescc/model/keyring.h>
#include <djescc/model/rekey.h>
#include <djescc/train/trainer.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <torch/torch.h>

namespace djescc {
namespace {

using test::tiny_config;
using test::weights_of;
using test::write_records;

//! A term of this program's own: how bright protected images are, and of which classes.
class BrightnessTerm : public LossTerm
{
public:
    using LossTerm::LossTerm;
    std::vector<std::string> columns() const override
    {
        return { "brightness", "mean_label" };
    }
    LossNeeds needs() const override
    {
        LossNeeds needs;
        needs.labels = true;
        return needs;
    }
    LossValue operator()(const LossInput& input) override
    {
        const auto mean = input.output.protected_images.mean();
        return { mean,
                 { { "brightness", mean },
                   { "mean_label", input.labels.to(torch::kFloat32).mean() } } };
    }
};

const bool added =
    LossTerm::add("test_brightness", [](ConfigReader& reader, const LossContext&) {
        return std::make_unique<BrightnessTerm>(reader);
    });

} // namespace

class qa_trainer : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_trainer);
    CPPUNIT_TEST(loss_falls_and_resuming_changes_nothing);
    CPPUNIT_TEST(plateau_resumes_within_an_epoch);
    CPPUNIT_TEST(starts_from_nets_trained_apart);
    CPPUNIT_TEST(grown_nets_begin_as_what_they_grew_from);
    CPPUNIT_TEST(frozen_codecs_make_a_keyring);
    CPPUNIT_TEST(parts_of_nets_are_frozen);
    CPPUNIT_TEST(terms_of_others_reach_the_log);
    CPPUNIT_TEST(small_sets_do_not_collapse);
    CPPUNIT_TEST(a_changed_resumption_is_in_the_manifest);
    CPPUNIT_TEST(secrets_come_from_the_system_unless_seeded);
    CPPUNIT_TEST(fixed_secrets_are_one_key);
    CPPUNIT_TEST(wrong_keys_are_taught_to_fail);
    CPPUNIT_TEST(errors_name_the_mend);
#ifdef DJESCC_HAVE_OPENCV
    CPPUNIT_TEST(packed_folder_trains_like_the_folder);
#endif
    CPPUNIT_TEST(damaged_packs_are_refused);
    CPPUNIT_TEST_SUITE_END();

    static TrainOptions options(const test::ScratchFolder& folder, const std::string& run)
    {
        return test::training_options(folder, run);
    }

    void loss_falls_and_resuming_changes_nothing()
    {
        const test::ScratchFolder folder("trainer");
        write_records(folder.path("train.bin"), 64);
        auto config = tiny_config();
        config["steps"] = 60;
        config["optimizer"]["schedule"] = { { "type", "cosine" }, { "warmup", 5 } };
        config["optimizer"]["weight_average"] = 0.9;
        config["robustness"] = { { "round_to_8_bits", true }, { "erased", 0.2 } };
        config["cipher"]["decrypt"]["residual_blocks"] = 1;
        config["loss"]["ssim"] = { { "weight", 0.1 }, { "every", 3 } };
        config["loss"]["wrong_key"] = { { "weight", 0.05 }, { "every", 4 } };

        const auto through = options(folder, "through");
        CPPUNIT_ASSERT(train(config, through));

        auto halves = options(folder, "halves");
        int steps = 0;
        halves.stop_requested = [&] { return ++steps == 27; };
        CPPUNIT_ASSERT(!train(config, halves));
        halves.resume = true;
        halves.stop_requested = nullptr;
        CPPUNIT_ASSERT(train(config, halves));
        CPPUNIT_ASSERT(!weights_of(through.output).empty());
        CPPUNIT_ASSERT(weights_of(through.output) == weights_of(halves.output));

        // log.csv: the mean loss of the last rows lies below the first's
        const auto losses = test::logged(through.output, "distortion");
        CPPUNIT_ASSERT(losses.size() == 8);
        CPPUNIT_ASSERT(losses.back() < 0.7 * losses.front());

        const Model model(through.output + "/model");
        model.verify();
        CPPUNIT_ASSERT(model.manifest().training.at("finished") == true);
        CPPUNIT_ASSERT(model.manifest().quality.at("rows").size() == 5);
        CPPUNIT_ASSERT(!model.manifest().training.at("config").contains("secret_seed"));
    }

    void plateau_resumes_within_an_epoch()
    {
        const test::ScratchFolder folder("plateau");
        write_records(folder.path("train.bin"), 32); // 4 steps an epoch
        auto config = tiny_config();
        config["optimizer"]["schedule"] = {
            { "type", "plateau" }, { "patience", 1 }, { "factor", 0.5 }, { "interval", 4 }
        };
        const auto through = options(folder, "through");
        CPPUNIT_ASSERT(train(config, through));
        auto halves = options(folder, "halves");
        int steps = 0;
        halves.stop_requested = [&] { return ++steps == 14; };
        CPPUNIT_ASSERT(!train(config, halves));
        halves.resume = true;
        halves.stop_requested = nullptr;
        CPPUNIT_ASSERT(train(config, halves));
        CPPUNIT_ASSERT(weights_of(through.output) == weights_of(halves.output));
    }

    void starts_from_nets_trained_apart()
    {
        const test::ScratchFolder folder("initial");
        write_records(folder.path("train.bin"), 16);
        auto config = tiny_config();
        config["steps"] = 2;
        train(config, options(folder, "first"));
        config["seed"] = 2;
        config["initial"] = { { "encode", folder.path("first/model") } };
        config["optimizer"]["learning_rate"] = 1e-9; // so that weights stay as they came
        train(config, options(folder, "second"));
        const auto tensor = [&](const std::string& run, const std::string& role) {
            return read_safetensors(folder.path(run + "/model/" + role + ".safetensors"))
                .tensors.begin()
                ->second;
        };
        CPPUNIT_ASSERT(torch::allclose(
            tensor("first", "encode"), tensor("second", "encode"), 1e-4, 1e-6));
        CPPUNIT_ASSERT(!torch::allclose(
            tensor("first", "decode"), tensor("second", "decode"), 1e-4, 1e-6));
    }

    void grown_nets_begin_as_what_they_grew_from()
    {
        const test::ScratchFolder folder("grown");
        write_records(folder.path("train.bin"), 16);
        auto config = tiny_config();
        // whose averages would move with the first step
        config["cipher"]["encrypt"]["batch_normalization"] = false;
        config["cipher"]["decrypt"] = config["cipher"]["encrypt"];
        config["optimizer"]["batch"] = 16;
        train(config, options(folder, "small"));
        config["initial"] = folder.path("small/model");
        config["optimizer"]["learning_rate"] = 1e-9; // so that weights stay as they came
        config["steps"] = 1;
        const auto refusal = [&] {
            return test::error_text<Error>(
                [&] { train(config, options(folder, "grown")); });
        };
        const nlohmann::json refinement = { { "widths", { 4 } },
                                            { "residual_blocks", 1 } };
        config["cipher"]["encrypt"]["residual_blocks"] = 1;
        config["cipher"]["decrypt"]["residual_blocks"] = 2;
        config["cipher"]["mask"]["mix"] = refinement;
        config["cipher"]["mask"]["unmix"] = refinement;
        test::assert_contains(refusal(), "lacks the tensor");
        config["grow"] = true;
        CPPUNIT_ASSERT(train(config, options(folder, "grown")));

        const Model small(folder.path("small/model")), grown(folder.path("grown/model"));
        RuntimeOptions runtime;
        runtime.device = "cpu";
        torch::NoGradGuard no_grad;
        const auto pictures = torch::rand({ 2, 3, 32, 32 });
        const auto hidden = small.load_encryptor(runtime)->forward(pictures, {}).images;
        CPPUNIT_ASSERT(
            torch::allclose(grown.load_encryptor(runtime)->forward(pictures, {}).images,
                            hidden,
                            1e-4,
                            1e-5));
        CPPUNIT_ASSERT(
            torch::allclose(grown.load_decryptor(runtime)->forward({ hidden }, {}),
                            small.load_decryptor(runtime)->forward({ hidden }, {}),
                            1e-4,
                            1e-5));

        // What does not start as nothing must be there, and nothing may be left over.
        config["cipher"]["encrypt"]["widths"] = { 4, 6, 8 };
        test::assert_contains(refusal(), "lacks the tensor");
        config["cipher"]["encrypt"]["widths"] = { 4 };
        test::assert_contains(refusal(), "which the net lacks");
        config.erase("initial");
        test::assert_contains(refusal(), "initial");
    }

    void frozen_codecs_make_a_keyring()
    {
        const test::ScratchFolder folder("frozen");
        write_records(folder.path("train.bin"), 16);
        auto config = tiny_config();
        config["steps"] = 4;
        config["optimizer"]["weight_average"] = 0.9;
        train(config, options(folder, "first"));
        config["initial"] = { { "encode", folder.path("first/model") },
                              { "decode", folder.path("first/model") } };
        config["frozen"] = { "encode", "decode" };
        std::vector<std::string> models{ folder.path("first/model") };
        for (const int seed : { 2, 3 }) {
            config["seed"] = seed;
            config["name"] = "seed-" + std::to_string(seed);
            models.push_back(folder.path(config["name"]) + "/model");
            train(config, options(folder, config["name"]));
        }
        create_keyring(models, folder.path("ring"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), Keyring(folder.path("ring")).size());
        CPPUNIT_ASSERT(!torch::equal(
            read_safetensors(models[1] + "/encrypt.safetensors").tensors.at("mix.weight"),
            read_safetensors(models[2] + "/encrypt.safetensors")
                .tensors.at("mix.weight")));

        const auto refusal = [&] {
            return test::error_text<ConfigError>(
                [&] { train(config, options(folder, "refused")); });
        };
        config["frozen"] = { "encipher" };
        test::assert_contains(refusal(), "encipher");
        config["frozen"] = { "encode.conv9" };
        test::assert_contains(refusal(), "encode.conv1");
        config.erase("initial");
        config["frozen"] = { "decode" };
        test::assert_contains(refusal(), "initial.decode");
    }

    void parts_of_nets_are_frozen()
    {
        const test::ScratchFolder folder("frozen-parts");
        write_records(folder.path("train.bin"), 16);
        auto config = tiny_config();
        config["steps"] = 2;
        train(config, options(folder, "first"));
        config["initial"] = folder.path("first/model");
        config["frozen"] = { "encode.conv1", "decrypt" };
        config["seed"] = 2;
        train(config, options(folder, "second"));
        const auto same = [&](const std::string& role, const std::string& tensor) {
            const auto of = [&](const std::string& run) {
                return read_safetensors(
                           folder.path(run + "/model/" + role + ".safetensors"))
                    .tensors.at(tensor);
            };
            return torch::equal(of("first"), of("second"));
        };
        CPPUNIT_ASSERT(same("encode", "conv1.weight"));
        CPPUNIT_ASSERT(!same("encode", "conv2.weight"));
        CPPUNIT_ASSERT(same("decrypt", "unmix.weight"));
        CPPUNIT_ASSERT(!same("encrypt", "mix.weight"));
    }

    void terms_of_others_reach_the_log()
    {
        const test::ScratchFolder folder("own-term");
        write_records(folder.path("train.bin"), 40, /*classes=*/true);
        auto config = tiny_config();
        config["data"]["train"]["limit"] = 8; // classes 0 to 7, each in every batch
        config["loss"] = { { "test_brightness", { { "weight", 2.0 } } } };
        const auto run = folder.path("run");
        CPPUNIT_ASSERT(train(config, options(folder, "run")));
        const auto loss = test::logged(run, "loss"),
                   distortion = test::logged(run, "distortion"),
                   brightness = test::logged(run, "brightness");
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 3 }, brightness.size());
        for (std::size_t i = 0; i < brightness.size(); ++i) {
            CPPUNIT_ASSERT(brightness[i] > 0);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                distortion[i] + 2 * brightness[i], loss[i], 1e-5);
        }
        for (const double label : test::logged(run, "mean_label"))
            CPPUNIT_ASSERT_DOUBLES_EQUAL(3.5, label, 1e-6);
        std::ifstream log(run + "/log.csv");
        std::string header;
        std::getline(log, header);
        CPPUNIT_ASSERT_EQUAL(
            std::string("step,images,seconds,images_per_second,learning_rate,loss,"
                        "distortion,features,structure,ssim_term,contrast_term,"
                        "wrong_key_term,psnr_db,ssim,protected_ssim,decoded_ssim,"
                        "brightness,mean_label"),
            header);
        for (const double features : test::logged(run, "features"))
            CPPUNIT_ASSERT(std::isnan(features));

        config["loss"]["test_darkness"] = { { "weight", 1.0 } };
        const auto text = test::error_text<ConfigError>(
            [&] { train(config, options(folder, "unknown")); });
        test::assert_contains(text, "loss.test_darkness");
        test::assert_contains(text, "test_brightness");
    }

    // A set that is smaller than a batch has an epoch of one step: their losses go up
    // and down by chance, and a plateau of ten of them is none.
    void small_sets_do_not_collapse()
    {
        const test::ScratchFolder folder("small-set");
        write_records(folder.path("train.bin"), 7);
        auto config = tiny_config();
        config["steps"] = 130;
        config["validate_every"] = 10;
        CPPUNIT_ASSERT(train(config, options(folder, "run")));
        const auto rates = test::logged(folder.path("run"), "learning_rate");
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 13 }, rates.size());
        for (const double rate : rates)
            CPPUNIT_ASSERT_DOUBLES_EQUAL(0.001, rate, 1e-9);
        const auto losses = test::logged(folder.path("run"), "distortion");
        CPPUNIT_ASSERT(losses.back() < 0.8 * losses.front());
    }

    void a_changed_resumption_is_in_the_manifest()
    {
        const test::ScratchFolder folder("changed");
        write_records(folder.path("train.bin"), 16);
        auto config = tiny_config();
        auto run = options(folder, "run");
        run.stop_at = 8;
        CPPUNIT_ASSERT(!train(config, run));
        run.stop_at = 0;
        run.resume = true;
        config["loss"]["contrast"] = { { "weight", 0.1 } };
        config["steps"] = 16;
        CPPUNIT_ASSERT(train(config, run));
        const auto training = Model(folder.path("run/model")).manifest().training;
        CPPUNIT_ASSERT_EQUAL(16, training.at("steps").get<int>());
        CPPUNIT_ASSERT_EQUAL(16, training.at("config").at("steps").get<int>());
        CPPUNIT_ASSERT_EQUAL(8, training.at("resumptions")[0].at("step").get<int>());
        CPPUNIT_ASSERT(training.at("config").at("loss").contains("contrast"));
        config["codec"]["t"] = 16;
        const auto text = test::error_text<ConfigError>([&] { train(config, run); });
        test::assert_contains(text, "codec.t");
    }

    void secrets_come_from_the_system_unless_seeded()
    {
        const test::ScratchFolder folder("secrets");
        write_records(folder.path("train.bin"), 16);
        auto config = tiny_config();
        config["steps"] = 1;
        const auto signs = [&](const std::string& run) {
            train(config, options(folder, run));
            return read_safetensors(folder.path(run + "/model/decrypt.safetensors"))
                .tensors.at("signs");
        };
        CPPUNIT_ASSERT(torch::equal(signs("a"), signs("b")));
        config.erase("secret_seed");
        CPPUNIT_ASSERT(!torch::equal(signs("c"), signs("d")));
    }

    // With weights that stand still and all pictures in every batch, the distortion
    // behind `pe` changes from step to step by what the key does.
    void fixed_secrets_are_one_key()
    {
        const test::ScratchFolder folder("one-key");
        write_records(folder.path("train.bin"), 64);
        auto config = tiny_config();
        config["cipher"] = { { "type", "pe" } };
        config["codec"] = { { "type", "djscc" }, { "t", 16 } };
        config["loss"] = { { "distortion", "decoded" } };
        config["data"]["flip"] = false;
        config["snr_db"] = { 50, 50 };
        config["optimizer"] = { { "batch", 64 }, { "learning_rate", 1e-9 } };
        config["steps"] = 6;
        config["validate_every"] = 1;
        const auto spread = [&](const std::string& run) {
            train(config, options(folder, run));
            const auto distortions = test::logged(folder.path(run), "distortion");
            const auto [lowest, highest] =
                std::minmax_element(distortions.begin(), distortions.end());
            return *highest - *lowest;
        };
        const double drawn_anew = spread("anew");
        config["fixed_secrets"] = true;
        CPPUNIT_ASSERT(spread("fixed") < 0.1 * drawn_anew);
    }

    void wrong_keys_are_taught_to_fail()
    {
        const test::ScratchFolder folder("wrong-key");
        write_records(folder.path("train.bin"), 64);
        auto config = tiny_config();
        config["steps"] = 120;
        config["optimizer"]["learning_rate"] = 0.003;
        const auto error_under_another_key = [&](const std::string& run) {
            train(config, options(folder, run));
            const Model model(folder.path(run + "/model"));
            rekey_model(model, folder.path(run + "/other"), make_random_generator());
            const Model other(folder.path(run + "/other"));
            RuntimeOptions runtime;
            runtime.device = "cpu";
            torch::NoGradGuard no_grad;
            const auto plain = Dataset::open(config["data"]["train"], folder.path(""))
                                   ->crops({ { 0, 0, 0, false }, { 1, 0, 0, false } }, 32)
                                   .to(torch::kFloat32)
                                   .div(255);
            const auto hidden = model.load_encryptor(runtime)->forward(plain, {}).images;
            return (other.load_decryptor(runtime)->forward({ hidden }, {}) - plain)
                .square()
                .mean()
                .item<double>();
        };
        const double untaught = error_under_another_key("untaught");
        config["loss"]["wrong_key"] = { { "weight", 1.0 }, { "mse", 0.3 } };
        CPPUNIT_ASSERT(error_under_another_key("taught") > 1.2 * untaught);
    }

    void errors_name_the_mend()
    {
        const test::ScratchFolder folder("errors");
        write_records(folder.path("train.bin"), 8);
        const auto refused = [&](const nlohmann::json& config, const std::string& word) {
            const auto text =
                test::error_text<Error>([&] { train(config, options(folder, "run")); });
            CPPUNIT_ASSERT_MESSAGE(text, text.find(word) != std::string::npos);
        };
        auto config = tiny_config();
        config["data"]["train"]["cifar10"] = "nothing.bin";
        refused(config, "nothing.bin");
        std::ofstream(folder.path("short.bin")) << "short";
        config["data"]["train"]["cifar10"] = "short.bin";
        refused(config, "compressed");
        config = tiny_config();
        config["stepps"] = 5;
        refused(config, "stepps");
        config = tiny_config();
        config["precision"] = "float16";
        refused(config, "bfloat16");
        config = tiny_config();
        config["epochs"] = 5;
        refused(config, "one of");
        config = tiny_config();
        config["optimizer"]["batch"] = "many";
        refused(config, "optimizer.batch");
        config = tiny_config();
        config.erase("secret_seed");
        config["fixed_secrets"] = true;
        refused(config, "secret_seed");
        config = tiny_config();
        config["cipher"]["mask"] = nullptr;
        config["loss"]["wrong_key"] = { { "weight", 1.0 } };
        refused(config, "cipher.mask");
        auto resumed = options(folder, "never");
        resumed.resume = true;
        const auto text = test::error_text<Error>([&] { train(tiny_config(), resumed); });
        CPPUNIT_ASSERT_MESSAGE(text, text.find("--resume") != std::string::npos);
    }

    void packed_folder_trains_like_the_folder()
    {
        const test::ScratchFolder folder("packed");
        torch::manual_seed(2);
        std::filesystem::create_directories(folder.path("pictures"));
        for (int i = 0; i < 4; ++i)
            write_png(torch::rand({ 3, 40 + i, 50 }),
                      folder.path("pictures/p" + std::to_string(i) + ".png"));
        std::ofstream(folder.path("pictures/broken.png")) << "not a picture";
        int64_t skipped = 0;
        const auto pack = folder.path("all.pack");
        CPPUNIT_ASSERT_EQUAL(
            int64_t{ 4 }, pack_dataset(folder.path("pictures"), pack, 0, {}, &skipped));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 1 }, skipped);
        std::filesystem::remove(folder.path("pictures/broken.png"));
        const auto packed =
            Dataset::open(nlohmann::json{ { "pack", "all.pack" } }, folder.path(""));
        const auto loose =
            Dataset::open(nlohmann::json{ { "folder", "pictures" } }, folder.path(""));
        const std::vector<CropChoice> choices{ { 0, 0.3, 0.8, true },
                                               { 3, 0.9, 0.1, false } };
        CPPUNIT_ASSERT(
            torch::equal(packed->crops(choices, 32), loose->crops(choices, 32)));
        // The shorter side of a shrunk pack
        pack_dataset(folder.path("pictures"), pack, 20, {}, nullptr);
        const auto small =
            Dataset::open(nlohmann::json{ { "pack", "all.pack" } }, folder.path(""));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 20 },
                             small->crops({ { 0, 0, 0, false } }, 0).size(2));
    }

    void damaged_packs_are_refused()
    {
        const test::ScratchFolder folder("damaged");
        const auto path = folder.path("x.pack");
        const auto refused = [&](const std::string& bytes, const std::string& word) {
            std::ofstream(path, std::ios::binary) << bytes;
            const auto text = test::error_text<ImageError>([&] {
                Dataset::open(nlohmann::json{ { "pack", path } }, ".");
            });
            CPPUNIT_ASSERT_MESSAGE(text, text.find(word) != std::string::npos);
        };
        const std::string magic = "DJESCCPK", one("\1\0\0\0", 4);
        refused("something else entirely", "dataset pack");
        refused(magic + std::string("\2\0\0\0", 4) + one, "another version");
        refused(magic + one + std::string("\xff\xff\xff\xff", 4), "truncated");
        // One picture of 2^20 x 2^20 at offset 32 of a 32 byte file
        refused(magic + one + one + std::string("\x20\0\0\0\0\0\0\0", 8) +
                    std::string("\0\0\x10\0\0\0\x10\0", 8),
                "outside");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_trainer> register_qa_trainer("trainer");

} // namespace djescc
