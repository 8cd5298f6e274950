/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Settings of coder and link, and pictures between tensors and samples.

#include "codec/picture_link.h"

#include "digital/hevc_clip_coder.h"
#include "digital/jpeg_coder.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <numeric>
#include <stdexcept>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr double most_snr_db = 60, least_snr_db = -30;

//! What parse(name) gives, with the configuration's place in the error.
template <typename Parse>
auto parsed(ConfigReader& reader,
            const std::string& key,
            const std::string& usual,
            const Parse& parse)
{
    const auto text = reader.get<std::string>(key, usual);
    try {
        return parse(text);
    } catch (const std::invalid_argument& error) {
        throw ConfigError(reader.where(key) + ": " + error.what());
    }
}

HevcCoder::Speed speed_of(const std::string& name)
{
    if (name == "fast")
        return HevcCoder::Speed::fast;
    return name == "best" ? HevcCoder::Speed::best : HevcCoder::Speed::normal;
}

std::string one_of(ConfigReader& reader,
                   const std::string& key,
                   const std::string& usual,
                   const std::vector<std::string>& known)
{
    auto value = reader.get<std::string>(key, usual);
    if (std::find(known.begin(), known.end(), value) != known.end())
        return value;
    std::string list;
    for (const auto& name : known)
        list += (list.empty() ? "" : ", ") + name;
    throw ConfigError(reader.where(key) + " \"" + value + "\" is unknown; there are " +
                      list);
}

} // namespace

BandwidthRatio BandwidthRatio::parse(const std::string& text, const std::string& where)
{
    const auto slash = text.find('/');
    const auto number = [&](const std::string& digits) {
        const bool fine = !digits.empty() && digits.size() < 7 &&
                          std::all_of(digits.begin(), digits.end(), [](char c) {
                              return c >= '0' && c <= '9';
                          });
        return fine ? std::stoll(digits) : 0;
    };
    if (slash != std::string::npos) {
        const auto upper = number(text.substr(0, slash)),
                   lower = number(text.substr(slash + 1));
        if (upper > 0 && lower >= upper) {
            const auto divisor = std::gcd(upper, lower);
            return { upper / divisor, lower / divisor };
        }
    }
    throw ConfigError(where + " is \"" + text +
                      "\", but must be a fraction above 0 and at most 1, as \"1/6\"");
}

std::string BandwidthRatio::text() const
{
    return std::to_string(numerator) + "/" + std::to_string(denominator);
}

double BandwidthRatio::value() const
{
    return static_cast<double>(numerator) / static_cast<double>(denominator);
}

int64_t BandwidthRatio::symbols(int64_t values) const
{
    return std::max<int64_t>(1, (values * numerator + denominator / 2) / denominator);
}

PictureLinkSettings PictureLinkSettings::read(ConfigReader& reader,
                                              Modulation usual,
                                              const std::string& usual_speed)
{
    PictureLinkSettings settings;
    settings.coder = one_of(reader, "coder", "hevc", { "hevc", "jpeg" });
    settings.speed = one_of(reader, "speed", usual_speed, { "fast", "normal", "best" });
    settings.modulation =
        parsed(reader, "modulation", to_string(usual), parse_modulation);
    settings.code_rate =
        parsed(reader, "code_rate", to_string(CodeRate::half), parse_code_rate);
    settings.repetition = reader.get_in("repetition", 1, 1, 64);
    settings.key_interval = reader.get_in("key_interval", 1, 1, 1000);
    if (settings.key_interval > 1 && settings.coder != "hevc")
        throw ConfigError(reader.where("key_interval") +
                          " above 1 needs \"coder\": \"hevc\"");
    return settings;
}

void PictureLinkSettings::write(nlohmann::json& config) const
{
    config["coder"] = coder;
    config["speed"] = speed;
    config["modulation"] = to_string(modulation);
    config["code_rate"] = to_string(code_rate);
    config["repetition"] = repetition;
    config["key_interval"] = key_interval;
}

std::unique_ptr<PictureCoder> PictureLinkSettings::make_coder() const
{
    if (coder == "jpeg")
        return std::make_unique<JpegCoder>();
    if (key_interval > 1)
        return std::make_unique<HevcClipCoder>(speed_of(speed), key_interval);
    return std::make_unique<HevcCoder>(speed_of(speed));
}

BitLink PictureLinkSettings::make_link() const
{
    return { modulation, code_rate, repetition };
}

void check_picture_size(const std::string& codec, int64_t height, int64_t width)
{
    if (height <= most_coded_side && width <= most_coded_side &&
        height * width <= most_coded_pixels)
        return;
    throw ImageError("a picture of " + std::to_string(height) + " x " +
                     std::to_string(width) + " pixels is too large for codec \"" + codec +
                     "\": it takes up to " + std::to_string(most_coded_side) +
                     " on a side and " + std::to_string(most_coded_pixels) +
                     " in all; scale the picture down");
}

torch::Tensor clean_images(const torch::Tensor& images)
{
    return torch::nan_to_num(images.to(torch::kFloat32)).clamp(0, 1);
}

PlanarPicture planar_picture(const torch::Tensor& image)
{
    const auto samples = clean_images(image.detach().to(torch::kCPU)).contiguous();
    const auto* first = samples.data_ptr<float>();
    return { static_cast<int>(samples.size(0)),
             static_cast<int>(samples.size(1)),
             static_cast<int>(samples.size(2)),
             { first, first + samples.numel() } };
}

torch::Tensor image_of(const PlanarPicture& picture)
{
    return torch::tensor(picture.samples)
        .view({ picture.channels, picture.height, picture.width });
}

std::complex<float>* first_symbol(const torch::Tensor& values, int64_t row)
{
    return reinterpret_cast<std::complex<float>*>(
               values.data_ptr<c10::complex<float>>()) +
           row * values.size(1);
}

std::vector<std::complex<float>> symbols_of_row(const torch::Tensor& values, int64_t row)
{
    const auto* first = first_symbol(values, row);
    return { first, first + values.size(1) };
}

float noise_power_of(double snr_db)
{
    if (std::isnan(snr_db))
        snr_db = least_snr_db;
    return static_cast<float>(
        std::pow(10.0, -std::clamp(snr_db, least_snr_db, most_snr_db) / 10));
}

} // namespace djescc
