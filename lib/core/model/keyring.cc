/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Opens keyrings, checks that members fit one another, and reads and writes
// keyring.json.

#include "files/file_io.h"
#include "files/file_name.h"
#include "files/strict_json.h"
#include "model/keyring_file.h"
#include <algorithm>
#include <djescc/files/config.h>
#include <djescc/files/sha256.h>
#include <djescc/model/keyring.h>
#include <filesystem>
#include <set>

namespace djescc {

namespace fs = std::filesystem;

using nlohmann::json;

namespace {

constexpr std::size_t max_file_bytes = 1 << 20;

KeyringFile::Entry read_entry(const json& value, const std::string& path)
{
    ConfigReader reader(value, path);
    KeyringFile::Entry entry{ reader.require<std::string>("directory"),
                              reader.require<std::string>("fingerprint") };
    reader.finish();
    if (!is_plain_name(entry.directory)) {
        throw ConfigError(path + ".directory is " + printable(entry.directory) +
                          ", but must be a name of letters, digits, '.', '_' and '-' "
                          "inside the keyring");
    }
    return entry;
}

json write_entry(const KeyringFile::Entry& entry)
{
    return { { "directory", entry.directory }, { "fingerprint", entry.fingerprint } };
}

KeyringFile parse_keyring(const json& value)
{
    ConfigReader reader(value, "");
    const auto version = reader.require<int64_t>("format_version");
    if (version != Keyring::format_version) {
        throw ConfigError("format_version is " + std::to_string(version) +
                          ", but this release reads version " +
                          std::to_string(Keyring::format_version));
    }
    KeyringFile file;
    file.frame_masks = reader.require<bool>("frame_masks");
    file.codec = read_entry(reader.require<json>("codec"), "codec");
    const json members = reader.require<json>("members");
    reader.finish();
    if (!members.is_array() || members.empty() || members.size() > Keyring::max_members) {
        throw ConfigError("members must be a list of 1 to " +
                          std::to_string(Keyring::max_members) + " models");
    }
    std::set<std::string> directories{ file.codec.directory };
    std::set<std::string> fingerprints;
    for (const json& member : members) {
        const std::string path = "members[" + std::to_string(file.members.size()) + "]";
        file.members.push_back(read_entry(member, path));
        if (!directories.insert(file.members.back().directory).second) {
            throw ConfigError(path + ".directory stands there twice");
        }
        // a model that is there twice is chosen twice as often
        if (!fingerprints.insert(file.members.back().fingerprint).second) {
            throw ConfigError(path + " is the same model as another member");
        }
    }
    return file;
}

std::unique_ptr<Model> open_model(const std::string& keyring,
                                  const KeyringFile::Entry& entry)
{
    auto model = std::make_unique<Model>((fs::path(keyring) / entry.directory).string());
    const std::string found = to_string(model->fingerprint());
    if (found != entry.fingerprint) {
        throw ModelError(model->directory() +
                         " is another model than keyring.json says "
                         "(fingerprint " +
                         found + " instead of " + printable(entry.fingerprint) +
                         "): copy the keyring again");
    }
    return model;
}

} // namespace

json KeyringFile::to_json() const
{
    json list = json::array();
    for (const Entry& member : members) {
        list.push_back(write_entry(member));
    }
    return { { "format_version", Keyring::format_version },
             { "frame_masks", frame_masks },
             { "codec", write_entry(codec) },
             { "members", list } };
}

KeyringFile KeyringFile::read(const std::string& path)
{
    const json value =
        parse_strict_json(read_file(path, max_file_bytes), JsonLimits{}, path);
    try {
        return parse_keyring(value);
    } catch (const ConfigError& error) {
        throw ModelError(path + ": " + error.what());
    }
}

void KeyringFile::write(const std::string& path) const
{
    constexpr int indent = 2;
    replace_file(path, json_text(to_json(), indent) + "\n");
}

namespace {

[[noreturn]] void refuse(const Model& member, const std::string& reason)
{
    throw ModelError(member.directory() + " does not fit into the keyring: " + reason);
}

} // namespace

void check_architecture(const Model& member, const Model& first, const Model& codec)
{
    if (member.codec().config() != codec.codec().config()) {
        refuse(member,
               "its codec is of another architecture than that of " + codec.directory());
    }
    if (member.cipher().config() != first.cipher().config()) {
        refuse(member,
               "its cipher is of another architecture than that of " + first.directory() +
                   ", so the time it takes would tell it apart");
    }
}

void refuse_weights(const Model& member, Role role, const Model& codec)
{
    refuse(member,
           "its role '" + to_string(role) + "' has other weights than that of " +
               codec.directory() +
               ", but the provider runs one codec and must not be told which member a "
               "frame is for: train the models around one codec (docs/training.md)");
}

Keyring::Keyring(const std::string& directory) : d_directory(directory)
{
    const std::string path = (fs::path(directory) / keyring_file_name).string();
    std::error_code error;
    if (!fs::exists(path, error)) {
        throw ModelError(path + " is missing: " + directory +
                         " is no keyring (djescc keyring create makes one)");
    }
    const KeyringFile file = KeyringFile::read(path);
    d_frame_masks = file.frame_masks;
    const Sha256Digest digest = sha256(file.to_json().dump());
    std::copy_n(digest.begin(), d_fingerprint.size(), d_fingerprint.begin());
    d_codec = open_model(directory, file.codec);
    for (const auto& entry : file.members) {
        d_members.push_back(open_model(directory, entry));
        check_architecture(*d_members.back(), *d_members.front(), *d_codec);
        for (const Role role : { Role::encode, Role::decode }) {
            if (d_members.back()->manifest().weights.at(role).sha256 !=
                d_codec->manifest().weights.at(role).sha256) {
                refuse_weights(*d_members.back(), role, *d_codec);
            }
        }
    }
    if (d_frame_masks && !d_members.front()->cipher().takes_picture_keys()) {
        throw ModelError(path +
                         ": frame_masks is true, but the members' cipher has no "
                         "mask that a key could change from frame to frame");
    }
}

} // namespace djescc
