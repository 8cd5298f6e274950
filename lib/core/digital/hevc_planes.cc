/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Turns R, G and B into the planes that HEVC codes, and back.

#include "digital/hevc_planes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace djescc {
namespace {

constexpr float top_level = (1 << hevc_bit_depth) - 1;
constexpr float middle_level = 1 << (hevc_bit_depth - 1);

// 1/sqrt(3), 1/sqrt(2) and 1/sqrt(6): rows of length 1 at right angles.
constexpr float third = 0.57735026919f, half = 0.70710678119f, sixth = 0.40824829046f;
constexpr std::array<std::array<float, 3>, 3> turn{
    { { third, third, third }, { half, 0, -half }, { -sixth, 2 * sixth, -sixth } }
};

//! How a plane's levels stand to its values: values run to 1 for grey and to sqrt(3) for
//! the brightness of three channels; the other two are within +-sqrt(2/3) of the middle.
struct Levels {
    float scale;
    float middle;

    Levels(const HevcFormat& format, std::size_t plane, double gain)
        : scale(static_cast<float>(gain) * top_level *
                (format.channels == 1 ? 1.0f : third))
        , middle(plane == 0 ? 0.0f : middle_level)
    {
    }
    uint16_t level(float value) const
    {
        // By way of an int, as processors turn many floats into those at once.
        return static_cast<uint16_t>(
            static_cast<int>(std::clamp(value * scale + middle + 0.5f, 0.0f, top_level)));
    }
    float value(uint16_t level) const
    {
        return (static_cast<float>(level) - middle) / scale;
    }
};

std::size_t plane_count(const HevcFormat& format)
{
    return static_cast<std::size_t>(format.channels);
}

} // namespace

HevcPlanes::HevcPlanes(const HevcFormat& format)
    : samples(plane_count(format),
              std::vector<uint16_t>(static_cast<std::size_t>(format.height) *
                                    static_cast<std::size_t>(format.width)))
{
}

HevcPlanes planes_of(const HevcFormat& format, const PlanarPicture& picture, double gain)
{
    const auto height = static_cast<std::size_t>(picture.height);
    const auto width = static_cast<std::size_t>(picture.width);
    const auto coded_width = static_cast<std::size_t>(format.width);
    HevcPlanes planes(format);
    std::vector<float> values(width);
    for (std::size_t plane = 0; plane < plane_count(format); ++plane) {
        const Levels levels(format, plane, gain);
        for (std::size_t y = 0; y < height; ++y) {
            std::fill(values.begin(), values.end(), 0.0f);
            for (std::size_t channel = 0; channel < plane_count(format); ++channel) {
                const float* row = &picture.samples[(channel * height + y) * width];
                const float part = format.channels == 1 ? 1.0f : turn[plane][channel];
                for (std::size_t x = 0; x < width; ++x)
                    values[x] += part * std::clamp(row[x], 0.0f, 1.0f);
            }
            uint16_t* out = &planes.samples[plane][y * coded_width];
            for (std::size_t x = 0; x < width; ++x)
                out[x] = levels.level(values[x]);
            std::fill(out + width, out + coded_width, out[width - 1]);
        }
        const auto last = planes.samples[plane].begin() +
                          static_cast<std::ptrdiff_t>((height - 1) * coded_width);
        for (auto y = static_cast<std::ptrdiff_t>(1);
             y <= static_cast<std::ptrdiff_t>(format.height) - picture.height;
             ++y)
            std::copy_n(last, coded_width, last + y * format.width);
    }
    return planes;
}

PlanarPicture picture_of(const HevcFormat& format,
                         const HevcPlanes& planes,
                         double gain,
                         int height,
                         int width)
{
    const auto rows = static_cast<std::size_t>(height);
    const auto columns = static_cast<std::size_t>(width);
    PlanarPicture picture{ format.channels, height, width, {} };
    picture.samples.resize(plane_count(format) * rows * columns);
    for (std::size_t plane = 0; plane < plane_count(format); ++plane) {
        const Levels levels(format, plane, gain);
        for (std::size_t channel = 0; channel < plane_count(format); ++channel) {
            const float part = format.channels == 1 ? 1.0f : turn[plane][channel];
            for (std::size_t y = 0; y < rows; ++y) {
                const uint16_t* in =
                    &planes.samples[plane][y * static_cast<std::size_t>(format.width)];
                float* out = &picture.samples[(channel * rows + y) * columns];
                for (std::size_t x = 0; x < columns; ++x)
                    out[x] += part * levels.value(in[x]);
            }
        }
    }
    for (auto& sample : picture.samples)
        sample = std::clamp(sample, 0.0f, 1.0f);
    return picture;
}

PlanarPicture picture_of(const HevcPicture& picture, int height, int width)
{
    return picture_of(picture.format, picture.planes, picture.gain, height, width);
}

HevcPlanes planes_with_gain(const HevcPicture& picture, double gain)
{
    constexpr int64_t one = int64_t{ 1 } << 24;
    const auto factor = static_cast<int64_t>(
        std::llround(gain / picture.gain * static_cast<double>(one)));
    auto planes = picture.planes;
    if (factor == one)
        return planes;
    for (std::size_t plane = 0; plane < planes.samples.size(); ++plane) {
        const int64_t middle = plane == 0 ? 0 : int64_t{ 1 } << (hevc_bit_depth - 1);
        for (auto& sample : planes.samples[plane]) {
            const int64_t scaled = (sample - middle) * factor + middle * one + one / 2;
            sample = static_cast<uint16_t>(std::clamp<int64_t>(
                scaled / one, 0, (int64_t{ 1 } << hevc_bit_depth) - 1));
        }
    }
    return planes;
}

} // namespace djescc
