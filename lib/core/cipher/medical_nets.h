/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Both nets of cipher `medical` and the key that they share. */
#pragma once

#include "cipher/medical_keys.h"
#include "cipher/medical_layers.h"
#include <djescc/net/role_net.h>
#include <string>
#include <vector>

namespace djescc::medical {

//! Bytes of a plane's hash words, and planes of a picture at most.
inline constexpr int64_t plane_bytes = 32, most_planes = 3;
inline constexpr int64_t downsampling = 16;

struct Options {
    int64_t width = 32; //!< channels of the stem; the groups have 2, 4, 8, 8 times it
    bool fusion = true; //!< false: the autoencoder of the pre-training, without keys
    //! ResBlocks of each path in the groups.
    std::array<int64_t, groups> blocks{ 4, 3, 3, 3 };

    int64_t channels(std::size_t group) const
    {
        constexpr std::array<int64_t, groups> factors{ 2, 4, 8, 8 };
        return factors[group] * width;
    }
    int64_t latents() const { return channels(groups - 1); }
    int64_t growth() const { return 2 * width; } //!< of the dense blocks
    //! Side of the square that a place's latents fill in the protected image.
    int64_t shuffle() const;
};

//! b_1 to b_4 and mu, as buffers `b` (int64, 4) and `mu` (float64, 1).
class FeatureKeyHolder
{
public:
    virtual ~FeatureKeyHolder() = default;
    void set_key(const std::array<uint64_t, groups>& b, double mu);
    //! Add to x_0 of one group from now on, which no weights file keeps.
    void shift(std::size_t group, double amount) { d_shifts[group] += amount; }

protected:
    void register_key(torch::nn::Module& net);
    /*! Feature keys of N planes: those of group g are N x channels x H / 2^(g+1) x W /
     *  2^(g+1).
     *  \param words  of each plane */
    std::vector<torch::Tensor> feature_keys(const Options& options,
                                            const std::vector<HashWords>& words,
                                            int64_t height,
                                            int64_t width,
                                            torch::Device device) const;

private:
    torch::Tensor d_b, d_mu;
    std::array<double, groups> d_shifts{};
};

/*! Stem, four groups of FEM, FFPM and FFEM, sigmoid and PixelShuffle. Each plane of a
 *  picture is encrypted by itself.
 *
 *  ProtectedImages::side has the hash words of each plane, big-endian. The extras `ep1`
 *  to `ep4` and `ek1` to `ek4` (rows: planes) have to reach the recipient as well; in
 *  training there are `alpha1` to `alpha4` and `recovered1` to `recovered4` too. */
class MedicalEncryptor : public Encryptor, public FeatureKeyHolder
{
public:
    explicit MedicalEncryptor(const Options& options);
    ProtectedImages forward(const torch::Tensor& plain, const Conditions&) override;
    const std::vector<Coupling>& couplings() const { return d_couplings; }

private:
    Options d_options;
    torch::nn::Conv2d d_stem;
    std::vector<DownGroup> d_downs;
    std::vector<Fusion> d_fusions;
    std::vector<Coupling> d_couplings;
};

//! The way back: FFEM inverted, four groups of FFDM and FDM, and the tail.
class MedicalDecryptor : public Decryptor, public FeatureKeyHolder
{
public:
    explicit MedicalDecryptor(const Options& options);
    torch::Tensor forward(const ProtectedImages& images, const Conditions&) override;
    //! Hold the encryptor's own couplings.
    void share(const MedicalEncryptor& encryptor);

private:
    Options d_options;
    std::vector<Coupling> d_couplings;
    std::vector<Unfusion> d_unfusions;
    std::vector<UpGroup> d_ups;
    TransposedConv d_tail, d_last;
};

} // namespace djescc::medical
