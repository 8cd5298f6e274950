/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes, reads and writes key files, and derives keys for purposes.

#include "files/file_descriptor.h"
#include "keys/crypto.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <djescc/error.h>
#include <djescc/files/sha256.h>
#include <djescc/keys/secret_key.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace djescc {

namespace {

static_assert(SecretKey::size == crypto::key_size);

constexpr char file_prefix[] = "djescc-key-1:";
constexpr std::size_t prefix_size = sizeof(file_prefix) - 1;
constexpr std::size_t file_size = prefix_size + 2 * SecretKey::size + 1;
constexpr mode_t private_mode = S_IRUSR | S_IWUSR;

constexpr char id_purpose[] = "djesccID";
constexpr std::size_t id_size = 16; // the least that crypto_kdf derives
constexpr std::size_t shown_id_size = 8;

//! Text of a key file; wiped when it goes.
class SecretText
{
public:
    SecretText() : d_text(reinterpret_cast<char*>(crypto::allocate(file_size))) {}
    ~SecretText() { crypto::release(reinterpret_cast<uint8_t*>(d_text)); }
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;
    char* data() { return d_text; }

private:
    char* d_text;
};

int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

std::string octal(mode_t mode)
{
    std::string text = "0";
    for (const int shift : { 6, 3, 0 }) {
        text += static_cast<char>('0' + (mode >> shift & 7));
    }
    return text;
}

void check_mode(const std::string& path, int file)
{
    struct stat status = {};
    if (::fstat(file, &status) != 0) {
        throw ConfigError(path + " cannot be read: " + std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        throw ConfigError(path + " is not a regular file");
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        throw ConfigError(path + " is a key that others may touch (mode " +
                          octal(status.st_mode) + "): chmod 600 " + path);
    }
}

} // namespace

bool keys_available() { return crypto::available(); }

SecretKey::SecretKey() : d_bytes(crypto::allocate(size), crypto::release) {}

SecretKey SecretKey::generate()
{
    SecretKey key;
    crypto::fill_randomly(key.d_bytes.get(), size);
    return key;
}

SecretKey SecretKey::read(const std::string& path)
{
    SecretKey key;
    // A pipe must not hold the program up before fstat() can tell that it is one.
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        throw ConfigError(
            path + " cannot be read: " + std::strerror(errno) +
            (errno == ENOENT ? " (djescc keygen " + path + " makes a key)" : ""));
    }
    check_mode(path, file.get());
    SecretText text;
    char beyond = 0;
    if (::read(file.get(), text.data(), file_size) != static_cast<ssize_t>(file_size) ||
        ::read(file.get(), &beyond, 1) != 0 ||
        !std::equal(file_prefix, file_prefix + prefix_size, text.data()) ||
        text.data()[file_size - 1] != '\n') {
        throw ConfigError(path + " is no key file of djescc keygen");
    }
    for (std::size_t i = 0; i < size; i++) {
        const int high = digit_value(text.data()[prefix_size + 2 * i]);
        const int low = digit_value(text.data()[prefix_size + 2 * i + 1]);
        if (high < 0 || low < 0) {
            throw ConfigError(path + " is no key file of djescc keygen");
        }
        key.d_bytes[i] = static_cast<uint8_t>(high << 4 | low);
    }
    return key;
}

void SecretKey::write(const std::string& path) const
{
    SecretText text;
    std::copy(file_prefix, file_prefix + prefix_size, text.data());
    constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < size; i++) {
        text.data()[prefix_size + 2 * i] = digits[d_bytes[i] >> 4];
        text.data()[prefix_size + 2 * i + 1] = digits[d_bytes[i] & 15];
    }
    text.data()[file_size - 1] = '\n';
    const FileDescriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, private_mode));
    if (!file) {
        throw ConfigError(errno == EEXIST
                              ? path + " exists already and is not replaced"
                              : path + " cannot be made: " + std::strerror(errno));
    }
    if (::write(file.get(), text.data(), file_size) != static_cast<ssize_t>(file_size) ||
        ::fsync(file.get()) != 0) {
        const std::string reason = std::strerror(errno);
        ::unlink(path.c_str());
        throw ConfigError(path + " cannot be written: " + reason);
    }
}

SecretKey SecretKey::derive(const std::string& purpose, uint64_t number) const
{
    return derive_from(d_bytes.get(), purpose, number);
}

SecretKey
SecretKey::derive_from(const uint8_t* master, const std::string& purpose, uint64_t number)
{
    if (purpose.size() != crypto::purpose_size) {
        throw ConfigError("a key's purpose must have 8 characters, not '" + purpose +
                          "'");
    }
    SecretKey derived;
    crypto::derive_key(derived.d_bytes.get(), size, number, purpose.c_str(), master);
    return derived;
}

std::string SecretKey::id() const
{
    std::array<uint8_t, id_size> bytes;
    crypto::derive_key(bytes.data(), bytes.size(), 0, id_purpose, d_bytes.get());
    return to_hex(bytes.data(), shown_id_size);
}

} // namespace djescc
