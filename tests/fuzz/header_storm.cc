/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// A program that storms a receiver with hostile headers.

#include "header_storm.h"

#include "blocks/burst_security.h"
#include <cstdlib>
#include <djescc/keys/secret_key.h>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

namespace {

constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

//! A folder that goes with the program.
struct Folder {
    Folder()
    {
        std::string name = "/tmp/header-storm-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no folder can be made in /tmp");
        }
        path = name;
    }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::string path;
};

} // namespace

//! header_storm COUNT [SEED]: fails where one hostile header was accepted.
int main(int argc, char** argv)
{
    if (argc < 2 || argc > 3) {
        std::cerr << "usage: " << argv[0] << " COUNT [SEED]\n";
        return exit_usage;
    }
    try {
        using gr::djescc::make_receive_security;
        using gr::djescc::make_transmit_security;
        const uint64_t count = std::stoull(argv[1]);
        const uint64_t seed = argc == 3 ? std::stoull(argv[2]) : 1;
        const Folder folder;
        const auto make_key = [&](const std::string& name) {
            djescc::SecretKey::generate().write(folder.path + "/" + name);
            return folder.path + "/" + name;
        };
        const auto key = make_key("key"), other = make_key("other");
        gr::djescc::test::header_storm storm(make_transmit_security(key).guard,
                                             make_transmit_security(other).guard,
                                             make_receive_security(key).guard,
                                             seed);
        const auto result = storm.run(count);
        std::cout << result.hostile << " hostile headers, " << result.parsed
                  << " of them well-formed, " << result.hostile_accepted << " accepted; "
                  << result.genuine_accepted << " of " << result.genuine
                  << " genuine ones accepted\n";
        return result.hostile_accepted == 0 && result.genuine_accepted == result.genuine
                   ? 0
                   : exit_failure;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return exit_failure;
    }
}
