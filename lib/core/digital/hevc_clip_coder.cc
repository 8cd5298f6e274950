/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codes pictures of a clip: which are predicted, how well, and who may decode them.

#include "digital/hevc_clip_coder.h"

#include "digital/hevc_bytes.h"
#include "digital/hevc_decoder.h"
#include "digital/hevc_encoder.h"
#include "digital/quality_search.h"
#include <algorithm>
#include <djescc/error.h>

namespace djescc {
namespace {

//! Trials of a predicted picture's quality. They begin at the last one's.
int trials_of(HevcCoder::Speed speed)
{
    switch (speed) {
    case HevcCoder::Speed::fast:
        return 2;
    case HevcCoder::Speed::normal:
        return 3;
    case HevcCoder::Speed::best:
        break;
    }
    return 6;
}

constexpr double enough_of_bytes = 0.97;
//! By how much a quality is to rise for twice the bytes, about.
constexpr double octave_of_quality = 6 * hevc_parts_of_step;
//! How much better than a key picture the first that is predicted from it is, about.
constexpr int first_rise = 4 * hevc_parts_of_step;
//! A fall of the quality by this is a cut, unless a key picture shows otherwise.
constexpr int fall_at_cut = 4 * hevc_parts_of_step;
//! A key picture may have so much more squared error than a predicted one: receivers that
//! lost a picture can go on from it.
constexpr double key_allowance = 1.1;

//! Of a decoded picture.
double squared_clip_error(const PlanarPicture& picture, const HevcCoder::Coded& coded)
{
    const auto decoded = picture_of(coded.picture, picture.height, picture.width);
    double sum = 0;
    for (std::size_t i = 0; i < decoded.samples.size(); ++i) {
        const double error =
            std::clamp(picture.samples[i], 0.0f, 1.0f) - decoded.samples[i];
        sum += error * error;
    }
    return sum;
}

} // namespace

//! Encoder of predicted pictures of one format.
class HevcClipCoder::Predictor
{
public:
    explicit Predictor(const HevcFormat& format) : d_format(format), d_encoder(format) {}

    const HevcFormat& format() const { return d_format; }
    const HevcSlice& start() const { return d_encoder.start(); }

    HevcCoder::Coded encode(const PlanarPicture& picture, const Last& last, int quality)
    {
        const HevcQuantisation quantisation(hevc_coarsest - quality);
        auto planes = planes_of(d_format, picture, quantisation.gain);
        HevcBytes bytes;
        bytes.coarseness = hevc_coarsest - quality;
        bytes.tools = d_format.tools;
        bytes.reference = last.digest;
        bytes.slice = d_encoder.encode(
            planes, planes_with_gain(last.picture, quantisation.gain), quantisation.qp);
        return { bytes.write(),
                 quality,
                 { d_format, std::move(planes), quantisation.gain } };
    }

private:
    HevcFormat d_format;
    HevcEncoder d_encoder;
};

HevcClipCoder::HevcClipCoder(HevcCoder::Speed speed, int key_interval)
    : d_speed(speed), d_key_interval(key_interval), d_keys(speed)
{
}
HevcClipCoder::~HevcClipCoder() = default;

void HevcClipCoder::begin_clip()
{
    d_sent.reset();
    d_received.reset();
    d_since_key = 0;
}

CodedPicture HevcClipCoder::encode_at(const PlanarPicture& picture, int quality)
{
    return d_keys.encode_at(picture, quality);
}

std::optional<CodedPicture> HevcClipCoder::encode(const PlanarPicture& picture,
                                                  std::size_t max_bytes)
{
    check_coded_picture(picture);
    auto coded = predict(picture, max_bytes);
    ++d_since_key;
    if (!coded || coded->quality < d_sent->quality - fall_at_cut) {
        auto key = d_keys.encode_planes(picture, max_bytes);
        if (key && (!coded || squared_clip_error(picture, *key) <=
                                  key_allowance * squared_clip_error(picture, *coded))) {
            coded = std::move(key);
            d_since_key = 1;
        }
    }
    if (!coded)
        return std::nullopt;
    d_sent = Last{ hevc_digest(coded->bytes),
                   coded->quality,
                   picture.height,
                   picture.width,
                   coded->picture };
    return coded->shown(picture.height, picture.width);
}

bool HevcClipCoder::may_predict(const PlanarPicture& picture) const
{
    return d_sent && d_since_key < d_key_interval &&
           d_sent->picture.format.channels == picture.channels &&
           d_sent->height == picture.height && d_sent->width == picture.width;
}

std::optional<HevcCoder::Coded> HevcClipCoder::predict(const PlanarPicture& picture,
                                                       std::size_t max_bytes)
{
    if (!may_predict(picture) || max_bytes <= hevc_predicted_own_bytes)
        return std::nullopt;
    HevcFormat format(picture.channels, picture.height, picture.width, d_keys.tools());
    format.predicts = true;
    if (d_predictor == nullptr || !(d_predictor->format() == format)) {
        d_predictor.reset();
        d_predictor = std::make_unique<Predictor>(format);
    }
    QualitySearch search;
    search.least = least_quality();
    search.most = most_quality();
    search.guess = d_sent->quality + (d_since_key == 1 ? first_rise : 0);
    search.octave = octave_of_quality;
    search.max_bytes = max_bytes;
    search.trials = trials_of(d_speed);
    search.enough = enough_of_bytes;
    std::optional<HevcCoder::Coded> best;
    const auto size_at = [&](int quality) {
        auto coded = d_predictor->encode(picture, *d_sent, quality);
        const auto size = coded.bytes.size();
        if (size <= max_bytes && (!best || quality > best->quality))
            best = std::move(coded);
        return size;
    };
    try {
        if (!find_quality(search, size_at))
            return std::nullopt;
        const auto read =
            HevcBytes::read(best->bytes, picture.channels, picture.height, picture.width);
        best->picture.planes =
            hevc_decode(format,
                        d_predictor->start(),
                        planes_with_gain(d_sent->picture, best->picture.gain),
                        read.slice);
        return best;
    } catch (const ImageError&) {
        return std::nullopt; // one of the libraries cannot: a key picture can be sent
    }
}

PlanarPicture
HevcClipCoder::decode(const std::string& bytes, int channels, int height, int width)
{
    check_coded_shape(channels, height, width);
    const auto read = HevcBytes::read(bytes, channels, height, width);
    const auto format = read.format(channels, height, width);
    std::optional<HevcPicture> picture;
    if (read.slice.fields.predicted) {
        if (!d_received || d_received->digest != read.reference ||
            d_received->height != height || d_received->width != width ||
            d_received->picture.format.channels != channels ||
            d_received->picture.format.tools != read.tools)
            throw ImageError(
                "bytes hold an HEVC picture that is predicted from one that "
                "is not there");
        const double gain = HevcQuantisation(read.coarseness).gain;
        picture = HevcPicture{ format,
                               hevc_decode(format,
                                           start_of(format),
                                           planes_with_gain(d_received->picture, gain),
                                           read.slice),
                               gain };
    } else {
        picture = HevcCoder::decode_planes(bytes, channels, height, width);
    }
    auto shown = picture_of(*picture, height, width);
    d_received = Last{
        hevc_digest(bytes), hevc_quality_of(bytes), height, width, std::move(*picture)
    };
    return shown;
}

const HevcSlice& HevcClipCoder::start_of(const HevcFormat& format)
{
    if (!d_start_format || !(*d_start_format == format)) {
        d_start = HevcEncoder(format).start();
        d_start_format = format;
    }
    return d_start;
}

} // namespace djescc
