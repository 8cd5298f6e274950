/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The registry of codecs.

#include <djescc/codec/codec.h>

#include "net/registry.h"

namespace djescc {
namespace {

Registry<Codec>& registry()
{
    static Registry<Codec> codecs("codec");
    return codecs;
}

} // namespace

std::unique_ptr<Codec> Codec::create(const nlohmann::json& config)
{
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
