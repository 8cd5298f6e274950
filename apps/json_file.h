/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  JSON files of the program: configurations that it reads, results that it writes. */
#pragma once

#include <nlohmann/json.hpp>
#include <string>

/*! \throws djescc::ConfigError that names the file, and the place in it where it is not
 *          JSON */
nlohmann::json read_json_file(const std::string& path);

/*! JSON that a command line gives: the text itself where it begins with "{", otherwise
 *  the contents of the file of that name.
 *  \throws djescc::ConfigError as read_json_file() */
nlohmann::json read_json_argument(const std::string& text);

/*! JSON as text for a file. Bytes that are no UTF-8, as names of files may hold, become
 *  U+FFFD.
 *  \param indent  spaces a level; negative for one line */
std::string json_text(const nlohmann::json& json, int indent = -1);

/*! Writes indented JSON, replacing the file in one step; missing folders are made.
 *  \throws djescc::Error that names the file */
void write_json_file(const nlohmann::json& json, const std::string& path);
