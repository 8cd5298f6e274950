/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Fresh secrets for a model, from the operating system's randomness. */
#pragma once

#include <djescc/export.h>
#include <djescc/model/model.h>
#include <string>

namespace DJESCC_EXPORT djescc {

/*! A CPU generator whose whole state comes from the operating system's randomness.
 *
 *  For secrets: a generator that is seeded by number has only 2^32 different sequences,
 *  because LibTorch's Mersenne Twister takes 32 bits of its seed.
 *  \throws Error where the system gives none */
at::Generator make_random_generator();

/*! Write a new model with fresh secrets (Cipher::draw_secrets) and otherwise the same
 *  weights. Nets that were trained with ever new secrets need no training for it.
 *
 *  \param model        directory with at least the roles `encrypt` and `decrypt`; the
 *                      provider's files are copied where they are present
 *  \param destination  of the new model, without a model.json so far. Its fingerprint is
 *                      another one, so every party needs the new model.json.
 *  \throws ConfigError for a cipher without secrets
 *  \throws ModelError for a missing, damaged or unwritable file */
void rekey_model(const Model& model,
                 const std::string& destination,
                 at::Generator secrets);

} // namespace djescc
