/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads, checks and writes model.json, and computes its fingerprint.

#include "files/file_io.h"
#include "files/file_name.h"
#include "files/strict_json.h"
#include <algorithm>
#include <cmath>
#include <djescc/cipher/cipher.h>
#include <djescc/codec/codec.h>
#include <djescc/files/config.h>
#include <djescc/files/sha256.h>
#include <djescc/model/manifest.h>
#include <numeric>
#include <set>

namespace djescc {

namespace {

using nlohmann::json;

constexpr std::size_t max_manifest_bytes = 16 << 20;
constexpr JsonLimits manifest_limits{};

bool is_sha256(const std::string& text)
{
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

//! What follows from cipher and codec; in the file for readers, not in the fingerprint.
json derived_entries(const json& cipher_config, const json& codec_config)
{
    const auto cipher = Cipher::create(cipher_config);
    const auto codec = Codec::create(codec_config);
    return { { "bandwidth_ratio", codec->bandwidth_ratio() },
             { "symbol_count", codec->symbol_formula() },
             { "multiple", std::lcm(cipher->multiple(), codec->multiple()) } };
}

Manifest::WeightsFile weights_file(const json& value, Role role)
{
    const std::string path = "weights." + to_string(role);
    ConfigReader reader(value, path);
    Manifest::WeightsFile result{ reader.require<std::string>("file"),
                                  reader.require<std::string>("sha256") };
    reader.finish();
    if (!is_plain_name(result.file) || result.file == "model.json") {
        throw ConfigError(path + ".file is " + printable(result.file) +
                          ", but must be a file name of letters, digits, '.', '_' and "
                          "'-' without a directory");
    }
    if (!is_sha256(result.sha256)) {
        throw ConfigError(path +
                          ".sha256 must be 64 lower-case hexadecimal digits, but is " +
                          printable(result.sha256));
    }
    return result;
}

std::map<Role, Manifest::WeightsFile> weights_files(const json& value,
                                                    const Cipher& cipher)
{
    std::map<Role, Manifest::WeightsFile> result;
    std::set<std::string> names;
    ConfigReader reader(value, "weights");
    for (const Role role : all_roles) {
        const std::string name = to_string(role);
        const json entry = reader.child(name);
        const bool wanted =
            cipher.has_weights() || role == Role::encode || role == Role::decode;
        if (!wanted && reader.has(name)) {
            throw ConfigError("weights." + name +
                              " is present, but this cipher has no weights");
        }
        if (!wanted) {
            continue;
        }
        if (!reader.has(name)) {
            throw ConfigError("weights." + name + " is missing");
        }
        result[role] = weights_file(entry, role);
        // one file for two roles would hand out the second with the first
        if (!names.insert(result[role].file).second) {
            throw ConfigError("weights." + name + ".file is another role's file too");
        }
    }
    reader.finish();
    return result;
}

json object_or_empty(ConfigReader& reader, const std::string& key)
{
    json value = reader.child(key);
    if (value.is_null()) {
        return json::object();
    }
    if (!value.is_object()) {
        throw ConfigError(key + " must be a JSON object");
    }
    return value;
}

std::array<double, 2> snr_range(ConfigReader& reader)
{
    const auto values = reader.require<std::vector<double>>("snr_db");
    if (values.size() != 2 || !std::isfinite(values[0]) || !std::isfinite(values[1]) ||
        values[0] > values[1]) {
        throw ConfigError("snr_db must be the lowest and the highest trained SNR in dB");
    }
    return { values[0], values[1] };
}

/* Only what a reader would act on is compared: the formula's wording may change between
 * releases. */
void check_derived(const json& value, const Manifest& manifest)
{
    ConfigReader reader(value, "derived");
    const json expected = derived_entries(manifest.cipher, manifest.codec);
    const auto ratio = reader.require<double>("bandwidth_ratio");
    const auto multiple = reader.require<int64_t>("multiple");
    reader.require<std::string>("symbol_count");
    reader.finish();
    constexpr double tolerance = 1e-9;
    if (!(std::abs(ratio - expected["bandwidth_ratio"].get<double>()) <= tolerance)) {
        throw ConfigError("derived.bandwidth_ratio is " + json(ratio).dump() +
                          ", but cipher and codec give " +
                          expected["bandwidth_ratio"].dump());
    }
    if (multiple != expected["multiple"].get<int64_t>()) {
        throw ConfigError("derived.multiple is " + std::to_string(multiple) +
                          ", but cipher and codec give " + expected["multiple"].dump());
    }
}

//! What makes the model what it is: all that the fingerprint covers.
json essential_entries(const Manifest& manifest)
{
    json files = json::object();
    for (const auto& [role, entry] : manifest.weights) {
        files[to_string(role)] = { { "file", entry.file }, { "sha256", entry.sha256 } };
    }
    return { { "format_version", Manifest::format_version },
             { "name", manifest.name },
             { "cipher", manifest.cipher },
             { "codec", manifest.codec },
             { "snr_db", manifest.snr_db },
             { "training",
               manifest.training.is_null() ? json::object() : manifest.training },
             { "weights", files } };
}

Manifest parse_manifest(const json& value)
{
    ConfigReader reader(value, "");
    const auto version = reader.require<int64_t>("format_version");
    if (version != Manifest::format_version) {
        throw ConfigError("format_version is " + std::to_string(version) +
                          ", but this release reads version " +
                          std::to_string(Manifest::format_version) +
                          "; get the release that wrote the model");
    }
    Manifest manifest;
    manifest.name = reader.require<std::string>("name");
    if (!is_plain_name(manifest.name)) {
        throw ConfigError("name is " + printable(manifest.name) +
                          ", but must consist of letters, digits, '.', '_' and '-'");
    }
    manifest.cipher = reader.require<json>("cipher");
    manifest.codec = reader.require<json>("codec");
    const auto cipher = Cipher::create(manifest.cipher);
    Codec::create(manifest.codec);
    manifest.snr_db = snr_range(reader);
    manifest.training = object_or_empty(reader, "training");
    manifest.quality = reader.child("quality");
    manifest.weights = weights_files(reader.require<json>("weights"), *cipher);
    if (reader.has("derived")) {
        check_derived(reader.child("derived"), manifest);
    }
    reader.finish();
    return manifest;
}

} // namespace

std::string to_string(const Fingerprint& fingerprint)
{
    return to_hex(fingerprint.data(), fingerprint.size());
}

json Manifest::to_json() const
{
    json result = essential_entries(*this);
    result["derived"] = derived_entries(cipher, codec);
    if (!quality.is_null()) {
        result["quality"] = quality;
    }
    return result;
}

Manifest Manifest::from_json(const json& value, const std::string& origin)
{
    try {
        return parse_manifest(value);
    } catch (const ConfigError& error) {
        throw ModelError(origin + ": " + error.what());
    }
}

Manifest Manifest::read(const std::string& path)
{
    return from_json(
        parse_strict_json(read_file(path, max_manifest_bytes), manifest_limits, path),
        path);
}

void Manifest::write(const std::string& path) const
{
    constexpr int indent = 2;
    replace_file(path, json_text(to_json(), indent) + "\n");
}

std::string Manifest::canonical() const
{
    return essential_entries(*this).dump(); // keys come sorted by their bytes
}

Fingerprint Manifest::fingerprint() const
{
    const Sha256Digest digest = sha256(canonical());
    Fingerprint result;
    std::copy_n(digest.begin(), result.size(), result.begin());
    return result;
}

} // namespace djescc
