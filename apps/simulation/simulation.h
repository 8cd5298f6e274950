/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  One run of the whole chain over white noise, in GNU Radio. */
#pragma once

#include "simulation/frame_result.h"
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <torch/types.h>
#include <vector>

struct SimulationOptions {
    std::string model;         //!< directory; empty with a keyring
    std::string keyring;       //!< directory of a keyring, instead of a model
    std::string picture_key;   //!< key file of owner and recipient; empty for none
    std::string recipient_key; //!< the recipient's, where it is another one
    std::string input;         //!< picture, folder, glob, video or "camera:N"
    //! Folder or video file for the decrypted pictures; empty: none are written.
    std::string output;
    std::string device = "auto";
    int threads = 0;   //!< of each net
    int max_batch = 1; //!< most frames in one inference
    int64_t limit = 0; //!< most frames; 0: all
    uint64_t seed = 0; //!< of the noise
    //! Es/N0 in dB that the nets are told instead of what the channel has.
    std::optional<double> snr_hint_db;
    int rate_groups = 0; //!< that every picture is sent in; 0: the codec decides
    int64_t parts = 0;   //!< that arrive of every picture, the first ones; 0: all
    //! Es/N0 in dB on the way back, of a codec with feedback; none: noiseless.
    std::optional<double> feedback_snr_db;
    int64_t kept_images = 0; //!< keep the pictures of so many first frames ...
    int64_t kept_side = 512; //!< ... shrunk until no side is longer than this
    //! Called now and then with the number of frames that the source has begun.
    std::function<void(int64_t)> progress;
    std::function<bool()> stop_requested;
};

//! The pictures of one frame, C x H x W float32; undefined where one did not arrive.
struct FrameImages {
    torch::Tensor plain, protected_, decoded, decrypted;
};

struct SimulationRun {
    std::vector<FrameResult> frames;       //!< in the order of the input
    std::map<int64_t, FrameImages> images; //!< of the kept frames, by id
    std::vector<std::string> drops;        //!< "jscc_decoder: wrong shape: 2", ...
    bool stopped = false;                  //!< on request, before the end
};

/*! Sends pictures through one GNU Radio flowgraph: source, encryption, encoder, noise,
 *  decoder, decryption, sink.
 *  \throws djescc::Error where a block refuses its arguments, or where this program was
 *          built without GNU Radio */
SimulationRun run_simulation(const SimulationOptions& options, double snr_db);

/*! Where the decrypted pictures of one SNR go: a folder in \p output, or, where that is a
 *  video file, a file beside it with the SNR in its name. */
std::string simulation_output(const std::string& output, double snr_db);
