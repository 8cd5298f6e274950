/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Counters, tags and ciphers of djescc/keys behind the interfaces of the radio. */

#include "blocks/burst_security.h"

#include <cmath>
#include <djescc/error.h>
#include <djescc/keys/counter_source.h>
#include <djescc/keys/frame_cipher.h>
#include <djescc/keys/header_authenticator.h>
#include <djescc/keys/replay_window.h>
#include <djescc/keys/secret_key.h>

namespace gr {
namespace djescc {

namespace {

static_assert(header_guard::tag_size == ::djescc::HeaderAuthenticator::tag_size);

class transmitting_guard : public header_guard
{
public:
    transmitting_guard(const ::djescc::SecretKey& key, const std::string& counter_file)
        : d_authenticator(key), d_counters(counter_file)
    {
    }

    uint64_t take_counters(uint64_t count) override { return d_counters.take(count); }

    tag_bytes tag(uint64_t counter, const uint8_t* header, size_t size) override
    {
        return d_authenticator.tag(counter, header, size);
    }

    //! A transmitter hears nobody; it only says whether a tag is its key's.
    verdict check(uint64_t counter,
                  const uint8_t* header,
                  size_t size,
                  const tag_bytes& tag) override
    {
        return d_authenticator.verify(counter, header, size, tag) ? verdict::accepted
                                                                  : verdict::forged;
    }

private:
    ::djescc::HeaderAuthenticator d_authenticator;
    ::djescc::CounterSource d_counters;
};

class receiving_guard : public header_guard
{
public:
    receiving_guard(const ::djescc::SecretKey& key, uint64_t max_age)
        : d_authenticator(key), d_max_age(max_age)
    {
    }

    uint64_t take_counters(uint64_t) override
    {
        throw ::djescc::ConfigError("a receiver's key makes no counters");
    }

    tag_bytes tag(uint64_t counter, const uint8_t* header, size_t size) override
    {
        return d_authenticator.tag(counter, header, size);
    }

    verdict check(uint64_t counter,
                  const uint8_t* header,
                  size_t size,
                  const tag_bytes& tag) override
    {
        // Only what is authentic may touch the window.
        if (!d_authenticator.verify(counter, header, size, tag)) {
            return verdict::forged;
        }
        if (d_max_age > 0) {
            const uint64_t now = ::djescc::CounterSource::now();
            if (now > d_max_age && counter < now - d_max_age) {
                return verdict::stale;
            }
        }
        switch (d_window.check(counter)) {
        case ::djescc::ReplayWindow::Verdict::replayed:
            return verdict::replayed;
        case ::djescc::ReplayWindow::Verdict::stale:
            return verdict::stale;
        case ::djescc::ReplayWindow::Verdict::fresh:
            break;
        }
        return verdict::accepted;
    }

private:
    ::djescc::HeaderAuthenticator d_authenticator;
    ::djescc::ReplayWindow d_window;
    uint64_t d_max_age; //!< in microseconds; 0 for any
};

class keyed_cipher : public symbol_cipher
{
public:
    explicit keyed_cipher(const ::djescc::SecretKey& key) : d_cipher(key) {}

    void encipher(gr_complex* symbols, size_t count, uint64_t counter) override
    {
        d_cipher.encipher(symbols, count, counter);
    }

    void decipher(gr_complex* symbols, size_t count, uint64_t counter) override
    {
        d_cipher.decipher(symbols, count, counter);
    }

private:
    ::djescc::FrameCipher d_cipher;
};

constexpr double microseconds_per_second = 1e6;
constexpr double longest_age = 1e9; // 31 years

} // namespace

burst_security make_transmit_security(const std::string& key_file)
{
    if (key_file.empty()) {
        return {};
    }
    const auto key = ::djescc::SecretKey::read(key_file);
    return { std::make_shared<transmitting_guard>(key, key_file + ".counter"),
             std::make_shared<keyed_cipher>(key) };
}

burst_security make_receive_security(const std::string& key_file, double max_age)
{
    if (!(max_age >= 0 && max_age <= longest_age)) {
        throw ::djescc::ConfigError(
            "the greatest age of a burst must be 0 (any) to 1e9 "
            "seconds, but is " +
            std::to_string(max_age));
    }
    if (key_file.empty()) {
        if (max_age > 0) {
            throw ::djescc::ConfigError(
                "only a key's counters tell a burst's age: give "
                "a key file, too");
        }
        return {};
    }
    const auto key = ::djescc::SecretKey::read(key_file);
    return { std::make_shared<receiving_guard>(
                 key,
                 static_cast<uint64_t>(std::llround(max_age * microseconds_per_second))),
             std::make_shared<keyed_cipher>(key) };
}

} // namespace djescc
} // namespace gr
