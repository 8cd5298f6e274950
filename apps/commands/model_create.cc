/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// `djescc model create`: writes models that need no training.

#include "commands/commands.h"

#include "exit_code.h"
#include "json_file.h"
#include "snr_list.h"
#include <CLI/CLI.hpp>
#include <djescc/error.h>
#include <djescc/model/model.h>
#include <djescc/model/rekey.h>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

namespace {

namespace fs = std::filesystem;

constexpr char model_create_footer[] = R"(Examples:
  djescc model create --cipher ednn --codec direct --output my-ednn
  djescc model create --cipher ednn --codec direct --output linear \
      --cipher-config '{"relu": false, "offset": 0.5}' --codec-config '{"channels": 1}'
  djescc model create --cipher ednn --codec direct --output paper \
      --key '{"r": [0.3, 0.4], "mu": [3.99, 3.99]}'
  djescc model create --cipher none --codec separate --output qpsk-1-2 --snr=-2,25 \
      --codec-config '{"bandwidth_ratio": "1/12", "modulation": "qpsk", "code_rate": "1/2"}'

Writes a model that needs no training. Without --key the key comes from the operating
system's randomness. It stands in encrypt.safetensors and decrypt.safetensors, which only
the owner and the recipient may have, and which nobody but you can read at first. Others
can see a --key of the command line while it runs: give a file.
Ciphers and codecs with trained nets get their initial weights, which are of little use.
Exit codes: 0 done, 1 it went wrong, 2 wrong usage.)";

struct ModelCreateArguments {
    std::string cipher, codec, output, name, key;
    std::string cipher_config = "{}", codec_config = "{}", snr = "5,30";
};

nlohmann::json configuration(const std::string& type, const std::string& text)
{
    auto config = read_json_argument(text);
    config["type"] = type;
    return config;
}

bool has_parameters(const djescc::ModelNets& nets)
{
    return !nets.encryptor->parameters().empty() || !nets.encoder->parameters().empty() ||
           !nets.decoder->parameters().empty() || !nets.decryptor->parameters().empty();
}

int run_create(const ModelCreateArguments& arguments)
{
    if (fs::exists(fs::path(arguments.output) / "model.json"))
        throw djescc::ModelError(arguments.output +
                                 " already holds a model: choose another --output");
    const auto cipher =
        djescc::Cipher::create(configuration(arguments.cipher, arguments.cipher_config));
    const auto codec =
        djescc::Codec::create(configuration(arguments.codec, arguments.codec_config));
    const auto range = parse_snr_list(arguments.snr);
    djescc::Manifest manifest;
    manifest.name = arguments.name.empty() ? arguments.cipher + "-" + arguments.codec
                                           : arguments.name;
    manifest.cipher = cipher->config();
    manifest.codec = codec->config();
    manifest.snr_db = { range.front(), range.back() };
    auto nets = djescc::create_nets(*cipher, *codec, djescc::make_random_generator());
    if (!arguments.key.empty())
        cipher->set_key(
            *nets.encryptor, *nets.decryptor, read_json_argument(arguments.key));
    const bool untrained = has_parameters(nets);
    manifest.training = { { "note", untrained ? "untrained" : "needs no training" } };
    djescc::save_model(arguments.output, manifest, nets);
    const djescc::Model model(arguments.output);
    for (const auto role : { djescc::Role::encrypt, djescc::Role::decrypt }) {
        const auto found = model.manifest().weights.find(role);
        if (cipher->has_secrets() && found != model.manifest().weights.end())
            fs::permissions(fs::path(arguments.output) / found->second.file,
                            fs::perms::owner_read | fs::perms::owner_write);
    }
    std::cout << "Model " << manifest.name << " is in " << arguments.output
              << ", fingerprint " << djescc::to_string(model.fingerprint()) << '\n';
    if (untrained)
        std::cout << "Its nets have not been trained: djescc train trains nets.\n";
    return exit_code::success;
}

} // namespace

void add_model_create_command(CLI::App& model_command, Action& action)
{
    auto* command = model_command.add_subcommand(
        "create", "Write a model of a cipher and a codec that need no training");
    command->footer(model_create_footer);
    auto arguments = std::make_shared<ModelCreateArguments>();
    command->add_option("--cipher", arguments->cipher, "Type of the cipher")->required();
    command->add_option("--codec", arguments->codec, "Type of the codec")->required();
    command->add_option("--output,--out", arguments->output, "The directory to write to")
        ->required();
    command->add_option("--cipher-config",
                        arguments->cipher_config,
                        "The cipher's settings: JSON or a file of it (default: none)");
    command->add_option("--codec-config",
                        arguments->codec_config,
                        "The codec's settings: JSON or a file of it (default: none)");
    command->add_option(
        "--key", arguments->key, "The key: JSON or a file of it (default: a random one)");
    command->add_option(
        "--name", arguments->name, "Name of the model (default: CIPHER-CODEC)");
    command->add_option("--snr",
                        arguments->snr,
                        "Lowest and highest SNR in dB that it is meant for, for "
                        "djescc evaluate (default: 5,30)");
    command->callback([arguments, &action] {
        action = [arguments] { return run_create(*arguments); };
    });
}
