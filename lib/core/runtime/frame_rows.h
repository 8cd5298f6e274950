/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Rows of a FrameBatch: some of them, and the bytes beside their images. */
#pragma once

#include <djescc/runtime/role_runner.h>
#include <vector>

namespace djescc {

//! Some images of a batch.
FrameBatch chosen_rows(const FrameBatch& batch, const std::vector<int64_t>& rows);

//! Inverse of chosen_rows(), into a batch whose facts have their places already.
void put_rows(FrameBatch part, const std::vector<int64_t>& rows, FrameBatch& all);

/*! The frames' side bytes.
 *  \param bytes  that the cipher needs beside each image
 *  \return N x bytes uint8; undefined where the cipher has none
 *  \throws ConfigError for a frame that brings another number */
torch::Tensor side_tensor(const FrameBatch& batch, int64_t bytes);

} // namespace djescc
