/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of both implementations of SHA-256 against the standard's vectors.

#include "error_text.h"
#include "files/sha256_portable.h"
#include "scratch_folder.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/files/sha256.h>
#include <random>

namespace djescc {

namespace {

std::string hex(const Sha256Digest& digest)
{
    return to_hex(digest.data(), digest.size());
}

Sha256Digest portable(const std::string& bytes)
{
    PortableSha256 hasher;
    hasher.update(bytes.data(), bytes.size());
    return hasher.finish();
}

} // namespace

class qa_sha256 : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_sha256);
    CPPUNIT_TEST(standard_vectors);
    CPPUNIT_TEST(portable_equals_library_at_every_length);
    CPPUNIT_TEST(pieces_equal_whole);
    CPPUNIT_TEST(files);
    CPPUNIT_TEST(unreadable_files);
    CPPUNIT_TEST_SUITE_END();

    // The examples that NIST publishes with FIPS 180-4, and the empty message.
    void standard_vectors()
    {
        const std::vector<std::pair<std::string, std::string>> vectors{
            { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
            { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
            { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
            { "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
              "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
              "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
            { std::string(1'000'000, 'a'),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
        };
        for (const auto& [message, digest] : vectors) {
            CPPUNIT_ASSERT_EQUAL(digest, hex(sha256(message)));
            CPPUNIT_ASSERT_EQUAL(digest, hex(portable(message)));
        }
    }

    void portable_equals_library_at_every_length()
    {
        std::mt19937 random(1);
        std::string message;
        for (int length = 0; length < 300; length++) {
            CPPUNIT_ASSERT_EQUAL(hex(sha256(message)), hex(portable(message)));
            message += static_cast<char>(random());
        }
    }

    void pieces_equal_whole()
    {
        std::mt19937 random(2);
        std::string message(10'000, '\0');
        for (char& byte : message) {
            byte = static_cast<char>(random());
        }
        PortableSha256 hasher;
        for (std::size_t position = 0; position < message.size();) {
            const std::size_t count =
                std::min<std::size_t>(random() % 200, message.size() - position);
            hasher.update(message.data() + position, count);
            position += count;
        }
        CPPUNIT_ASSERT_EQUAL(hex(portable(message)), hex(hasher.finish()));
    }

    void files()
    {
        const test::ScratchFolder folder("sha256");
        CPPUNIT_ASSERT_EQUAL(hex(sha256("abc", 3)),
                             sha256_of_file(folder.file("abc", "abc")));
        CPPUNIT_ASSERT_EQUAL(hex(sha256("")), sha256_of_file(folder.file("empty", "")));
        // several of the reader's pieces, and not a whole number of them
        const std::string large((5 << 20) + 17, 'x');
        CPPUNIT_ASSERT_EQUAL(hex(sha256(large)),
                             sha256_of_file(folder.file("large", large)));
    }

    void unreadable_files()
    {
        const test::ScratchFolder folder("sha256_unreadable");
        const auto missing =
            test::error_text<ModelError>([&] { sha256_of_file(folder.path("missing")); });
        test::assert_contains(missing, folder.path("missing"));
        test::assert_contains(missing, "No such file");
        const auto directory =
            test::error_text<ModelError>([&] { sha256_of_file(folder.path("")); });
        test::assert_contains(directory, "directory");
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_sha256> register_qa_sha256("sha256");

} // namespace djescc
