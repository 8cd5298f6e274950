/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What ciphers of 256-bit keys have in common. */
#pragma once

#include "cipher/hash_keystream.h"
#include <djescc/cipher/cipher.h>
#include <optional>

namespace djescc {

//! Holds 256 secret bits in a net's buffer `key` (uint8, 32).
class KeyHolder
{
public:
    virtual ~KeyHolder() = default;
    void set_key(const CipherKey& key);
    CipherKey key() const;

protected:
    //! A buffer to register, all zero.
    static torch::Tensor make_buffer();
    torch::Tensor d_key;
};

//! A side of a cipher whose whole secret is 256 bits.
//! \tparam Net  Encryptor or Decryptor
template <typename Net>
class KeyedNet : public Net, public KeyHolder
{
public:
    KeyedNet() { d_key = this->register_buffer("key", make_buffer()); }
};

/*! The 32 bytes that masks of a picture are drawn under: the picture key's where there is
 *  one, else the net's own.
 *  \param own  must live as long as what comes back */
inline const uint8_t* master_key(const Conditions& conditions, const CipherKey& own)
{
    return conditions.keys != nullptr ? conditions.keys->secrets->cipher_key().data()
                                      : own.data();
}

/*! What ciphers of 256-bit keys have in common: their nets are KeyHolders, keys are
 *  {"key": "64 hexadecimal digits"}. */
class KeyedCipher : public Cipher
{
public:
    bool has_secrets() const override { return true; }
    void draw_secrets(Encryptor& encryptor,
                      Decryptor& decryptor,
                      at::Generator generator) const override;
    void set_key(Encryptor& encryptor,
                 Decryptor& decryptor,
                 const nlohmann::json& key) const override;
    std::vector<std::string> key_changes() const override;
    void change_key(RoleNet& net, std::size_t change) const override;
    double key_bits() const override { return 256; }
};

} // namespace djescc
