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
constexpr unsigned luma_sao_bit = 1u << 5, chroma_sao_bit = 1u << 4;
constexpr unsigned coarseness_shift = 6, tools_shift = 2, tools_mask = 3, spare_bits = 3;

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

std::string own_header(int coarseness, HevcTools tools, const HevcSliceFields& fields)
{
    const unsigned bits = static_cast<unsigned>(coarseness) << coarseness_shift |
                          (fields.luma_sao ? luma_sao_bit : 0) |
                          (fields.chroma_sao ? chroma_sao_bit : 0) |
                          static_cast<unsigned>(tools) << tools_shift;
    return { static_cast<char>(bits >> 8), static_cast<char>(bits & 0xff) };
}

//! What own_header() made.
unsigned own_bits(const std::string& bytes)
{
    if (bytes.size() <= own_bytes)
        throw ImageError("bytes hold no HEVC picture: there are " +
                         std::to_string(bytes.size()));
    return static_cast<unsigned>(static_cast<uint8_t>(bytes[0])) << 8 |
           static_cast<uint8_t>(bytes[1]);
}

//! How a rate is searched.
struct Plan {
    HevcTools tools;
    int locating_trials; // with HevcTools::coarse, for the others to begin near the end
    int trials;
    double enough; // share of the bytes
};

Plan plan_of(HevcCoder::Speed speed)
{
    switch (speed) {
    case HevcCoder::Speed::fast:
        return { HevcTools::coarse, 0, 3, 0.96 };
    case HevcCoder::Speed::normal:
        return { HevcTools::fine, 2, 2, 0.97 };
    case HevcCoder::Speed::best:
        break;
    }
    return { HevcTools::deep, 0, 8, 0.996 };
}

//! Locating ends where this share of the bytes is met.
constexpr double locating_enough = 0.8;
//! What the first trial after it leaves free, as most others would not fit by a little.
constexpr double safety_octaves = 0.05;

// What follows is fitted to the photographs of Kodak, 0.04 to 2 bits a pixel.

//! About what coarseness gives so many bits a pixel. Pictures differ by 50 or so.
double usual_coarseness(double bits_per_pixel)
{
    const double octaves = std::log2(bits_per_pixel);
    return parts_of_step * (25.5 - 5.1 * octaves - 0.14 * octaves * octaves);
}

//! By how much a quality is to rise for twice the bytes.
double usual_octave(double bits_per_pixel)
{
    return parts_of_step * std::clamp(6.4 + std::log2(bits_per_pixel), 4.0, 9.0);
}

//! How many octaves fewer bytes finer tools than HevcTools::coarse take at a coarseness.
double octaves_saved(int coarseness)
{
    const double step = static_cast<double>(coarseness) / parts_of_step;
    return std::clamp(0.17 + 0.0115 * (step - 22), 0.17, 0.39);
}

} // namespace

struct HevcCoder::Trial {
    int quality;
    std::string bytes;
    HevcPlanes planes;
};

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
        if (own == nullptr || own->format.channels != format.channels ||
            own->format.height != format.height || own->format.width != format.width) {
            own.reset();
            own = std::make_unique<Kept>(format);
        }
        return own->encoder;
    }

    Trial encode(const PlanarPicture& picture, HevcTools tools, int quality)
    {
        const HevcFormat format(picture.channels, picture.height, picture.width, tools);
        const int coarseness = coarsest - quality;
        const Quantisation quantisation(coarseness);
        Trial trial{ quality, {}, planes_of(format, picture, quantisation.gain) };
        const auto slice = get(format).encode(trial.planes, quantisation.qp);
        trial.bytes = own_header(coarseness, tools, slice.fields) + slice.data;
        return trial;
    }
};

HevcCoder::HevcCoder(Speed speed)
    : d_speed(speed), d_encoders(std::make_unique<Encoders>())
{
}
HevcCoder::~HevcCoder() = default;

CodedPicture HevcCoder::finished(const PlanarPicture& picture, Trial&& trial) const
{
    const HevcFormat format(
        picture.channels, picture.height, picture.width, plan_of(d_speed).tools);
    const Quantisation quantisation(coarsest - trial.quality);
    return {
        std::move(trial.bytes),
        trial.quality,
        picture_of(format, trial.planes, quantisation.gain, picture.height, picture.width)
    };
}

std::optional<CodedPicture> HevcCoder::encode(const PlanarPicture& picture,
                                              std::size_t max_bytes)
{
    check_coded_picture(picture);
    if (max_bytes <= own_bytes)
        return std::nullopt;
    const auto plan = plan_of(d_speed);
    const double pixels = static_cast<double>(picture.height) * picture.width;
    const double rate = 8.0 * static_cast<double>(max_bytes) / pixels;
    QualitySearch search;
    search.least = least_quality();
    search.most = most_quality();
    search.guess =
        coarsest -
        static_cast<int>(std::clamp(usual_coarseness(rate), 0.0, double{ coarsest }));
    search.octave = usual_octave(rate);
    search.max_bytes = max_bytes;

    if (plan.locating_trials > 0) {
        search.trials = plan.locating_trials;
        search.enough = locating_enough;
        // The last that fits is what find_quality() gives.
        std::size_t fits = 1;
        const auto located = find_quality(search, [&](int quality) {
            const auto size =
                d_encoders->encode(picture, HevcTools::coarse, quality).bytes.size();
            if (size <= max_bytes)
                fits = size;
            return size;
        });
        if (located)
            search.guess =
                *located +
                static_cast<int>(search.octave *
                                 (std::log2(static_cast<double>(max_bytes) /
                                            static_cast<double>(fits)) +
                                  octaves_saved(coarsest - *located) - safety_octaves));
    }

    search.trials = plan.trials;
    search.enough = plan.enough;
    std::optional<Trial> best;
    const auto size_at = [&](int quality) {
        auto trial = d_encoders->encode(picture, plan.tools, quality);
        const auto size = trial.bytes.size();
        if (size <= max_bytes && (!best || quality > best->quality))
            best = std::move(trial);
        return size;
    };
    if (!find_quality(search, size_at))
        return std::nullopt;
    return finished(picture, std::move(*best));
}

CodedPicture HevcCoder::encode_at(const PlanarPicture& picture, int quality)
{
    check_coded_picture(picture);
    check_coded_quality(*this, quality);
    return finished(picture,
                    d_encoders->encode(picture, plan_of(d_speed).tools, quality));
}

PlanarPicture
HevcCoder::decode(const std::string& bytes, int channels, int height, int width)
{
    check_coded_shape(channels, height, width);
    const unsigned header = own_bits(bytes);
    const unsigned tools = header >> tools_shift & tools_mask;
    const HevcSliceFields no_fields{};
    HevcSlice slice{ no_fields, bytes.substr(own_bytes) };
    slice.fields.luma_sao = (header & luma_sao_bit) != 0;
    slice.fields.chroma_sao = (header & chroma_sao_bit) != 0;
    if ((header & spare_bits) != 0 || tools > static_cast<unsigned>(HevcTools::deep) ||
        (channels == 1 && slice.fields.chroma_sao))
        throw ImageError("bytes hold no HEVC picture: their first two make no sense");
    const HevcFormat format(channels, height, width, static_cast<HevcTools>(tools));
    // More than ten bits a sample and their coding's overhead are not our encoder's.
    const auto most_bytes = own_bytes + 64 +
                            4 * static_cast<std::size_t>(channels) *
                                static_cast<std::size_t>(format.height) *
                                static_cast<std::size_t>(format.width);
    if (bytes.size() > most_bytes)
        throw ImageError("bytes hold no HEVC picture: there are " +
                         std::to_string(bytes.size()));
    const Quantisation quantisation(static_cast<int>(header >> coarseness_shift));
    slice.fields.qp = quantisation.qp;
    return picture_of(
        format, hevc_decode(format, slice), quantisation.gain, height, width);
}

int HevcCoder::quality_of(const std::string& bytes)
{
    return coarsest - static_cast<int>(own_bits(bytes) >> coarseness_shift);
}

} // namespace djescc
