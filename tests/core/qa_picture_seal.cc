/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of what a picture key seals: bytes that nobody else makes, symbols that nobody
// else reads.

#include <cmath>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/keys/picture_seal.h>
#include <set>
#include <vector>

using namespace djescc;

class qa_picture_seal : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_picture_seal);
#ifdef DJESCC_HAVE_SODIUM
    CPPUNIT_TEST(comes_back);
    CPPUNIT_TEST(every_changed_bit_is_noticed);
    CPPUNIT_TEST(cut_and_longer_strings_are_refused);
    CPPUNIT_TEST(belongs_to_its_number_run_and_key);
    CPPUNIT_TEST(runs_differ);
    CPPUNIT_TEST(symbols_come_back);
    CPPUNIT_TEST(symbols_of_other_runs_stay_hidden);
#endif
    CPPUNIT_TEST_SUITE_END();

    const SecretKey d_key = SecretKey::generate();
    const PictureSeal d_seal{ d_key };
    const PictureSeal::Run d_run{ { 1, 2, 3, 4, 5, 6, 7, 8 } };

    static std::vector<std::complex<float>> some_symbols(std::size_t count)
    {
        std::vector<std::complex<float>> symbols;
        for (std::size_t i = 0; i < count; ++i) {
            const auto x = static_cast<float>(i);
            symbols.emplace_back(std::sin(x), std::cos(1.3f * x));
        }
        return symbols;
    }

    //! Error power of what another run or key deciphers, over the symbols' power.
    static double error(const std::vector<std::complex<float>>& sent,
                        const std::vector<std::complex<float>>& seen)
    {
        double wrong = 0, power = 0;
        for (std::size_t i = 0; i < sent.size(); ++i) {
            wrong += std::norm(sent[i] - seen[i]);
            power += std::norm(sent[i]);
        }
        return wrong / power;
    }

public:
    void comes_back()
    {
        for (const std::size_t size : { 0u, 1u, 63u, 64u, 1000u }) {
            const std::string bytes(size, '\x5a');
            const auto sealed = d_seal.seal(bytes, d_run, 7);
            CPPUNIT_ASSERT_EQUAL(size + PictureSeal::overhead, sealed.size());
            const auto opened = d_seal.open(sealed, 7);
            CPPUNIT_ASSERT(opened);
            CPPUNIT_ASSERT_EQUAL(bytes, opened->bytes);
            CPPUNIT_ASSERT(opened->run == d_run);
        }
    }

    void every_changed_bit_is_noticed()
    {
        const auto sealed = d_seal.seal("a small picture", d_run, 7);
        for (std::size_t i = 0; i < 8 * sealed.size(); ++i) {
            auto changed = sealed;
            changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
            CPPUNIT_ASSERT(!d_seal.open(changed, 7));
        }
    }

    void cut_and_longer_strings_are_refused()
    {
        const auto sealed = d_seal.seal("a small picture", d_run, 7);
        for (std::size_t size = 0; size < sealed.size(); ++size)
            CPPUNIT_ASSERT(!d_seal.open(sealed.substr(0, size), 7));
        CPPUNIT_ASSERT(!d_seal.open(sealed + '\0', 7));
    }

    void belongs_to_its_number_run_and_key()
    {
        const auto sealed = d_seal.seal("a small picture", d_run, 7);
        CPPUNIT_ASSERT(!d_seal.open(sealed, 8));
        CPPUNIT_ASSERT(!d_seal.open(sealed, 7 + (uint64_t{ 1 } << 32)));
        const SecretKey other = SecretKey::generate();
        CPPUNIT_ASSERT(!PictureSeal(other).open(sealed, 7));
        // Equal bytes look different under another number, run or key.
        const PictureSeal::Run other_run{ { 1, 2, 3, 4, 5, 6, 7, 9 } };
        const auto body = [](const std::string& text) {
            return text.substr(PictureSeal::run_size);
        };
        const std::set<std::string> bodies{
            body(sealed),
            body(d_seal.seal("a small picture", d_run, 8)),
            body(d_seal.seal("a small picture", other_run, 7)),
            body(PictureSeal(other).seal("a small picture", d_run, 7))
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 4 }, bodies.size());
    }

    void runs_differ()
    {
        std::set<PictureSeal::Run> runs;
        for (int i = 0; i < 1000; ++i)
            runs.insert(PictureSeal::draw_run());
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 1000 }, runs.size());
    }

    void symbols_come_back()
    {
        const auto sent = some_symbols(1001);
        auto seen = sent;
        d_seal.encipher(seen.data(), seen.size(), d_run, 3);
        CPPUNIT_ASSERT(error(sent, seen) > 1);
        d_seal.decipher(seen.data(), seen.size(), d_run, 3);
        CPPUNIT_ASSERT(error(sent, seen) < 1e-10);
    }

    // Whoever deciphers with another run, number or key sees noise of the power of two
    // unrelated signals, 2; the deviation of that from 1001 symbols is about 0.05.
    void symbols_of_other_runs_stay_hidden()
    {
        const auto sent = some_symbols(1001);
        auto hidden = sent;
        d_seal.encipher(hidden.data(), hidden.size(), d_run, 3);
        const PictureSeal::Run other_run{ { 1, 2, 3, 4, 5, 6, 7, 9 } };
        const SecretKey other = SecretKey::generate();
        const auto seen =
            [&](const PictureSeal& seal, const PictureSeal::Run& run, uint64_t number) {
                auto symbols = hidden;
                seal.decipher(symbols.data(), symbols.size(), run, number);
                return error(sent, symbols);
            };
        CPPUNIT_ASSERT_DOUBLES_EQUAL(2.0, seen(d_seal, other_run, 3), 0.5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(2.0, seen(d_seal, d_run, 4), 0.5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(2.0, seen(PictureSeal(other), d_run, 3), 0.5);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_picture_seal>
    register_qa_picture_seal("picture_seal");
