/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Configuration of the codec `hybrid`, and how a picture's symbols are divided. */
#pragma once

#include "codec/hybrid_base.h"
#include "codec/picture_link.h"
#include <cstdint>
#include <djescc/files/config.h>
#include <djescc/keys/picture_keys.h>
#include <djescc/net/conditions.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

namespace djescc {

// Names of parts for PartTimer.
inline constexpr char hybrid_variance_part[] = "variance net",
                      hybrid_refinement_part[] = "refinement",
                      hybrid_refining_part[] = "refining net";

//! A picture's symbols, those of the base and those of the refinement.
struct HybridDivision {
    int64_t base, refinement;
    double base_power; //!< of a symbol of the base, where one of the refinement has 1

    int64_t all() const { return base + refinement; }

    /*! Mean power of the symbols. Of more symbols than there are coefficients some are
     *  empty, and the others stronger by as much.
     *  \param coefficients  real numbers that there are to send */
    double mean_power(int64_t coefficients) const;

    /*! Where each symbol of base and refinement is sent: the i-th at place i s mod k,
     *  with s near the golden section of k and prime to it, so that a gap in what is
     *  received costs a little of everything. */
    torch::Tensor places() const;
};

/*! Configuration of the codec `hybrid`: "bandwidth_ratio" (k / n, "1/6"), "base_share"
 *  (of the symbols, 0 to 1, 0.15), "base_power_db" (of the base's symbols over those of
 *  the refinement, -20 to 20, 0), PictureLinkSettings with HEVC alone, "varied_training"
 *  (false; see varied()), "variance_net" {"width" 64, "depth" 2}, "refining_net" {"width"
 *  96, "blocks" 3}. */
struct HybridSettings {
    BandwidthRatio ratio;
    double share = 0.15, base_power_db = 0;
    PictureLinkSettings link;
    bool varied_training = false;
    int64_t variance_width = 64, variance_depth = 2;
    int64_t refining_width = 96, refining_blocks = 3;

    //! \throws ConfigError for values that are unknown or out of range
    static HybridSettings read(ConfigReader& reader);
    void write(nlohmann::json& config) const;

    /*! For a step of training: all, half or a quarter of the symbols, and the base's
     *  share up to six times as large, drawn from the step's seed. So one pair of nets
     *  learns bases and refinements of many sizes.
     *  \param training  null: the settings as they are */
    HybridSettings varied(const TrainingMoment* training) const;

    //! How the symbols of a \p height x \p width picture are divided.
    HybridDivision divide(const HybridBase& base, int64_t height, int64_t width) const;
};

//! \throws ConfigError where a key would protect nothing
void check_sealed(bool seals, const PictureKeys* keys);

} // namespace djescc
