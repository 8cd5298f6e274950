/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Secret keys, in memory and in files that their owner alone may read. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <djescc/export.h>
#include <memory>
#include <string>

namespace DJESCC_EXPORT djescc {

/*! Whether the library was built with libsodium. Without it everything in this folder
 *  that needs a key throws ConfigError. */
bool keys_available();

/*! 32 secret bytes, in memory that is locked and wiped by libsodium; movable only.
 *
 *  A key file is one line of text, "djescc-key-1:" and 64 hexadecimal digits, which its
 *  owner alone may read (mode 0600 or narrower). */
class SecretKey
{
public:
    static constexpr std::size_t size = 32;

    //! A new key from the operating system's randomness.
    //! \throws ConfigError
    static SecretKey generate();

    /*! \throws ConfigError naming \p path: absent, no key file, or readable or writable
     *          by group or others, and how to mend that */
    static SecretKey read(const std::string& path);

    /*! Make a key file with mode 0600. An existing file is never replaced: its key may be
     *  the only one that opens somebody's bursts.
     *  \throws ConfigError naming \p path */
    void write(const std::string& path) const;

    /*! A key for one purpose, by libsodium's crypto_kdf (BLAKE2b): nobody gets from one
     *  derived key to another or back to this one.
     *  \param purpose  exactly eight characters
     *  \param number   numbers the keys of a purpose
     *  \throws ConfigError for a purpose of another length */
    SecretKey derive(const std::string& purpose, uint64_t number) const;
    //! The same from \p size bytes that are held elsewhere.
    static SecretKey
    derive_from(const uint8_t* master, const std::string& purpose, uint64_t number);

    /*! 16 hexadecimal digits that tell keys apart and say nothing about them: both ends
     *  can compare them aloud. */
    std::string id() const;

    const uint8_t* data() const { return d_bytes.get(); }

private:
    using Bytes = std::unique_ptr<uint8_t[], void (*)(uint8_t*)>;

    SecretKey();

    Bytes d_bytes;
};

} // namespace djescc
