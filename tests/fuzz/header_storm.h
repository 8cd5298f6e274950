/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Hostile headers without end, for a test and a program under sanitizers. */
#pragma once

#include "radio/burst/burst_header.h"
#include "radio/burst/link_security.h"
#include <algorithm>
#include <boost/crc.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <vector>

namespace gr {
namespace djescc {
namespace test {

//! What became of the headers of a storm.
struct storm_result {
    uint64_t hostile = 0; //!< tried
    uint64_t parsed = 0;  //!< of these, with a good CRC and numbers that make sense
    uint64_t hostile_accepted = 0; //!< must stay 0
    uint64_t genuine = 0;          //!< fresh headers of the transmitter in between
    uint64_t genuine_accepted = 0; //!< must be all of them
};

//! A header as it goes on the air: its block and, in version 2, what may follow it.
struct sent_header {
    burst_header::bytes block{};
    std::vector<uint8_t> extension;
};

/*! Sends a receiver headers of both versions that nobody who holds the key made for this
 *  moment: random ones, ones with flipped bits, fields and flags changed, sealed by
 *  another key, and recorded ones, and side bytes that were changed or taken away. CRCs
 *  are made right where that helps the attacker. */
class header_storm
{
public:
    header_storm(std::shared_ptr<header_guard> transmitter,
                 std::shared_ptr<header_guard> stranger,
                 std::shared_ptr<header_guard> receiver,
                 uint64_t seed)
        : d_transmitter(std::move(transmitter))
        , d_stranger(std::move(stranger))
        , d_receiver(std::move(receiver))
        , d_random(seed)
    {
    }

    storm_result run(uint64_t count)
    {
        storm_result result;
        for (uint64_t i = 0; i < count; i++) {
            if (i % genuine_interval == 0) {
                const auto sent = genuine();
                result.genuine++;
                result.genuine_accepted += accepted(sent, result);
                d_recorded.push_back(sent);
                if (d_recorded.size() > most_recorded) {
                    d_recorded.pop_front();
                }
            }
            result.hostile++;
            result.hostile_accepted += accepted(hostile(), result);
        }
        result.parsed -= result.genuine_accepted;
        return result;
    }

private:
    static constexpr uint64_t genuine_interval = 1000;
    static constexpr size_t most_recorded = 10000; // more than a window remembers
    static constexpr size_t crc_offset = burst_header::size - 4;

    uint64_t draw(uint64_t bound) { return d_random() % bound; }

    //! What a receiver with a key does to a header.
    bool accepted(const sent_header& sent, storm_result& result)
    {
        auto header = burst_header::unpack(sent.block);
        if (!header || (header->extended && !unpack_extension(*header, sent.extension))) {
            return false;
        }
        result.parsed++;
        const auto tagged = header->tagged_bytes();
        return header->authenticated &&
               d_receiver->check(
                   header->counter, tagged.data(), tagged.size(), header->tag) ==
                   header_guard::verdict::accepted;
    }

    static bool unpack_extension(burst_header& header, std::vector<uint8_t> packed)
    {
        packed.resize(header.extension_size());
        return header.unpack_extension(packed);
    }

    static sent_header packed(const burst_header& header)
    {
        return { header.pack(), header.pack_extension() };
    }

    static burst_header sealed(burst_header header, header_guard& guard)
    {
        header.tag = {};
        const auto tagged = header.tagged_bytes();
        header.tag = guard.tag(header.counter, tagged.data(), tagged.size());
        return header;
    }

    burst_header plausible()
    {
        burst_header header;
        header.authenticated = true;
        header.enciphered = true;
        header.session = static_cast<uint16_t>(draw(65536));
        header.facts.model = ::djescc::Fingerprint{ static_cast<uint8_t>(d_random()) };
        header.facts.id = static_cast<int64_t>(draw(1000));
        header.facts.shape = { 3, 256, 256 };
        if (draw(2) == 1) {
            header.facts.parts = static_cast<int64_t>(1 + draw(255));
            header.facts.part =
                static_cast<int64_t>(draw(static_cast<uint64_t>(header.facts.parts)));
        }
        if (draw(2) == 1) {
            header.side_size = static_cast<uint8_t>(1 + draw(255));
            header.extended = true;
            header.facts.side.resize(header.side_size);
            fill(header.facts.side);
        }
        header.image_symbols = 32768;
        header.bursts = 8;
        header.symbols = 4096;
        header.counter = d_transmitter->take_counters(1);
        return header;
    }

    sent_header genuine() { return packed(sealed(plausible(), *d_transmitter)); }

    sent_header recorded() { return d_recorded[draw(d_recorded.size())]; }

    burst_header recorded_header()
    {
        const auto sent = recorded();
        auto header = *burst_header::unpack(sent.block);
        if (header.extended) {
            header.unpack_extension(sent.extension);
        }
        return header;
    }

    //! Make the CRCs right, the extension's as long as the header can be read.
    static void repair(sent_header& sent)
    {
        boost::crc_32_type crc;
        crc.process_bytes(sent.block.data(), crc_offset);
        for (int i = 0; i < 4; i++) {
            sent.block[crc_offset + i] =
                static_cast<uint8_t>(crc.checksum() >> 8 * (3 - i));
        }
        auto header = burst_header::unpack(sent.block);
        if (header && header->extended) {
            sent.extension.resize(header->side_size);
            header->facts.side = sent.extension;
            sent.extension = header->pack_extension();
        }
    }

    template <class Bytes>
    void fill(Bytes& bytes)
    {
        std::generate(bytes.begin(), bytes.end(), [this] {
            return static_cast<uint8_t>(d_random());
        });
    }

    sent_header random()
    {
        sent_header sent;
        sent.extension.resize(draw(260));
        fill(sent.block);
        fill(sent.extension);
        return sent;
    }

    template <class Bytes>
    void flip_bits(Bytes& bytes)
    {
        for (uint64_t flips = 1 + draw(8); flips > 0; flips--) {
            const uint64_t bit = draw(8 * bytes.size());
            bytes[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        }
    }

    sent_header flipped()
    {
        auto sent = recorded();
        if (!sent.extension.empty() && draw(2) == 1) {
            flip_bits(sent.extension);
        } else {
            flip_bits(sent.block);
        }
        return sent;
    }

    sent_header changed_field()
    {
        auto header = recorded_header();
        switch (draw(7)) {
        case 0: // make it new
            header.counter = d_transmitter->take_counters(1);
            break;
        case 1:
            header.counter += 1 + draw(1000000);
            break;
        case 2: // another picture
            header.facts.id++;
            break;
        case 3: // no tag, please
            header.authenticated = false;
            header.enciphered = false;
            break;
        case 4: // without its side bytes
            header.extended = false;
            header.counter++;
            break;
        case 5: // with others, and another part
            header.facts.part = header.facts.parts++;
            header.facts.side.assign(header.facts.side.size(), 1);
            break;
        default: // a shorter tag
            std::fill(header.tag.begin() + draw(header.tag.size()), header.tag.end(), 0);
            header.counter++;
        }
        return packed(header);
    }

    sent_header hostile()
    {
        sent_header sent;
        switch (draw(7)) {
        case 0:
            return random();
        case 1: // numbers that make sense, and a tag by guesswork
            sent = packed(sealed(plausible(), *d_transmitter));
            for (size_t i = 0; i < header_guard::tag_size; i++) {
                sent.block[burst_header::tagged_size + i] =
                    static_cast<uint8_t>(d_random());
            }
            break;
        case 2:
            return flipped();
        case 3:
            sent = flipped();
            break;
        case 4:
            return recorded();
        case 5:
            return packed(sealed(plausible(), *d_stranger));
        default:
            sent = changed_field();
        }
        repair(sent);
        return sent;
    }

    std::shared_ptr<header_guard> d_transmitter, d_stranger, d_receiver;
    std::mt19937_64 d_random;
    std::deque<sent_header> d_recorded;
};

} // namespace test
} // namespace djescc
} // namespace gr
