/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What an attack sees and recovers of unseen pictures: figures, and a contact sheet. */
#pragma once

#include "attack/figure_sums.h"
#include "attack/symbol_hider.h"
#include "subject/cipher_subject.h"
#include <djescc/attack/inverse_net.h>
#include <string>
#include <torch/types.h>
#include <vector>

//! What came out of an attack.
struct AttackResult {
    std::vector<AttackFigures> figures; //!< in the order of the rows of the table
    bool symbols = false;               //!< whether the attacker saw symbols
    //! The first pictures: N x C x H x W each.
    torch::Tensor plain, observed, recovered, received;
};

//! Where the attacker looks.
enum class AttackStage {
    protected_images, //!< at what the provider is given
    decoded,          //!< at what the provider decodes
    symbols           //!< at the channel
};

//! What the attacker sees, and what the provider has at that moment.
struct Observed {
    torch::Tensor values; //!< as djescc::Observation says
    djescc::FrameBatch images;
};

//! Whose pictures are attacked, and where the attacker looks.
struct Victim {
    const CipherSubject& subject;
    AttackStage stage = AttackStage::protected_images;
    double snr_db = 10; //!< Es/N0 of what the provider receives
    //! Hides each image's symbols as radios with a link key do; null: none does.
    const SymbolHider* hider = nullptr;

    //! Plain images: N x C x H x W on the device.
    Observed observe(const torch::Tensor& plain, const at::Generator& generator) const;
    /*! What the recipient gets where observe() gave \p observed: of a model with its
     *  provider's nets behind the channel, of others at once. */
    torch::Tensor receive(const Observed& observed, const at::Generator& generator) const;
};

/*! Let \p net look at what the provider sees of unseen pictures.
 *  \param crop      side of centre crops; 0: whole images
 *  \param pictures  that the result keeps
 *  \param seed      of the channel's noise */
AttackResult measure_attack(const djescc::InverseNet& net,
                            const Victim& victim,
                            const djescc::Dataset& unseen,
                            int64_t crop,
                            int64_t pictures,
                            uint64_t seed);

/*! A contact sheet as PNG: plain, what the attacker sees, attacker, recipient.
 *  \throws djescc::Error where it cannot be written */
void write_attack_sheet(const AttackResult& result, const std::string& path);
