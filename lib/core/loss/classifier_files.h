/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Names of a classifier's files. */
#pragma once

namespace djescc {

constexpr char classifier_manifest_name[] = "classifier.json";
constexpr char classifier_weights_name[] = "classifier.safetensors";

} // namespace djescc
