/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <array>
#include <cstdint>
#include <djescc/model/model.h>
#include <djescc/train/dataset.h>

namespace djescc {

/*! Means over images of what became of them: PSNR in dB (the mean of the images' PSNRs)
 *  and SSIM, each against the plain image; NaN for protected and decoded images of
 * another shape than the plain ones. */
struct ChainQuality {
    double psnr_db = 0, ssim = 0;                     //!< decrypted
    double protected_psnr_db = 0, protected_ssim = 0; //!< what the owner hands out
    double decoded_psnr_db = 0, decoded_ssim = 0;     //!< what the provider decodes
};

//! How measure_quality() sends images.
struct MeasureOptions {
    int64_t crop = 0;                      //!< centre crops; 0: whole images
    std::array<double, 2> snr_db{ 0, 20 }; //!< Es/N0: spread evenly over this range
    int64_t batch = 64; //!< images at a time; 1 where their sizes differ
    int64_t draws = 1;  //!< times that each image is sent
    uint64_t seed = 1;
};

/*! Send every image of a data set through the chain and white Gaussian noise.
 *  \param nets  on \p device; left in evaluation mode
 *  \param multiple  heights and widths are padded to multiples of it and cropped again
 *  \throws ConfigError where images of one batch differ in size */
ChainQuality measure_quality(const ModelNets& nets,
                             const Dataset& dataset,
                             const MeasureOptions& options,
                             torch::Device device,
                             int64_t multiple = 1);

//! The same with the nets of a model on disk. \throws as Model and Dataset
ChainQuality measure_quality(const Model& model,
                             const Dataset& dataset,
                             const MeasureOptions& options,
                             const RuntimeOptions& runtime);

} // namespace djescc
