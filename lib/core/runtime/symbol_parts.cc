/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Splits images' symbols into parts, and checks how many there are.

#include "runtime/symbol_parts.h"

#include "runtime/image_fitting.h"
#include <algorithm>
#include <c10/util/StringUtil.h>
#include <djescc/error.h>

namespace djescc {

FrameBatch split_into_parts(FrameBatch batch, const std::vector<int64_t>& ends)
{
    const int64_t parts = batch.facts.front().parts;
    if (static_cast<int64_t>(ends.size()) != parts || ends.back() != batch.values.size(1))
        throw ModelError(c10::str("the codec sends in ",
                                  parts,
                                  " parts, but names ",
                                  ends.size(),
                                  " numbers of symbols up to ",
                                  ends.back(),
                                  " and makes ",
                                  batch.values.size(1)));
    std::vector<int64_t> lengths;
    for (std::size_t p = 0; p < ends.size(); p++)
        lengths.push_back(ends[p] - (p == 0 ? 0 : ends[p - 1]));
    const int64_t longest = *std::max_element(lengths.begin(), lengths.end());
    const int64_t images = batch.values.size(0);

    FrameBatch split;
    split.values = torch::zeros({ images * parts, longest }, batch.values.options());
    split.counts = torch::tensor(lengths).repeat({ images });
    for (int64_t p = 0; p < parts; p++) {
        const auto place = static_cast<std::size_t>(p);
        split.values.slice(0, p, images * parts, parts)
            .slice(1, 0, lengths[place])
            .copy_(batch.values.slice(1, ends[place] - lengths[place], ends[place]));
    }
    for (const auto& facts : batch.facts)
        for (int64_t p = 0; p < parts; p++) {
            split.facts.push_back(facts);
            split.facts.back().part = p;
        }
    return split;
}

FrameBatch join_parts(FrameBatch batch, const std::vector<int64_t>& ends)
{
    const int64_t parts = batch.facts.front().parts;
    FrameBatch joined;
    std::vector<torch::Tensor> pieces;
    for (int64_t p = 0; p < parts; p++) {
        const auto place = static_cast<std::size_t>(p);
        const int64_t length = ends[place] - (p == 0 ? 0 : ends[place - 1]);
        pieces.push_back(
            batch.values.slice(0, p, batch.values.size(0), parts).slice(1, 0, length));
    }
    joined.values = torch::cat(pieces, 1);
    for (std::size_t i = static_cast<std::size_t>(parts) - 1; i < batch.facts.size();
         i += static_cast<std::size_t>(parts))
        joined.facts.push_back(batch.facts[i]);
    return joined;
}

int64_t check_feedback(const Codec& codec,
                       const FrameBatch& images,
                       const std::vector<int64_t>& counts)
{
    const auto& heard = images.feedback;
    if (!heard.defined()) {
        return 0;
    }
    if (!codec.needs().feedback) {
        throw ConfigError("codec " + codec.type() + " has no use for feedback");
    }
    if (heard.dim() != 2 || heard.size(0) != images.values.size(0) ||
        heard.scalar_type() != torch::kComplexFloat) {
        throw ConfigError(
            "feedback must be an N x k complex64 tensor, of as many images "
            "as are encoded");
    }
    const auto found = std::find(counts.begin(), counts.end(), heard.size(1));
    if (found == counts.end() || found + 1 == counts.end()) {
        throw ConfigError(c10::str("no further part follows on feedback of ",
                                   heard.size(1),
                                   " symbols of an image of shape ",
                                   describe(images.facts.front().shape)));
    }
    return found - counts.begin() + 1;
}

void check_part(const FrameBatch& batch, const std::vector<int64_t>& counts)
{
    const auto& facts = batch.facts.front();
    const auto place = static_cast<std::size_t>(facts.part);
    const int64_t length = counts.at(place) - (facts.part == 0 ? 0 : counts[place - 1]);
    if (static_cast<int64_t>(counts.size()) != facts.parts ||
        batch.values.size(1) != length || batch.counts.defined()) {
        throw ModelError(c10::str("part ",
                                  facts.part,
                                  " should have ",
                                  length,
                                  " symbols, but the codec makes ",
                                  batch.values.size(1)));
    }
}

void check_symbol_counts(const FrameBatch& batch, const std::vector<int64_t>& counts)
{
    const auto check = [&](int64_t count) {
        if (std::find(counts.begin(), counts.end(), count) != counts.end())
            return;
        std::string wanted;
        for (const int64_t one : counts)
            wanted += (wanted.empty() ? "" : " or ") + std::to_string(one);
        throw ConfigError(c10::str("an image of shape ",
                                   describe(batch.facts.front().shape),
                                   " has ",
                                   wanted,
                                   " symbols under this model, but ",
                                   count,
                                   " were given"));
    };
    if (!batch.counts.defined()) {
        check(batch.values.size(1));
        return;
    }
    if (batch.counts.dim() != 1 || batch.counts.size(0) != batch.values.size(0))
        throw ConfigError("every row of symbols needs its number");
    const auto own = batch.counts.to(torch::kCPU, torch::kInt64).contiguous();
    for (int64_t i = 0; i < own.size(0); i++)
        check(own.data_ptr<int64_t>()[i]);
}

} // namespace djescc
