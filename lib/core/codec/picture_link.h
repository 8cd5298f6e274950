/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures as bytes over a digital link: what codecs `separate` and `hybrid` share. */
#pragma once

#include "digital/bit_link.h"
#include "digital/hevc_coder.h"
#include "digital/picture_coder.h"
#include <complex>
#include <djescc/files/config.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/types.h>
#include <vector>

namespace djescc {

//! What stands for a picture that did not come through, and for a base that did not fit.
inline constexpr double grey_value = 0.5;

//! Names of parts for PartTimer.
inline constexpr const char* picture_coder_part = "picture coder";
inline constexpr const char* channel_code_part = "channel code";

//! k / n as a fraction, "1/6".
struct BandwidthRatio {
    int64_t numerator = 1, denominator = 6;

    //! \throws ConfigError where \p text is no fraction above 0, and at most 1
    static BandwidthRatio parse(const std::string& text, const std::string& where);
    std::string text() const;
    double value() const;
    //! The nearest number of symbols for so many values of an image, at least 1.
    int64_t symbols(int64_t values) const;
};

/*! Configuration of coder and link.
 *
 *  | key | values | default |
 *  |---|---|---|
 *  | coder | hevc, jpeg | hevc |
 *  | speed | fast, normal, best | as told |
 *  | modulation | bpsk, qpsk, 16-qam, 64-qam | as told |
 *  | code_rate | 1/2, 2/3, 3/4, 5/6 | 1/2 |
 *  | repetition | 1 to 64 | 1 |
 *  | key_interval | 1 to 1000; of HEVC alone above 1 | 1 |
 */
struct PictureLinkSettings {
    std::string coder = "hevc";
    std::string speed = "normal"; //!< of HEVC's search for a quality
    Modulation modulation = Modulation::bpsk;
    CodeRate code_rate = CodeRate::half;
    int repetition = 1;
    //! Of so many pictures one at least is coded by itself, the others may be predicted
    //! from the one before (HevcClipCoder).
    int key_interval = 1;

    /*! \param usual, usual_speed  what is not in the configuration
     *  \throws ConfigError for values that are unknown or out of range */
    static PictureLinkSettings read(ConfigReader& reader,
                                    Modulation usual,
                                    const std::string& usual_speed = "normal");
    void write(nlohmann::json& config) const;
    std::unique_ptr<PictureCoder> make_coder() const;
    BitLink make_link() const;
};

/*! \throws ImageError where a picture is larger than the coders of pictures take
 *  \param codec  its type, for the error */
void check_picture_size(const std::string& codec, int64_t height, int64_t width);

//! Images as they can be coded: float32, clipped to [0, 1]; NaN counts as 0.
torch::Tensor clean_images(const torch::Tensor& images);
//! One C x H x W image, cleaned.
PlanarPicture planar_picture(const torch::Tensor& image);
//! C x H x W float32 on the CPU.
torch::Tensor image_of(const PlanarPicture& picture);

//! The first symbol of row \p row of N x k complex64, contiguous on the CPU.
std::complex<float>* first_symbol(const torch::Tensor& values, int64_t row);
//! Row \p row of N x k complex64, contiguous on the CPU.
std::vector<std::complex<float>> symbols_of_row(const torch::Tensor& values, int64_t row);
/*! A copy on the CPU of N x k symbols, each row of which \p change has worked on: it gets
 *  the row's first symbol, their number and the row. */
template <typename Change>
torch::Tensor changed_rows(const torch::Tensor& values, const Change& change)
{
    auto rows = values.to(torch::kCPU).contiguous().clone();
    for (int64_t i = 0; i < rows.size(0); ++i)
        change(first_symbol(rows, i),
               static_cast<std::size_t>(rows.size(1)),
               static_cast<std::size_t>(i));
    return rows;
}

//! N0 for symbols of power 1, from an SNR in dB.
float noise_power_of(double snr_db);

} // namespace djescc
