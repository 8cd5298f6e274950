/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Reading of configurations that refuses what it does not know. */
#pragma once

#include <djescc/error.h>
#include <djescc/export.h>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace DJESCC_EXPORT djescc {

/*! Reads an object of a configuration key by key: every key is read once, with a type
 *  and bounds, and keys that nobody read are an error, so that a misspelt one is not
 *  silently ignored. Errors say where in the configuration they are ("cipher.widths"). */
class ConfigReader
{
public:
    /*! \param json  the object; null counts as empty
     *  \param path  where it stands, for errors
     *  \throws ConfigError where it is not an object */
    ConfigReader(const nlohmann::json& json, std::string path);

    //! Value of \p key, or \p fallback where absent.
    //! \throws ConfigError for another type.
    template <typename T>
    T get(const std::string& key, const T& fallback)
    {
        d_seen.insert(key);
        const auto found = d_json.find(key);
        if (found == d_json.end() || found->is_null())
            return fallback;
        return convert<T>(*found, key);
    }

    //! Value of \p key.
    //! \throws ConfigError where absent or of another type.
    template <typename T>
    T require(const std::string& key)
    {
        d_seen.insert(key);
        const auto found = d_json.find(key);
        if (found == d_json.end())
            throw ConfigError(where(key) + " is missing");
        return convert<T>(*found, key);
    }

    //! As get(), and the number must lie in [lowest, highest].
    template <typename T>
    T get_in(const std::string& key, T fallback, T lowest, T highest)
    {
        const T value = get<T>(key, fallback);
        if (!(value >= lowest && value <= highest))
            throw ConfigError(where(key) + " is " + nlohmann::json(value).dump() +
                              ", but must be from " + nlohmann::json(lowest).dump() +
                              " to " + nlohmann::json(highest).dump());
        return value;
    }

    //! The nested object (or whatever it is) under \p key; null where absent.
    nlohmann::json child(const std::string& key);
    bool has(const std::string& key) const { return d_json.contains(key); }
    //! "path.key", for errors.
    std::string where(const std::string& key) const;
    //! \throws ConfigError naming the first key that was never read.
    void finish() const;

private:
    template <typename T>
    T convert(const nlohmann::json& value, const std::string& key) const
    {
        try {
            if constexpr (std::is_same_v<T, bool>) {
                if (!value.is_boolean())
                    throw ConfigError(where(key) + " must be true or false");
            } else if constexpr (std::is_integral_v<T>) {
                if (!value.is_number_integer())
                    throw ConfigError(where(key) + " must be a whole number");
            } else if constexpr (std::is_floating_point_v<T>) {
                if (!value.is_number())
                    throw ConfigError(where(key) + " must be a number");
            }
            return value.get<T>();
        } catch (const nlohmann::json::exception&) {
            throw ConfigError(where(key) + " has the wrong type: " + value.dump());
        }
    }

    nlohmann::json d_json;
    std::string d_path;
    std::set<std::string> d_seen;
};

} // namespace djescc
