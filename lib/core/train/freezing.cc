/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Names of frozen parts matched with the weights and modules of nets. */
#include "train/freezing.h"

#include <algorithm>
#include <djescc/error.h>
#include <set>

namespace djescc {
namespace {

bool is_or_lies_in(const std::string& name, const std::string& part)
{
    return name.rfind(part, 0) == 0 &&
           (name.size() == part.size() || name[part.size()] == '.');
}

// The nets and the first words of their weights' names.
std::string known_parts(const NamedNets& nets)
{
    std::set<std::string> parts;
    for (const auto& [name, net] : nets)
        for (const auto& item : net->named_parameters()) {
            parts.insert(name);
            parts.insert(name + "." + item.key().substr(0, item.key().find('.')));
        }
    std::string list;
    for (const auto& part : parts)
        list += (list.empty() ? "" : ", ") + part;
    return list;
}

} // namespace

std::vector<NamedWeight> weights_of(const NamedNets& nets)
{
    std::vector<NamedWeight> all;
    std::set<const void*> seen; // what two nets share counts once, as the first one's
    for (const auto& [name, net] : nets)
        for (const auto& item : net->named_parameters())
            if (seen.insert(item.value().unsafeGetTensorImpl()).second)
                all.push_back({ name + "." + item.key(), item.value() });
    return all;
}

FrozenParts::FrozenParts(const std::vector<std::string>& names, const NamedNets& nets)
    : d_names(names)
{
    const auto weights = weights_of(nets);
    for (const auto& part : names) {
        const bool known =
            std::any_of(weights.begin(), weights.end(), [&](const NamedWeight& weight) {
                return is_or_lies_in(weight.name, part);
            });
        if (!known)
            throw ConfigError("frozen: no weight is in \"" + part +
                              "\"; the parts of these nets are " + known_parts(nets));
    }
    for (const auto& [name, net] : nets) {
        if (contains(name))
            d_modules.push_back(net);
        for (const auto& item : net->named_modules("", /*include_self=*/false))
            if (contains(name + "." + item.key()))
                d_modules.push_back(item.value());
    }
}

bool FrozenParts::contains(const std::string& weight) const
{
    return std::any_of(d_names.begin(), d_names.end(), [&](const std::string& part) {
        return is_or_lies_in(weight, part);
    });
}

void FrozenParts::evaluate() const
{
    for (const auto& module : d_modules)
        module->eval();
}

} // namespace djescc
