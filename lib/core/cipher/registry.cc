/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "net/registry.h"
#include "cipher/none.h"
#include "cipher/torchscript.h"
#include "cipher/unet.h"
#include <djescc/cipher/cipher.h>

namespace djescc {
namespace {

const Registry<Cipher>& registry()
{
    static const Registry<Cipher> ciphers("cipher",
                                          {
                                              { "none", make_none_cipher },
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

std::vector<std::string> Cipher::types() { return registry().types(); }

} // namespace djescc
