/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Headers of both versions against the bytes and bits of docs/burst-format.md. */

#include "radio/burst/burst_header.h"
#include "radio/burst/header_code.h"
#include "radio/burst/split_mix.h"
#include "radio/dsp/complex_gaussian_noise.h"
#include <boost/crc.hpp>
#include <cmath>
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

namespace gr::djescc::test {

namespace {

burst_header first_version()
{
    burst_header header;
    header.authenticated = true;
    header.spread = true;
    header.session = 0xbeef;
    header.facts.model =
        ::djescc::Fingerprint{ 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
    header.facts.id = 0xfedcba98;
    header.facts.shape = { 3, 512, 768 };
    header.facts.plain = ::djescc::ImageShape{ 3, 510, 765 };
    header.image_symbols = 196608;
    header.burst = 47;
    header.bursts = 48;
    header.symbols = 4096;
    header.power_scale = -300;
    header.counter = 0x1122334455667788;
    header.tag = { 1, 2, 3, 4, 5, 6, 7, 8 };
    return header;
}

burst_header second_version()
{
    auto header = first_version();
    header.counter = 0x22334455667788;
    header.facts.part = 2;
    header.facts.parts = 5;
    header.facts.side = { 0xa0, 0xa1, 0xa2 };
    header.side_size = 3;
    header.extended = true;
    return header;
}

template <class Bytes>
std::string hex(const Bytes& bytes)
{
    std::string text;
    for (const unsigned byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

//! The block with a byte changed and its CRC made right again.
burst_header::bytes forged(burst_header::bytes packed, size_t place, uint8_t value)
{
    packed[place] = value;
    constexpr size_t crc_place = burst_header::size - 4;
    boost::crc_32_type crc;
    crc.process_bytes(packed.data(), crc_place);
    for (size_t i = 0; i < 4; i++) {
        packed[crc_place + i] = static_cast<uint8_t>(crc.checksum() >> 8 * (3 - i));
    }
    return packed;
}

//! The convolutional code of the format, bit by bit.
std::vector<int> coded_bits(const std::vector<uint8_t>& bytes)
{
    std::vector<int> coded;
    unsigned state = 0;
    for (size_t i = 0; i < 8 * bytes.size() + 6; i++) {
        const unsigned bit = i < 8 * bytes.size() ? bytes[i / 8] >> (7 - i % 8) & 1u : 0u;
        state = (state << 1 | bit) & 127u;
        for (const unsigned polynomial : { 109u, 79u }) {
            coded.push_back(__builtin_parity(state & polynomial));
        }
    }
    return coded;
}

} // namespace

class qa_burst_header : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_burst_header);
    CPPUNIT_TEST(bytes_of_version_1);
    CPPUNIT_TEST(bytes_of_version_2);
    CPPUNIT_TEST(headers_survive_their_bytes);
    CPPUNIT_TEST(version_2_only_where_it_is_needed);
    CPPUNIT_TEST(damaged_headers_are_refused);
    CPPUNIT_TEST(damaged_extensions_are_refused);
    CPPUNIT_TEST(contradictions_are_refused);
    CPPUNIT_TEST(other_versions_and_flags_are_refused);
    CPPUNIT_TEST(the_tag_covers_the_side_bytes);
    CPPUNIT_TEST(the_code_is_that_of_the_specification);
    CPPUNIT_TEST(the_code_corrects);
    CPPUNIT_TEST_SUITE_END();

public:
    //! Put together by hand from the table of docs/burst-format.md.
    void bytes_of_version_1()
    {
        CPPUNIT_ASSERT_EQUAL(std::string("01"               // version
                                         "05"               // authenticated, spread
                                         "beef"             // session
                                         "0123456789abcdef" // model
                                         "fedcba98"         // id
                                         "0200030003"       // 512 x 768 x 3
                                         "0301fe02fd"       // 3 x 510 x 765
                                         "00030000"         // symbols of the image
                                         "002f0030"         // burst 47 of 48
                                         "1000"             // symbols of the burst
                                         "fed4"             // power scale
                                         "1122334455667788" // counter
                                         "0102030405060708" // tag
                                         "8f006600"),       // CRC
                             hex(first_version().pack()));
        CPPUNIT_ASSERT_EQUAL(size_t(0), first_version().extension_size());
        CPPUNIT_ASSERT(first_version().pack_extension().empty());
    }

    void bytes_of_version_2()
    {
        const auto header = second_version();
        CPPUNIT_ASSERT_EQUAL(std::string("02"               // version
                                         "0d"               // and an extension follows
                                         "beef"             // session
                                         "0123456789abcdef" // model
                                         "fedcba98"         // id
                                         "0200030003"       // 512 x 768 x 3
                                         "0301fe02fd"       // 3 x 510 x 765
                                         "00030000"         // symbols of the part
                                         "002f0030"         // burst 47 of 48
                                         "0205"             // part 2 of 5
                                         "fed4"             // power scale
                                         "03"               // side bytes
                                         "22334455667788"   // counter
                                         "0102030405060708" // tag
                                         "b8cc59be"),       // CRC
                             hex(header.pack()));
        CPPUNIT_ASSERT_EQUAL(size_t(7), header.extension_size());
        // CRC-32 of the block's first 54 bytes and the side bytes.
        CPPUNIT_ASSERT_EQUAL(std::string("a0a1a2"
                                         "9f96703a"),
                             hex(header.pack_extension()));
    }

    void headers_survive_their_bytes()
    {
        for (const auto& header : { first_version(), second_version() }) {
            auto found = burst_header::unpack(header.pack());
            CPPUNIT_ASSERT(found);
            CPPUNIT_ASSERT(found->facts.side.empty());
            if (header.extended) {
                CPPUNIT_ASSERT(found->unpack_extension(header.pack_extension()));
            }
            CPPUNIT_ASSERT(found->authenticated && found->spread && !found->enciphered);
            CPPUNIT_ASSERT(found->facts.shape == header.facts.shape);
            CPPUNIT_ASSERT(found->facts.plain == header.facts.plain);
            CPPUNIT_ASSERT(found->facts.model == header.facts.model);
            CPPUNIT_ASSERT(found->facts.side == header.facts.side);
            CPPUNIT_ASSERT_EQUAL(header.facts.id, found->facts.id);
            CPPUNIT_ASSERT_EQUAL(header.facts.part, found->facts.part);
            CPPUNIT_ASSERT_EQUAL(header.facts.parts, found->facts.parts);
            CPPUNIT_ASSERT_EQUAL(header.power_scale, found->power_scale);
            CPPUNIT_ASSERT_EQUAL(header.symbols, found->symbols);
            CPPUNIT_ASSERT_EQUAL(header.counter, found->counter);
            CPPUNIT_ASSERT_EQUAL(header.counter - 47, found->image_counter());
            CPPUNIT_ASSERT(header.pack() == found->pack());
        }
        auto nameless = first_version();
        nameless.facts.model.reset();
        CPPUNIT_ASSERT(!burst_header::unpack(nameless.pack())->facts.model);
    }

    void version_2_only_where_it_is_needed()
    {
        auto header = first_version();
        CPPUNIT_ASSERT_EQUAL(1, header.version());
        header.facts.parts = 2;
        CPPUNIT_ASSERT_EQUAL(2, header.version());
        header.facts.parts = 1;
        header.side_size = 1; // in another burst
        CPPUNIT_ASSERT_EQUAL(2, header.version());
        const auto found = burst_header::unpack(header.pack());
        CPPUNIT_ASSERT(found && !found->extended && found->side_size == 1);
        // Version 2 with nothing to say that version 1 could not: one part, no side
        // bytes.
        auto packed = second_version().pack();
        packed = forged(packed, 1, 5);
        packed = forged(packed, 34, 0);
        packed = forged(packed, 35, 1);
        CPPUNIT_ASSERT(burst_header::unpack(packed)); // there are side bytes still
        CPPUNIT_ASSERT(!burst_header::unpack(forged(packed, 38, 0)));
    }

    void damaged_headers_are_refused()
    {
        for (const auto& header : { first_version(), second_version() }) {
            const auto packed = header.pack();
            for (size_t bit = 0; bit < 8 * packed.size(); bit++) {
                auto damaged = packed;
                damaged[bit / 8] =
                    static_cast<uint8_t>(damaged[bit / 8] ^ (1 << bit % 8));
                CPPUNIT_ASSERT(!burst_header::unpack(damaged));
            }
        }
        CPPUNIT_ASSERT(!burst_header::unpack({}));
    }

    void damaged_extensions_are_refused()
    {
        const auto header = second_version();
        const auto packed = header.pack_extension();
        for (size_t bit = 0; bit < 8 * packed.size(); bit++) {
            auto damaged = packed;
            damaged[bit / 8] = static_cast<uint8_t>(damaged[bit / 8] ^ (1 << bit % 8));
            auto found = *burst_header::unpack(header.pack());
            CPPUNIT_ASSERT(!found.unpack_extension(damaged));
            CPPUNIT_ASSERT(found.facts.side.empty());
        }
        // Another burst's extension does not fit.
        auto other = header;
        other.burst = 46;
        CPPUNIT_ASSERT(!other.unpack_extension(packed));
    }

    void contradictions_are_refused()
    {
        const auto refused = [](burst_header header, auto change) {
            change(header);
            return !burst_header::unpack(header.pack());
        };
        using header = burst_header;
        for (const auto& good : { first_version(), second_version() }) {
            CPPUNIT_ASSERT(!refused(good, [](header&) {}));
            CPPUNIT_ASSERT(refused(good, [](header& h) { h.burst = 48; }));
            CPPUNIT_ASSERT(refused(good, [](header& h) { h.bursts = 0; }));
            CPPUNIT_ASSERT(refused(good, [](header& h) { h.image_symbols = 40; }));
            CPPUNIT_ASSERT(refused(good, [](header& h) { h.facts.shape.height = 0; }));
            CPPUNIT_ASSERT(refused(good, [](header& h) { h.facts.plain->width = 0; }));
        }
        const auto first = first_version(), second = second_version();
        CPPUNIT_ASSERT(refused(first, [](header& h) { h.symbols = 4095; }));
        CPPUNIT_ASSERT(refused(second, [](header& h) { h.facts.part = 5; }));
        CPPUNIT_ASSERT(refused(second, [](header& h) { h.facts.part = 255; }));
        CPPUNIT_ASSERT(refused(second, [](header& h) { h.facts.parts = 0; }));
        CPPUNIT_ASSERT(
            refused(second, [](header& h) { h.facts.part = h.facts.parts = 0; }));
        // An extension of no bytes, and bursts longer than a burst can be: 65536 symbols.
        CPPUNIT_ASSERT(refused(second, [](header& h) { h.side_size = 0; }));
        CPPUNIT_ASSERT(
            refused(second, [](header& h) { h.image_symbols = 48u * 65536u; }));
        CPPUNIT_ASSERT(refused(second, [](header& h) { h.image_symbols = UINT32_MAX; }));
        CPPUNIT_ASSERT(
            !refused(second, [](header& h) { h.image_symbols = 48u * 65535u; }));
    }

    void other_versions_and_flags_are_refused()
    {
        const auto packed = second_version().pack();
        CPPUNIT_ASSERT(burst_header::unpack(forged(packed, 0, 2)));
        for (const uint8_t version : { 0, 1, 3, 4, 255 }) {
            CPPUNIT_ASSERT(!burst_header::unpack(forged(packed, 0, version)));
        }
        for (const uint8_t flag : { 16, 32, 64, 128 }) {
            CPPUNIT_ASSERT(!burst_header::unpack(
                forged(packed, 1, static_cast<uint8_t>(packed[1] | flag))));
        }
        const auto old = first_version().pack();
        CPPUNIT_ASSERT(
            !burst_header::unpack(forged(old, 1, static_cast<uint8_t>(old[1] | 8))));
    }

    void the_tag_covers_the_side_bytes()
    {
        const auto first = first_version(), second = second_version();
        const auto block = second.pack();
        std::vector<uint8_t> expected(block.begin(), block.begin() + 46);
        expected.insert(expected.end(), { 0xa0, 0xa1, 0xa2 });
        CPPUNIT_ASSERT(expected == second.tagged_bytes());
        CPPUNIT_ASSERT_EQUAL(size_t(46), first.tagged_bytes().size());
        auto elsewhere = second;
        elsewhere.extended = false;
        CPPUNIT_ASSERT_EQUAL(size_t(46), elsewhere.tagged_bytes().size());
    }

    void the_code_is_that_of_the_specification()
    {
        struct example {
            size_t bytes;
            size_t stride;
            uint64_t seed;
        };
        // 1324 bits are a multiple of 331.
        for (const auto& [bytes, stride, seed] :
             { example{ 58, 331, 2 }, example{ 7, 45, 6 }, example{ 82, 467, 6 } }) {
            std::vector<uint8_t> sent(bytes);
            for (size_t i = 0; i < bytes; i++) {
                sent[i] = static_cast<uint8_t>(37 * i + 11);
            }
            const auto coded = coded_bits(sent);
            CPPUNIT_ASSERT_EQUAL(16 * bytes + 12, coded.size());
            const size_t symbols = 2 * coded.size() + 5;
            header_code code(bytes, symbols, seed);
            std::vector<gr_complex> found(symbols);
            code.encode(sent.data(), found.data());
            for (size_t i = 0; i < 2 * symbols; i++) {
                const auto turn =
                    static_cast<int>(split_mix(seed, i / 64) >> (i % 64) & 1);
                const int bit = coded[stride * i % coded.size()] ^ turn;
                const float value = i % 2 ? found[i / 2].imag() : found[i / 2].real();
                CPPUNIT_ASSERT_DOUBLES_EQUAL(
                    bit ? -std::sqrt(0.5) : std::sqrt(0.5), value, 1e-6);
            }
        }
    }

    //! At -1 dB, where a bit alone is wrong one time in seven or eight.
    void the_code_corrects()
    {
        for (const size_t bytes : { 5u, 58u, 259u }) {
            const size_t symbols = header_code::least_symbols(bytes);
            header_code code(bytes, symbols, format_seed::extension);
            std::vector<uint8_t> packed(bytes);
            for (size_t i = 0; i < bytes; i++) {
                packed[i] = static_cast<uint8_t>(91 * i);
            }
            std::vector<gr_complex> sent(symbols);
            code.encode(packed.data(), sent.data());
            complex_gaussian_noise noise(3);
            int failures = 0;
            size_t wrong_bits = 0;
            for (int i = 0; i < 100; i++) {
                std::vector<gr_complex> got(symbols);
                noise.add(sent.data(), got.data(), symbols, std::pow(10.0f, 0.05f));
                for (size_t n = 0; n < symbols; n++) {
                    wrong_bits += got[n].real() * sent[n].real() < 0.0f;
                }
                std::vector<uint8_t> found(bytes);
                code.decode(got.data(), found.data());
                failures += found != packed;
            }
            CPPUNIT_ASSERT(wrong_bits > 100 * symbols / 10);
            CPPUNIT_ASSERT_EQUAL(0, failures);
        }
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_burst_header>
    register_qa_burst_header("burst_header");

} // namespace gr::djescc::test
