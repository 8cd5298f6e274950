/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a run of training a model starts from. */
#pragma once

#include <djescc/model/model.h>

namespace djescc {

struct TrainingConfig;

/*! Give the nets the weights of the earlier models that the configuration names for each
 *  role ("initial", "grow").
 *  \throws ModelError for a file that is missing or does not fit */
void start_from_earlier_models(const ModelNets& nets, const TrainingConfig& config);

} // namespace djescc
