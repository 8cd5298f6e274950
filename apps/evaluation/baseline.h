/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What digital transmission can do, beside what was measured of models: the best of
 *  several models of codec `separate` at each SNR, and Shannon's bound. */
#pragma once

#include "evaluation/results.h"
#include <djescc/data/dataset.h>
#include <functional>
#include <string>
#include <vector>

//! RowKind::digital for codec `separate`, whose bandwidth ratio goes to the results.
RowKind row_kind(const djescc::Model& model);

//! "1/6" of codec `separate`, nothing of another.
std::string bandwidth_ratio(const djescc::Model& model);

//! \throws djescc::ConfigError where none is of codec `separate`
void require_digital(const std::vector<NamedModel>& models);

/*! "digital, channel known": of the models of codec `separate` with one bandwidth ratio
 *  the one with the best mean PSNR, chosen anew for each SNR and part that is lost, never
 *  for a picture. A sender does as well that knows the channel's mean SNR. */
std::vector<EvaluationResult> envelopes(const std::vector<EvaluationResult>& results);

//! Watches what comes of images in a row of results.
using RowWatch =
    std::function<void(const std::string& name, const djescc::MeasuredImage& image)>;

//! Shannon's bound for each coder and bandwidth ratio of the models of codec `separate`.
std::vector<EvaluationResult> bounds(const std::vector<NamedModel>& models,
                                     const djescc::Dataset& data,
                                     const djescc::MeasureOptions& options,
                                     const std::vector<EvaluationCase>& cases,
                                     const RowWatch& watch);
