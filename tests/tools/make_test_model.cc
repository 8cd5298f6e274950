/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes the untrained models and classifiers that flowgraphs in tests take.

#include <ATen/CPUGeneratorImpl.h>
#include <djescc/error.h>
#include <djescc/loss/classifier.h>
#include <djescc/model/model.h>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <torch/utils.h>
#include <vector>

namespace {

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

nlohmann::json cipher_config(const std::string& type)
{
    if (type != "unet") {
        return { { "type", type } };
    }
    const nlohmann::json small_net{ { "widths", { 4, 8 } } };
    return { { "type", "unet" }, { "encrypt", small_net }, { "decrypt", small_net } };
}

void write_model(const std::string& directory,
                 const std::string& cipher_type,
                 uint64_t seed,
                 const nlohmann::json& codec_config)
{
    const auto cipher = djescc::Cipher::create(cipher_config(cipher_type));
    const auto codec = djescc::Codec::create(codec_config);
    torch::manual_seed(seed);
    auto secrets = at::detail::createCPUGenerator(seed);

    djescc::Manifest manifest;
    manifest.name = "test-" + cipher_type;
    manifest.cipher = cipher->config();
    manifest.codec = codec->config();
    djescc::save_model(
        directory, manifest, djescc::create_nets(*cipher, *codec, secrets));
}

void write_classifier(const std::string& directory, uint64_t seed)
{
    const std::vector<std::string> names{ "ant", "bee", "cow" };
    torch::manual_seed(seed);
    const auto net = djescc::Classifier::create(
        { { "type", "residual" }, { "width", 4 } }, static_cast<int64_t>(names.size()));
    std::filesystem::create_directories(directory);
    net->save(directory, { { "name", "test" }, { "class_names", names } });
}

} // namespace

/*! Write an untrained model, small enough for tests: make_test_model DIRECTORY CIPHER
 *  SEED [CODEC]. CIPHER is "none" or "unet". The codec is `djscc` as it is before
 *  training, a linear transform code, so with cipher "none" the chain gives recognisable
 *  pictures; or that of the JSON object CODEC. With "classifier" in place of CIPHER,
 *  write an untrained classifier of three classes. */
int main(int argc, char** argv)
{
    if (argc != 4 && argc != 5) {
        std::cerr << "usage: " << argv[0]
                  << " DIRECTORY none|unet|classifier SEED [CODEC]\n";
        return exit_usage;
    }
    try {
        const std::string kind = argv[2];
        const uint64_t seed = std::stoull(argv[3]);
        if (kind == "classifier") {
            write_classifier(argv[1], seed);
        } else {
            write_model(argv[1],
                        kind,
                        seed,
                        argc == 5 ? nlohmann::json::parse(argv[4])
                                  : nlohmann::json{ { "type", "djscc" }, { "t", 16 } });
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return exit_failure;
    }
    return 0;
}
