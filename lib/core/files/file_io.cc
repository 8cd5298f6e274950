/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads files up to a size, replaces files in one step, and makes strangers' text
// printable.

#include "files/file_io.h"

#include <cerrno>
#include <cstring>
#include <djescc/error.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace djescc {

namespace fs = std::filesystem;

std::string read_file(const std::string& path, std::size_t max_size)
{
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
        throw ModelError(path + " does not exist");
    }
    if (!fs::is_regular_file(status)) {
        throw ModelError(path + " is not a regular file");
    }
    const uintmax_t size = fs::file_size(path, error);
    if (error) {
        throw ModelError(path + " cannot be read: " + error.message());
    }
    if (size > max_size) {
        throw ModelError(path + " has " + std::to_string(size) + " bytes; at most " +
                         std::to_string(max_size) + " are accepted");
    }
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw ModelError(path + " cannot be read: " + std::strerror(errno));
    }
    std::string bytes(size, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(size));
    if (stream.gcount() != static_cast<std::streamsize>(size)) {
        throw ModelError(path + " ended while it was being read");
    }
    return bytes;
}

void replace_file(const std::string& path, const std::string& bytes)
{
    const std::string part = path + ".part" + std::to_string(::getpid());
    std::error_code error;
    {
        std::ofstream stream(part, std::ios::binary | std::ios::trunc);
        stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        stream.close();
        if (!stream) {
            const std::string reason = std::strerror(errno);
            fs::remove(part, error);
            throw ModelError(path + " cannot be written: " + reason);
        }
    }
    fs::rename(part, path, error);
    if (error) {
        const std::string reason = error.message();
        fs::remove(part, error);
        throw ModelError(path + " cannot be written: " + reason);
    }
}

std::string printable(const std::string& text)
{
    constexpr std::size_t max_characters = 80;
    constexpr char digits[] = "0123456789abcdef";
    std::string result = "'";
    for (std::size_t i = 0; i < text.size() && i < max_characters; i++) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte < 0x7f) {
            result += text[i];
        } else {
            result += "\\x";
            result += digits[byte >> 4];
            result += digits[byte & 15];
        }
    }
    return result + (text.size() > max_characters ? "...'" : "'");
}

} // namespace djescc
