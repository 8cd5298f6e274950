/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loss term "rate": what an encoder of variable rate sends. */
#include <djescc/error.h>
#include <djescc/loss/loss_term.h>

namespace djescc {
namespace {

/*! Mean of the encoder's extra "rate", the part of what it could send that it does (Yang
 *  and Kim, ICASSP 2022, eq. 8). Codec `arjscc` has one. */
class RateTerm : public LossTerm
{
public:
    using LossTerm::LossTerm;
    std::vector<std::string> columns() const override { return { "rate" }; }

    LossValue operator()(const LossInput& input) override
    {
        const auto& extras = input.output.symbols.extras;
        const auto rate = extras.find("rate");
        if (rate == extras.end())
            throw ConfigError("loss.rate needs a codec of variable rate, as arjscc is");
        const auto mean = rate->second.mean();
        return { mean, { { "rate", mean } } };
    }
};

[[maybe_unused]] const bool rate_added =
    LossTerm::add("rate", [](ConfigReader& reader, const LossContext&) {
        return std::make_unique<RateTerm>(reader);
    });

} // namespace
} // namespace djescc
