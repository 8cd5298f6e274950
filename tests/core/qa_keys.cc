/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of key files, derived keys, tags, replay windows and counters.

#include "counting_key.h"
#include "error_text.h"
#include "scratch_folder.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/files/sha256.h>
#include <djescc/keys/counter_source.h>
#include <djescc/keys/header_authenticator.h>
#include <djescc/keys/replay_window.h>
#include <djescc/keys/secret_key.h>
#include <filesystem>
#include <sys/stat.h>

namespace djescc {

namespace fs = std::filesystem;

#ifdef DJESCC_HAVE_SODIUM

class qa_keys : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keys);
    CPPUNIT_TEST(file_round_trip);
    CPPUNIT_TEST(file_is_private);
    CPPUNIT_TEST(bad_files_are_refused);
    CPPUNIT_TEST(derived_keys_are_those_of_another_implementation);
    CPPUNIT_TEST(tags_are_those_of_another_implementation);
    CPPUNIT_TEST(any_change_spoils_a_tag);
    CPPUNIT_TEST(window_lets_every_counter_pass_once);
    CPPUNIT_TEST(window_forgets_the_oldest);
    CPPUNIT_TEST(counters_rise_over_restarts_and_clocks_set_back);
    CPPUNIT_TEST(counters_follow_the_clock);
    CPPUNIT_TEST(counter_file_is_locked_and_checked);
    CPPUNIT_TEST_SUITE_END();

    static std::string hex(const SecretKey& key)
    {
        return to_hex(key.data(), SecretKey::size);
    }

    void file_round_trip()
    {
        const test::ScratchFolder folder("keys_round_trip");
        const SecretKey key = SecretKey::generate();
        key.write(folder.path("key"));
        const SecretKey again = SecretKey::read(folder.path("key"));
        CPPUNIT_ASSERT_EQUAL(hex(key), hex(again));
        CPPUNIT_ASSERT_EQUAL(key.id(), again.id());
        CPPUNIT_ASSERT(hex(SecretKey::generate()) != hex(key));
        test::assert_contains(
            test::error_text<ConfigError>([&] { key.write(folder.path("key")); }),
            "exists already");
        CPPUNIT_ASSERT_EQUAL(hex(key), hex(SecretKey::read(folder.path("key"))));
    }

    void file_is_private()
    {
        const test::ScratchFolder folder("keys_private");
        const std::string path = folder.path("key");
        const mode_t before = ::umask(0);
        SecretKey::generate().write(path);
        ::umask(before);
        struct stat status = {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(path.c_str(), &status));
        CPPUNIT_ASSERT_EQUAL(mode_t(0600), mode_t(status.st_mode & 07777));
        for (const mode_t mode : { 0640, 0604, 0620, 0602, 0610, 0601, 0666 }) {
            ::chmod(path.c_str(), mode);
            const std::string text =
                test::error_text<ConfigError>([&] { SecretKey::read(path); });
            test::assert_contains(text, "chmod 600 " + path);
            test::assert_contains(text, "mode 06");
        }
        ::chmod(path.c_str(), 0400);
        SecretKey::read(path);
    }

    void bad_files_are_refused()
    {
        const test::ScratchFolder folder("keys_bad");
        const auto refusal = [&](const std::string& name) {
            ::chmod(folder.path(name).c_str(), 0600);
            return test::error_text<ConfigError>(
                [&] { SecretKey::read(folder.path(name)); });
        };
        test::assert_contains(refusal("none"), "djescc keygen");
        fs::create_directory(folder.path("directory"));
        ::chmod(folder.path("directory").c_str(), 0700);
        test::assert_contains(test::error_text<ConfigError>(
                                  [&] { SecretKey::read(folder.path("directory")); }),
                              "not a regular file");
        ::mkfifo(folder.path("pipe").c_str(), 0600);
        test::assert_contains(refusal("pipe"), "not a regular file");

        const std::string digits(2 * SecretKey::size, 'a');
        for (const std::string& text : { std::string(),
                                         std::string("djescc-key-1:"),
                                         "djescc-key-1:" + digits,
                                         "djescc-key-1:" + digits + "\n\n",
                                         "djescc-key-2:" + digits + "\n",
                                         "djescc-key-1:" + digits.substr(1) + "g\n",
                                         "djescc-key-1:" + digits.substr(1) + "A\n" }) {
            folder.file("bad", text);
            test::assert_contains(refusal("bad"), "no key file of djescc keygen");
        }
    }

    // The three values below are from Python's hashlib and hmac.

    void derived_keys_are_those_of_another_implementation()
    {
        const test::ScratchFolder folder("keys_derived");
        const SecretKey key = test::counting_key(folder);
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "0b07cad173257725e324fb443a760949fbd01aa1edf1a8065acdd69f0999bea3"),
            hex(key.derive("purpose1", 5)));
        CPPUNIT_ASSERT_EQUAL(std::string("2616824e23e1f445"), key.id());
        CPPUNIT_ASSERT(hex(key.derive("purpose1", 6)) != hex(key.derive("purpose1", 5)));
        CPPUNIT_ASSERT(hex(key.derive("purpose2", 5)) != hex(key.derive("purpose1", 5)));
        test::error_text<ConfigError>([&] { key.derive("short", 0); });
    }

    void tags_are_those_of_another_implementation()
    {
        const test::ScratchFolder folder("keys_tags");
        const HeaderAuthenticator authenticator(test::counting_key(folder));
        const std::string header = "header";
        const auto tag =
            authenticator.tag(0x0102030405060708u,
                              reinterpret_cast<const uint8_t*>(header.data()),
                              header.size());
        CPPUNIT_ASSERT_EQUAL(std::string("00c5ef1d7ea68a21"),
                             to_hex(tag.data(), tag.size()));
    }

    void any_change_spoils_a_tag()
    {
        const SecretKey key = SecretKey::generate();
        const HeaderAuthenticator authenticator(key);
        std::array<uint8_t, 40> header = {};
        const auto tag = authenticator.tag(7, header.data(), header.size());
        CPPUNIT_ASSERT(authenticator.verify(7, header.data(), header.size(), tag));
        for (std::size_t bit = 0; bit < 8 * header.size(); bit++) {
            header[bit / 8] ^= 1 << bit % 8;
            CPPUNIT_ASSERT(!authenticator.verify(7, header.data(), header.size(), tag));
            header[bit / 8] ^= 1 << bit % 8;
        }
        for (std::size_t bit = 0; bit < 8 * tag.size(); bit++) {
            auto changed = tag;
            changed[bit / 8] ^= 1 << bit % 8;
            CPPUNIT_ASSERT(
                !authenticator.verify(7, header.data(), header.size(), changed));
        }
        for (int bit = 0; bit < 64; bit++) {
            CPPUNIT_ASSERT(!authenticator.verify(
                7 ^ (uint64_t(1) << bit), header.data(), header.size(), tag));
        }
        CPPUNIT_ASSERT(!authenticator.verify(7, header.data(), header.size() - 1, tag));
        CPPUNIT_ASSERT(!HeaderAuthenticator(SecretKey::generate())
                            .verify(7, header.data(), header.size(), tag));
    }

    void window_lets_every_counter_pass_once()
    {
        using Verdict = ReplayWindow::Verdict;
        ReplayWindow window(10);
        for (const uint64_t counter : { 30, 12, 20, 11, 4000 }) {
            CPPUNIT_ASSERT(window.check(counter) == Verdict::fresh);
            CPPUNIT_ASSERT(window.check(counter) == Verdict::replayed);
        }
        for (const uint64_t counter : { 0, 5, 10 }) {
            CPPUNIT_ASSERT(window.check(counter) == Verdict::stale);
        }
        CPPUNIT_ASSERT(window.check(UINT64_MAX) == Verdict::fresh);
        CPPUNIT_ASSERT(window.check(UINT64_MAX) == Verdict::replayed);
        test::error_text<ConfigError>([] { ReplayWindow(0, 0); });
    }

    void window_forgets_the_oldest()
    {
        using Verdict = ReplayWindow::Verdict;
        constexpr std::size_t capacity = 8;
        ReplayWindow window(0, capacity);
        for (uint64_t counter = 100; counter < 200; counter += 2) {
            CPPUNIT_ASSERT(window.check(counter) == Verdict::fresh);
        }
        // 184, 186, ... 198 are remembered
        CPPUNIT_ASSERT(window.check(184) == Verdict::replayed);
        CPPUNIT_ASSERT(window.check(182) == Verdict::stale);
        CPPUNIT_ASSERT(window.check(181) == Verdict::stale);
        CPPUNIT_ASSERT(window.check(185) == Verdict::fresh); // late, but never seen
        CPPUNIT_ASSERT(window.check(184) == Verdict::stale); // which pushed this one out
    }

    void counters_rise_over_restarts_and_clocks_set_back()
    {
        const test::ScratchFolder folder("keys_counters");
        const std::string path = folder.path("key.counter");
        uint64_t last = 0;
        for (int start = 0; start < 5; start++) {
            CounterSource source(path);
            for (int i = 0; i < 100; i++) {
                const uint64_t first = source.take(3);
                CPPUNIT_ASSERT(first > last);
                last = first + 2;
            }
        }
        // As if the clock had been 300 years ahead at the last start.
        const uint64_t future = 300ull * 365 * 24 * 3600 * 1'000'000 + last;
        std::string digits = std::to_string(future);
        folder.file("key.counter", std::string(20 - digits.size(), '0') + digits + "\n");
        CPPUNIT_ASSERT_EQUAL(future, CounterSource(path).take(1));
        CPPUNIT_ASSERT(CounterSource(path).take(1) > future);
        struct stat status = {};
        ::stat(path.c_str(), &status);
        CPPUNIT_ASSERT_EQUAL(21l, long(status.st_size));
    }

    void counters_follow_the_clock()
    {
        const test::ScratchFolder folder("keys_clock");
        CounterSource source(folder.path("key.counter"));
        const uint64_t before = CounterSource::now();
        const uint64_t counter = source.take(1);
        CPPUNIT_ASSERT(before <= counter && counter <= CounterSource::now());
        test::error_text<ConfigError>([&] { source.take(0); });
    }

    void counter_file_is_locked_and_checked()
    {
        const test::ScratchFolder folder("keys_lock");
        const std::string path = folder.path("key.counter");
        {
            const CounterSource first(path);
            test::assert_contains(
                test::error_text<ConfigError>([&] { CounterSource second(path); }),
                "another transmitter");
        }
        folder.file("key.counter", "12345\n");
        test::assert_contains(
            test::error_text<ConfigError>([&] { CounterSource damaged(path); }),
            "damaged");
        test::assert_contains(
            test::error_text<ConfigError>(
                [&] { CounterSource nowhere(folder.path("no/folder/key.counter")); }),
            "cannot be written");
    }
};

#else

class qa_keys : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_keys);
    CPPUNIT_TEST(say_what_is_missing);
    CPPUNIT_TEST_SUITE_END();

    void say_what_is_missing()
    {
        CPPUNIT_ASSERT(!keys_available());
        test::assert_contains(
            test::error_text<ConfigError>([] { SecretKey::generate(); }), "libsodium");
        test::assert_contains(
            test::error_text<ConfigError>([] { SecretKey::read("key"); }), "libsodium");
    }
};

#endif

static const CPPUNIT_NS::AutoRegisterSuite<qa_keys> register_qa_keys("keys");

} // namespace djescc
