/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The registry of codecs.

#include <djescc/codec/codec.h>

#include "net/registry.h"
#include <djescc/error.h>

namespace djescc {
namespace {

Registry<Codec>& registry()
{
    static Registry<Codec> codecs("codec");
    return codecs;
}

//! \throws ConfigError for a type that is known, but not to this build
void check_is_built(const nlohmann::json& config)
{
#ifndef DJESCC_HAVE_DIGITAL
    for (const std::string type : { "separate", "hybrid" })
        if (config.is_object() && config.contains("type") && config["type"] == type)
            throw ConfigError(
                "codec.type \"" + type +
                "\" needs digital coding, and this djescc was built without "
                "it: build it with -DENABLE_DIGITAL=ON");
#else
    (void)config;
#endif
}

} // namespace

std::unique_ptr<Codec> Codec::create(const nlohmann::json& config)
{
    check_is_built(config);
    std::string type;
    auto codec = registry().create(config, type);
    codec->d_type = type;
    return codec;
}

bool Codec::add(const std::string& type, Factory factory)
{
    registry().add(type, std::move(factory));
    return true;
}

std::vector<std::string> Codec::types() { return registry().types(); }

} // namespace djescc
