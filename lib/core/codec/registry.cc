/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "net/registry.h"
#include "codec/direct.h"
#include "codec/djscc.h"
#include "codec/torchscript.h"
#include <djescc/codec/codec.h>

namespace djescc {
namespace {

const Registry<Codec>& registry()
{
    static const Registry<Codec> codecs("codec",
                                        {
                                            { "direct", make_direct_codec },
                                            { "djscc", make_djscc_codec },
                                            { "torchscript", make_torchscript_codec },
                                        });
    return codecs;
}

} // namespace

std::unique_ptr<Codec> Codec::create(const nlohmann::json& config)
{
    return registry().create(config);
}

std::vector<std::string> Codec::types() { return registry().types(); }

} // namespace djescc
