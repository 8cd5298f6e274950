/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A key of a configuration that may be one of two words. */
#pragma once

#include <djescc/error.h>
#include <djescc/files/config.h>
#include <string>

namespace djescc {

/*! Whether \p key is \p second; \p first is its default.
 *  \throws ConfigError for a third word */
inline bool second_of(ConfigReader& reader,
                      const std::string& key,
                      const std::string& first,
                      const std::string& second)
{
    const auto value = reader.get<std::string>(key, first);
    if (value != first && value != second)
        throw ConfigError(reader.where(key) + " is \"" + value + "\", but must be \"" +
                          first + "\" or \"" + second + "\"");
    return value == second;
}

} // namespace djescc
