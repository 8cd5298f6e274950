/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What became of each frame of a simulation. */
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

//! How near a picture is to the plain one; NaN where it was not measured.
struct Quality {
    double psnr_db = std::numeric_limits<double>::quiet_NaN();
    double ssim = std::numeric_limits<double>::quiet_NaN();
};

//! What became of one frame at one SNR. Every figure is against the plain picture.
struct FrameResult {
    int64_t id = 0;
    std::string image; //!< the file's stem, or the frame's number in a video
    double snr_db = 0;
    Quality decrypted;   //!< what the recipient sees
    Quality protected_;  //!< what the encryption net made
    Quality decoded;     //!< what the provider's receiver sees
    bool outage = false; //!< nothing could be decoded; the pictures are stand-ins
    int64_t symbols = 0; //!< complex channel symbols sent
    int64_t pixels = 0;  //!< of the plain picture, all channels
    double channel_uses_per_pixel = 0; //!< symbols for a place of the plain picture
    double seconds = 0; //!< the frame's share, by pixels, of the run's wall-clock time
};

//! {"frames": [...]}; figures that are infinite or were not measured become null.
nlohmann::json to_json(const std::vector<FrameResult>& frames);

//! Prints the frames and the means for each SNR; of many frames the means alone.
//! Outages have a column where there are any.
void print_results(const std::vector<FrameResult>& frames, std::ostream& out);
