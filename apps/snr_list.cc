/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads lists and ranges of SNRs from the command line.

#include "snr_list.h"

#include <cmath>
#include <djescc/error.h>
#include <iomanip>
#include <locale>
#include <sstream>

namespace {

constexpr double largest_snr_db = 100.0;
constexpr std::size_t largest_count = 1000;
// START:STEP:STOP includes STOP although steps such as 0.1 are not exact in binary.
constexpr double step_tolerance = 1e-6;

[[noreturn]] void refuse(const std::string& text, const std::string& why)
{
    throw djescc::ConfigError("the SNRs '" + text + "' " + why +
                              "; give a list in dB such as 0,5,10,20 or a range "
                              "START:STEP:STOP such as 0:5:20");
}

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text + separator);
    for (std::string part; std::getline(stream, part, separator);)
        parts.push_back(part);
    return parts;
}

double to_snr(const std::string& part, const std::string& text)
{
    std::istringstream stream(part);
    stream.imbue(std::locale::classic());
    double value = 0;
    if (!(stream >> value) || !(stream >> std::ws).eof())
        refuse(text, "hold '" + part + "', which is not a number");
    return value;
}

} // namespace

std::vector<double> parse_snr_list(const std::string& text)
{
    std::vector<double> values;
    for (const auto& part : split(text, ',')) {
        const auto range = split(part, ':');
        if (range.size() == 1) {
            values.push_back(to_snr(part, text));
        } else if (range.size() == 3) {
            const double start = to_snr(range[0], text);
            const double step = to_snr(range[1], text);
            const double stop = to_snr(range[2], text);
            const double count = std::floor((stop - start) / step + step_tolerance) + 1;
            if (!(count >= 1 && count <= largest_count))
                refuse(text,
                       "hold the range '" + part + "', which has no end or no values");
            for (int i = 0; i < static_cast<int>(count); i++)
                values.push_back(start + i * step);
        } else {
            refuse(text, "hold '" + part + "'");
        }
    }
    if (values.size() > largest_count)
        refuse(text, "are more than 1000");
    for (const double value : values)
        if (!(std::abs(value) <= largest_snr_db))
            refuse(text, "leave the range of -100 to 100 dB");
    return values;
}

std::string format_snr(double snr_db)
{
    std::ostringstream text;
    text.imbue(std::locale::classic());
    // 0.1 * 3 shall read 0.3
    text << std::setprecision(6) << (std::abs(snr_db) < step_tolerance ? 0.0 : snr_db);
    return text.str();
}

std::string snr_folder(double snr_db)
{
    const std::string number = format_snr(std::abs(snr_db));
    const auto digits =
        number.find('.') == std::string::npos ? number.size() : number.find('.');
    return std::string("snr_") + (snr_db < 0 && number != "0" ? "-" : "") +
           (digits < 2 ? "0" : "") + number;
}
