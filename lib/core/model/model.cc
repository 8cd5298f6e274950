/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "files/file_io.h"
#include "net/checked_weights.h"
#include "net/net_state.h"
#include "net/script_weights.h"
#include <cstdlib>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/files/sha256.h>
#include <djescc/model/model.h>
#include <filesystem>
#include <numeric>

namespace djescc {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_weights_bytes = std::size_t{ 1 } << 34;
constexpr char manifest_name[] = "model.json";

std::string file_of(const std::string& directory, const std::string& file)
{
    return (fs::path(directory) / file).string();
}

/* Whatever stands in the way of looking, a name that is too long or a folder that may not
 * be searched, counts as absent instead of throwing. */
bool is_directory(const std::string& path)
{
    std::error_code error;
    return fs::is_directory(path, error);
}

bool exists(const std::string& path)
{
    std::error_code error;
    return fs::exists(path, error);
}

std::string hex_digest(const std::string& bytes)
{
    const Sha256Digest digest = sha256(bytes);
    return to_hex(digest.data(), digest.size());
}

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

//! Bytes of a role's file, after its hash. The bytes that were checked are the ones used.
std::string
checked_bytes(const std::string& directory, const Manifest& manifest, Role role)
{
    const Manifest::WeightsFile& entry = manifest.weights.at(role);
    const std::string path = file_of(directory, entry.file);
    if (!exists(path)) {
        throw ModelError(path + " is missing: this directory does not hold the role '" +
                         to_string(role) + "' of model " + manifest.name +
                         "; copy the file from the model's owner");
    }
    std::string bytes = read_file(path, max_weights_bytes);
    const std::string digest = hex_digest(bytes);
    if (digest == entry.sha256) {
        return bytes;
    }
    for (const auto& [other, other_entry] : manifest.weights) {
        if (digest == other_entry.sha256) {
            throw ModelError(path + " is the file of the role '" + to_string(other) +
                             "', not of '" + to_string(role) +
                             "': the files were swapped; copy it again");
        }
    }
    throw ModelError(path + " has another SHA-256 than model.json says (" + digest +
                     " instead of " + entry.sha256 +
                     "): it is truncated, altered or another model's; copy it again");
}

//! Fill a net with a role's bytes; the net stays on the CPU unless it is a script.
void fill(torch::nn::Module& net,
          const std::string& bytes,
          const std::string& path,
          Role role,
          const torch::Device& device)
{
    if (auto* script = dynamic_cast<ScriptWeights*>(&net)) {
        script->load_script(bytes, device, path);
        return;
    }
    const TensorFile file = parse_safetensors(bytes, path);
    const auto stored_role = file.metadata.find("role");
    if (stored_role != file.metadata.end() && stored_role->second != to_string(role)) {
        throw ModelError(path + " says that it is of the role " +
                         printable(stored_role->second) + ", not '" + to_string(role) +
                         "': copy the right file");
    }
    set_net_state(net, file, path);
    if (const auto* checked = dynamic_cast<const CheckedWeights*>(&net)) {
        checked->check_weights(path);
    }
}

template <typename Net>
std::shared_ptr<Net> ready(std::shared_ptr<Net> net, const torch::Device& device)
{
    net->to(device);
    net->eval();
    return net;
}

std::shared_ptr<torch::nn::Module>
make_net(const Cipher& cipher, const Codec& codec, Role role)
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

const torch::nn::Module* net_of(const ModelNets& nets, Role role)
{
    switch (role) {
    case Role::encrypt:
        return nets.encryptor.get();
    case Role::encode:
        return nets.encoder.get();
    case Role::decode:
        return nets.decoder.get();
    case Role::decrypt:
        return nets.decryptor.get();
    }
    return nullptr;
}

void create_directory(const std::string& directory)
{
    std::error_code error;
    fs::create_directories(directory, error);
    if (error || !is_directory(directory)) {
        throw ModelError("the directory " + directory + " cannot be created" +
                         (error ? ": " + error.message() : std::string()));
    }
}

// The environment's opt-in serves programs and flowgraphs, which build their own options.
bool code_allowed(const RuntimeOptions& options)
{
    const char* value = std::getenv("DJESCC_ALLOW_CODE");
    return options.allow_code || (value != nullptr && std::string(value) == "1");
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

void Model::load_weights(torch::nn::Module& net,
                         Role role,
                         const RuntimeOptions& options) const
{
    const auto found = d_manifest.weights.find(role);
    if (found == d_manifest.weights.end()) {
        return;
    }
    const std::string path = file_of(d_directory, found->second.file);
    if (dynamic_cast<ScriptWeights*>(&net) != nullptr && !code_allowed(options)) {
        throw ModelError(path +
                         " is TorchScript, which is code that runs with your "
                         "rights: if you trust its author, set DJESCC_ALLOW_CODE=1 in "
                         "the environment (in C++: RuntimeOptions::allow_code)");
    }
    fill(net,
         checked_bytes(d_directory, d_manifest, role),
         path,
         role,
         select_device(options.device));
}

std::shared_ptr<ImageTransform> Model::load_encryptor(const RuntimeOptions& options) const
{
    const torch::Device device = select_device(options.device);
    auto net = d_cipher->make_encryptor();
    load_weights(*net, Role::encrypt, options);
    return ready(net, device);
}

std::shared_ptr<SymbolEncoder> Model::load_encoder(const RuntimeOptions& options) const
{
    const torch::Device device = select_device(options.device);
    auto net = d_codec->make_encoder();
    load_weights(*net, Role::encode, options);
    return ready(net, device);
}

std::shared_ptr<SymbolDecoder> Model::load_decoder(const RuntimeOptions& options) const
{
    const torch::Device device = select_device(options.device);
    auto net = d_codec->make_decoder();
    load_weights(*net, Role::decode, options);
    return ready(net, device);
}

std::shared_ptr<ImageTransform> Model::load_decryptor(const RuntimeOptions& options) const
{
    const torch::Device device = select_device(options.device);
    auto net = d_cipher->make_decryptor();
    load_weights(*net, Role::decrypt, options);
    return ready(net, device);
}

void Model::verify() const
{
    for (const auto& [role, entry] : d_manifest.weights) {
        if (!has_role(role)) {
            continue;
        }
        const std::string bytes = checked_bytes(d_directory, d_manifest, role);
        const auto net = make_net(*d_cipher, *d_codec, role);
        // code is only hashed: to look inside would be to run it
        if (dynamic_cast<ScriptWeights*>(net.get()) == nullptr) {
            fill(*net, bytes, file_of(d_directory, entry.file), role, torch::kCPU);
        }
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
    for (const Role role : all_roles) {
        const bool of_cipher = role == Role::encrypt || role == Role::decrypt;
        if (of_cipher && !cipher->has_weights()) {
            continue;
        }
        const torch::nn::Module* net = net_of(nets, role);
        if (net == nullptr) {
            throw ConfigError("the net of the role '" + to_string(role) + "' is missing");
        }
        std::string file = to_string(role);
        std::string bytes;
        if (const auto* script = dynamic_cast<const ScriptWeights*>(net)) {
            file += ".pt";
            bytes = script->save_script();
        } else {
            file += ".safetensors";
            TensorFile state = net_state(*net);
            state.metadata = { { "format", "pt" },
                               { "model", manifest.name },
                               { "role", to_string(role) } };
            bytes = serialize_safetensors(state);
        }
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
        const auto net = make_net(model.cipher(), model.codec(), role);
        if (dynamic_cast<ScriptWeights*>(net.get()) == nullptr) {
            fill(*net,
                 bytes,
                 file_of(model.directory(), found->second.file),
                 role,
                 torch::kCPU);
        }
        replace_file(file_of(destination, found->second.file), bytes);
    }
    model.manifest().write(path);
}

} // namespace djescc
