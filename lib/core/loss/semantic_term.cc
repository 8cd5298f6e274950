/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loss term "semantic": errors weighted by how much a classifier minds them. */
#include "loss/image_error.h"
#include "loss/one_of_two.h"
#include <djescc/loss/classifier.h>
#include <djescc/loss/loss_term.h>
#include <djescc/loss/semantic_weights.h>
#include <filesystem>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace djescc {
namespace {

constexpr int64_t most_remembered = 10000000;

//! Weights of pictures that were seen before, which cost as much as a step without them.
class WeightsMemory
{
public:
    explicit WeightsMemory(int64_t capacity)
        : d_capacity(static_cast<std::size_t>(capacity))
    {
    }

    //! semantic_weights(), N x C x H x W; in half precision where they are kept.
    torch::Tensor operator()(Classifier& classifier, const torch::Tensor& images)
    {
        if (d_capacity == 0)
            return semantic_weights(classifier, images);
        const auto cpu = images.detach().to(torch::kCPU, torch::kFloat32).contiguous();
        const auto count = cpu.size(0);
        std::vector<torch::Tensor> weights(static_cast<std::size_t>(count));
        std::vector<int64_t> missing;
        for (int64_t i = 0; i < count; ++i) {
            const auto found = d_weights.find(key(cpu[i]));
            if (found == d_weights.end())
                missing.push_back(i);
            else
                weights[static_cast<std::size_t>(i)] = found->second;
        }
        if (!missing.empty()) {
            const auto rows = torch::tensor(missing).to(images.device());
            const auto computed =
                semantic_weights(classifier, images.detach().index_select(0, rows))
                    .to(torch::kCPU, torch::kHalf);
            for (std::size_t j = 0; j < missing.size(); ++j) {
                const auto own = computed[static_cast<int64_t>(j)].clone();
                weights[static_cast<std::size_t>(missing[j])] = own;
                if (d_weights.size() < d_capacity)
                    d_weights.emplace(key(cpu[missing[j]]), own);
            }
        }
        return torch::stack(weights).to(images.device(), torch::kFloat32);
    }

private:
    static std::size_t key(const torch::Tensor& image)
    {
        return std::hash<std::string_view>()(
            { static_cast<const char*>(image.data_ptr()), image.nbytes() });
    }

    std::size_t d_capacity;
    std::unordered_map<std::size_t, torch::Tensor> d_weights;
};

/*! Mean of w (x - x^)^2 over all values, w being semantic_weights() of a frozen
 *  classifier: the loss of SP-JSCC (eq. 11) but for the scale. (It has weights of norm 1,
 *  about 0.018 each on a 32x32 picture.) Where w is even, the term is the mean squared
 *  error.
 *
 *  Configuration: "weight" [0], "every" [1], "classifier": its directory, "measure":
 *  "mse" (the default), or "psnr", which puts each image's weighted mean in the place of
 *  its mean squared error in psnr_loss(), "remember" [0]: pictures whose weights are
 *  kept, for a data set that comes again in every epoch, mirrored or not. With
 *  "distortion_weight": 0 beside it, it takes the mean squared error's place. */
class SemanticTerm : public LossTerm
{
public:
    SemanticTerm(ConfigReader& reader, const LossContext& context)
        : LossTerm(reader)
        , d_by_psnr(second_of(reader, "measure", "mse", "psnr"))
        , d_weights(reader.get_in<int64_t>("remember", 0, 0, most_remembered))
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
        const auto errors = (d_weights(*d_net, input.plain) * error).mean({ 1, 2, 3 });
        return { d_by_psnr ? psnr_loss(errors) : errors.mean(),
                 { { "semantic", errors.mean() } } };
    }

private:
    bool d_by_psnr;
    WeightsMemory d_weights;
    std::shared_ptr<Classifier> d_net;
};

[[maybe_unused]] const bool semantic_added =
    LossTerm::add("semantic", [](ConfigReader& reader, const LossContext& context) {
        return std::make_unique<SemanticTerm>(reader, context);
    });

} // namespace
} // namespace djescc
