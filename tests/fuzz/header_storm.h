/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "radio/burst/burst_header.h"
#include "radio/burst/link_security.h"
#include <algorithm>
#include <boost/crc.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>

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

/*! Sends a receiver headers that nobody who holds the key made for this moment: random
 *  ones, ones with flipped bits, fields and flags changed, sealed by another key, and
 *  recorded ones. CRCs are made right where that helps the attacker. */
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
                const auto bytes = genuine();
                result.genuine++;
                result.genuine_accepted += accepted(bytes, result);
                d_recorded.push_back(bytes);
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
    using bytes = burst_header::bytes;

    static constexpr uint64_t genuine_interval = 1000;
    static constexpr size_t most_recorded = 10000; // more than a window remembers
    static constexpr size_t crc_offset = burst_header::size - 4;

    uint64_t draw(uint64_t bound) { return d_random() % bound; }

    //! What a receiver with a key does to a header.
    bool accepted(const bytes& packed, storm_result& result)
    {
        const auto header = burst_header::unpack(packed);
        if (!header) {
            return false;
        }
        result.parsed++;
        const auto again = header->pack();
        return header->authenticated &&
               d_receiver->check(header->counter,
                                 again.data(),
                                 burst_header::tagged_size,
                                 header->tag) == header_guard::verdict::accepted;
    }

    static bytes sealed(burst_header header, header_guard& guard)
    {
        header.tag = {};
        const auto packed = header.pack();
        header.tag = guard.tag(header.counter, packed.data(), burst_header::tagged_size);
        return header.pack();
    }

    burst_header plausible()
    {
        burst_header header;
        header.authenticated = true;
        header.enciphered = true;
        header.session = static_cast<uint16_t>(draw(65536));
        header.fingerprint = d_random();
        header.image = static_cast<uint32_t>(draw(1000));
        header.shape = { 3, 256, 256 };
        header.image_symbols = 32768;
        header.bursts = 8;
        header.symbols = 4096;
        header.counter = d_transmitter->take_counters(1);
        return header;
    }

    bytes genuine() { return sealed(plausible(), *d_transmitter); }

    bytes recorded() { return d_recorded[draw(d_recorded.size())]; }

    static void repair(bytes& packed)
    {
        boost::crc_32_type crc;
        crc.process_bytes(packed.data(), crc_offset);
        for (int i = 0; i < 4; i++) {
            packed[crc_offset + i] = static_cast<uint8_t>(crc.checksum() >> 8 * (3 - i));
        }
    }

    bytes random()
    {
        bytes packed;
        std::generate(packed.begin(), packed.end(), [this] {
            return static_cast<uint8_t>(d_random());
        });
        return packed;
    }

    bytes flipped()
    {
        bytes packed = recorded();
        for (uint64_t flips = 1 + draw(8); flips > 0; flips--) {
            const uint64_t bit = draw(8 * packed.size());
            packed[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
        }
        return packed;
    }

    bytes changed_field()
    {
        auto header = *burst_header::unpack(recorded());
        switch (draw(5)) {
        case 0: // make it new
            header.counter = d_transmitter->take_counters(1);
            break;
        case 1:
            header.counter += 1 + draw(1000000);
            break;
        case 2: // another picture
            header.image++;
            break;
        case 3: // no tag, please
            header.authenticated = false;
            header.enciphered = false;
            break;
        default: // a shorter tag
            std::fill(header.tag.begin() + draw(header.tag.size()), header.tag.end(), 0);
            header.counter++;
        }
        return header.pack();
    }

    bytes hostile()
    {
        bytes packed;
        switch (draw(7)) {
        case 0:
            return random();
        case 1: // numbers that make sense, and a tag by guesswork
            packed = sealed(plausible(), *d_transmitter);
            for (size_t i = 0; i < header_guard::tag_size; i++) {
                packed[burst_header::tagged_size + i] = static_cast<uint8_t>(d_random());
            }
            break;
        case 2:
            return flipped();
        case 3:
            packed = flipped();
            break;
        case 4:
            return recorded();
        case 5:
            return sealed(plausible(), *d_stranger);
        default:
            return changed_field();
        }
        repair(packed);
        return packed;
    }

    std::shared_ptr<header_guard> d_transmitter, d_stranger, d_receiver;
    std::mt19937_64 d_random;
    std::deque<bytes> d_recorded;
};

} // namespace test
} // namespace djescc
} // namespace gr
