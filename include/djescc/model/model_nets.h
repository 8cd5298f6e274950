/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The four nets of a model in memory, as the trainer holds them. */
#pragma once

#include <ATen/core/Generator.h>
#include <djescc/cipher/cipher.h>
#include <djescc/codec/codec.h>
#include <djescc/export.h>
#include <djescc/net/role.h>
#include <memory>
#include <utility>
#include <vector>

namespace DJESCC_EXPORT djescc {

struct ModelNets {
    std::shared_ptr<Encryptor> encryptor;
    std::shared_ptr<SymbolEncoder> encoder;
    std::shared_ptr<SymbolDecoder> decoder;
    std::shared_ptr<Decryptor> decryptor;
};

/*! Fresh nets of a cipher and a codec, initialised with torch's default generator, and
 *  with secrets drawn from \p secrets. */
ModelNets create_nets(const Cipher& cipher, const Codec& codec, at::Generator secrets);

//! The four nets with their roles, in the order of the chain; absent ones are null.
std::vector<std::pair<Role, std::shared_ptr<RoleNet>>> modules(const ModelNets& nets);

//! The parameters of all nets that require a gradient.
std::vector<torch::Tensor> parameters(const ModelNets& nets);

void set_training(const ModelNets& nets, bool training);
void move_to(const ModelNets& nets, torch::Device device);

} // namespace djescc
