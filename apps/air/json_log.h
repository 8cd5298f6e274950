/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The log that --json makes of a transmission or a reception. */
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

//! A log of JSON objects, one a line.
class JsonLog
{
public:
    //! Replaces the file.
    //! \throws djescc::Error that names it
    explicit JsonLog(const std::string& path);

    //! Adds "time" (UTC) and writes the line out at once.
    void write(nlohmann::json entry);

private:
    std::ofstream d_file;
};
