/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The registry of ciphers, and what a cipher does that has no secrets or no key.

#include <djescc/cipher/cipher.h>

#include "net/registry.h"
#include <djescc/error.h>

namespace djescc {
namespace {

Registry<Cipher>& registry()
{
    static Registry<Cipher> ciphers("cipher");
    return ciphers;
}

} // namespace

std::unique_ptr<Cipher> Cipher::create(const nlohmann::json& config)
{
    std::string type;
    auto cipher = registry().create(config, type);
    cipher->d_type = type;
    return cipher;
}

bool Cipher::add(const std::string& type, Factory factory)
{
    registry().add(type, std::move(factory));
    return true;
}

std::vector<std::string> Cipher::types() { return registry().types(); }

void Cipher::draw_secrets(Encryptor&, Decryptor&, at::Generator) const {}

void Cipher::set_key(Encryptor&, Decryptor&, const nlohmann::json&) const
{
    throw ConfigError("cipher " + type() + " has no key that can be chosen");
}

void Cipher::change_key(RoleNet&, std::size_t) const
{
    throw ConfigError("cipher " + type() + " has no key that can be changed");
}

std::optional<torch::Tensor> Cipher::known_plaintext_attack(const torch::Tensor&,
                                                            const torch::Tensor&,
                                                            const torch::Tensor&) const
{
    return std::nullopt;
}

} // namespace djescc
