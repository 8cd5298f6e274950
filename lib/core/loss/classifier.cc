/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Classifiers written, read and made by their types. */
#include <djescc/loss/classifier.h>
#include <djescc/net/plugins.h>

#include "files/file_io.h"
#include "files/strict_json.h"
#include "loss/classifier_files.h"
#include "net/net_state.h"
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/files/sha256.h>
#include <filesystem>
#include <map>
#include <utility>

namespace djescc {
namespace {

constexpr char class_names_key[] = "class_names";
constexpr int format_version = 1;
constexpr std::size_t largest_manifest = 1 << 20,
                      largest_weights = std::size_t{ 1 } << 31;
constexpr int64_t most_classes = 1000000;

std::map<std::string, Classifier::Factory>& classifier_factories()
{
    static std::map<std::string, Classifier::Factory> all;
    return all;
}

std::string hash_of(const std::string& bytes)
{
    const auto digest = sha256(bytes);
    return to_hex(digest.data(), digest.size());
}

std::string path_in(const std::string& directory, const char* name)
{
    return (std::filesystem::path(directory) / name).string();
}

//! \throws ModelError where there are names, but not one for each class
void check_class_names(const nlohmann::json& manifest,
                       int64_t class_count,
                       const std::string& path)
{
    const auto found = manifest.find(class_names_key);
    if (found == manifest.end())
        return;
    bool fit =
        found->is_array() && found->size() == static_cast<std::size_t>(class_count);
    for (const auto& name : *found)
        fit = fit && name.is_string();
    if (!fit)
        throw ModelError(path + ": \"class_names\" must be " +
                         std::to_string(class_count) +
                         " texts, one for each class; correct or remove it");
}

} // namespace

double Classifier::accuracy() const
{
    const auto found = d_manifest.find("accuracy");
    return found != d_manifest.end() && found->is_number()
               ? found->get<double>()
               : std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::string> Classifier::class_names() const
{
    const auto found = d_manifest.find(class_names_key);
    return found != d_manifest.end() ? found->get<std::vector<std::string>>()
                                     : std::vector<std::string>{};
}

void Classifier::freeze()
{
    eval();
    for (auto& parameter : parameters())
        parameter.set_requires_grad(false);
}

void Classifier::save(const std::string& directory, const nlohmann::json& about) const
{
    auto file = net_state(*this);
    file.metadata = { { "format", "pt" } };
    const auto bytes = serialize_safetensors(file);
    auto manifest = about;
    manifest["format"] = format_version;
    manifest["net"] = config();
    manifest["classes"] = class_count();
    manifest["sha256"] = hash_of(bytes);
    replace_file(path_in(directory, classifier_weights_name), bytes);
    replace_file(path_in(directory, classifier_manifest_name),
                 json_text(manifest, 2) + "\n");
}

std::shared_ptr<Classifier> Classifier::load(const std::string& directory)
{
    const auto manifest_path = path_in(directory, classifier_manifest_name);
    const auto manifest =
        parse_strict_json(read_file(manifest_path, largest_manifest), {}, manifest_path);
    if (!manifest.is_object() || !manifest.contains("net"))
        throw ModelError(manifest_path +
                         ": tells of features alone, not of a whole classifier; train "
                         "it again with this release");
    std::string hash;
    std::shared_ptr<Classifier> net;
    try {
        if (manifest.at("format").get<int>() != format_version)
            throw ModelError(manifest_path +
                             ": is of another version; use a newer release");
        const auto classes = manifest.at("classes").get<int64_t>();
        if (classes < 2 || classes > most_classes)
            throw ModelError(manifest_path + ": \"classes\" is out of range");
        hash = manifest.at("sha256").get<std::string>();
        net = create(manifest.at("net"), classes);
    } catch (const nlohmann::json::exception&) {
        throw ModelError(manifest_path +
                         ": lacks \"format\", \"net\", \"classes\" or \"sha256\", or one "
                         "is of the wrong type; copy the classifier again");
    }
    check_class_names(manifest, net->class_count(), manifest_path);
    const auto weights_path = path_in(directory, classifier_weights_name);
    const auto bytes = read_file(weights_path, largest_weights);
    if (hash_of(bytes) != hash)
        throw ModelError(weights_path + ": is not the file that " + manifest_path +
                         " was written with; copy both again");
    set_net_state(*net, parse_safetensors(bytes, weights_path), weights_path);
    net->d_manifest = manifest;
    net->freeze();
    return net;
}

std::shared_ptr<Classifier> Classifier::create(const nlohmann::json& config,
                                               int64_t class_count)
{
    std::string type = "vgg16";
    if (config.is_object() && config.contains("type")) {
        if (!config["type"].is_string())
            throw ConfigError("net.type must be a word");
        type = config["type"].get<std::string>();
    }
    load_plugins_of_environment();
    const auto found = classifier_factories().find(type);
    if (found == classifier_factories().end()) {
        std::string known;
        for (const auto& other : types())
            known += (known.empty() ? "" : ", ") + other;
        throw ConfigError("net.type \"" + type + "\" is unknown; known types: " + known);
    }
    return found->second(config, class_count);
}

bool Classifier::add(const std::string& type, Factory factory)
{
    if (!classifier_factories().emplace(type, std::move(factory)).second)
        throw ConfigError("there are two types of classifiers \"" + type + "\"");
    return true;
}

std::vector<std::string> Classifier::types()
{
    std::vector<std::string> names;
    for (const auto& entry : classifier_factories())
        names.push_back(entry.first);
    return names;
}

} // namespace djescc
