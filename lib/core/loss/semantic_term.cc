/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loss term "semantic": errors weighted by how much a classifier minds them. */
#include <cmath>
#include <djescc/loss/classifier.h>
#include <djescc/loss/loss_term.h>
#include <filesystem>
#include <torch/csrc/autograd/autograd.h>

namespace djescc {
namespace {

constexpr double smallest_norm = 1e-12;

/*! Mean of w (x - x^)^2 over all values, w being |d m / d x| with m the mean of a frozen
 *  classifier's logits, scaled for each image to a mean square of 1: the loss of SP-JSCC
 *  but for the scale. (It has weights of norm 1, about 0.018 each on a 32x32 picture.)
 *  Where w is even, the term is the mean squared error. Logits and not probabilities,
 *  because the mean of those is constant.
 *
 *  Configuration: "weight" [0], "every" [1], "classifier": its directory. With
 *  "distortion_weight": 0 beside it, it takes the mean squared error's place. */
class SemanticTerm : public LossTerm
{
public:
    SemanticTerm(ConfigReader& reader, const LossContext& context) : LossTerm(reader)
    {
        const auto directory = reader.require<std::string>("classifier");
        if (d_weight > 0)
            d_net = Classifier::load(
                (std::filesystem::path(context.data_root) / directory).string());
    }

    std::vector<std::string> columns() const override { return { "semantic" }; }
    void to(torch::Device device) override { d_net->to(device); }

    LossValue operator()(const LossInput& input) override
    {
        const auto error =
            (input.output.decrypted.to(torch::kFloat32) - input.plain.to(torch::kFloat32))
                .square();
        const auto term = (importance(input.plain) * error).mean();
        return { term, { { "semantic", term } } };
    }

private:
    torch::Tensor importance(const torch::Tensor& plain) const
    {
        const auto images = plain.detach().clone().set_requires_grad(true);
        // In evaluation mode images do not meet, so the sum's gradient is each one's own.
        const auto sum = d_net->logits(images).mean(1).sum();
        const auto gradient = torch::autograd::grad({ sum }, { images })[0];
        const auto weights = gradient.to(torch::kFloat32).abs();
        const auto values = static_cast<double>(weights[0].numel());
        const auto norm = weights.flatten(1).norm(2, 1).clamp_min(smallest_norm);
        return weights * (std::sqrt(values) / norm).view({ -1, 1, 1, 1 });
    }

    std::shared_ptr<Classifier> d_net;
};

[[maybe_unused]] const bool semantic_added =
    LossTerm::add("semantic", [](ConfigReader& reader, const LossContext& context) {
        return std::make_unique<SemanticTerm>(reader, context);
    });

} // namespace
} // namespace djescc
