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

    //! Call it at the end: a log that cannot be written stops no radio.
    //! \throws djescc::Error where a line could not be written
    void require_written() const;

private:
    const std::string d_path;
    std::string d_reason; //!< why the first lost line could not be written
    std::ofstream d_file;
};
