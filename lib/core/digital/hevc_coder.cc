/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codes pictures by HEVC: from quality to QP and gain, the search, our own two bytes.

#include "digital/hevc_coder.h"

#include "digital/hevc_decoder.h"
#include "digital/hevc_encoder.h"
#include "digital/hevc_headers.h"
#include "digital/hevc_planes.h"
#include "digital/quality_search.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>

namespace djescc {
namespace {

constexpr int parts_of_step = 16; // qualities in a step of QP
constexpr int coarsest = 1023;    // the quantisation in our bytes, in parts of a step
constexpr std::size_t own_bytes = 2;
constexpr unsigned luma_sao_bit = 1u << 5, chroma_sao_bit = 1u << 4, spare_bits = 0xf;

//! How a quality is come by.
struct Quantisation {
    int qp;
    double gain;

    explicit Quantisation(int coarseness)
        : qp(std::min(hevc_most_qp, coarseness / parts_of_step))
        , gain(std::exp2(-(coarseness - qp * parts_of_step) / (6.0 * parts_of_step)))
    {
    }
};

std::string own_header(int coarseness, const HevcSliceFields& fields)
{
    const unsigned bits = static_cast<unsigned>(coarseness) << 6 |
                          (fields.luma_sao ? luma_sao_bit : 0) |
                          (fields.chroma_sao ? chroma_sao_bit : 0);
    return { static_cast<char>(bits >> 8), static_cast<char>(bits & 0xff) };
}

struct Settings {
    const char* preset;
    int trials;
    double enough; // share of the bytes
};

Settings settings_of(HevcCoder::Speed speed)
{
    switch (speed) {
    case HevcCoder::Speed::fast:
        return { "ultrafast", 3, 0.97 };
    case HevcCoder::Speed::normal:
        return { "medium", 4, 0.98 };
    case HevcCoder::Speed::best:
        break;
    }
    return { "slower", 8, 0.995 };
}

/*! About what coarseness gives so many bits a pixel: the mean of photographs, by
 *  log2 of the bits. */
double usual_coarseness(double bits_per_pixel)
{
    const double octaves = std::log2(bits_per_pixel);
    return parts_of_step * (28.3 - 7 * octaves);
}

} // namespace

struct HevcCoder::Encoders {
    std::optional<HevcFormat> format;
    std::unique_ptr<HevcEncoder> encoder;
};

struct HevcCoder::Trial {
    int quality;
    std::string bytes;
    HevcPlanes planes;

    CodedPicture coded(const PlanarPicture& picture) const
    {
        const HevcFormat format(picture.channels, picture.height, picture.width);
        const Quantisation quantisation(coarsest - quality);
        return { bytes,
                 quality,
                 picture_of(
                     format, planes, quantisation.gain, picture.height, picture.width) };
    }
};

HevcCoder::HevcCoder(Speed speed)
    : d_speed(speed), d_encoders(std::make_unique<Encoders>())
{
}
HevcCoder::~HevcCoder() = default;

HevcCoder::Trial HevcCoder::encode_trial(const PlanarPicture& picture, int quality)
{
    const HevcFormat format(picture.channels, picture.height, picture.width);
    auto& kept = *d_encoders;
    if (!kept.format || kept.format->channels != format.channels ||
        kept.format->height != format.height || kept.format->width != format.width) {
        kept.encoder.reset();
        kept.encoder = std::make_unique<HevcEncoder>(format, settings_of(d_speed).preset);
        kept.format = format;
    }
    const int coarseness = coarsest - quality;
    const Quantisation quantisation(coarseness);
    Trial trial{ quality, {}, planes_of(format, picture, quantisation.gain) };
    const auto slice = kept.encoder->encode(trial.planes, quantisation.qp);
    trial.bytes = own_header(coarseness, slice.fields) + slice.data;
    return trial;
}

std::optional<CodedPicture> HevcCoder::encode(const PlanarPicture& picture,
                                              std::size_t max_bytes)
{
    check_coded_picture(picture);
    if (max_bytes <= own_bytes)
        return std::nullopt;
    const auto settings = settings_of(d_speed);
    QualitySearch search;
    search.least = least_quality();
    search.most = most_quality();
    search.octave = 7 * parts_of_step;
    search.max_bytes = max_bytes;
    search.trials = settings.trials;
    search.enough = settings.enough;
    const double pixels = static_cast<double>(picture.height) * picture.width;
    search.guess = static_cast<int>(std::clamp(
        coarsest - usual_coarseness(8.0 * static_cast<double>(max_bytes) / pixels),
        static_cast<double>(search.least),
        static_cast<double>(search.most)));
    std::optional<Trial> best;
    const auto size_at = [&](int quality) {
        auto trial = encode_trial(picture, quality);
        const auto size = trial.bytes.size();
        if (size <= max_bytes && (!best || quality > best->quality))
            best = std::move(trial);
        return size;
    };
    if (!find_quality(search, size_at))
        return std::nullopt;
    return best->coded(picture);
}

CodedPicture HevcCoder::encode_at(const PlanarPicture& picture, int quality)
{
    check_coded_picture(picture);
    check_coded_quality(*this, quality);
    return encode_trial(picture, quality).coded(picture);
}

PlanarPicture
HevcCoder::decode(const std::string& bytes, int channels, int height, int width)
{
    check_coded_shape(channels, height, width);
    const HevcFormat format(channels, height, width);
    // More than ten bits a sample and their coding's overhead are not our encoder's.
    const auto most_bytes = own_bytes + 64 +
                            4 * static_cast<std::size_t>(channels) *
                                static_cast<std::size_t>(format.height) *
                                static_cast<std::size_t>(format.width);
    if (bytes.size() <= own_bytes || bytes.size() > most_bytes)
        throw ImageError("bytes hold no HEVC picture: there are " +
                         std::to_string(bytes.size()));
    const unsigned header =
        static_cast<uint8_t>(bytes[0]) << 8 | static_cast<uint8_t>(bytes[1]);
    const HevcSliceFields no_fields{};
    HevcSlice slice{ no_fields, bytes.substr(own_bytes) };
    slice.fields.luma_sao = (header & luma_sao_bit) != 0;
    slice.fields.chroma_sao = (header & chroma_sao_bit) != 0;
    if ((header & spare_bits) != 0 || (channels == 1 && slice.fields.chroma_sao))
        throw ImageError("bytes hold no HEVC picture: their first two make no sense");
    const Quantisation quantisation(static_cast<int>(header >> 6));
    slice.fields.qp = quantisation.qp;
    return picture_of(
        format, hevc_decode(format, slice), quantisation.gain, height, width);
}

} // namespace djescc
