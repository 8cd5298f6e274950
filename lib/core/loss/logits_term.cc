/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loss term "logits": how far a classifier's answer moves. */
#include <ATen/core/grad_mode.h>
#include <djescc/loss/classifier.h>
#include <djescc/loss/loss_term.h>
#include <filesystem>

namespace djescc {
namespace {

/*! Mean over pictures and classes of (y(x) - y(x^))^2, y being the logits of a frozen
 *  classifier, x the plain and x^ the decrypted picture.
 *
 *  To first order this is the squared error in the directions of all logits' gradients,
 *  where term "semantic" has the sizes of one gradient alone.
 *
 *  Configuration: "weight" [0], "every" [1], "classifier": its directory. */
class LogitsTerm : public LossTerm
{
public:
    LogitsTerm(ConfigReader& reader, const LossContext& context) : LossTerm(reader)
    {
        const auto directory = reader.require<std::string>("classifier");
        if (d_weight > 0)
            d_net = Classifier::load(
                (std::filesystem::path(context.data_root) / directory).string());
    }

    std::vector<std::string> columns() const override { return { "logits" }; }
    void to(torch::Device device) override { d_net->to(device); }

    LossValue operator()(const LossInput& input) override
    {
        const auto wanted = [&] {
            const torch::NoGradGuard no_gradient;
            return d_net->logits(input.plain.to(torch::kFloat32)).to(torch::kFloat32);
        }();
        const auto moved = (d_net->logits(input.output.decrypted.to(torch::kFloat32))
                                .to(torch::kFloat32) -
                            wanted)
                               .square()
                               .mean();
        return { moved, { { "logits", moved } } };
    }

private:
    std::shared_ptr<Classifier> d_net;
};

[[maybe_unused]] const bool logits_added =
    LossTerm::add("logits", [](ConfigReader& reader, const LossContext& context) {
        return std::make_unique<LogitsTerm>(reader, context);
    });

} // namespace
} // namespace djescc
