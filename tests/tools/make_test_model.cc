/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes the untrained models that flowgraphs in tests take.

#include <ATen/CPUGeneratorImpl.h>
#include <djescc/error.h>
#include <djescc/model/model.h>
#include <exception>
#include <iostream>
#include <string>
#include <torch/utils.h>

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

} // namespace

/*! Write an untrained model, small enough for tests: make_test_model DIRECTORY CIPHER
 *  SEED [CODEC]. CIPHER is "none" or "unet". The codec is `djscc` as it is before
 *  training, a linear transform code, so with cipher "none" the chain gives recognisable
 *  pictures; or that of the JSON object CODEC. */
int main(int argc, char** argv)
{
    if (argc != 4 && argc != 5) {
        std::cerr << "usage: " << argv[0] << " DIRECTORY none|unet SEED [CODEC]\n";
        return exit_usage;
    }
    try {
        const std::string cipher_type = argv[2];
        const uint64_t seed = std::stoull(argv[3]);
        const auto cipher = djescc::Cipher::create(cipher_config(cipher_type));
        const auto codec = djescc::Codec::create(
            argc == 5 ? nlohmann::json::parse(argv[4])
                      : nlohmann::json{ { "type", "djscc" }, { "t", 16 } });
        torch::manual_seed(seed);
        auto secrets = at::detail::createCPUGenerator(seed);

        djescc::Manifest manifest;
        manifest.name = "test-" + cipher_type;
        manifest.cipher = cipher->config();
        manifest.codec = codec->config();
        djescc::save_model(
            argv[1], manifest, djescc::create_nets(*cipher, *codec, secrets));
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return exit_failure;
    }
    return 0;
}
