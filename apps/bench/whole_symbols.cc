/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Puts the parts of images together again.

#include "bench/whole_symbols.h"

#include <c10/core/InferenceMode.h>
#include <torch/types.h>
#include <utility>
#include <vector>

namespace {

using Batch = djescc::FrameBatch;

Batch run_rounds(djescc::RoleRunner& encoder, const Batch& images)
{
    Batch sent = encoder.run(images);
    for (int64_t part = 1; part < encoder.codec().parts(); part++) {
        Batch next = images;
        next.feedback = sent.values;
        const auto symbols = encoder.run(std::move(next));
        const c10::InferenceMode inference;
        sent.values = torch::cat({ sent.values, symbols.values }, 1);
    }
    return sent;
}

//! \param rows  the parts of each image one after another
Batch joined(const Batch& rows, int64_t parts)
{
    const c10::InferenceMode inference;
    std::vector<torch::Tensor> pieces;
    for (int64_t part = 0; part < parts; part++) {
        const int64_t length = rows.counts[part].item<int64_t>();
        pieces.push_back(
            rows.values.slice(0, part, rows.values.size(0), parts).slice(1, 0, length));
    }
    Batch whole;
    whole.values = torch::cat(pieces, 1);
    for (std::size_t i = 0; i < rows.facts.size(); i += static_cast<std::size_t>(parts))
        whole.facts.push_back(rows.facts[i]);
    return whole;
}

} // namespace

Batch run_whole(djescc::RoleRunner& net, Batch batch)
{
    if (net.role() != djescc::Role::encode || net.codec().parts() == 1)
        return net.run(std::move(batch));
    if (net.codec().needs().feedback)
        return run_rounds(net, batch);
    return joined(net.run(std::move(batch)), net.codec().parts());
}
