/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <nlohmann/json.hpp>
#include <string>

/*! \throws djescc::ConfigError that names the file, and the place in it where it is not
 *          JSON */
nlohmann::json read_json_file(const std::string& path);

/*! Writes indented JSON, replacing the file in one step; missing folders are made.
 *  \throws djescc::Error that names the file */
void write_json_file(const nlohmann::json& json, const std::string& path);
