/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of training runs: resuming, starts from other nets, secrets, damaged data.

#include "error_text.h"
#include "scratch_folder.h"
#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/data/dataset.h>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/image/image_io.h>
#include <djescc/model/keyring.h>
#include <djescc/model/rekey.h>
#include <djescc/train/trainer.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <torch/torch.h>

namespace djescc {
namespace {

// CIFAR-10 records of smooth random pictures.
void write_records(const std::string& path, int64_t count)
{
    torch::manual_seed(1);
    const auto pictures =
        torch::upsample_bilinear2d(torch::rand({ count, 3, 5, 5 }), { 32, 32 }, true)
            .mul(255)
            .to(torch::kUInt8)
            .flatten(1);
    const auto records =
        torch::cat({ torch::zeros({ count, 1 }, torch::kUInt8), pictures }, 1)
            .contiguous();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(records.data_ptr<uint8_t>()),
               records.numel());
}

nlohmann::json tiny_config()
{
    const nlohmann::json net = { { "widths", { 4, 6 } }, { "up_convolutions", 1 } };
    return { { "name", "tiny" },
             { "cipher",
               { { "type", "unet" },
                 { "space_to_depth", 4 },
                 { "encrypt", net },
                 { "decrypt", net },
                 { "mask", { { "latents", 8 }, { "noise", 8 }, { "size", 8 } } } } },
             { "codec",
               { { "type", "djscc" }, { "t", 8 }, { "initialization", "flat" } } },
             { "data",
               { { "train", { { "cifar10", "train.bin" } } },
                 { "validation", { { "cifar10", "train.bin" }, { "limit", 4 } } },
                 { "crop", 32 } } },
             { "loss", { { "structure", { { "weight", 0.01 }, { "every", 2 } } } } },
             { "optimizer", { { "batch", 8 }, { "learning_rate", 0.001 } } },
             { "steps", 24 },
             { "validate_every", 8 },
             { "checkpoint_every", 10 },
             { "secret_seed", 3 } };
}

std::string weights_of(const std::string& run)
{
    std::string all;
    for (const auto role : all_roles) {
        std::ifstream file(run + "/model/" + to_string(role) + ".safetensors",
                           std::ios::binary);
        all += std::string(std::istreambuf_iterator<char>(file), {});
    }
    return all;
}

} // namespace

class qa_trainer : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_trainer);
    CPPUNIT_TEST(loss_falls_and_resuming_changes_nothing);
    CPPUNIT_TEST(plateau_resumes_within_an_epoch);
    CPPUNIT_TEST(starts_from_nets_trained_apart);
    CPPUNIT_TEST(grown_nets_begin_as_what_they_grew_from);
    CPPUNIT_TEST(frozen_codecs_make_a_keyring);
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
        TrainOptions options;
        options.data_root = folder.path("");
        options.output = folder.path(run);
        options.device = "cpu";
        options.threads = 1;
        return options;
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
        std::ifstream log(through.output + "/log.csv");
        std::string line;
        std::getline(log, line);
        CPPUNIT_ASSERT(line.rfind("step,images,seconds", 0) == 0);
        std::vector<double> losses;
        while (std::getline(log, line)) {
            std::istringstream fields(line);
            std::string field;
            for (int i = 0; i < 7; ++i)
                std::getline(fields, field, ',');
            losses.push_back(std::stod(field)); // distortion
        }
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
        config["optimizer"]["schedule"] = { { "type", "plateau" },
                                            { "patience", 1 },
                                            { "factor", 0.5 } };
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
        const auto hidden = small.load_encryptor(runtime)->forward(pictures);
        CPPUNIT_ASSERT(torch::allclose(
            grown.load_encryptor(runtime)->forward(pictures), hidden, 1e-4, 1e-5));
        CPPUNIT_ASSERT(torch::allclose(grown.load_decryptor(runtime)->forward(hidden),
                                       small.load_decryptor(runtime)->forward(hidden),
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
        config["frozen"] = { "encrypt" };
        test::assert_contains(refusal(), "frozen must list");
        config.erase("initial");
        config["frozen"] = { "decode" };
        test::assert_contains(refusal(), "initial.decode");
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
            std::ifstream log(folder.path(run + "/log.csv"));
            std::string line, field;
            std::getline(log, line);
            std::vector<double> distortions;
            while (std::getline(log, line)) {
                std::istringstream fields(line);
                for (int i = 0; i < 7; ++i)
                    std::getline(fields, field, ',');
                distortions.push_back(std::stod(field));
            }
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
            const auto hidden = model.load_encryptor(runtime)->forward(plain);
            return (other.load_decryptor(runtime)->forward(hidden) - plain)
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

CPPUNIT_TEST_SUITE_NAMED_REGISTRATION(qa_trainer, "trainer");

} // namespace djescc
