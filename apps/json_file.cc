/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads JSON of files and command lines, and writes it in one step.

#include "json_file.h"

#include <cerrno>
#include <cstring>
#include <djescc/error.h>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;

namespace {

//! \p source is a stream or text, \p name what errors call it.
template <typename Source>
nlohmann::json parse(Source& source, const std::string& name)
{
    try {
        return nlohmann::json::parse(source);
    } catch (const nlohmann::json::parse_error& error) {
        // "[json.exception.parse_error.101] parse error at line 3, column 5: ..."
        const std::string what = error.what();
        const auto place = what.find("] ");
        throw djescc::ConfigError(
            name + " is not JSON: " +
            (place == std::string::npos ? what : what.substr(place + 2)));
    }
}

} // namespace

nlohmann::json read_json_file(const std::string& path)
{
    if (!fs::is_regular_file(path))
        throw djescc::ConfigError("there is no file " + path);
    std::ifstream file(path);
    if (!file)
        throw djescc::ConfigError(path + " cannot be read");
    return parse(file, path);
}

nlohmann::json read_json_argument(const std::string& text)
{
    if (text.empty() || text.front() != '{')
        return read_json_file(text);
    return parse(text, text);
}

std::string json_text(const nlohmann::json& json, int indent)
{
    return json.dump(
        indent, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

void write_json_file(const nlohmann::json& json, const std::string& path)
{
    const fs::path target(path);
    const fs::path temporary(path + ".part");
    std::error_code ignored;
    if (target.has_parent_path())
        fs::create_directories(target.parent_path(), ignored);
    std::ofstream file(temporary);
    file << json_text(json, 2) << '\n';
    file.close();
    if (!file) {
        const std::string reason = std::strerror(errno);
        fs::remove(temporary, ignored);
        throw djescc::Error(path + " cannot be written: " + reason);
    }
    std::error_code error;
    fs::rename(temporary, target, error);
    if (error) {
        fs::remove(temporary, ignored);
        throw djescc::Error(path + " cannot be written: " + error.message());
    }
}
