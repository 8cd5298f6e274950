/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loss term "features": the DJESCC paper's distances between features of a VGG16. */
#include "loss/vgg16.h"
#include <djescc/loss/loss_term.h>
#include <filesystem>

namespace djescc {
namespace {

constexpr double largest_limit = 1e6;

/*! min(MSE(h(x), h(y)), limit) + min(MSE(h(x), h(y^)), limit), which training raises:
 *  its factor is -lambda. The paper's terms are unbounded; beyond "limit" these give no
 *  gradient, so that they cannot outweigh the reconstruction.
 *
 *  Configuration: "lambda" [0], "every" [1], "block" [2] of VGG16's five to cut after,
 *  "weights" [""] (a safetensors file; empty: random), "limit" [4]. */
class FeaturesTerm : public LossTerm
{
public:
    FeaturesTerm(ConfigReader& reader, const LossContext& context)
        : LossTerm(reader, "lambda")
        , d_limit(reader.get_in("limit", 4.0, 0.0, largest_limit))
    {
        const auto block = reader.get_in<int64_t>("block", 2, 1, 5);
        const auto weights = reader.get<std::string>("weights", "");
        if (d_weight == 0)
            return;
        d_weight = -d_weight;
        d_net = Vgg16Features(block);
        if (!weights.empty())
            load_features(*d_net,
                          (std::filesystem::path(context.data_root) / weights).string(),
                          "loss.features.block");
        d_net->eval();
        for (auto& parameter : d_net->parameters())
            parameter.set_requires_grad(false);
    }

    std::vector<std::string> columns() const override { return { "features" }; }
    void to(torch::Device device) override { d_net->to(device); }

    LossValue operator()(const LossInput& input) override
    {
        const auto reference = d_net(input.plain);
        const auto distance = [&](const torch::Tensor& images) {
            return torch::mse_loss(d_net(images), reference).clamp_max(d_limit);
        };
        const auto term =
            distance(input.output.protected_images) + distance(input.output.decoded);
        return { term, { { "features", term } } };
    }

private:
    double d_limit;
    Vgg16Features d_net{ nullptr };
};

[[maybe_unused]] const bool features_added =
    LossTerm::add("features", [](ConfigReader& reader, const LossContext& context) {
        return std::make_unique<FeaturesTerm>(reader, context);
    });

} // namespace
} // namespace djescc
