/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Classifiers in half the room. */
#pragma once

#include <djescc/export.h>
#include <string>

namespace DJESCC_EXPORT djescc {

//! Whether a directory holds a classifier.
bool holds_classifier(const std::string& directory);

/*! Write a classifier with its weights in half precision; it computes in single precision
 *  as before. Checkpoint, log and features are not copied.
 *  \param source  a directory that Classifier::load() takes
 *  \param destination  a directory without a classifier, made where it is missing
 *  \throws ModelError as Classifier::load(), for weights that do not fit, or where there
 *          is one already */
void compact_classifier(const std::string& source, const std::string& destination);

} // namespace djescc
