/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  All four roles in one program with a simulated channel between them. */
#pragma once

#include <ATen/core/Generator.h>
#include <djescc/export.h>
#include <djescc/model/model_nets.h>
#include <djescc/runtime/role_runner.h>

namespace DJESCC_EXPORT djescc {

//! What happens to images and symbols on their way.
struct SimulatedChannel {
    torch::Tensor snr_db; //!< N values, Es/N0 in dB, of the white noise
    //! What the nets are told instead of snr_db.
    std::optional<double> snr_hint_db{};
    //! Protected and decoded images are rounded to 8 bits, as PNG files between the
    //! parties would be.
    bool round_to_8_bits = false;
    //! Part of each image's symbols that is lost, 0 to 1, anew at random for each.
    double erased = 0;
    //! Of a codec that sends in parts: how many of the first ones arrive; 0: all.
    int64_t parts = 0;
    //! Of a codec with feedback: Es/N0 in dB on the way back; none: it is noiseless.
    std::optional<double> feedback_snr_db{};
};

//! What became of a batch of images. Images keep the padding that their nets need.
struct ChainResult {
    FrameBatch protected_images, decoded, decrypted;
    //! N int64, symbols that each image was sent in, those of parts that arrive alone.
    torch::Tensor symbol_counts;
};

//! What leaves the sender by ChainRunner::send(); with feedback, the first part of it.
struct SentImages {
    FrameBatch protected_images, symbols;
    torch::Tensor symbol_counts; //!< N int64, symbols that each image is sent in
};

/*! The chain as programs measure it, each role by the RoleRunner that its block has. */
class ChainRunner
{
public:
    //! \throws as RoleRunner
    explicit ChainRunner(const ModelSource& source, const RunnerOptions& options = {});

    //! Of nets in memory on \p device.
    //! \param snr_db  their trained range in dB
    ChainRunner(std::shared_ptr<const Cipher> cipher,
                std::shared_ptr<const Codec> codec,
                const ModelNets& nets,
                torch::Device device,
                const std::array<double, 2>& snr_db,
                const RunnerOptions& options = {});

    /*! \param generator  for noise and losses; one seed on one device, one result
     *  \throws as RoleRunner::run(); ConfigError where more parts are to arrive than the
     *          codec sends */
    ChainResult run(FrameBatch plain,
                    const SimulatedChannel& channel,
                    const at::Generator& generator);

    /*! The sender's half of run(): one encryption, one encoding. What it gives may pass
     *  several channels where the encoder heeds no SNR, see encoder_heeds_snr().
     *  \throws as RoleRunner::run() */
    SentImages send(FrameBatch plain, const SimulatedChannel& channel);

    //! The other half: run() is send() and receive().
    ChainResult receive(const SentImages& sent,
                        const SimulatedChannel& channel,
                        const at::Generator& generator);

    //! Whether the symbols depend on the SNR that the encoder is told.
    bool encoder_heeds_snr() const;

    /*! Encoder, channel and decoder alone.
     *  \param counts  gets ChainResult::symbol_counts
     */
    FrameBatch transmit(FrameBatch images,
                        const SimulatedChannel& channel,
                        const at::Generator& generator,
                        torch::Tensor* counts = nullptr);

    /*! Encoder and channel alone: the symbols as they arrive, N x k, zeros behind those
     *  of an image that is sent in fewer. All parts, whatever \p channel says. */
    FrameBatch arrive(FrameBatch images,
                      const SimulatedChannel& channel,
                      const at::Generator& generator);

    RoleRunner& encryptor() { return d_encryptor; }
    RoleRunner& encoder() { return d_encoder; }
    RoleRunner& decoder() { return d_decoder; }
    RoleRunner& decryptor() { return d_decryptor; }

private:
    SentImages encode(FrameBatch images, const SimulatedChannel& channel);
    //! What the decoder gets.
    FrameBatch arriving(const SentImages& sent,
                        const SimulatedChannel& channel,
                        const at::Generator& generator);
    FrameBatch decode(const SentImages& sent,
                      const SimulatedChannel& channel,
                      const at::Generator& generator);
    //! SentImages::symbol_counts of what arrives.
    torch::Tensor arriving_counts(const SentImages& sent,
                                  const SimulatedChannel& channel) const;

    RoleRunner d_encryptor, d_encoder, d_decoder, d_decryptor;
};

} // namespace djescc
