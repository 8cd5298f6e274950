/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "json_file.h"

#include <djescc/error.h>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;

nlohmann::json read_json_file(const std::string& path)
{
    if (!fs::is_regular_file(path))
        throw djescc::ConfigError("there is no file " + path);
    std::ifstream file(path);
    if (!file)
        throw djescc::ConfigError(path + " cannot be read");
    try {
        return nlohmann::json::parse(file);
    } catch (const nlohmann::json::parse_error& error) {
        // "[json.exception.parse_error.101] parse error at line 3, column 5: ..."
        const std::string what = error.what();
        const auto place = what.find("] ");
        throw djescc::ConfigError(
            path + " is not JSON: " +
            (place == std::string::npos ? what : what.substr(place + 2)));
    }
}

void write_json_file(const nlohmann::json& json, const std::string& path)
{
    const fs::path target(path);
    const fs::path temporary(path + ".part");
    std::error_code ignored;
    if (target.has_parent_path())
        fs::create_directories(target.parent_path(), ignored);
    std::ofstream file(temporary);
    file << json.dump(2) << '\n';
    file.close();
    if (!file)
        throw djescc::Error(path + " cannot be written");
    std::error_code error;
    fs::rename(temporary, target, error);
    if (error) {
        fs::remove(temporary, ignored);
        throw djescc::Error(path + " cannot be written: " + error.message());
    }
}
