/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/codec/codec.h>

namespace djescc {

/*! Codec `djscc`: deep joint source-channel coding of Bourtsoulatze, Kurka and Gunduz
 *  (IEEE Trans. Cogn. Commun. Netw. 5(3), 2019), the codec of the DJESCC paper's Fig. 6.
 *
 *  Encoder: five 5x5 convolutions 16|2, 32|2, 32|1, 32|1, t|1 (filters|stride), PReLU
 *  after each, reshape, power normalisation. Decoder: reshape, five 5x5 transposed
 *  convolutions 32|1, 32|1, 32|1, 16|2, 3|2, PReLU after four, sigmoid after the last.
 *  R = k/n = t/96. No GDN.
 *
 *  Configuration: "t" (channels of the code, 1 to 1024, default 16), "initialization":
 *  "transform" (the default) starts as a linear block transform code for natural images,
 *  "flat" as one for images whose components are equally strong (what a masking cipher
 *  makes), "random" as usual (He). A trained model does not depend on it.
 */
std::unique_ptr<Codec> make_djscc_codec(const nlohmann::json& config);

} // namespace djescc
