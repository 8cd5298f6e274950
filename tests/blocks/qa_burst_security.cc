/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of keys on the air: tags of headers, replays, stale bursts, counters over
// restarts.

#include "blocks/burst_security.h"
#include "core/error_text.h"
#include "core/scratch_folder.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdint>
#include <djescc/error.h>
#include <djescc/keys/secret_key.h>
#include <vector>

namespace gr::djescc::test {

using ::djescc::ConfigError;
using ::djescc::test::ScratchFolder;

class qa_burst_security : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_burst_security);
    CPPUNIT_TEST(no_key_file_no_security);
#ifdef DJESCC_HAVE_SODIUM
    CPPUNIT_TEST(the_ends_of_a_link_agree);
    CPPUNIT_TEST(a_tag_passes_once);
    CPPUNIT_TEST(old_bursts_are_stale);
    CPPUNIT_TEST(counters_go_on_after_a_restart);
    CPPUNIT_TEST(useless_key_files_are_refused);
#else
    CPPUNIT_TEST(a_key_file_needs_libsodium);
#endif
    CPPUNIT_TEST_SUITE_END();

    static std::string make_key(const ScratchFolder& folder, const std::string& name)
    {
        ::djescc::SecretKey::generate().write(folder.path(name));
        return folder.path(name);
    }

    static constexpr size_t header_size = 40;

    void no_key_file_no_security()
    {
        for (const auto& security :
             { make_transmit_security(""), make_receive_security("") }) {
            CPPUNIT_ASSERT(!security.guard && !security.cipher);
        }
        ::djescc::test::error_text<ConfigError>([] { make_receive_security("", 1); });
        for (const double age : { -1.0, 1e12, std::nan("") }) {
            ::djescc::test::error_text<ConfigError>(
                [&] { make_receive_security("", age); });
        }
    }

    void the_ends_of_a_link_agree()
    {
        const ScratchFolder folder("security_agree");
        const std::string key = make_key(folder, "key");
        const auto sender = make_transmit_security(key);
        const auto receiver = make_receive_security(key);
        const auto stranger = make_receive_security(make_key(folder, "other"));
        const uint64_t counter = sender.guard->take_counters(5);
        const std::vector<uint8_t> header(header_size, 7);
        const auto tag = sender.guard->tag(counter, header.data(), header.size());
        CPPUNIT_ASSERT(
            stranger.guard->check(counter, header.data(), header.size(), tag) ==
            header_guard::verdict::forged);
        CPPUNIT_ASSERT(
            receiver.guard->check(counter, header.data(), header.size(), tag) ==
            header_guard::verdict::accepted);

        const std::vector<gr_complex> plain(1000, gr_complex(1, 0));
        auto symbols = plain;
        sender.cipher->encipher(symbols.data(), symbols.size(), counter);
        receiver.cipher->decipher(symbols.data(), symbols.size(), counter);
        for (size_t i = 0; i < plain.size(); i++) {
            CPPUNIT_ASSERT(std::abs(symbols[i] - plain[i]) < 1e-5f);
        }
        ::djescc::test::error_text<ConfigError>(
            [&] { receiver.guard->take_counters(1); });
    }

    void a_tag_passes_once()
    {
        const ScratchFolder folder("security_once");
        const std::string key = make_key(folder, "key");
        const auto sender = make_transmit_security(key);
        const auto receiver = make_receive_security(key);
        const std::vector<uint8_t> header(header_size, 1);
        const uint64_t first = sender.guard->take_counters(3);
        // in any order
        for (const uint64_t counter : { first + 2, first, first + 1 }) {
            const auto tag = sender.guard->tag(counter, header.data(), header.size());
            CPPUNIT_ASSERT(
                receiver.guard->check(counter, header.data(), header.size(), tag) ==
                header_guard::verdict::accepted);
            CPPUNIT_ASSERT(
                receiver.guard->check(counter, header.data(), header.size(), tag) ==
                header_guard::verdict::replayed);
        }
        // A forger cannot move the window: what he makes up leaves it as it is.
        CPPUNIT_ASSERT(
            receiver.guard->check(UINT64_MAX, header.data(), header.size(), {}) ==
            header_guard::verdict::forged);
        const uint64_t next = sender.guard->take_counters(1);
        CPPUNIT_ASSERT(receiver.guard->check(
                           next,
                           header.data(),
                           header.size(),
                           sender.guard->tag(next, header.data(), header.size())) ==
                       header_guard::verdict::accepted);
    }

    void old_bursts_are_stale()
    {
        const ScratchFolder folder("security_old");
        const std::string key = make_key(folder, "key");
        const auto sender = make_transmit_security(key);
        const auto receiver = make_receive_security(key, 3600);
        const std::vector<uint8_t> header(header_size, 1);
        const auto verdict = [&](uint64_t counter) {
            return receiver.guard->check(
                counter,
                header.data(),
                header.size(),
                sender.guard->tag(counter, header.data(), header.size()));
        };
        const uint64_t now = sender.guard->take_counters(1);
        constexpr uint64_t hour = 3600ull * 1000000;
        CPPUNIT_ASSERT(verdict(now) == header_guard::verdict::accepted);
        CPPUNIT_ASSERT(verdict(now - hour / 2) == header_guard::verdict::accepted);
        CPPUNIT_ASSERT(verdict(now - 2 * hour) == header_guard::verdict::stale);
        CPPUNIT_ASSERT(verdict(1) == header_guard::verdict::stale);
        // A clock that runs ahead is no attack.
        CPPUNIT_ASSERT(verdict(now + 2 * hour) == header_guard::verdict::accepted);
    }

    void counters_go_on_after_a_restart()
    {
        const ScratchFolder folder("security_restart");
        const std::string key = make_key(folder, "key");
        const auto first = make_transmit_security(key).guard->take_counters(1000);
        const auto second = make_transmit_security(key).guard->take_counters(1);
        CPPUNIT_ASSERT(second >= first + 1000);
        const auto sender = make_transmit_security(key);
        ::djescc::test::assert_contains(
            ::djescc::test::error_text<ConfigError>([&] { make_transmit_security(key); }),
            "another transmitter");
    }

    void useless_key_files_are_refused()
    {
        const ScratchFolder folder("security_useless");
        const std::string path = folder.file("key", "not a key\n");
        ::djescc::test::error_text<ConfigError>([&] { make_transmit_security(path); });
        ::djescc::test::error_text<ConfigError>(
            [&] { make_receive_security(folder.path("none")); });
    }

    void a_key_file_needs_libsodium()
    {
        ::djescc::test::assert_contains(::djescc::test::error_text<ConfigError>(
                                            [] { make_transmit_security("key"); }),
                                        "libsodium");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_burst_security>
    register_qa_burst_security("burst_security");

} // namespace gr::djescc::test
