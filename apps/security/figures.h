/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The pictures of a security report. */
#pragma once

#include "security/security.h"
#include <torch/types.h>

//! The pictures of a report, 3 x H x W each; undefined where a run has none of them.
struct SecurityFigures {
    torch::Tensor overview;   //!< plain, cipher, decrypted; a row for each image
    torch::Tensor wrong_keys; //!< decrypted with wrong keys
    torch::Tensor neighbours; //!< scatter plots of neighbours' values
    torch::Tensor occlusion;  //!< occluded cipher images above what is decrypted
    torch::Tensor noise;      //!< the same with noise
    torch::Tensor attacks;    //!< the same with squares and Gaussian noise
    torch::Tensor attack;     //!< what an attacker with known pairs sees
};

SecurityFigures security_figures(const SecurityRun& run);
