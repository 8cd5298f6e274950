/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Makes pictures by rule and tests coders of pictures with them.

#include "coded_pictures.h"

#include <algorithm>
#include <cmath>
#include <cppunit/TestAssert.h>
#include <djescc/error.h>
#include <limits>
#include <random>

namespace djescc {
namespace {

bool has_shape(const PlanarPicture& picture, const PlanarPicture& model)
{
    return picture.channels == model.channels && picture.height == model.height &&
           picture.width == model.width && picture.samples.size() == model.samples.size();
}

//! decode() does not fall over them.
void check_survives(PictureCoder& coder,
                    const std::string& bytes,
                    const PlanarPicture& picture)
{
    try {
        const auto decoded =
            coder.decode(bytes, picture.channels, picture.height, picture.width);
        CPPUNIT_ASSERT(has_shape(decoded, picture));
        for (const float sample : decoded.samples)
            CPPUNIT_ASSERT(sample >= 0 && sample <= 1);
    } catch (const ImageError&) {
        // as good
    }
}

} // namespace

PlanarPicture drawn_picture(int channels, int height, int width)
{
    std::minstd_rand random(1);
    std::normal_distribution<double> grain(0, 0.01);
    PlanarPicture picture{ channels, height, width, {} };
    for (int channel = 0; channel < channels; ++channel)
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                const double slope = (x + 2.0 * y) / (width + 2.0 * height);
                const double wave = std::sin(0.0007 * x * x + 0.06 * y + channel);
                const double disc = std::hypot(x - 0.6 * width, y - 0.4 * height) <
                                    0.25 * std::min(height, width);
                const double value =
                    0.15 + 0.4 * slope + 0.1 * wave + (0.3 - 0.2 * channel) * disc;
                picture.samples.push_back(static_cast<float>(
                    std::min(1.0, std::max(0.0, value + grain(random)))));
            }
    return picture;
}

PlanarPicture clip_picture(int channels, int height, int width, int number)
{
    constexpr int most = 32, step_down = 1, step_right = 3;
    const auto scene =
        drawn_picture(channels, height + most * step_down, width + most * step_right);
    std::minstd_rand random(static_cast<unsigned>(number + 1));
    std::normal_distribution<double> noise(0, 0.004);
    PlanarPicture picture{ channels, height, width, {} };
    for (int channel = 0; channel < channels; ++channel)
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                const auto row = channel * scene.height + y + number * step_down;
                const auto at = row * scene.width + x + number * step_right;
                picture.samples.push_back(static_cast<float>(std::clamp(
                    scene.samples[static_cast<std::size_t>(at)] + noise(random),
                    0.0,
                    1.0)));
            }
    return picture;
}

PlanarPicture flat_picture(int channels, int height, int width, float sample)
{
    const auto count = static_cast<std::size_t>(channels) *
                       static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    return { channels, height, width, std::vector<float>(count, sample) };
}

double picture_psnr(const PlanarPicture& a, const PlanarPicture& b)
{
    CPPUNIT_ASSERT(has_shape(a, b));
    double sum = 0;
    for (std::size_t i = 0; i < a.samples.size(); ++i)
        sum += std::pow(double{ a.samples[i] } - b.samples[i], 2);
    return -10 * std::log10(sum / static_cast<double>(a.samples.size()) + 1e-12);
}

void check_decodes(PictureCoder& coder, const CodedPicture& coded)
{
    const auto& expected = coded.decoded;
    const auto decoded =
        coder.decode(coded.bytes, expected.channels, expected.height, expected.width);
    CPPUNIT_ASSERT(has_shape(decoded, expected));
    CPPUNIT_ASSERT(decoded.samples == expected.samples);
}

void check_rates(PictureCoder& coder, const PlanarPicture& picture)
{
    const auto poorest = coder.encode_at(picture, coder.least_quality());
    CPPUNIT_ASSERT(!coder.encode(picture, 0));
    CPPUNIT_ASSERT(!coder.encode(picture, 1));
    const std::size_t least = poorest.bytes.size();
    double previous = 0;
    for (const std::size_t more : { 1, 2, 4, 12, 40 }) {
        const std::size_t max_bytes = least * more + 16;
        const auto coded = coder.encode(picture, max_bytes);
        CPPUNIT_ASSERT(coded.has_value());
        CPPUNIT_ASSERT(coded->bytes.size() <= max_bytes);
        check_decodes(coder, *coded);
        const double psnr = picture_psnr(picture, coded->decoded);
        // Coders are no pure functions of the quality: a little is let pass.
        CPPUNIT_ASSERT(psnr > previous - 0.3);
        previous = psnr;
    }
}

void check_refusals(PictureCoder& coder)
{
    auto wrong = flat_picture(3, 16, 16, 0.5f);
    CPPUNIT_ASSERT_THROW(coder.encode_at(wrong, coder.least_quality() - 1), ConfigError);
    CPPUNIT_ASSERT_THROW(coder.encode_at(wrong, coder.most_quality() + 1), ConfigError);
    for (const float sample : { std::numeric_limits<float>::quiet_NaN(),
                                std::numeric_limits<float>::infinity() }) {
        wrong.samples[7] = sample;
        CPPUNIT_ASSERT_THROW(coder.encode(wrong, 1000), ImageError);
        CPPUNIT_ASSERT_THROW(coder.encode_at(wrong, 10), ImageError);
    }
    wrong.samples.assign(3 * 16 * 16 - 1, 0.5f);
    CPPUNIT_ASSERT_THROW(coder.encode(wrong, 1000), ImageError);
    CPPUNIT_ASSERT_THROW(coder.encode(flat_picture(2, 8, 8, 0), 1000), ImageError);
    CPPUNIT_ASSERT_THROW(coder.encode(flat_picture(3, 0, 8, 0), 1000), ImageError);
    const std::string bytes(100, 'x');
    CPPUNIT_ASSERT_THROW(coder.decode(bytes, 2, 8, 8), ImageError);
    CPPUNIT_ASSERT_THROW(coder.decode(bytes, 3, 8, 0), ImageError);
    CPPUNIT_ASSERT_THROW(coder.decode(bytes, 3, -8, 8), ImageError);
    CPPUNIT_ASSERT_THROW(coder.decode(bytes, 3, 16384, 16384), ImageError);
    CPPUNIT_ASSERT_THROW(coder.decode({}, 3, 8, 8), ImageError);
}

void check_damage(PictureCoder& coder, const PlanarPicture& picture, int quality)
{
    const auto coded = coder.encode_at(picture, quality);
    for (std::size_t size = 0; size < coded.bytes.size(); ++size)
        check_survives(coder, coded.bytes.substr(0, size), picture);
    for (std::size_t i = 0; i < coded.bytes.size(); ++i)
        for (const unsigned change : { 0x01u, 0x10u, 0x80u, 0xffu }) {
            auto bytes = coded.bytes;
            bytes[i] = static_cast<char>(static_cast<uint8_t>(bytes[i]) ^ change);
            check_survives(coder, bytes, picture);
        }
    std::minstd_rand random(2);
    for (int i = 0; i < 100; ++i) {
        auto bytes = coded.bytes.substr(0, 2);
        for (unsigned left = random() % 200; left > 0; --left)
            bytes.push_back(static_cast<char>(random() >> 8 & 0xff));
        check_survives(coder, bytes, picture);
    }
    // Of another size than the one that is asked for, and with bytes behind the end.
    check_survives(coder, coded.bytes, flat_picture(picture.channels, 72, 40, 0));
    check_survives(coder, coded.bytes, flat_picture(4 - picture.channels, 32, 32, 0));
    check_survives(coder, coded.bytes + coded.bytes, picture);
}

} // namespace djescc
