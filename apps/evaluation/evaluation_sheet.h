/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The contact sheet of `djescc evaluate`: one picture, a row for each model, a column
 *  for each SNR. */
#pragma once

#include "evaluation/results.h"
#include <string>
#include <torch/types.h>
#include <vector>

/*! Writes a PNG of what the results show, in their order, below the plain picture.
 *  \param plain  C x H x W
 *  \param snrs   of its columns
 *  \throws djescc::Error that names the file */
void write_evaluation_sheet(const std::vector<EvaluationResult>& results,
                            const torch::Tensor& plain,
                            const std::vector<double>& snrs,
                            const std::string& path);
