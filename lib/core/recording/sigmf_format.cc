/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Converts samples to the bytes of a recording and back.

#include "recording/sigmf_format.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <djescc/error.h>

namespace djescc {

namespace {

constexpr float ci16_scale = 32767.0f;

template <typename Word>
void put(Word word, char* bytes)
{
    for (std::size_t i = 0; i < sizeof(Word); i++) {
        bytes[i] = static_cast<char>(word >> 8 * i & 0xff);
    }
}

template <typename Word>
Word get(const char* bytes)
{
    Word word = 0;
    for (std::size_t i = 0; i < sizeof(Word); i++) {
        word = static_cast<Word>(
            word | static_cast<Word>(static_cast<unsigned char>(bytes[i])) << 8 * i);
    }
    return word;
}

void put_float(float value, char* bytes)
{
    uint32_t word;
    static_assert(sizeof(word) == sizeof(value));
    std::memcpy(&word, &value, sizeof(word));
    put(word, bytes);
}

float get_float(const char* bytes)
{
    const auto word = get<uint32_t>(bytes);
    float value;
    std::memcpy(&value, &word, sizeof(value));
    return value;
}

//! \return whether the value had to be clipped; a NaN becomes 0
bool put_integer(float value, char* bytes)
{
    const float scaled = std::isnan(value) ? 0.0f : value * ci16_scale;
    const float clipped = std::clamp(scaled, -ci16_scale, ci16_scale);
    put(static_cast<uint16_t>(static_cast<int16_t>(std::lrint(clipped))), bytes);
    return clipped != scaled || std::isnan(value);
}

float get_integer(const char* bytes)
{
    return static_cast<float>(static_cast<int16_t>(get<uint16_t>(bytes))) / ci16_scale;
}

} // namespace

SampleFormat parse_sample_format(const std::string& text)
{
    for (const auto format : { SampleFormat::cf32_le, SampleFormat::ci16_le }) {
        if (text == sample_format_name(format)) {
            return format;
        }
    }
    throw ConfigError("the sample format must be cf32_le or ci16_le, not '" + text + "'");
}

std::string sigmf_base(const std::string& path)
{
    for (const std::string suffix : { ".sigmf-data", ".sigmf-meta", ".sigmf" }) {
        if (path.size() > suffix.size() &&
            path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0) {
            return path.substr(0, path.size() - suffix.size());
        }
    }
    return path;
}

const char* sample_format_name(SampleFormat format)
{
    return format == SampleFormat::cf32_le ? "cf32_le" : "ci16_le";
}

std::size_t sample_size(SampleFormat format)
{
    return format == SampleFormat::cf32_le ? 2 * sizeof(float) : 2 * sizeof(int16_t);
}

uint64_t encode_samples(const std::complex<float>* samples,
                        std::size_t count,
                        SampleFormat format,
                        char* bytes)
{
    const std::size_t half = sample_size(format) / 2;
    uint64_t clipped = 0;
    for (std::size_t i = 0; i < count; i++, bytes += 2 * half) {
        if (format == SampleFormat::cf32_le) {
            put_float(samples[i].real(), bytes);
            put_float(samples[i].imag(), bytes + half);
        } else {
            const bool real_clipped = put_integer(samples[i].real(), bytes);
            const bool imaginary_clipped = put_integer(samples[i].imag(), bytes + half);
            clipped += real_clipped || imaginary_clipped;
        }
    }
    return clipped;
}

void decode_samples(const char* bytes,
                    std::size_t count,
                    SampleFormat format,
                    std::complex<float>* samples)
{
    const std::size_t half = sample_size(format) / 2;
    for (std::size_t i = 0; i < count; i++, bytes += 2 * half) {
        samples[i] =
            format == SampleFormat::cf32_le
                ? std::complex<float>(get_float(bytes), get_float(bytes + half))
                : std::complex<float>(get_integer(bytes), get_integer(bytes + half));
    }
}

} // namespace djescc
