/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Seals a picture's bytes and enciphers its symbols.

#include <djescc/keys/picture_seal.h>

#include "keys/crypto.h"
#include <algorithm>
#include <djescc/keys/frame_cipher.h>

namespace djescc {

namespace {

constexpr char sealing_purpose[] = "djesccPB";
constexpr char symbols_purpose[] = "djesccPS";

static_assert(PictureSeal::tag_size == crypto::seal_tag_size);
static_assert(PictureSeal::run_size + sizeof(uint64_t) <= crypto::seal_nonce_size);

std::array<uint8_t, crypto::seal_nonce_size> nonce_of(const PictureSeal::Run& run,
                                                      uint64_t number)
{
    std::array<uint8_t, crypto::seal_nonce_size> nonce{};
    auto* next = std::copy(run.begin(), run.end(), nonce.data());
    for (std::size_t i = 0; i < sizeof(number); i++) {
        *next++ = static_cast<uint8_t>(number >> (8 * i));
    }
    return nonce;
}

const uint8_t* bytes_of(const std::string& text)
{
    return reinterpret_cast<const uint8_t*>(text.data());
}

} // namespace

PictureSeal::Run PictureSeal::draw_run()
{
    Run run{};
    crypto::fill_randomly(run.data(), run.size());
    return run;
}

PictureSeal::PictureSeal(const SecretKey& master_key)
    : d_bytes_key(master_key.derive(sealing_purpose, 0))
    , d_symbols_key(master_key.derive(symbols_purpose, 0))
{
}

std::string
PictureSeal::seal(const std::string& bytes, const Run& run, uint64_t picture_number) const
{
    std::string sealed(run.begin(), run.end());
    sealed.resize(bytes.size() + overhead);
    crypto::seal(reinterpret_cast<uint8_t*>(sealed.data()) + run_size,
                 bytes_of(bytes),
                 bytes.size(),
                 nonce_of(run, picture_number).data(),
                 d_bytes_key.data());
    return sealed;
}

std::optional<PictureSeal::Opened> PictureSeal::open(const std::string& sealed,
                                                     uint64_t picture_number) const
{
    if (sealed.size() < overhead) {
        return std::nullopt;
    }
    Opened opened{ std::string(sealed.size() - overhead, '\0'), {} };
    std::copy_n(bytes_of(sealed), run_size, opened.run.begin());
    if (!crypto::open_sealed(reinterpret_cast<uint8_t*>(opened.bytes.data()),
                             bytes_of(sealed) + run_size,
                             sealed.size() - run_size,
                             nonce_of(opened.run, picture_number).data(),
                             d_bytes_key.data())) {
        return std::nullopt;
    }
    return opened;
}

SecretKey PictureSeal::symbols_key(const Run& run) const
{
    uint64_t number = 0;
    for (std::size_t i = 0; i < run_size; i++) {
        number |= static_cast<uint64_t>(run[i]) << (8 * i);
    }
    return d_symbols_key.derive(symbols_purpose, number);
}

void PictureSeal::encipher(std::complex<float>* symbols,
                           std::size_t count,
                           const Run& run,
                           uint64_t picture_number) const
{
    FrameCipher(symbols_key(run)).encipher(symbols, count, picture_number);
}

void PictureSeal::decipher(std::complex<float>* symbols,
                           std::size_t count,
                           const Run& run,
                           uint64_t picture_number) const
{
    FrameCipher(symbols_key(run)).decipher(symbols, count, picture_number);
}

} // namespace djescc
