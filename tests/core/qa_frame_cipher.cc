/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of enciphered symbols: round trips, independence, what a wrong key gives.

#include "counting_key.h"
#include "keys/chacha_keystream.h"
#include "keys/crypto.h"
#include "keys/walsh_hadamard.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/files/sha256.h>
#include <djescc/keys/frame_cipher.h>
#include <map>
#include <random>
#include <vector>

namespace djescc {

#ifdef DJESCC_HAVE_SODIUM

using Symbols = std::vector<std::complex<float>>;

class qa_frame_cipher : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_frame_cipher);
    CPPUNIT_TEST(walsh_hadamard_of_a_power_of_two);
    CPPUNIT_TEST(walsh_hadamard_undoes_itself);
    CPPUNIT_TEST(every_symbol_is_spread);
    CPPUNIT_TEST(keystream_is_chacha20);
    CPPUNIT_TEST(numbers_below_a_bound_are_unbiased);
    CPPUNIT_TEST(round_trip);
    CPPUNIT_TEST(few_symbols_look_enciphered_on_average);
    CPPUNIT_TEST(energy_and_noise_power_are_kept);
    CPPUNIT_TEST(every_order_is_equally_likely);
    CPPUNIT_TEST(wrong_key_or_counter_gives_noise);
    CPPUNIT_TEST(enciphered_symbols_look_gaussian_and_fresh);
    CPPUNIT_TEST(a_lost_symbol_is_spread);
    CPPUNIT_TEST_SUITE_END();

    static double energy(const Symbols& symbols)
    {
        double sum = 0;
        for (const auto& symbol : symbols) {
            sum += std::norm(std::complex<double>(symbol));
        }
        return sum;
    }

    static Symbols random_symbols(std::size_t count, unsigned seed)
    {
        std::mt19937 generator(seed);
        std::normal_distribution<float> normal(0, std::sqrt(0.5f));
        Symbols symbols(count);
        for (auto& symbol : symbols) {
            symbol = { normal(generator), normal(generator) };
        }
        return symbols;
    }

    static Symbols difference(Symbols first, const Symbols& second)
    {
        for (std::size_t i = 0; i < first.size(); i++) {
            first[i] -= second[i];
        }
        return first;
    }

    //! Of the difference, relative to the second.
    static double error_db(const Symbols& first, const Symbols& second)
    {
        return 10 * std::log10(energy(difference(first, second)) / energy(second));
    }

    static SecretKey key(uint8_t number)
    {
        static const SecretKey master =
            test::counting_key(test::ScratchFolder("frame_cipher"));
        return master.derive("testkeys", number);
    }

    void walsh_hadamard_of_a_power_of_two()
    {
        // Row r of Sylvester's matrix: (-1)^popcount(r & column) / sqrt(count).
        for (const std::size_t count : { 1, 2, 4, 64, 16384 }) {
            for (const std::size_t row : { std::size_t(0), count / 2, count - 1 }) {
                Symbols symbols(count);
                symbols[row] = { 2, -3 };
                walsh_hadamard(symbols.data(), count);
                for (std::size_t column = 0; column < count; column++) {
                    const float sign =
                        __builtin_popcountll(row & column) % 2 == 0 ? 1.0f : -1.0f;
                    const float scale = sign / std::sqrt(static_cast<float>(count));
                    CPPUNIT_ASSERT_DOUBLES_EQUAL(2 * scale, symbols[column].real(), 1e-6);
                    CPPUNIT_ASSERT_DOUBLES_EQUAL(
                        -3 * scale, symbols[column].imag(), 1e-6);
                }
            }
        }
    }

    void walsh_hadamard_undoes_itself()
    {
        for (const std::size_t count : { 1, 2, 4, 64, 8192, 65536 }) {
            const Symbols before = random_symbols(count, 1);
            Symbols symbols = before;
            walsh_hadamard(symbols.data(), count);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                energy(before), energy(symbols), 1e-6 * static_cast<double>(count));
            walsh_hadamard(symbols.data(), count);
            CPPUNIT_ASSERT(energy(difference(symbols, before)) <= 1e-12 * energy(before));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), power_of_two_within(1));
        CPPUNIT_ASSERT_EQUAL(std::size_t(64), power_of_two_within(127));
        CPPUNIT_ASSERT_EQUAL(std::size_t(128), power_of_two_within(128));
    }

    void every_symbol_is_spread()
    {
        constexpr std::size_t count = 3000;
        const FrameCipher cipher(key(1));
        for (std::size_t place = 0; place < count; place += 7) {
            Symbols symbols(count);
            symbols[place] = 1;
            cipher.encipher(symbols.data(), count, place + 1);
            double largest = 0;
            for (const auto& symbol : symbols) {
                largest = std::max<double>(largest, std::norm(symbol));
            }
            // 2^11 of 3000 symbols hold the power once it is spread; the second
            // transform makes sums of it with random signs
            CPPUNIT_ASSERT(largest < 30.0 / 2048);
        }
    }

    void keystream_is_chacha20()
    {
        // RFC 8439, appendix A.1, vectors 1 and 2: a key of zeros, blocks 0 and 1.
        const std::vector<uint8_t> zeros(crypto::key_size);
        std::vector<uint8_t> bytes(16);
        crypto::keystream(bytes.data(), bytes.size(), 0, zeros.data());
        CPPUNIT_ASSERT_EQUAL(std::string("76b8e0ada0f13d90405d6ae55386bd28"),
                             to_hex(bytes.data(), bytes.size()));
        crypto::keystream(bytes.data(), bytes.size(), 1, zeros.data());
        CPPUNIT_ASSERT_EQUAL(std::string("9f07e7be5551387a98ba977c732d080d"),
                             to_hex(bytes.data(), bytes.size()));
        // Words are little-endian and go on from chunk to chunk.
        ChaChaKeystream stream(key(1)), same(key(1));
        std::vector<uint8_t> all(3 * 4096);
        crypto::keystream(all.data(), all.size(), 0, key(1).data());
        for (std::size_t i = 0; i < all.size(); i += 4) {
            const uint32_t word = stream.next();
            CPPUNIT_ASSERT_EQUAL(all[i], static_cast<uint8_t>(word));
            CPPUNIT_ASSERT_EQUAL(all[i + 3], static_cast<uint8_t>(word >> 24));
            CPPUNIT_ASSERT_EQUAL(word, same.next());
        }
    }

    void numbers_below_a_bound_are_unbiased()
    {
        // 3 * 2^30: a plain modulo would give a third of the values twice as often.
        ChaChaKeystream stream(key(1));
        constexpr uint32_t bound = 3u << 30;
        constexpr int draws = 300000;
        std::vector<int> thirds(3);
        for (int i = 0; i < draws; i++) {
            const uint32_t number = stream.below(bound);
            CPPUNIT_ASSERT(number < bound);
            thirds[number >> 30]++;
        }
        // eight standard deviations of a binomial with p = 1/3
        const double limit = 8 * std::sqrt(draws * (1 / 3.) * (2 / 3.));
        for (const int count : thirds) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(draws / 3., count, limit);
        }
        CPPUNIT_ASSERT_EQUAL(0u, stream.below(1));
    }

    void round_trip()
    {
        const FrameCipher cipher(key(1));
        for (const std::size_t count : { 0, 1, 2, 3, 48, 1000, 65536, 100001 }) {
            const Symbols plain = random_symbols(count, 2);
            Symbols symbols = plain;
            cipher.encipher(symbols.data(), count, 99);
            // Two independent frames of 48 are eight standard deviations from this; of
            // fewer symbols some keys leave most of them nearly where they were.
            if (count >= 48) {
                CPPUNIT_ASSERT(error_db(symbols, plain) > -3);
            }
            cipher.decipher(symbols.data(), count, 99);
            if (count > 0) {
                CPPUNIT_ASSERT(energy(difference(symbols, plain)) <=
                               1e-12 * energy(plain));
            }
        }
    }

    //! As for independent symbols of the same power: an error of twice the power.
    void few_symbols_look_enciphered_on_average()
    {
        const FrameCipher cipher(key(1));
        constexpr int frames = 20000;
        for (const std::size_t count : { 1, 2, 3 }) {
            const Symbols plain = random_symbols(count, 2);
            double error = 0;
            for (int frame = 0; frame < frames; frame++) {
                Symbols symbols = plain;
                cipher.encipher(symbols.data(), count, frame);
                error += energy(difference(symbols, plain)) / energy(plain) / frames;
            }
            // A frame's error lies within 0 and 4, so its deviation is 2 at most: six of
            // the mean's.
            CPPUNIT_ASSERT_DOUBLES_EQUAL(2.0, error, 6 * 2 / std::sqrt(frames));
        }
    }

    /*! What "costs 0 dB on white noise" means: the enciphered symbols have the same
     *  energy, and noise added on the way has the same energy after the decipherer. */
    void energy_and_noise_power_are_kept()
    {
        const FrameCipher cipher(key(1));
        for (const std::size_t count : { 4096, 10000, 98304 }) {
            const Symbols plain = random_symbols(count, 3);
            Symbols symbols = plain;
            cipher.encipher(symbols.data(), count, 5);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, energy(symbols) / energy(plain), 1e-6);
            const Symbols noise = random_symbols(count, 4);
            for (std::size_t i = 0; i < count; i++) {
                symbols[i] += noise[i];
            }
            cipher.decipher(symbols.data(), count, 5);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(
                1.0, energy(difference(symbols, plain)) / energy(noise), 1e-5);
        }
    }

    void every_order_is_equally_likely()
    {
        std::map<std::vector<uint32_t>, int> orders;
        ChaChaKeystream stream(key(1));
        constexpr int draws = 60000;
        for (int i = 0; i < draws; i++) {
            orders[random_order(stream, 3)]++;
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(6), orders.size());
        const double limit = 8 * std::sqrt(draws * (1 / 6.) * (5 / 6.));
        for (const auto& [order, count] : orders) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(draws / 6., count, limit);
        }
    }

    void wrong_key_or_counter_gives_noise()
    {
        constexpr std::size_t count = 10000;
        const Symbols plain = random_symbols(count, 6);
        Symbols sent = plain;
        FrameCipher(key(1)).encipher(sent.data(), count, 5);
        Symbols wrong_key = sent, wrong_counter = sent;
        FrameCipher(key(2)).decipher(wrong_key.data(), count, 5);
        FrameCipher(key(1)).decipher(wrong_counter.data(), count, 6);
        // independent symbols of the same power: an error of twice the power, 3 dB
        CPPUNIT_ASSERT_DOUBLES_EQUAL(3.01, error_db(wrong_key, plain), 0.3);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(3.01, error_db(wrong_counter, plain), 0.3);
    }

    void enciphered_symbols_look_gaussian_and_fresh()
    {
        // All the power of a frame in one symbol in a hundred.
        constexpr std::size_t count = 60000;
        Symbols plain(count);
        for (std::size_t i = 0; i < count; i += 100) {
            plain[i] = 10;
        }
        const FrameCipher cipher(key(1));
        Symbols first = plain, second = plain;
        cipher.encipher(first.data(), count, 1);
        cipher.encipher(second.data(), count, 2);
        for (const Symbols& symbols : { first, second }) {
            double square = 0, fourth = 0;
            for (const auto& symbol : symbols) {
                square += std::pow(symbol.real(), 2) / count;
                fourth += std::pow(symbol.real(), 4) / count;
            }
            // The plain frame had nothing but real parts, with a kurtosis of 100.
            CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, square, 0.05);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(3.0, fourth / (square * square), 0.3);
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(3.01, error_db(first, second), 0.3);
    }

    void a_lost_symbol_is_spread()
    {
        constexpr std::size_t count = 8192;
        const Symbols plain = random_symbols(count, 7);
        const FrameCipher cipher(key(1));
        Symbols symbols = plain;
        cipher.encipher(symbols.data(), count, 1);
        double lost = 0;
        for (std::size_t i = 1000; i < 1500; i++) {
            lost += std::norm(symbols[i]);
            symbols[i] = 0;
        }
        cipher.decipher(symbols.data(), count, 1);
        const Symbols error = difference(symbols, plain);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, energy(error) / lost, 1e-3);
        double largest = 0;
        for (const auto& value : error) {
            largest = std::max<double>(largest, std::norm(value));
        }
        // the mean is 0.061 of a symbol's power; an exponential tail of 8192 ends near 10
        // times the mean
        CPPUNIT_ASSERT(largest < 30 * lost / count);
    }
};

#else

class qa_frame_cipher : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_frame_cipher);
    CPPUNIT_TEST(keys_are_not_available);
    CPPUNIT_TEST_SUITE_END();

    void keys_are_not_available() { CPPUNIT_ASSERT(!keys_available()); }
};

#endif

static const CPPUNIT_NS::AutoRegisterSuite<qa_frame_cipher>
    register_qa_frame_cipher("frame_cipher");

} // namespace djescc
