/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Rows of log.csv written, and those of an earlier part of the run kept. */
#include "train/training_log.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <djescc/error.h>
#include <iomanip>
#include <locale>
#include <sstream>

namespace djescc {
namespace {

using Row = std::map<std::string, std::string>;

// Whole numbers of more digits than six, such as counts of images, stay whole.
constexpr double largest_whole_number = 1e15;

std::vector<std::string> fields_of(const std::string& line)
{
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');)
        fields.push_back(field);
    return fields;
}

std::string joined(const std::vector<std::string>& fields)
{
    std::string line;
    for (const auto& field : fields)
        line += (&field == &fields.front() ? "" : ",") + field;
    return line + '\n';
}

std::string in_words(double value)
{
    std::ostringstream text;
    text.imbue(std::locale::classic());
    if (value == std::floor(value) && std::abs(value) < largest_whole_number)
        text << std::fixed << std::setprecision(0) << value;
    else if (!std::isnan(value))
        text << std::setprecision(6) << value;
    return text.str();
}

} // namespace

TrainingLog::TrainingLog(const std::string& path,
                         const std::vector<std::string>& columns,
                         int64_t resume_step)
    : d_path(path), d_columns(columns)
{
    std::vector<Row> rows;
    if (resume_step >= 0) {
        std::ifstream stream(path);
        std::string line;
        std::getline(stream, line);
        const auto earlier = fields_of(line);
        for (const auto& column : earlier)
            if (std::count(d_columns.begin(), d_columns.end(), column) == 0)
                d_columns.push_back(column);
        while (std::getline(stream, line)) {
            const auto fields = fields_of(line);
            Row row;
            for (std::size_t i = 0; i < std::min(fields.size(), earlier.size()); ++i)
                row[earlier[i]] = fields[i];
            if (std::strtoll(line.c_str(), nullptr, 10) <= resume_step)
                rows.push_back(std::move(row));
        }
    }
    d_stream.open(path, std::ios::trunc);
    if (!d_stream)
        throw Error(path + ": cannot be written");
    d_stream << joined(d_columns);
    for (auto& row : rows) {
        std::vector<std::string> fields;
        for (const auto& column : d_columns)
            fields.push_back(row[column]);
        d_stream << joined(fields);
    }
    flush();
}

void TrainingLog::write(int64_t step, const std::map<std::string, double>& values)
{
    std::vector<std::string> fields{ std::to_string(step) };
    for (std::size_t i = 1; i < d_columns.size(); ++i) {
        const auto found = values.find(d_columns[i]);
        fields.push_back(found == values.end() ? "" : in_words(found->second));
    }
    d_stream << joined(fields);
    flush();
}

void TrainingLog::flush()
{
    errno = 0;
    if (!d_stream.flush())
        throw Error(d_path + ": cannot be written" +
                    (errno != 0 ? std::string(" (") + std::strerror(errno) + ")" : "") +
                    "; make room and go on with --resume");
}

} // namespace djescc
