/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads and names the weights files of a model's directory.

#include "model/weights_files.h"

#include "files/file_io.h"
#include <djescc/error.h>
#include <djescc/files/sha256.h>
#include <filesystem>

namespace djescc {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_weights_bytes = std::size_t{ 1 } << 34;

} // namespace

std::string file_of(const std::string& directory, const std::string& file)
{
    return (fs::path(directory) / file).string();
}

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

void create_directory(const std::string& directory)
{
    std::error_code error;
    fs::create_directories(directory, error);
    if (error || !is_directory(directory)) {
        throw ModelError("the directory " + directory + " cannot be created" +
                         (error ? ": " + error.message() : std::string()));
    }
}

std::string hex_digest(const std::string& bytes)
{
    const Sha256Digest digest = sha256(bytes);
    return to_hex(digest.data(), digest.size());
}

std::map<std::string, std::string> weights_metadata(const std::string& model, Role role)
{
    return { { "format", "pt" }, { "model", model }, { "role", to_string(role) } };
}

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

} // namespace djescc
