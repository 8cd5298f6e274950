/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What all terms of the loss have in common, and the register of them. */
#include <djescc/loss/loss_term.h>
#include <djescc/net/plugins.h>

#include <utility>

namespace djescc {
namespace {

constexpr double largest_term_weight = 1e6;
constexpr int64_t rarest = 1000000;

// Made at its first use: registrations of other files may run before this file's.
std::map<std::string, LossTerm::Factory>& term_factories()
{
    static std::map<std::string, LossTerm::Factory> all;
    return all;
}

} // namespace

LossTerm::LossTerm(ConfigReader& reader, const std::string& weight_key)
    : d_weight(reader.get_in(weight_key, 0.0, 0.0, largest_term_weight))
    , d_every(reader.get_in<int64_t>("every", 1, 1, rarest))
{
}

bool LossTerm::add(const std::string& name, Factory factory)
{
    if (!term_factories().emplace(name, std::move(factory)).second)
        throw ConfigError("there are two loss terms \"" + name + "\"");
    return true;
}

std::vector<std::string> LossTerm::names()
{
    std::vector<std::string> names;
    for (const auto& entry : term_factories())
        names.push_back(entry.first);
    return names;
}

std::unique_ptr<LossTerm> LossTerm::create(const std::string& name,
                                           const nlohmann::json& config,
                                           const LossContext& context)
{
    load_plugins_of_environment();
    const auto found = term_factories().find(name);
    if (found == term_factories().end()) {
        std::string known = "measure, distortion, distortion_weight";
        for (const auto& other : names())
            known += ", " + other;
        throw ConfigError("loss." + name + " is unknown; known are " + known);
    }
    ConfigReader reader(config, "loss." + name);
    auto term = found->second(reader, context);
    reader.finish();
    return term;
}

} // namespace djescc
