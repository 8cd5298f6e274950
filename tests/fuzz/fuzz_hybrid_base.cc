/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Fuzz target of what a receiver of codec `hybrid` makes of a base: link, seal, payload.

#include "codec/hybrid_base.h"

#include "digital/bit_link.h"
#include <cstdlib>
#include <cstring>
#include <djescc/keys/picture_keys.h>

namespace {

constexpr int64_t fuzzed_symbols = 4096;
const djescc::ImageShape fuzzed_shape{ 3, 32, 48 };

void check_received(const djescc::HybridBase::Received& received)
{
    if (received.outage.size(0) != 1 || received.energy_steps.size() != 1 ||
        received.bases.images.sizes() !=
            torch::IntArrayRef({ 1, 3, fuzzed_shape.height, fuzzed_shape.width }) ||
        !received.bases.images.isfinite().all().item<bool>())
        std::abort();
}

torch::Tensor row_of(std::vector<std::complex<float>> symbols)
{
    auto row = torch::zeros({ 1, fuzzed_symbols }, torch::kComplexFloat);
    std::copy(symbols.begin(), symbols.end(), djescc::first_symbol(row, 0));
    return row;
}

} // namespace

//! x265 keeps a little of every encoder.
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265"; }

//! Any bytes behind a right CRC, with a key and without, and any symbols: a base of the
//! shape that was asked for, or an outage.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    static const djescc::PictureLinkSettings settings;
    static djescc::HybridBase base(settings);
    static const auto link = settings.make_link();
    static const djescc::PictureSeal seal(djescc::SecretKey::generate());
    static const auto trust = torch::ones({ 1, fuzzed_symbols });
    const std::vector<float> noise{ 0.1f };
    djescc::PictureKeys keys;
    keys.seal = &seal;
    keys.runs.resize(1);
    keys.counters = { 7 };

    std::string bytes(reinterpret_cast<const char*>(data), size);
    bytes.resize(std::min(bytes.size(), link.capacity_bytes(fuzzed_symbols)));
    const auto sent = row_of(link.encode(bytes, fuzzed_symbols));
    for (const auto* used : { static_cast<djescc::PictureKeys*>(nullptr), &keys })
        check_received(base.receive(sent, trust, noise, fuzzed_shape, used));

    // Sealed by the right key, so that what is inside is read.
    if (bytes.size() > 1 + djescc::PictureSeal::overhead) {
        const auto inside =
            bytes.substr(1, bytes.size() - 1 - djescc::PictureSeal::overhead);
        const auto sealed =
            bytes.substr(0, 1) + seal.seal(inside, keys.runs[0], keys.counters[0]);
        check_received(base.receive(row_of(link.encode(sealed, fuzzed_symbols)),
                                    trust,
                                    noise,
                                    fuzzed_shape,
                                    &keys));
    }

    // The bytes as samples, of some sizes only: what is no codeword takes long to decode.
    if (size == 0 || size % (2 * sizeof(float)) != 0)
        return 0;
    auto symbols = torch::zeros({ 1, fuzzed_symbols }, torch::kComplexFloat);
    std::memcpy(symbols.data_ptr(),
                data,
                std::min<std::size_t>(size, fuzzed_symbols * sizeof(float) * 2));
    check_received(base.receive(symbols, trust, noise, fuzzed_shape, nullptr));
    return 0;
}
