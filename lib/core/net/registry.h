/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Makes plug-ins by the "type" of their configuration; open to types from anywhere. */
#pragma once

#include <djescc/error.h>
#include <djescc/net/plugins.h>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace djescc {

/*! The types of one plug point, codecs or ciphers. Safe to use from any thread, and from
 *  static objects before main(). */
template <typename Plugin>
class Registry
{
public:
    using Factory = typename Plugin::Factory;

    //! \param kind  "codec" or "cipher", for errors
    explicit Registry(std::string kind) : d_kind(std::move(kind)) {}

    //! \throws ConfigError for a name that is taken
    void add(const std::string& type, Factory factory)
    {
        const std::lock_guard<std::mutex> lock(d_mutex);
        if (!d_factories.emplace(type, std::move(factory)).second)
            throw ConfigError("there are two " + d_kind + "s of type \"" + type +
                              "\": is a plug-in loaded twice?");
    }

    //! \throws ConfigError for a missing or unknown type
    std::unique_ptr<Plugin> create(const nlohmann::json& config, std::string& type) const
    {
        load_plugins_of_environment();
        if (!config.is_object() || !config.contains("type") ||
            !config["type"].is_string())
            throw ConfigError(d_kind + ".type is missing; known types: " + known());
        type = config["type"].template get<std::string>();
        Factory factory;
        {
            const std::lock_guard<std::mutex> lock(d_mutex);
            const auto found = d_factories.find(type);
            if (found != d_factories.end())
                factory = found->second;
        }
        if (!factory)
            throw ConfigError(d_kind + ".type \"" + type +
                              "\" is unknown; known types: " + known() +
                              "; plug-ins are named in the environment variable "
                              "DJESCC_PLUGINS");
        return factory(config);
    }

    std::vector<std::string> types() const
    {
        load_plugins_of_environment();
        const std::lock_guard<std::mutex> lock(d_mutex);
        std::vector<std::string> names;
        for (const auto& entry : d_factories)
            names.push_back(entry.first);
        return names;
    }

private:
    std::string known() const
    {
        std::string names;
        for (const auto& name : types())
            names += (names.empty() ? "" : ", ") + name;
        return names;
    }

    std::string d_kind;
    mutable std::mutex d_mutex;
    std::map<std::string, Factory> d_factories;
};

} // namespace djescc
