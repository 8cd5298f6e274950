/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Lays out tables of text and writes numbers for them.

#include "text_table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <sstream>

TextTable::TextTable(std::vector<std::string> header) : d_rows{ std::move(header) } {}

void TextTable::add(std::vector<std::string> row)
{
    row.resize(d_rows.front().size());
    d_rows.push_back(std::move(row));
}

void TextTable::rule() { d_rows.emplace_back(); }

void TextTable::print(std::ostream& out, const std::string& indent) const
{
    std::vector<std::size_t> widths(d_rows.front().size(), 0);
    for (const auto& row : d_rows)
        for (std::size_t i = 0; i < row.size(); i++)
            widths[i] = std::max(widths[i], row[i].size());
    std::size_t total = 2 * (widths.size() - 1);
    for (const auto width : widths)
        total += width;

    for (const auto& row : d_rows) {
        out << indent;
        if (row.empty())
            out << std::string(total, '-');
        for (std::size_t i = 0; i < row.size(); i++) {
            if (i > 0)
                out << "  ";
            out << (i == 0 ? std::left : std::right) << std::setw(widths[i]) << row[i];
        }
        out << '\n';
    }
}

std::string format_number(double value, int decimals)
{
    if (std::isnan(value))
        return "-";
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    std::ostringstream text;
    text << std::fixed << std::setprecision(decimals) << value;
    return text.str();
}
