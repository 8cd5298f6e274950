/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cipher/keyed_net.h"

#include <algorithm>
#include <djescc/files/config.h>
#include <torch/utils.h>

namespace djescc {

KeyedNet::KeyedNet()
    : d_key(register_buffer(
          "key", torch::zeros({ std::tuple_size<CipherKey>::value }, torch::kUInt8)))
{
}

void KeyedNet::set_key(const CipherKey& key)
{
    const torch::NoGradGuard no_grad;
    auto copy = key;
    d_key.copy_(torch::from_blob(
        copy.data(), { static_cast<int64_t>(copy.size()) }, torch::kUInt8));
}

CipherKey KeyedNet::key() const
{
    const auto bytes = d_key.to(torch::kCPU).contiguous();
    CipherKey key;
    std::copy_n(bytes.data_ptr<uint8_t>(), key.size(), key.begin());
    return key;
}

void KeyedCipher::draw_secrets(ImageTransform& encryptor,
                               ImageTransform& decryptor,
                               at::Generator generator) const
{
    CipherKey key;
    const auto bytes = torch::randint(
        0, 256, { static_cast<int64_t>(key.size()) }, generator, torch::kUInt8);
    std::copy_n(bytes.data_ptr<uint8_t>(), key.size(), key.begin());
    dynamic_cast<KeyedNet&>(encryptor).set_key(key);
    dynamic_cast<KeyedNet&>(decryptor).set_key(key);
}

void KeyedCipher::set_key(ImageTransform& encryptor,
                          ImageTransform& decryptor,
                          const nlohmann::json& value) const
{
    ConfigReader reader(value, "key");
    const auto key = cipher_key_from_hex(reader.require<std::string>("key"), "key.key");
    reader.finish();
    dynamic_cast<KeyedNet&>(encryptor).set_key(key);
    dynamic_cast<KeyedNet&>(decryptor).set_key(key);
}

std::vector<std::string> KeyedCipher::key_changes() const
{
    return { "one bit of the key" };
}

void KeyedCipher::change_key(ImageTransform& net, std::size_t) const
{
    auto& own = dynamic_cast<KeyedNet&>(net);
    auto key = own.key();
    key.front() ^= 1;
    own.set_key(key);
}

} // namespace djescc
