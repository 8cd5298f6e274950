/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sets, draws and changes the keys of ciphers of 256-bit keys.

#include "cipher/keyed_net.h"

#include <algorithm>
#include <djescc/files/config.h>
#include <torch/utils.h>

namespace djescc {

torch::Tensor KeyHolder::make_buffer()
{
    return torch::zeros({ std::tuple_size<CipherKey>::value }, torch::kUInt8);
}

void KeyHolder::set_key(const CipherKey& key)
{
    const torch::NoGradGuard no_grad;
    auto copy = key;
    d_key.copy_(torch::from_blob(
        copy.data(), { static_cast<int64_t>(copy.size()) }, torch::kUInt8));
}

CipherKey KeyHolder::key() const
{
    const auto bytes = d_key.to(torch::kCPU).contiguous();
    CipherKey key;
    std::copy_n(bytes.data_ptr<uint8_t>(), key.size(), key.begin());
    return key;
}

void KeyedCipher::draw_secrets(Encryptor& encryptor,
                               Decryptor& decryptor,
                               at::Generator generator) const
{
    CipherKey key;
    const auto bytes = torch::randint(
        0, 256, { static_cast<int64_t>(key.size()) }, generator, torch::kUInt8);
    std::copy_n(bytes.data_ptr<uint8_t>(), key.size(), key.begin());
    dynamic_cast<KeyHolder&>(encryptor).set_key(key);
    dynamic_cast<KeyHolder&>(decryptor).set_key(key);
}

void KeyedCipher::set_key(Encryptor& encryptor,
                          Decryptor& decryptor,
                          const nlohmann::json& value) const
{
    ConfigReader reader(value, "key");
    const auto key = cipher_key_from_hex(reader.require<std::string>("key"), "key.key");
    reader.finish();
    dynamic_cast<KeyHolder&>(encryptor).set_key(key);
    dynamic_cast<KeyHolder&>(decryptor).set_key(key);
}

std::vector<std::string> KeyedCipher::key_changes() const
{
    return { "one bit of the key" };
}

void KeyedCipher::change_key(RoleNet& net, std::size_t) const
{
    auto& own = dynamic_cast<KeyHolder&>(net);
    auto key = own.key();
    key.front() ^= 1;
    own.set_key(key);
}

} // namespace djescc
