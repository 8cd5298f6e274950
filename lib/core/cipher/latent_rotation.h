/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The keyed rotation of a picture's latents, and what travels beside it. */
#pragma once

#include "keys/secret_rotation.h"
#include <array>
#include <cstdint>
#include <djescc/keys/picture_seal.h>
#include <djescc/net/conditions.h>
#include <memory>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! Secrets of one picture, from (key, run, number): crypto_kdf (BLAKE2b) numbers a key by
 *  the run, and keys below it by the picture's number. ChaCha20 under `djesccRO` gives
 *  the gain's mask in its first word and the rotation in those behind, under `djesccRN`
 *  the covering noise. */
class PictureSecrets
{
public:
    /*! \param master  32 bytes
     *  \param run     drawn for a run of a sender, and sent beside each picture
     *  \param number  of the picture within the run */
    PictureSecrets(const uint8_t* master, const PictureSeal::Run& run, uint64_t number);

    //! XORed with the 16 bits of the gain.
    uint16_t gain_mask() const;
    //! For vectors of \p size values; drawn anew at each call, the same each time.
    std::unique_ptr<SecretRotation> rotation(std::size_t size) const;
    //! \p count fair signs, +1 or -1, of the noise that covers; for the owner alone.
    void draw_noise(int8_t* signs, std::size_t count) const;

private:
    ChaChaKeystream keystream(const char* purpose) const;

    SecretKey d_run_key;
    uint64_t d_number;
};

//! Run, and enciphered gain.
inline constexpr int64_t rotation_side_bytes = PictureSeal::run_size + 2;

//! The side bytes of one picture.
struct RotationSide {
    PictureSeal::Run run{};
    uint16_t gain_code = 0; //!< enciphered

    void write(uint8_t* bytes) const;
    static RotationSide read(const uint8_t* bytes);
};

/*! Codes of gains: steps of 2^(1/2048) from 2^-16 on.
 *  \param gains  above 0; what no code reaches gets the nearest */
torch::Tensor gain_codes(const torch::Tensor& gains);
torch::Tensor gain_of(const torch::Tensor& codes); //!< float32

/*! Rows turned each by its own rotation.
 *  \param rows       N x D float32
 *  \param rotations  N of size D
 *  \param back       undoes it
 *  \return on the device of \p rows */
torch::Tensor turn_rows(const torch::Tensor& rows,
                        const std::vector<std::unique_ptr<SecretRotation>>& rotations,
                        bool back);

/*! A RotationWalk for training: one for all rows of a batch, of numbers from a seed, and
 *  differentiable. */
class TrainingRotation
{
public:
    TrainingRotation(int64_t size, uint64_t seed, torch::Device device);
    //! \p rows N x D float32 on the device
    torch::Tensor turn(const torch::Tensor& rows) const;
    torch::Tensor turn_back(const torch::Tensor& rows) const;

    //! The same, as secrets are applied in use.
    const RotationWalk& walk() const { return *d_walk; }

private:
    struct Round {
        torch::Tensor order, inverse_order; //!< D int64
        torch::Tensor cosine, sine;         //!< runs x levels x pairs
    };
    torch::Tensor transform(const torch::Tensor& rows, std::size_t which) const;
    //! One level of some runs: N x runs x length.
    torch::Tensor level(const torch::Tensor& runs,
                        const Round& round,
                        int64_t first_run,
                        int64_t level,
                        double direction) const;
    torch::Tensor levels(const torch::Tensor& runs,
                         const Round& round,
                         int64_t first_run,
                         bool back) const;

    int64_t d_size, d_length, d_levels, d_full_runs;
    bool d_overlaps; //!< whether a last run lies over a part of the one before
    std::array<torch::Tensor, 2> d_signs; //!< D, +1 and -1
    std::vector<Round> d_rounds;
    std::unique_ptr<RotationWalk> d_walk;
};

} // namespace djescc
