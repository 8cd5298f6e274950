/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cipher/hash_keystream.h"
#include <djescc/cipher/cipher.h>
#include <optional>

namespace djescc {

//! A side of a cipher whose whole secret is 256 bits, the buffer `key` (uint8, 32).
class KeyedNet : public ImageTransform
{
public:
    KeyedNet();
    void set_key(const CipherKey& key);
    CipherKey key() const;

private:
    torch::Tensor d_key;
};

/*! What ciphers of 256-bit keys have in common: their nets are KeyedNets, keys are
 *  {"key": "64 hexadecimal digits"}. */
class KeyedCipher : public Cipher
{
public:
    bool has_secrets() const override { return true; }
    void draw_secrets(ImageTransform& encryptor,
                      ImageTransform& decryptor,
                      at::Generator generator) const override;
    void set_key(ImageTransform& encryptor,
                 ImageTransform& decryptor,
                 const nlohmann::json& key) const override;
    std::vector<std::string> key_changes() const override;
    void change_key(ImageTransform& net, std::size_t change) const override;
    double key_bits() const override { return 256; }
};

} // namespace djescc
