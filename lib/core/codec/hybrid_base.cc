/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codes, seals, sends and receives bases.

#include "codec/hybrid_base.h"

#include <algorithm>
#include <djescc/error.h>
#include <djescc/net/part_times.h>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr char in_the_clear = 0, sealed_by_a_key = 1;
constexpr std::size_t kind_bytes = 1, energy_bytes = 2;
constexpr std::size_t clear_bytes = kind_bytes + energy_bytes;
// Below this many bytes no picture is worth its airtime.
constexpr std::size_t fewest_picture_bytes = 16;

std::string energy_text(int steps)
{
    const auto bits = static_cast<uint16_t>(steps);
    return { static_cast<char>(bits >> 8), static_cast<char>(bits & 0xff) };
}

int energy_of(const std::string& text)
{
    return static_cast<int16_t>(static_cast<uint8_t>(text[0]) << 8 |
                                static_cast<uint8_t>(text[1]));
}

HybridBases grey_bases(int64_t n, int64_t height, int64_t width)
{
    return { torch::full({ n, 3, height, width }, grey_value), torch::zeros({ n }) };
}

} // namespace

HybridBase::HybridBase(const PictureLinkSettings& settings)
    : d_coder(settings.make_coder()), d_link(settings.make_link())
{
}

int64_t HybridBase::symbols_for(int64_t all, int64_t wanted) const
{
    if (capacity(wanted) >= clear_bytes + fewest_picture_bytes)
        return wanted;
    for (int64_t symbols = 0; 2 * symbols <= all; ++symbols)
        if (capacity(symbols) >= clear_bytes)
            return symbols;
    return 0;
}

bool HybridBase::seals(int64_t symbols) const
{
    return capacity(symbols) >= clear_bytes + PictureSeal::overhead;
}

std::size_t HybridBase::capacity(int64_t symbols) const
{
    return d_link.capacity_bytes(static_cast<std::size_t>(symbols));
}

HybridBase::Coded
HybridBase::encode(const torch::Tensor& images, int64_t symbols, bool sealed, bool a_clip)
{
    const int64_t n = images.size(0);
    Coded coded{ grey_bases(n, images.size(2), images.size(3)),
                 std::vector<std::string>(static_cast<std::size_t>(n)) };
    const auto taken = clear_bytes + (sealed ? PictureSeal::overhead : 0);
    if (capacity(symbols) < taken + fewest_picture_bytes)
        return coded;
    for (int64_t i = 0; i < n; ++i) {
        if (!a_clip)
            d_coder->begin_clip();
        const PartTimer timer(picture_coder_part);
        auto picture =
            d_coder->encode(planar_picture(images[i]), capacity(symbols) - taken);
        if (!picture)
            continue; // grey, and the refinement has it all
        coded.bases.images[i].copy_(image_of(picture->decoded));
        coded.bases.quality[i] = picture->quality;
        coded.bytes[static_cast<std::size_t>(i)] = std::move(picture->bytes);
    }
    return coded;
}

torch::Tensor HybridBase::symbols(const Coded& coded,
                                  const std::vector<int>& energy_steps,
                                  int64_t symbols,
                                  const PictureKeys* keys) const
{
    auto values = torch::empty({ static_cast<int64_t>(coded.bytes.size()), symbols },
                               torch::kComplexFloat);
    for (std::size_t i = 0; i < coded.bytes.size(); ++i) {
        auto payload = energy_text(energy_steps[i]) + coded.bytes[i];
        if (keys != nullptr)
            payload = keys->seal->seal(payload, keys->runs[i], keys->counters[i]);
        payload.insert(payload.begin(), keys != nullptr ? sealed_by_a_key : in_the_clear);
        const PartTimer timer(channel_code_part);
        const auto sent = d_link.encode(payload, static_cast<std::size_t>(symbols));
        std::copy(
            sent.begin(), sent.end(), first_symbol(values, static_cast<int64_t>(i)));
    }
    return values;
}

HybridBase::Received HybridBase::receive(const torch::Tensor& values,
                                         const torch::Tensor& reliability,
                                         const std::vector<float>& noise,
                                         const ImageShape& shape,
                                         const PictureKeys* keys)
{
    const int64_t n = values.size(0), count = values.size(1);
    const auto rows = static_cast<std::size_t>(n);
    const auto sent = values.to(torch::kCPU).contiguous();
    const auto trust = reliability.to(torch::kCPU, torch::kFloat32).contiguous();
    Received received{ grey_bases(n, shape.height, shape.width),
                       std::vector<int>(rows, 0),
                       std::vector<PictureSeal::Run>(rows),
                       torch::zeros({ n }, torch::kBool) };
    for (int64_t i = 0; i < n && count > 0; ++i) {
        const auto* first = trust.data_ptr<float>() + i * count;
        const auto payload = [&] {
            const PartTimer timer(channel_code_part);
            return d_link.decode(symbols_of_row(sent, i),
                                 noise[static_cast<std::size_t>(i)],
                                 { first, first + count });
        }();
        received.outage[i] =
            !payload ||
            !unpack(*payload, shape, static_cast<std::size_t>(i), keys, received);
    }
    return received;
}

bool HybridBase::unpack(const std::string& payload,
                        const ImageShape& shape,
                        std::size_t row,
                        const PictureKeys* keys,
                        Received& received)
{
    const char expected = keys != nullptr ? sealed_by_a_key : in_the_clear;
    if (payload.empty() || payload[0] != expected)
        return false;
    auto content = payload.substr(kind_bytes);
    if (keys != nullptr) {
        auto opened = keys->seal->open(content, keys->counters[row]);
        if (!opened)
            return false;
        received.runs[row] = opened->run;
        content = std::move(opened->bytes);
    }
    if (content.size() < energy_bytes)
        return false;
    received.energy_steps[row] = energy_of(content);
    const auto bytes = content.substr(energy_bytes);
    if (bytes.empty())
        return true; // a picture that did not fit
    const auto index = static_cast<int64_t>(row);
    const PartTimer timer(picture_coder_part);
    try {
        received.bases.images[index].copy_(image_of(d_coder->decode(
            bytes, 3, static_cast<int>(shape.height), static_cast<int>(shape.width))));
        received.bases.quality[index] = HevcCoder::quality_of(bytes);
        return true;
    } catch (const ImageError&) {
        return false;
    }
}

} // namespace djescc
