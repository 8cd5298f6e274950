/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loss term "residual": how well a codec predicts what its base lacks. */
#include <djescc/error.h>
#include <djescc/loss/loss_term.h>

namespace djescc {
namespace {

/*! Mean over pictures and coefficients of ln v + c^2 / v, of the coefficients c and the
 *  variances v that the codec predicts: what a Gaussian density's -ln has to do with v.
 *  Its encoder gives it as the extra "residual_nll", N values. */
class ResidualTerm : public LossTerm
{
public:
    using LossTerm::LossTerm;
    std::vector<std::string> columns() const override { return { "residual_nll" }; }
    LossValue operator()(const LossInput& input) override
    {
        const auto& extras = input.output.symbols.extras;
        const auto found = extras.find("residual_nll");
        if (found == extras.end())
            throw ConfigError(
                "loss.residual needs a codec that predicts what its base "
                "lacks, as codec \"hybrid\" does");
        const auto term = found->second.mean();
        return { term, { { "residual_nll", term } } };
    }
};

const bool residual_added = LossTerm::add("residual", [](auto& reader, const auto&) {
    return std::make_unique<ResidualTerm>(reader);
});

} // namespace
} // namespace djescc
