/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes a log of JSON objects with the time of each.

#include "air/json_log.h"

#include "json_file.h"
#include <cerrno>
#include <cstring>
#include <ctime>
#include <djescc/error.h>

JsonLog::JsonLog(const std::string& path) : d_path(path), d_file(path, std::ios::trunc)
{
    if (!d_file)
        throw djescc::Error(path + " cannot be written: " + std::strerror(errno));
}

void JsonLog::write(nlohmann::json entry)
{
    const std::time_t now = std::time(nullptr);
    std::tm fields = {};
    ::gmtime_r(&now, &fields);
    char text[32];
    std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &fields);
    entry["time"] = text;
    errno = 0;
    if (!(d_file << json_text(entry) << std::endl) && d_reason.empty())
        d_reason = errno != 0 ? std::strerror(errno) : "unknown reason";
}

void JsonLog::require_written() const
{
    if (!d_reason.empty())
        throw djescc::Error(d_path + " cannot be written: " + d_reason);
}
