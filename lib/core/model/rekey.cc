/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Draws fresh secrets for a model, and writes it anew.

#include "files/file_io.h"
#include "model/weights_files.h"
#include <ATen/CPUGeneratorImpl.h>
#include <array>
#include <cerrno>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/files/sha256.h>
#include <djescc/model/rekey.h>
#include <filesystem>
#include <sys/random.h>

namespace djescc {

namespace fs = std::filesystem;

namespace {

void fill_with_randomness(void* data, std::size_t size)
{
    auto* position = static_cast<unsigned char*>(data);
    while (size > 0) {
        const ssize_t count = getrandom(position, size, 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            throw Error("the operating system gives no random numbers");
        position += count;
        size -= static_cast<std::size_t>(count);
    }
}

void write_role(const RoleNet& net,
                Role role,
                const std::string& directory,
                Manifest& manifest)
{
    Manifest::WeightsFile& entry = manifest.weights.at(role);
    const std::string bytes = net.save_weights(weights_metadata(manifest.name, role));
    const Sha256Digest digest = sha256(bytes);
    entry.sha256 = to_hex(digest.data(), digest.size());
    replace_file((fs::path(directory) / entry.file).string(), bytes);
}

} // namespace

at::Generator make_random_generator()
{
    at::mt19937_data_pod state = {};
    state.seeded_ = true;
    state.left_ = 1; // the next number asked for makes a new block of numbers
    state.next_ = 0;
    fill_with_randomness(state.state_.data(), sizeof(state.state_));
    at::mt19937 engine;
    engine.set_data(state);
    auto generator = at::make_generator<at::CPUGeneratorImpl>();
    at::check_generator<at::CPUGeneratorImpl>(generator)->set_engine(engine);
    return generator;
}

void rekey_model(const Model& model,
                 const std::string& destination,
                 at::Generator secrets)
{
    Manifest manifest = model.manifest();
    if (!model.cipher().has_secrets())
        throw ConfigError(
            "the cipher of model " + manifest.name +
            " has no secrets beside its weights: train another model to get "
            "other ones");
    if (fs::exists(fs::path(destination) / "model.json"))
        throw ModelError(destination +
                         " already holds a model: choose another destination");
    RuntimeOptions cpu;
    cpu.device = "cpu";
    const auto encryptor = model.load_encryptor(cpu);
    const auto decryptor = model.load_decryptor(cpu);
    model.cipher().draw_secrets(*encryptor, *decryptor, secrets);

    std::error_code error;
    fs::create_directories(destination, error);
    if (error)
        throw ModelError("the directory " + destination +
                         " cannot be created: " + error.message());
    for (const Role role : { Role::encode, Role::decode })
        if (model.has_role(role))
            split_model(model, role, destination);
    write_role(*encryptor, Role::encrypt, destination, manifest);
    write_role(*decryptor, Role::decrypt, destination, manifest);
    manifest.write((fs::path(destination) / "model.json").string());
}

} // namespace djescc
