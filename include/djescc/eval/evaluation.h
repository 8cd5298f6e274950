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
#include <cstddef>
#include <cstdint>
#include <djescc/data/dataset.h>
#include <djescc/export.h>
#include <djescc/model/model.h>
#include <djescc/runtime/chain_runner.h>
#include <functional>
#include <optional>
#include <vector>

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
    //! Mean of argmax_agreement(); NaN where images are not of three channels.
    double argmax_agreement = 0;
};

//! What became of a data set's images in the chain; NaN for protected and decoded images
//! of another shape than the plain ones.
struct ChainQuality {
    StageQuality decrypted;
    StageQuality protected_images; //!< what the owner hands out
    StageQuality decoded;          //!< what the provider decodes
    int64_t images = 0;            //!< images measured, each sent `draws` times
    //! Mean of the complex symbols sent for a pixel of a plain image, those of parts that
    //! arrive alone.
    double channel_uses_per_pixel = 0;
    //! Times, over images and draws, that the decoder could make nothing of the symbols
    //! and its image is a mere stand-in: DecodedImages::outage.
    int64_t outages = 0;
};

//! What happens to images and symbols on their way, noise apart; see SimulatedChannel.
struct ChainDamage {
    bool round_to_8_bits = false;
    double erased = 0;
};

//! A channel that images are sent over.
struct MeasuredChannel {
    std::array<double, 2> snr_db{ 0, 20 }; //!< Es/N0: spread evenly over this range
    double erased = 0;                     //!< part of the symbols that is lost, 0 to 1
    int64_t parts = 0; //!< that arrive, the first ones; 0: MeasureOptions::parts
};

//! One image that came out of the chain.
struct MeasuredImage {
    std::size_t channel = 0; //!< of those that are measured
    int64_t image = 0;       //!< in the data set
    int64_t draw = 0;
    torch::Tensor decrypted; //!< C x H x W float32 in [0, 1], as large as the plain one
    double psnr_db = 0;
    bool outage = false;
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
    //! Groups that every image is sent in: RoleRunner::set_rate_groups().
    int64_t rate_groups = 0;
    //! Of a codec that sends in parts: how many of the first ones arrive; 0: all.
    int64_t parts = 0;
    //! Of a codec with feedback: SimulatedChannel::feedback_snr_db.
    std::optional<double> feedback_snr_db{};
    //! Called for every image that came out, where it is set.
    std::function<void(const MeasuredImage&)> watch{};
};

/*! Send every image of a data set through the chain and white Gaussian noise.
 *  \throws ConfigError where images of one batch differ in size; as RoleRunner::run() */
ChainQuality measure_quality(ChainRunner& chain,
                             const Dataset& dataset,
                             const MeasureOptions& options);

/*! The same over several channels, each as measure_quality() measures it alone. What does
 *  not depend on the channel is done once: the encryption, and the encoding too where the
 *  encoder heeds no SNR or the channel before has the same. Where a net remembers
 *  pictures (ClipNet) the images are a clip's in their order, all done for each channel.
 *  \param channels  instead of the SNRs and losses in \p options
 *  \return one for each channel */
std::vector<ChainQuality> measure_qualities(ChainRunner& chain,
                                            const Dataset& dataset,
                                            const MeasureOptions& options,
                                            const std::vector<MeasuredChannel>& channels);

//! The same with the nets of a model on disk.
//! \throws as Model and Dataset
std::vector<ChainQuality> measure_qualities(const Model& model,
                                            const Dataset& dataset,
                                            const MeasureOptions& options,
                                            const std::vector<MeasuredChannel>& channels,
                                            const RuntimeOptions& runtime);

//! measure_quality() with the nets of a model on disk.
//! \throws as Model and Dataset
ChainQuality measure_quality(const Model& model,
                             const Dataset& dataset,
                             const MeasureOptions& options,
                             const RuntimeOptions& runtime);

} // namespace djescc
