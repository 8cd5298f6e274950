/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  JSON of strangers, within limits and without room for two readings. */
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace djescc {

//! What a stranger's JSON may have at most; keeps memory in proportion to honest files.
struct JsonLimits {
    std::size_t max_depth = 32;          //!< nested objects and arrays
    std::size_t max_array_items = 65536; //!< values in one array
};

/*! Parse JSON as RFC 8259 has it, and nothing looser: no duplicate keys (readers differ
 *  in which one they take), no zero bytes, no byte order mark, no comments.
 *  \throws ModelError "<origin> <what is wrong>" */
nlohmann::json parse_strict_json(const std::string& text,
                                 const JsonLimits& limits,
                                 const std::string& origin);

/*! JSON as text for a file. Bytes that are no UTF-8, as names of files may hold, become
 *  U+FFFD.
 *  \param indent  spaces a level; negative for one line */
std::string json_text(const nlohmann::json& json, int indent = -1);

} // namespace djescc
