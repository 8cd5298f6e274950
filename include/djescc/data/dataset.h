/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures to train on: where they come from, and how crops of them are taken. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/types.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! Where a crop lies and whether it is mirrored.
struct CropChoice {
    int64_t image = 0;
    double top = 0, left = 0; //!< position as a fraction in [0, 1) of the free room
    bool flip = false;
};

/*! Pictures to train on, 8-bit RGB, or grey where the configuration says so. */
class Dataset
{
public:
    virtual ~Dataset() = default;
    virtual int64_t size() const = 0;
    /*! Crops of side x side pixels (side 0: whole images, which must then be of one
     *  size). Images smaller than the crop are padded by repeating their edge.
     *  \return N x 3 (grey: 1) x side x side uint8 on the CPU */
    virtual torch::Tensor crops(const std::vector<CropChoice>& choices,
                                int64_t side) const = 0;
    /*! Classes of the chosen images, N int64 on the CPU.
     *  \throws ConfigError where the pictures have none */
    virtual torch::Tensor labels(const std::vector<CropChoice>& choices) const;
    //! Number of classes, 0 where the pictures have none.
    virtual int64_t class_count() const { return 0; }
    //! For logs and manifests: what it is and how many.
    virtual std::string description() const = 0;

    /*! \param config  one of {"cifar10": FILE or [FILES]}, {"folder": DIR, or a video's
     *                 FILE}, {"pack": FILE}, each with an optional "limit" (the first so
     *                 many images) and "grey" (true: one channel)
     *  \param root    relative paths start here
     *  \throws ConfigError, ImageError naming the file and what was expected */
    static std::unique_ptr<Dataset> open(const nlohmann::json& config,
                                         const std::string& root);
};

/*! Make one memory-mappable file of the pictures that \p input means (list_images()).
 *
 *  Layout, little-endian: "DJESCCPK", uint32 version 1, uint32 count, then per image
 *  uint64 offset, uint32 height, uint32 width; then the images, planar 8-bit RGB.
 *  \param shorter_side  shrink pictures so that their shorter side is this; 0: as they
 *                       are
 *  \param progress      called with (done, total) after every picture
 *  \return number of pictures packed; unreadable ones are skipped and counted in
 *          \p skipped
 *  \throws ImageError when there is none or the file cannot be written */
int64_t pack_dataset(const std::string& input,
                     const std::string& output,
                     int64_t shorter_side,
                     const std::function<void(int64_t, int64_t)>& progress,
                     int64_t* skipped);

} // namespace djescc
