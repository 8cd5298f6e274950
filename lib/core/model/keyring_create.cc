/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes keyrings of models that are there or re-keyed, and splits them by role.

#include "model/keyring_file.h"
#include "model/weights_files.h"
#include <algorithm>
#include <cstdio>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/model/keyring.h>
#include <djescc/model/rekey.h>
#include <filesystem>
#include <map>

namespace djescc {

namespace fs = std::filesystem;

namespace {

constexpr char codec_name[] = "codec";

std::string member_name(std::size_t index)
{
    char name[32];
    std::snprintf(name, sizeof(name), "member-%03zu", index);
    return name;
}

void check_new(const std::string& destination)
{
    std::error_code error;
    if (fs::exists(file_of(destination, keyring_file_name), error)) {
        throw ModelError(destination +
                         " already holds a keyring: choose another destination");
    }
}

void check_count(std::size_t count)
{
    if (count < 2 || count > Keyring::max_members) {
        throw ConfigError("a keyring has 2 to " + std::to_string(Keyring::max_members) +
                          " models, not " + std::to_string(count));
    }
}

//! What only owner and recipient may have, nobody else on this machine can read.
void make_private(const Model& model)
{
    for (const Role role : { Role::encrypt, Role::decrypt }) {
        const auto found = model.manifest().weights.find(role);
        if (found == model.manifest().weights.end() || !model.has_role(role)) {
            continue;
        }
        const std::string path = file_of(model.directory(), found->second.file);
        std::error_code error;
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
        if (error) {
            throw ModelError(path + " cannot be made private: " + error.message());
        }
    }
}

//! Copies the roles' files where the model has them, model.json in any case.
void copy_roles(const Model& model,
                const std::vector<Role>& roles,
                const std::string& destination)
{
    std::error_code error;
    fs::create_directories(destination, error); // what is wrong with it comes out below
    model.manifest().write(file_of(destination, "model.json"));
    for (const Role role : roles) {
        if (model.has_role(role)) {
            split_model(model, role, destination);
        }
    }
}

//! Whether two safetensors files hold the same tensors, whatever their metadata say.
bool same_tensors(const std::string& path, const std::string& other_path)
{
    const auto is_script = [](const std::string& file) {
        return fs::path(file).extension() != ".safetensors";
    };
    if (is_script(path) || is_script(other_path)) {
        return false;
    }
    const auto tensors = read_safetensors(path).tensors;
    const auto others = read_safetensors(other_path).tensors;
    return tensors.size() == others.size() &&
           std::all_of(tensors.begin(), tensors.end(), [&](const auto& item) {
               const auto found = others.find(item.first);
               return found != others.end() &&
                      found->second.scalar_type() == item.second.scalar_type() &&
                      torch::equal(found->second, item.second);
           });
}

/*! The manifest of a model as a member: with the hashes of the codec's files. Files of
 *  equal weights differ where they name the models that they came with.
 *  \throws ModelError where the weights differ */
Manifest around_codec(const Model& model, const Model& codec)
{
    Manifest manifest = model.manifest();
    for (const Role role : { Role::encode, Role::decode }) {
        const auto& shared = codec.manifest().weights.at(role);
        auto& own = manifest.weights.at(role);
        if (own.sha256 != shared.sha256 &&
            !(model.has_role(role) && codec.has_role(role) &&
              same_tensors(file_of(model.directory(), own.file),
                           file_of(codec.directory(), shared.file)))) {
            refuse_weights(model, role, codec);
        }
        own.sha256 = shared.sha256;
    }
    return manifest;
}

//! keyring.json comes last: a keyring is whole or none.
void finish(const std::string& destination, std::size_t count, MaskChoice masks)
{
    const auto entry = [&](const std::string& name) {
        return KeyringFile::Entry{
            name, to_string(Model(file_of(destination, name)).fingerprint())
        };
    };
    KeyringFile file;
    file.codec = entry(codec_name);
    for (std::size_t i = 0; i < count; i++) {
        const std::string name = member_name(i);
        file.members.push_back(entry(name));
        make_private(Model(file_of(destination, name)));
    }
    const Model first(file_of(destination, member_name(0)));
    file.frame_masks =
        masks == MaskChoice::where_possible && first.cipher().takes_picture_keys();
    file.write(file_of(destination, keyring_file_name));
}

} // namespace

void create_keyring(const std::vector<std::string>& models,
                    const std::string& destination,
                    MaskChoice masks)
{
    check_count(models.size());
    check_new(destination);
    const Model first(models.front());
    std::vector<Manifest> manifests;
    std::map<Fingerprint, std::string> seen;
    for (const auto& directory : models) {
        const Model model(directory);
        check_architecture(model, first, first);
        manifests.push_back(around_codec(model, first));
        if (!model.cipher().has_weights()) {
            throw ConfigError("the cipher of " + directory + " hides nothing");
        }
        for (const Role role : { Role::encrypt, Role::decrypt }) {
            if (!model.has_role(role)) {
                throw ModelError(directory + " does not hold the role '" +
                                 to_string(role) + "'");
            }
        }
        const auto [other, is_new] =
            seen.emplace(manifests.back().fingerprint(), directory);
        if (!is_new) {
            throw ModelError(directory + " and " + other->second + " are the same model");
        }
    }
    copy_roles(first, { Role::encode, Role::decode }, file_of(destination, codec_name));
    for (std::size_t i = 0; i < models.size(); i++) {
        const std::string member = file_of(destination, member_name(i));
        copy_roles(Model(models[i]), { Role::encrypt, Role::decrypt }, member);
        manifests[i].write(file_of(member, "model.json"));
    }
    finish(destination, models.size(), masks);
}

void create_keyring(const Model& model,
                    std::size_t count,
                    const std::string& destination,
                    MaskChoice masks)
{
    check_count(count);
    check_new(destination);
    for (std::size_t i = 0; i < count; i++) {
        const std::string member = file_of(destination, member_name(i));
        // first of all, as it refuses a cipher without secrets before anything is written
        rekey_model(model, member, make_random_generator());
        for (const Role role : { Role::encode, Role::decode }) {
            std::error_code error; // a copy too many does no harm
            fs::remove(file_of(member, model.manifest().weights.at(role).file), error);
        }
    }
    copy_roles(model, { Role::encode, Role::decode }, file_of(destination, codec_name));
    finish(destination, count, masks);
}

void split_keyring(const Keyring& keyring, Role role, const std::string& destination)
{
    if (role != Role::encrypt && role != Role::decrypt) {
        throw ConfigError("the provider needs the model " + keyring.codec_directory() +
                          " alone, not the keyring: djescc model split " +
                          keyring.codec_directory() + " --role " + to_string(role));
    }
    const std::string path = file_of(destination, keyring_file_name);
    std::error_code error;
    if (fs::exists(path, error) &&
        Keyring(destination).fingerprint() != keyring.fingerprint()) {
        throw ModelError(destination +
                         " holds another keyring: choose another destination");
    }
    const KeyringFile file =
        KeyringFile::read(file_of(keyring.directory(), keyring_file_name));
    copy_roles(keyring.codec(), {}, file_of(destination, file.codec.directory));
    for (std::size_t i = 0; i < keyring.size(); i++) {
        const std::string member = file_of(destination, file.members[i].directory);
        split_model(keyring.member(i), role, member);
        make_private(Model(member));
    }
    file.write(path);
}

} // namespace djescc
