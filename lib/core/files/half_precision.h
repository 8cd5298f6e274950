/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Files of weights in half precision. */
#pragma once

#include <djescc/files/safetensors.h>
#include <string>

namespace djescc {

/*! Round every float32 tensor to half precision.
 *  \param path  for errors
 *  \throws ModelError for one that does not fit */
void halve(TensorFile& file, const std::string& path);

} // namespace djescc
