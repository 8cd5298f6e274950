/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Models with weights in half precision. */
#pragma once

#include <djescc/export.h>
#include <djescc/model/model.h>
#include <string>

namespace DJESCC_EXPORT djescc {

/*! Write a model with its weights in half precision, so that its files take half the
 *  room. Nets compute in single precision as before; their weights change by at most
 *  2^-11 of themselves.
 *
 *  \param model        directory with one or more roles
 *  \param destination  of the new model, without a model.json so far. Its fingerprint is
 *                      another one, so every party needs the new model.json.
 *  \throws ConfigError for nets that are programs (`torchscript`)
 *  \throws ModelError for a missing, damaged or unwritable file, and for weights that
 *          half precision does not hold */
void compact_model(const Model& model, const std::string& destination);

} // namespace djescc
