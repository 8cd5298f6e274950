/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads SigMF recordings and refuses metadata that it cannot follow.

#include "files/file_io.h"
#include "files/strict_json.h"
#include "recording/sigmf_format.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace djescc {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_metadata_size = std::size_t(64) << 20;
constexpr std::size_t max_list_items = 1000000;
constexpr double max_magnitude = 1e12; // of rates and frequencies, as in the schema
constexpr std::size_t read_samples = 65536;

using nlohmann::json;

[[noreturn]] void refuse(const std::string& path, const std::string& reason)
{
    throw RecordingError(path + " " + reason);
}

json parse_metadata(const std::string& path)
{
    JsonLimits limits;
    limits.max_array_items = max_list_items;
    try {
        return parse_strict_json(read_file(path, max_metadata_size), limits, path);
    } catch (const ModelError& error) {
        throw RecordingError(error.what());
    }
}

std::optional<double>
number(const json& object, const char* key, double lowest, const std::string& path)
{
    const auto found = object.find(key);
    if (found == object.end()) {
        return std::nullopt;
    }
    if (!found->is_number() || !(found->get<double>() >= lowest) ||
        !(found->get<double>() <= max_magnitude)) {
        refuse(path, std::string("has a ") + key + " that is no number in range");
    }
    return found->get<double>();
}

//! Keys by which the data would not be plain samples of one channel.
void refuse_unusual_layouts(const json& global,
                            const json& captures,
                            const std::string& path)
{
    const auto channels = global.value("core:num_channels", json(1));
    if (channels != 1) {
        refuse(path, "has " + channels.dump() + " channels; only one can be read");
    }
    for (const char* key : { "core:dataset", "core:trailing_bytes" }) {
        if (global.contains(key)) {
            refuse(path, std::string("has a ") + key + ", which cannot be read");
        }
    }
    for (const auto& capture : captures) {
        if (!capture.is_object()) {
            refuse(path, "has a capture that is no object");
        }
        if (capture.value("core:header_bytes", json(0)) != 0) {
            refuse(path, "has core:header_bytes, which cannot be read");
        }
    }
    const auto extensions = global.value("core:extensions", json::array());
    for (const auto& extension : extensions) {
        if (extension.is_object() && extension.value("optional", json(true)) == false) {
            refuse(path,
                   "needs the extension " +
                       printable(extension.value("name", json("?")).dump()) +
                       ", which cannot be read");
        }
    }
}

RecordingInfo parse_info(const json& metadata, const std::string& path)
{
    if (!metadata.is_object() || !metadata.value("global", json()).is_object()) {
        refuse(path, "is no SigMF metadata: it has no object \"global\"");
    }
    const json& global = metadata.at("global");
    const json captures = metadata.value("captures", json::array());
    if (!captures.is_array()) {
        refuse(path, "is no SigMF metadata: \"captures\" is no list");
    }
    const auto format = global.find("core:datatype");
    if (format == global.end() || !format->is_string()) {
        refuse(path, "is no SigMF metadata: it has no core:datatype");
    }
    RecordingInfo info;
    try {
        info.format = parse_sample_format(format->get<std::string>());
    } catch (const ConfigError&) {
        refuse(path,
               "has samples of type " + printable(format->get<std::string>()) +
                   "; cf32_le and ci16_le can be read");
    }
    refuse_unusual_layouts(global, captures, path);
    info.sample_rate = number(global, "core:sample_rate", 0.0, path);
    if (!captures.empty()) {
        info.frequency = number(captures.front(), "core:frequency", -max_magnitude, path);
    }
    const auto description = global.value("core:description", json());
    if (description.is_string()) {
        info.description = description.get<std::string>();
    }
    return info;
}

} // namespace

SigmfReader::SigmfReader(const std::string& path)
{
    const std::string base = sigmf_base(path);
    const std::string meta_path = sigmf_meta_path(base);
    d_data_path = sigmf_data_path(base);
    if (!fs::exists(meta_path) && fs::is_regular_file(base + ".sigmf")) {
        refuse(base + ".sigmf", "is an archive: unpack it with tar -xf");
    }
    d_info = parse_info(parse_metadata(meta_path), meta_path);
    std::error_code error;
    const uintmax_t size = fs::file_size(d_data_path, error);
    if (!error) {
        d_data.open(d_data_path, std::ios::binary);
    }
    if (error || !d_data) {
        refuse(d_data_path, "cannot be read" + (error ? ": " + error.message() : ""));
    }
    d_sample_count = size / sample_size(d_info.format);
    d_truncated = size % sample_size(d_info.format) != 0;
    d_left = d_sample_count;
}

std::size_t SigmfReader::read(std::complex<float>* samples, std::size_t count)
{
    const std::size_t size = sample_size(d_info.format);
    std::size_t done = 0;
    while (done < count && d_left > 0) {
        const auto chunk = static_cast<std::size_t>(
            std::min<uint64_t>({ count - done, read_samples, d_left }));
        d_bytes.resize(chunk * size);
        d_data.read(d_bytes.data(), static_cast<std::streamsize>(d_bytes.size()));
        const std::size_t whole = static_cast<std::size_t>(d_data.gcount()) / size;
        decode_samples(d_bytes.data(), whole, d_info.format, samples + done);
        done += whole;
        d_left -= whole;
        if (whole < chunk) {
            if (d_data.bad()) {
                refuse(d_data_path, "cannot be read to its end");
            }
            d_left = 0; // somebody cut it while it was being read
            d_truncated = true;
        }
    }
    return done;
}

void SigmfReader::rewind()
{
    d_data.clear();
    d_data.seekg(0);
    d_left = d_sample_count;
}

} // namespace djescc
