/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Tables for the terminal. */
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

/*! Rows of text in columns: the first column flush left, the others flush right. */
class TextTable
{
public:
    explicit TextTable(std::vector<std::string> header);

    //! Adds a row with as many cells as the header has.
    void add(std::vector<std::string> row);
    //! Adds a line between the rows.
    void rule();
    void print(std::ostream& out, const std::string& indent = "") const;

private:
    std::vector<std::vector<std::string>> d_rows; //!< an empty row is a rule
};

//! \p value with \p decimals places; "inf" where infinite, "-" where NaN.
std::string format_number(double value, int decimals);
