/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes SigMF recordings whose metadata stand from the beginning.

#include "files/file_io.h"
#include "files/strict_json.h"
#include "recording/sigmf_format.h"
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <djescc/error.h>
#include <djescc/version.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

namespace djescc {

namespace {

constexpr char format_version[] = "1.2.0";
constexpr std::size_t written_samples = 65536;

//! UTC as RFC 3339 has it, with milliseconds.
std::string utc_now()
{
    using namespace std::chrono;
    const auto now = system_clock::now();
    const std::time_t seconds = system_clock::to_time_t(now);
    const auto milliseconds =
        duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
    std::tm fields = {};
    ::gmtime_r(&seconds, &fields);
    char date[32], text[48];
    std::strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &fields);
    std::snprintf(text, sizeof(text), "%s.%03dZ", date, static_cast<int>(milliseconds));
    return text;
}

} // namespace

SigmfWriter::SigmfWriter(const std::string& path, RecordingInfo info)
    : d_base(sigmf_base(path)), d_info(std::move(info)), d_start_time(utc_now())
{
    const std::filesystem::path folder = std::filesystem::path(d_base).parent_path();
    std::error_code ignored; // opening the file says it better
    if (!folder.empty()) {
        std::filesystem::create_directories(folder, ignored);
    }
    const std::string data_path = sigmf_data_path(d_base);
    d_data.open(data_path, std::ios::binary | std::ios::trunc);
    if (!d_data) {
        throw RecordingError(data_path + " cannot be written: " + std::strerror(errno));
    }
    write_metadata();
}

SigmfWriter::~SigmfWriter()
{
    try {
        close();
    } catch (const Error&) {
        // who wants to know calls close()
    }
}

void SigmfWriter::write(const std::complex<float>* samples, std::size_t count)
{
    const std::size_t size = sample_size(d_info.format);
    for (std::size_t done = 0; done < count;) {
        const std::size_t chunk = std::min(count - done, written_samples);
        d_bytes.resize(chunk * size);
        d_clipped += encode_samples(samples + done, chunk, d_info.format, d_bytes.data());
        d_data.write(d_bytes.data(), static_cast<std::streamsize>(d_bytes.size()));
        if (!d_data) {
            throw RecordingError(sigmf_data_path(d_base) +
                                 " cannot be written: " + std::strerror(errno));
        }
        done += chunk;
        d_sample_count += chunk;
    }
}

void SigmfWriter::annotate(uint64_t start, uint64_t count, const std::string& label)
{
    if (d_annotations.size() < max_annotations) {
        d_annotations.push_back({ start, count, label });
    }
}

void SigmfWriter::close()
{
    if (!d_data.is_open()) {
        return;
    }
    d_data.close();
    if (!d_data) {
        throw RecordingError(sigmf_data_path(d_base) +
                             " cannot be written: " + std::strerror(errno));
    }
    write_metadata();
}

void SigmfWriter::write_metadata() const
{
    nlohmann::json global{
        { "core:datatype", sample_format_name(d_info.format) },
        { "core:version", format_version },
        { "core:num_channels", 1 },
        { "core:recorder", std::string("gr-djescc ") + version },
    };
    if (d_info.sample_rate) {
        global["core:sample_rate"] = *d_info.sample_rate;
    }
    if (!d_info.description.empty()) {
        global["core:description"] = d_info.description;
    }
    nlohmann::json capture{ { "core:sample_start", 0 },
                            { "core:datetime", d_start_time } };
    if (d_info.frequency) {
        capture["core:frequency"] = *d_info.frequency;
    }
    auto annotations = nlohmann::json::array();
    for (const auto& annotation : d_annotations) {
        annotations.push_back({ { "core:sample_start", annotation.start },
                                { "core:sample_count", annotation.count },
                                { "core:label", annotation.label } });
    }
    const nlohmann::json metadata{ { "global", global },
                                   { "captures", { capture } },
                                   { "annotations", annotations } };
    try {
        replace_file(sigmf_meta_path(d_base), json_text(metadata, 2) + "\n");
    } catch (const Error& error) {
        throw RecordingError(error.what());
    }
}

} // namespace djescc
