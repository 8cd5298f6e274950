/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Rounds a classifier's weights to half precision, and writes both of its files.

#include <djescc/loss/compact_classifier.h>

#include "files/file_io.h"
#include "files/half_precision.h"
#include "files/strict_json.h"
#include "loss/classifier_files.h"
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/files/sha256.h>
#include <djescc/loss/classifier.h>
#include <filesystem>

namespace djescc {

namespace fs = std::filesystem;

bool holds_classifier(const std::string& directory)
{
    return fs::exists(fs::path(directory) / classifier_manifest_name);
}

void compact_classifier(const std::string& source, const std::string& destination)
{
    auto manifest = Classifier::load(source)->manifest();
    if (holds_classifier(destination))
        throw ModelError(destination +
                         " already holds a classifier: choose another destination");
    const auto path = (fs::path(source) / classifier_weights_name).string();
    auto weights = read_safetensors(path);
    halve(weights, path);
    const auto bytes = serialize_safetensors(weights);
    const auto digest = sha256(bytes);
    manifest["sha256"] = to_hex(digest.data(), digest.size());
    std::error_code error;
    fs::create_directories(destination, error);
    if (error)
        throw ModelError("the directory " + destination +
                         " cannot be created: " + error.message());
    replace_file((fs::path(destination) / classifier_weights_name).string(), bytes);
    replace_file((fs::path(destination) / classifier_manifest_name).string(),
                 json_text(manifest, 2) + "\n");
}

} // namespace djescc
