/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Takes rows out of batches and puts them back.

#include "runtime/frame_rows.h"

#include <algorithm>
#include <c10/util/StringUtil.h>
#include <djescc/error.h>

namespace djescc {

FrameBatch chosen_rows(const FrameBatch& batch, const std::vector<int64_t>& rows)
{
    FrameBatch chosen;
    chosen.values =
        batch.values.index_select(0, torch::tensor(rows).to(batch.values.device()));
    for (const int64_t row : rows) {
        chosen.facts.push_back(batch.facts[static_cast<std::size_t>(row)]);
    }
    return chosen;
}

void put_rows(FrameBatch part, const std::vector<int64_t>& rows, FrameBatch& all)
{
    if (!all.values.defined()) {
        auto sizes = part.values.sizes().vec();
        sizes[0] = static_cast<int64_t>(all.facts.size());
        all.values = torch::empty(sizes, part.values.options());
    }
    all.values.index_copy_(0, torch::tensor(rows).to(all.values.device()), part.values);
    for (std::size_t i = 0; i < rows.size(); i++) {
        all.facts[static_cast<std::size_t>(rows[i])] = std::move(part.facts[i]);
    }
}

torch::Tensor side_tensor(const FrameBatch& batch, int64_t bytes)
{
    if (bytes == 0) {
        return {};
    }
    auto side =
        torch::empty({ static_cast<int64_t>(batch.facts.size()), bytes }, torch::kUInt8);
    auto* row = side.data_ptr<uint8_t>();
    for (const auto& facts : batch.facts) {
        if (static_cast<int64_t>(facts.side.size()) != bytes) {
            throw ConfigError(c10::str("the cipher needs ",
                                       bytes,
                                       " side bytes beside each image, but frame ",
                                       facts.id,
                                       " brings ",
                                       facts.side.size()));
        }
        row = std::copy(facts.side.begin(), facts.side.end(), row);
    }
    return side;
}

} // namespace djescc
