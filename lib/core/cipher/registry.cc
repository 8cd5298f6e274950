/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "net/registry.h"
#include "cipher/ednn.h"
#include "cipher/le.h"
#include "cipher/none.h"
#include "cipher/pe.h"
#include "cipher/torchscript.h"
#include "cipher/unet.h"
#include <djescc/cipher/cipher.h>

namespace djescc {
namespace {

const Registry<Cipher>& registry()
{
    static const Registry<Cipher> ciphers("cipher",
                                          {
                                              { "ednn", make_ednn_cipher },
                                              { "le", make_le_cipher },
                                              { "none", make_none_cipher },
                                              { "pe", make_pe_cipher },
                                              { "torchscript", make_torchscript_cipher },
                                              { "unet", make_unet_cipher },
                                          });
    return ciphers;
}

} // namespace

std::unique_ptr<Cipher> Cipher::create(const nlohmann::json& config)
{
    return registry().create(config);
}

void Cipher::set_key(ImageTransform&, ImageTransform&, const nlohmann::json&) const
{
    throw ConfigError("cipher " + config().value("type", "?") +
                      " has no key that can be chosen");
}

void Cipher::change_key(ImageTransform&, std::size_t) const
{
    throw ConfigError("cipher " + config().value("type", "?") +
                      " has no key that can be changed");
}

std::vector<std::string> Cipher::types() { return registry().types(); }

} // namespace djescc
