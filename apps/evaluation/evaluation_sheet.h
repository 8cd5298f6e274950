/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The contact sheet of `djescc evaluate`: a row for each model, a column for each SNR
 *  and picture. */
#pragma once

#include "evaluation/results.h"
#include <cstdint>
#include <functional>
#include <string>
#include <torch/types.h>
#include <vector>

//! A plain picture of the sheet.
struct SheetPicture {
    int64_t index;       //!< in the data set, from 0
    torch::Tensor plain; //!< C x H x W
};

//! What a classifier says of a picture, C x H x W.
using NamePicture = std::function<std::string(const torch::Tensor& picture)>;

/*! Writes a PNG of what the results show, in their order, below the plain pictures.
 *  \param snrs  each has a column for each picture
 *  \param name_picture  the end of captions; may be empty
 *  \throws djescc::Error that names the file */
void write_evaluation_sheet(const std::vector<EvaluationResult>& results,
                            const std::vector<SheetPicture>& pictures,
                            const std::vector<double>& snrs,
                            const NamePicture& name_picture,
                            const std::string& path);
