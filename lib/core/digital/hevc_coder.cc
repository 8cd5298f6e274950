/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codes pictures by HEVC: the search for a quality, encoders that are kept.

#include "digital/hevc_coder.h"

#include "digital/hevc_bytes.h"
#include "digital/hevc_decoder.h"
#include "digital/hevc_encoder.h"
#include "digital/hevc_headers.h"
#include "digital/hevc_planes.h"
#include "digital/picture_detail.h"
#include "digital/quality_search.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>

namespace djescc {
namespace {

//! How a rate is searched.
struct Plan {
    HevcTools tools;
    int trials;
    double enough; // share of the bytes
};

Plan plan_of(HevcCoder::Speed speed)
{
    switch (speed) {
    case HevcCoder::Speed::fast:
        return { HevcTools::coarse, 2, 0.95 };
    case HevcCoder::Speed::normal:
        return { HevcTools::fine, 3, 0.97 };
    case HevcCoder::Speed::best:
        break;
    }
    return { HevcTools::deep, 8, 0.996 };
}

//! About what coarseness gives so many bits a pixel.
int expected_coarseness(const PlanarPicture& picture, double bits_per_pixel)
{
    const HevcFormat format(
        picture.channels, picture.height, picture.width, HevcTools::coarse);
    const PictureDetail detail(format, planes_of(format, picture, 1));
    int fine = 0, coarse = hevc_coarsest;
    while (fine < coarse) {
        const int middle = (fine + coarse) / 2;
        // QP 4 is a step of one level (ITU-T H.265, 8.6.4.1).
        const double step =
            std::exp2((static_cast<double>(middle) / hevc_parts_of_step - 4) / 6);
        if (detail.bits_per_pixel(step) > bits_per_pixel)
            fine = middle + 1;
        else
            coarse = middle;
    }
    return coarse;
}

//! By how much a quality is to rise for twice the bytes; fitted to the photographs of
//! Kodak, 0.04 to 2 bits a pixel.
double usual_octave(double bits_per_pixel)
{
    return hevc_parts_of_step * std::clamp(6.4 + std::log2(bits_per_pixel), 4.0, 9.0);
}

} // namespace

//! Encoders of the last picture's size: opening one takes as long as a small picture.
struct HevcCoder::Encoders {
    struct Kept {
        HevcFormat format;
        HevcEncoder encoder;

        explicit Kept(const HevcFormat& format) : format(format), encoder(format) {}
    };
    std::unique_ptr<Kept> kept[3]; // by HevcTools

    HevcEncoder& get(const HevcFormat& format)
    {
        auto& own = kept[static_cast<std::size_t>(format.tools)];
        if (own == nullptr || !(own->format == format)) {
            own.reset();
            own = std::make_unique<Kept>(format);
        }
        return own->encoder;
    }

    Coded encode(const PlanarPicture& picture, HevcTools tools, int quality)
    {
        const HevcFormat format(picture.channels, picture.height, picture.width, tools);
        const HevcQuantisation quantisation(hevc_coarsest - quality);
        auto planes = planes_of(format, picture, quantisation.gain);
        HevcBytes bytes;
        bytes.coarseness = hevc_coarsest - quality;
        bytes.tools = tools;
        bytes.slice = get(format).encode(planes, quantisation.qp);
        return { bytes.write(),
                 quality,
                 { format, std::move(planes), quantisation.gain } };
    }
};

HevcCoder::HevcCoder(Speed speed)
    : d_speed(speed), d_encoders(std::make_unique<Encoders>())
{
}
HevcCoder::~HevcCoder() = default;

std::optional<CodedPicture> HevcCoder::encode(const PlanarPicture& picture,
                                              std::size_t max_bytes)
{
    auto coded = encode_planes(picture, max_bytes);
    if (!coded)
        return std::nullopt;
    return coded->shown(picture.height, picture.width);
}

std::optional<HevcCoder::Coded> HevcCoder::encode_planes(const PlanarPicture& picture,
                                                         std::size_t max_bytes)
{
    check_coded_picture(picture);
    if (max_bytes <= hevc_own_bytes)
        return std::nullopt;
    const auto plan = plan_of(d_speed);
    const double pixels = static_cast<double>(picture.height) * picture.width;
    const double rate = 8.0 * static_cast<double>(max_bytes) / pixels;
    QualitySearch search;
    search.least = least_quality();
    search.most = most_quality();
    search.guess = hevc_coarsest - expected_coarseness(picture, rate);
    search.octave = usual_octave(rate);
    search.max_bytes = max_bytes;

    search.trials = plan.trials;
    search.enough = plan.enough;
    std::optional<Coded> best;
    const auto size_at = [&](int quality) {
        auto trial = d_encoders->encode(picture, plan.tools, quality);
        const auto size = trial.bytes.size();
        if (size <= max_bytes && (!best || quality > best->quality))
            best = std::move(trial);
        return size;
    };
    if (!find_quality(search, size_at))
        return std::nullopt;
    return best;
}

CodedPicture HevcCoder::encode_at(const PlanarPicture& picture, int quality)
{
    check_coded_picture(picture);
    check_coded_quality(*this, quality);
    return d_encoders->encode(picture, tools(), quality)
        .shown(picture.height, picture.width);
}

PlanarPicture
HevcCoder::decode(const std::string& bytes, int channels, int height, int width)
{
    return picture_of(decode_planes(bytes, channels, height, width), height, width);
}

HevcPicture
HevcCoder::decode_planes(const std::string& bytes, int channels, int height, int width)
{
    check_coded_shape(channels, height, width);
    const auto read = HevcBytes::read(bytes, channels, height, width);
    if (read.slice.fields.predicted)
        throw ImageError("bytes hold an HEVC picture that is predicted from another");
    const auto format = read.format(channels, height, width);
    return { format,
             hevc_decode(format, read.slice),
             HevcQuantisation(read.coarseness).gain };
}

CodedPicture HevcCoder::Coded::shown(int height, int width) const
{
    return { bytes, quality, picture_of(picture, height, width) };
}

HevcTools HevcCoder::tools() const { return plan_of(d_speed).tools; }

int HevcCoder::quality_of(const std::string& bytes) { return hevc_quality_of(bytes); }

} // namespace djescc
