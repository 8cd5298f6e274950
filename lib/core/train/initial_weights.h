/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/model/model.h>

namespace djescc {

struct TrainingConfig;

/*! What a run starts from: the weights of earlier models that the configuration names for
 *  each role ("initial", "grow"), and nets that stay as they are ("frozen").
 *  \throws ModelError for a file that is missing or does not fit */
void start_from_earlier_models(const ModelNets& nets, const TrainingConfig& config);

} // namespace djescc
