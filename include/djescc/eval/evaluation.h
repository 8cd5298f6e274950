/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The quality of a model over a data set, over simulated white noise. */
#pragma once

#include <array>
#include <cstdint>
#include <djescc/data/dataset.h>
#include <djescc/export.h>
#include <djescc/model/model.h>
#include <djescc/runtime/chain_runner.h>
#include <optional>

namespace DJESCC_EXPORT djescc {

/*! One stage's images against the plain ones, over a data set. Several draws of one image
 *  count as one observation, their mean, because they depend on each other. */
struct StageQuality {
    double psnr_db = 0; //!< mean of the images' PSNRs
    double ssim = 0;
    double psnr_db_interval = 0; //!< half of the 95 % confidence interval of psnr_db
    double ssim_interval = 0;    //!< half of that of ssim
    double visual_security = 0;  //!< 0 visible to 1 hidden: visual_security()
    double visual_security_interval = 0;
    double mean_mse_psnr_db = 0; //!< PSNR of the mean MSE, which others print instead
};

//! What became of a data set's images in the chain; NaN for protected and decoded images
//! of another shape than the plain ones.
struct ChainQuality {
    StageQuality decrypted;
    StageQuality protected_images; //!< what the owner hands out
    StageQuality decoded;          //!< what the provider decodes
    int64_t images = 0;            //!< images measured, each sent `draws` times
    //! Mean of the complex symbols sent for a pixel of a plain image.
    double channel_uses_per_pixel = 0;
};

//! What happens to images and symbols on their way, noise apart; see SimulatedChannel.
struct ChainDamage {
    bool round_to_8_bits = false;
    double erased = 0;
};

//! How measure_quality() sends images.
struct MeasureOptions {
    int64_t crop = 0;                      //!< centre crops; 0: whole images
    std::array<double, 2> snr_db{ 0, 20 }; //!< Es/N0: spread evenly over this range
    int64_t batch = 64; //!< images at a time; 1 where their sizes differ
    int64_t draws = 1;  //!< times that each image is sent
    uint64_t seed = 1;
    ChainDamage damage;
    //! What the nets are told, in dB, instead of what the channel has.
    std::optional<double> snr_hint_db;
};

/*! Send every image of a data set through the chain and white Gaussian noise.
 *  \throws ConfigError where images of one batch differ in size; as RoleRunner::run() */
ChainQuality measure_quality(ChainRunner& chain,
                             const Dataset& dataset,
                             const MeasureOptions& options);

//! The same with the nets of a model on disk.
//! \throws as Model and Dataset
ChainQuality measure_quality(const Model& model,
                             const Dataset& dataset,
                             const MeasureOptions& options,
                             const RuntimeOptions& runtime);

} // namespace djescc
