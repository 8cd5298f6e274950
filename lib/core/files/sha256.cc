/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Hashes bytes and files, by libsodium where there is one.

#include <cerrno>
#include <cstring>
#include <djescc/error.h>
#include <djescc/files/sha256.h>
#include <filesystem>
#include <fstream>
#include <vector>
#ifdef DJESCC_HAVE_SODIUM
#include <sodium.h>
#else
#include "files/sha256_portable.h"
#endif

namespace djescc {

namespace {

#ifdef DJESCC_HAVE_SODIUM
class Hasher
{
public:
    Hasher()
    {
        if (sodium_init() < 0) {
            throw Error("libsodium cannot be initialised");
        }
        crypto_hash_sha256_init(&d_state);
    }
    void update(const void* data, std::size_t size)
    {
        crypto_hash_sha256_update(
            &d_state, static_cast<const unsigned char*>(data), size);
    }
    Sha256Digest finish()
    {
        Sha256Digest digest;
        crypto_hash_sha256_final(&d_state, digest.data());
        return digest;
    }

private:
    crypto_hash_sha256_state d_state;
};
#else
using Hasher = PortableSha256;
#endif

} // namespace

Sha256Digest sha256(const void* data, std::size_t size)
{
    Hasher hasher;
    hasher.update(data, size);
    return hasher.finish();
}

Sha256Digest sha256(const std::string& bytes)
{
    return sha256(bytes.data(), bytes.size());
}

std::string to_hex(const uint8_t* data, std::size_t size)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * size);
    for (std::size_t i = 0; i < size; i++) {
        text += digits[data[i] >> 4];
        text += digits[data[i] & 15];
    }
    return text;
}

std::string sha256_of_file(const std::string& path)
{
    // opening a directory succeeds on Linux, reading it does not
    std::ifstream stream(path, std::ios::binary);
    std::error_code error;
    if (!stream || std::filesystem::is_directory(path, error)) {
        throw ModelError(path +
                         " cannot be read: " + std::strerror(stream ? EISDIR : errno));
    }
    Hasher hasher;
    std::vector<char> chunk(1 << 20);
    while (stream) {
        stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        hasher.update(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) {
        throw ModelError(path + " cannot be read to its end");
    }
    const Sha256Digest digest = hasher.finish();
    return to_hex(digest.data(), digest.size());
}

} // namespace djescc
