/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Batches of symbols: their lengths, and images that go out in several parts. */
#pragma once

#include <djescc/runtime/role_runner.h>
#include <vector>

namespace djescc {

/*! Every image's symbols as Codec::parts() rows.
 *  \param batch   of whole images
 *  \param ends    Codec::symbol_counts(): where each part ends
 *  \throws ModelError where the codec's numbers contradict each other */
FrameBatch split_into_parts(FrameBatch batch, const std::vector<int64_t>& ends);

//! Inverse of split_into_parts(): rows of whole images, whose last part they are.
FrameBatch join_parts(FrameBatch batch, const std::vector<int64_t>& ends);

/*! How many parts of a batch of images its feedback is of; 0 where there is none.
 *  \param counts  Codec::symbol_counts() of the images
 *  \throws ConfigError where it is no feedback of these images under this codec */
int64_t check_feedback(const Codec& codec,
                       const FrameBatch& images,
                       const std::vector<int64_t>& counts);

/*! That a batch of symbols is as long as the part that its facts say.
 *  \param counts  Codec::symbol_counts() of its images
 *  \throws ModelError where it is not */
void check_part(const FrameBatch& batch, const std::vector<int64_t>& counts);

/*! \param counts  Codec::symbol_counts() of the batch's images
 *  \throws ConfigError where a row has another number of symbols than the codec can send
 */
void check_symbol_counts(const FrameBatch& batch, const std::vector<int64_t>& counts);

} // namespace djescc
