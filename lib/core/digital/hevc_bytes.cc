/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes and reads what stands before an HEVC picture's entropy-coded data.

#include "digital/hevc_bytes.h"

#include "digital/link_block.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>

namespace djescc {
namespace {

constexpr unsigned luma_sao_bit = 1u << 5, chroma_sao_bit = 1u << 4;
constexpr unsigned coarseness_shift = 6, tools_shift = 2, tools_mask = 3;
constexpr unsigned spare_bit = 2, predicted_bit = 1;

//! The first two bytes.
unsigned own_bits(const std::string& bytes)
{
    if (bytes.size() <= hevc_own_bytes)
        throw ImageError("bytes hold no HEVC picture: there are " +
                         std::to_string(bytes.size()));
    return static_cast<unsigned>(static_cast<uint8_t>(bytes[0])) << 8 |
           static_cast<uint8_t>(bytes[1]);
}

[[noreturn]] void refuse_first_bytes()
{
    throw ImageError("bytes hold no HEVC picture: their first make no sense");
}

} // namespace

HevcQuantisation::HevcQuantisation(int coarseness)
    : qp(std::min(hevc_most_qp, coarseness / hevc_parts_of_step))
    , gain(
          std::exp2(-(coarseness - qp * hevc_parts_of_step) / (6.0 * hevc_parts_of_step)))
{
}

std::string HevcBytes::write() const
{
    const unsigned bits = static_cast<unsigned>(coarseness) << coarseness_shift |
                          (slice.fields.luma_sao ? luma_sao_bit : 0) |
                          (slice.fields.chroma_sao ? chroma_sao_bit : 0) |
                          static_cast<unsigned>(tools) << tools_shift |
                          (slice.fields.predicted ? predicted_bit : 0);
    std::string own{ static_cast<char>(bits >> 8), static_cast<char>(bits & 0xff) };
    if (slice.fields.predicted)
        for (const unsigned shift : { 24u, 16u, 8u, 0u })
            own.push_back(static_cast<char>(reference >> shift & 0xff));
    return own + slice.data;
}

HevcBytes HevcBytes::read(const std::string& bytes, int channels, int height, int width)
{
    const unsigned bits = own_bits(bytes);
    const unsigned tools = bits >> tools_shift & tools_mask;
    HevcBytes read;
    read.coarseness = static_cast<int>(bits >> coarseness_shift);
    read.slice.fields.qp = HevcQuantisation(read.coarseness).qp;
    read.slice.fields.luma_sao = (bits & luma_sao_bit) != 0;
    read.slice.fields.chroma_sao = (bits & chroma_sao_bit) != 0;
    read.slice.fields.predicted = (bits & predicted_bit) != 0;
    if ((bits & spare_bit) != 0 || tools > static_cast<unsigned>(HevcTools::deep) ||
        (channels == 1 && read.slice.fields.chroma_sao))
        refuse_first_bytes();
    read.tools = static_cast<HevcTools>(tools);
    auto own = hevc_own_bytes;
    if (read.slice.fields.predicted) {
        own = hevc_predicted_own_bytes;
        if (bytes.size() <= own)
            refuse_first_bytes();
        for (auto i = hevc_own_bytes; i < own; ++i)
            read.reference = read.reference << 8 | static_cast<uint8_t>(bytes[i]);
    }
    // More than ten bits a sample and their coding's overhead are not our encoder's.
    const auto format = read.format(channels, height, width);
    const auto most_bytes = own + 64 +
                            4 * static_cast<std::size_t>(channels) *
                                static_cast<std::size_t>(format.height) *
                                static_cast<std::size_t>(format.width);
    if (bytes.size() > most_bytes)
        throw ImageError("bytes hold no HEVC picture: there are " +
                         std::to_string(bytes.size()));
    read.slice.data = bytes.substr(own);
    return read;
}

HevcFormat HevcBytes::format(int channels, int height, int width) const
{
    HevcFormat format(channels, height, width, tools);
    format.predicts = slice.fields.predicted;
    return format;
}

int hevc_quality_of(const std::string& bytes)
{
    return hevc_coarsest - static_cast<int>(own_bits(bytes) >> coarseness_shift);
}

uint32_t hevc_digest(const std::string& bytes) { return link_crc(bytes, bytes.size()); }

} // namespace djescc
