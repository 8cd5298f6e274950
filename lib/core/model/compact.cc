/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Rounds a model's weights to half precision, and writes the new model.

#include "files/file_io.h"
#include "files/half_precision.h"
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/files/sha256.h>
#include <djescc/model/compact.h>
#include <filesystem>

namespace djescc {

namespace fs = std::filesystem;

namespace {

const std::string extension = ".safetensors";

} // namespace

void compact_model(const Model& model, const std::string& destination)
{
    model.verify();
    Manifest manifest = model.manifest();
    if (fs::exists(fs::path(destination) / "model.json"))
        throw ModelError(destination +
                         " already holds a model: choose another destination");
    std::map<std::string, std::string> files;
    for (auto& [role, entry] : manifest.weights) {
        const auto path = (fs::path(model.directory()) / entry.file).string();
        if (fs::path(entry.file).extension() != extension)
            throw ConfigError(path +
                              " is a program, not weights that could be compacted");
        if (!model.has_role(role))
            throw ModelError(path + " is missing: compact a model with all its roles");
        auto contents = read_safetensors(path);
        halve(contents, path);
        const auto bytes = serialize_safetensors(contents);
        const Sha256Digest digest = sha256(bytes);
        entry.sha256 = to_hex(digest.data(), digest.size());
        files[entry.file] = bytes;
    }
    std::error_code error;
    fs::create_directories(destination, error);
    if (error)
        throw ModelError("the directory " + destination +
                         " cannot be created: " + error.message());
    for (const auto& [file, bytes] : files)
        replace_file((fs::path(destination) / file).string(), bytes);
    manifest.write((fs::path(destination) / "model.json").string());
}

} // namespace djescc
