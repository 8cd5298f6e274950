/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/error.h>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace djescc {

/*! Makes plug-ins by the "type" of their configuration. */
template <typename Plugin>
class Registry
{
public:
    using Factory = std::function<std::unique_ptr<Plugin>(const nlohmann::json&)>;

    Registry(std::string kind, std::map<std::string, Factory> factories)
        : d_kind(std::move(kind)), d_factories(std::move(factories))
    {
    }

    //! \throws ConfigError for a missing or unknown type.
    std::unique_ptr<Plugin> create(const nlohmann::json& config) const
    {
        if (!config.is_object() || !config.contains("type") ||
            !config["type"].is_string())
            throw ConfigError(d_kind + ".type is missing; known types: " + known());
        const auto type = config["type"].template get<std::string>();
        const auto found = d_factories.find(type);
        if (found == d_factories.end())
            throw ConfigError(d_kind + ".type \"" + type +
                              "\" is unknown; known types: " + known());
        return found->second(config);
    }

    std::vector<std::string> types() const
    {
        std::vector<std::string> names;
        for (const auto& entry : d_factories)
            names.push_back(entry.first);
        return names;
    }

private:
    std::string known() const
    {
        std::string names;
        for (const auto& entry : d_factories)
            names += (names.empty() ? "" : ", ") + entry.first;
        return names;
    }

    std::string d_kind;
    std::map<std::string, Factory> d_factories;
};

} // namespace djescc
