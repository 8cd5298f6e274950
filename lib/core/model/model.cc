/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Opens, checks, saves and splits the directories of models.

#include <djescc/model/model.h>

#include "files/file_io.h"
#include "model/weights_files.h"
#include <cstdlib>
#include <djescc/error.h>
#include <filesystem>
#include <numeric>

namespace djescc {

namespace fs = std::filesystem;

namespace {

Manifest read_manifest(const std::string& directory)
{
    const std::string path = file_of(directory, manifest_name);
    if (!is_directory(directory)) {
        throw ModelError("there is no model directory " + directory +
                         ": give the path of a directory with a model.json");
    }
    if (!exists(path)) {
        throw ModelError(path + " is missing: " + directory +
                         " is not a model's directory, or was copied without it");
    }
    return Manifest::read(path);
}

std::shared_ptr<RoleNet> make_net(const Cipher& cipher, const Codec& codec, Role role)
{
    switch (role) {
    case Role::encrypt:
        return cipher.make_encryptor();
    case Role::encode:
        return codec.make_encoder();
    case Role::decode:
        return codec.make_decoder();
    case Role::decrypt:
        return cipher.make_decryptor();
    }
    throw ConfigError("a role is one of encrypt, encode, decode, decrypt");
}

// The environment's opt-in serves programs and flowgraphs, which build their own options.
bool code_allowed(const RuntimeOptions& options)
{
    const char* value = std::getenv("DJESCC_ALLOW_CODE");
    return options.allow_code || (value != nullptr && std::string(value) == "1");
}

//! Check a role's bytes by loading them, but for code: to look inside would be to run it.
void check_contents(RoleNet& net,
                    const std::string& bytes,
                    const std::string& path,
                    Role role)
{
    if (!net.is_code()) {
        net.load_weights(bytes, path, to_string(role), torch::kCPU);
    }
}

} // namespace

Model::Model(const std::string& directory)
    : d_directory(directory)
    , d_manifest(read_manifest(directory))
    , d_cipher(Cipher::create(d_manifest.cipher))
    , d_codec(Codec::create(d_manifest.codec))
{
}

int64_t Model::multiple() const
{
    return std::lcm(d_cipher->multiple(), d_codec->multiple());
}

bool Model::has_role(Role role) const
{
    const auto found = d_manifest.weights.find(role);
    std::error_code error;
    return found == d_manifest.weights.end() ||
           fs::is_regular_file(file_of(d_directory, found->second.file), error);
}

template <typename Net>
std::shared_ptr<Net>
Model::loaded(std::shared_ptr<Net> net, Role role, const RuntimeOptions& options) const
{
    const torch::Device device = select_device(options.device);
    const auto found = d_manifest.weights.find(role);
    if (found != d_manifest.weights.end()) {
        const std::string path = file_of(d_directory, found->second.file);
        if (net->is_code() && !code_allowed(options)) {
            throw ModelError(path +
                             " is TorchScript, which is code that runs with your "
                             "rights: if you trust its author, set DJESCC_ALLOW_CODE=1 "
                             "in the environment (in C++: RuntimeOptions::allow_code)");
        }
        net->load_weights(
            checked_bytes(d_directory, d_manifest, role), path, to_string(role), device);
    }
    net->to(device);
    net->eval();
    return net;
}

std::shared_ptr<Encryptor> Model::load_encryptor(const RuntimeOptions& options) const
{
    return loaded(d_cipher->make_encryptor(), Role::encrypt, options);
}

std::shared_ptr<SymbolEncoder> Model::load_encoder(const RuntimeOptions& options) const
{
    return loaded(d_codec->make_encoder(), Role::encode, options);
}

std::shared_ptr<SymbolDecoder> Model::load_decoder(const RuntimeOptions& options) const
{
    return loaded(d_codec->make_decoder(), Role::decode, options);
}

std::shared_ptr<Decryptor> Model::load_decryptor(const RuntimeOptions& options) const
{
    return loaded(d_cipher->make_decryptor(), Role::decrypt, options);
}

std::shared_ptr<RoleNet> Model::load(Role role, const RuntimeOptions& options) const
{
    return loaded(make_net(*d_cipher, *d_codec, role), role, options);
}

void Model::verify() const
{
    for (const auto& [role, entry] : d_manifest.weights) {
        if (!has_role(role)) {
            continue;
        }
        check_contents(*make_net(*d_cipher, *d_codec, role),
                       checked_bytes(d_directory, d_manifest, role),
                       file_of(d_directory, entry.file),
                       role);
    }
}

void save_model(const std::string& directory, Manifest manifest, const ModelNets& nets)
{
    const auto cipher = Cipher::create(manifest.cipher);
    const auto codec = Codec::create(manifest.codec);
    manifest.cipher = cipher->config();
    manifest.codec = codec->config();
    manifest.weights.clear();
    create_directory(directory);
    for (const auto& [role, net] : modules(nets)) {
        const bool of_cipher = role == Role::encrypt || role == Role::decrypt;
        if (of_cipher && !cipher->has_weights()) {
            continue;
        }
        if (net == nullptr) {
            throw ConfigError("the net of the role '" + to_string(role) + "' is missing");
        }
        const std::string file =
            to_string(role) + (net->is_code() ? ".pt" : ".safetensors");
        const std::string bytes =
            net->save_weights(weights_metadata(manifest.name, role));
        replace_file(file_of(directory, file), bytes);
        manifest.weights[role] = { file, hex_digest(bytes) };
    }
    const std::string path = file_of(directory, manifest_name);
    Manifest::from_json(manifest.to_json(), path); // what is written can be read
    manifest.write(path);
}

void split_model(const Model& model, Role role, const std::string& destination)
{
    create_directory(destination);
    const std::string path = file_of(destination, manifest_name);
    std::error_code error;
    if (fs::equivalent(model.directory(), destination, error)) {
        throw ModelError(destination +
                         " is the model's own directory: choose another destination");
    }
    if (exists(path) &&
        Manifest::read(path).fingerprint() != model.manifest().fingerprint()) {
        throw ModelError(destination +
                         " holds another model: choose another destination");
    }
    const auto found = model.manifest().weights.find(role);
    if (found != model.manifest().weights.end()) {
        const std::string bytes =
            checked_bytes(model.directory(), model.manifest(), role);
        check_contents(*make_net(model.cipher(), model.codec(), role),
                       bytes,
                       file_of(model.directory(), found->second.file),
                       role);
        replace_file(file_of(destination, found->second.file), bytes);
    }
    model.manifest().write(path);
}

} // namespace djescc
