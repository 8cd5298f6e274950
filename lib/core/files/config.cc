/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads objects of configurations and names keys that nobody read.

#include <djescc/files/config.h>

#include <utility>

namespace djescc {

ConfigReader::ConfigReader(const nlohmann::json& json, std::string path)
    : d_json(json.is_null() ? nlohmann::json::object() : json), d_path(std::move(path))
{
    if (!d_json.is_object())
        throw ConfigError((d_path.empty() ? "the configuration" : d_path) +
                          " must be a JSON object");
}

nlohmann::json ConfigReader::child(const std::string& key)
{
    d_seen.insert(key);
    const auto found = d_json.find(key);
    return found == d_json.end() ? nlohmann::json() : *found;
}

std::string ConfigReader::where(const std::string& key) const
{
    return d_path.empty() ? key : d_path + "." + key;
}

void ConfigReader::finish() const
{
    for (const auto& item : d_json.items())
        if (!d_seen.count(item.key()))
            throw ConfigError(where(item.key()) + " is not a known setting");
}

} // namespace djescc
