/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `arjscc`: picture to features, features to groups of channels, and how many of
// them are sent.

#include "codec/arjscc_nets.h"

#include "net/random.h"
#include <algorithm>
#include <cmath>
#include <torch/nn/functional/padding.h>

namespace djescc::arjscc {
namespace {

constexpr int64_t policy_width = 64;
constexpr double least_power = 1e-12;

class SourceEncoderImpl : public torch::nn::Module
{
public:
    explicit SourceEncoderImpl(int64_t width)
        : d_convs{ register_module("conv1", convolution(3, width / 4, 7, 1)),
                   register_module("conv2", convolution(width / 4, width / 2, 3, 2)),
                   register_module("conv3", convolution(width / 2, width, 3, 2)) }
        , d_norms{ register_module("norm1", torch::nn::BatchNorm2d(width / 4)),
                   register_module("norm2", torch::nn::BatchNorm2d(width / 2)),
                   register_module("norm3", torch::nn::BatchNorm2d(width)) }
    {
    }

    void initialize_as_transform(const LinearCode& code)
    {
        const torch::NoGradGuard no_grad;
        auto first = d_convs[0]->weight.slice(0, 0, 3).zero_();
        for (int64_t c = 0; c < 3; ++c)
            first[c][c][3][3] = 1;
        let_through(d_norms[0], 3);
        for (std::size_t i : { 1, 2 })
            d_convs[i]->weight.mul_(initial_noise);
        own_block(d_convs[1]->weight.slice(0, 0, 12).slice(1, 0, 3)).add_(pixel_taps());
        let_through(d_norms[1], 12);
        own_block(d_convs[2]->weight.slice(0, 0, code.count).slice(1, 0, 12))
            .add_(component_taps(code));
        let_through(d_norms[2], code.count);
    }

    torch::Tensor forward(const torch::Tensor& images)
    {
        namespace F = torch::nn::functional;
        auto x = F::pad(images, F::PadFuncOptions({ 3, 3, 3, 3 }).mode(torch::kReflect))
                     .contiguous(torch::MemoryFormat::ChannelsLast);
        for (std::size_t i = 0; i < d_convs.size(); ++i)
            x = torch::relu(d_norms[i](d_convs[i](x)));
        return x;
    }

private:
    std::array<torch::nn::Conv2d, 3> d_convs;
    std::array<torch::nn::BatchNorm2d, 3> d_norms;
};
TORCH_MODULE(SourceEncoder);

class ChannelEncoderImpl : public torch::nn::Module
{
public:
    ChannelEncoderImpl(int64_t width, int64_t channels)
        : d_blocks{ register_module("block1", AdaptiveBlock(width)),
                    register_module("block2", AdaptiveBlock(width)) }
        , d_last(register_module(
              "last",
              torch::nn::Conv2d(torch::nn::Conv2dOptions(width, channels, 3).padding(1))))
    {
    }

    void initialize_as_transform(const LinearCode& code)
    {
        const torch::NoGradGuard no_grad;
        for (auto& block : d_blocks)
            block->initialize_as_gain();
        d_last->weight.mul_(initial_noise);
        d_last->bias.zero_();
        const int64_t sent = std::min(code.count, d_last->weight.size(0));
        for (int64_t i = 0; i < sent; ++i) {
            const auto gain = torch::sqrt(code.deviation[i] / code.power);
            d_last->weight[i][i][1][1] += gain;
            d_last->bias[i] = -gain * shift * initial_scale * initial_scale;
        }
    }

    torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& snr_db)
    {
        auto x = features;
        for (auto& block : d_blocks)
            x = block(x, snr_db);
        return d_last(x).contiguous();
    }

private:
    std::array<AdaptiveBlock, 2> d_blocks;
    torch::nn::Conv2d d_last;
};
TORCH_MODULE(ChannelEncoder);

//! Logits of how many selectable groups are sent: N x selectable + 1.
class PolicyImpl : public torch::nn::Module
{
public:
    PolicyImpl(int64_t width, int64_t choices)
        : d_dense{ register_module("dense1", torch::nn::Linear(width + 1, policy_width)),
                   register_module("dense2",
                                   torch::nn::Linear(policy_width, policy_width)),
                   register_module("dense3", torch::nn::Linear(policy_width, choices)) }
        , d_norms{ register_module("norm1", torch::nn::BatchNorm1d(policy_width)),
                   register_module("norm2", torch::nn::BatchNorm1d(policy_width)) }
    {
    }

    torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& snr_db)
    {
        auto x = context_of(features, snr_db);
        for (std::size_t i = 0; i < d_norms.size(); ++i)
            x = torch::relu(d_norms[i](d_dense[i](x)));
        return d_dense.back()(x);
    }

private:
    std::array<torch::nn::Linear, 3> d_dense;
    std::array<torch::nn::BatchNorm1d, 2> d_norms;
};
TORCH_MODULE(Policy);

/*! A choice for each row, N x choices, all but one of them 0 and one 1; gradients are
 *  those of the softmax at \p temperature of logits and Gumbel noise (Jang, Gu and Poole,
 *  "Categorical reparameterization with Gumbel-softmax", ICLR 2017). */
torch::Tensor gumbel_choice(const torch::Tensor& logits,
                            double temperature,
                            const at::Generator& generator)
{
    constexpr double least = 1e-10;
    const auto uniform =
        torch::rand(logits.sizes(), generator, torch::kFloat32).clamp(least, 1 - 1e-7);
    const auto noise = -torch::log(-torch::log(uniform)).to(logits.device());
    const auto soft =
        torch::softmax((logits.to(torch::kFloat32) + noise) / temperature, 1);
    const auto hard = torch::one_hot(soft.argmax(1), logits.size(1)).to(soft.dtype());
    return hard + soft - soft.detach();
}

class ArjsccEncoder : public SymbolEncoder
{
public:
    ArjsccEncoder(int64_t width, const Groups& groups, const Exploration& exploration)
        : d_groups(groups)
        , d_exploration(exploration)
        , d_source(register_module("source", SourceEncoder(width)))
        , d_channel(register_module("channel", ChannelEncoder(width, groups.channels)))
        , d_policy(register_module("policy", Policy(width, groups.selectable() + 1)))
    {
    }

    void initialize_as_transform(const LinearCode& code)
    {
        d_source->initialize_as_transform(code);
        d_channel->initialize_as_transform(code);
    }

    SymbolBatch forward(const torch::Tensor& images,
                        const Conditions& conditions) override
    {
        const int64_t n = images.size(0);
        const auto features = d_source(images);
        const auto choice = chosen(features, conditions);
        // Thermometer: a choice of c selectable groups has the first c of them on.
        const auto on =
            torch::cat({ torch::ones({ n, d_groups.fixed }, choice.options()),
                         choice.flip({ 1 }).cumsum(1).flip({ 1 }).slice(1, 1) },
                       1);
        const auto code = d_channel(features, conditions.snr_db);
        const int64_t places = code.size(2) * code.size(3);
        // Each symbol from two channels of its group, at one place.
        auto values = code.to(torch::kFloat32)
                          .view({ n, d_groups.count, d_groups.symbols(), 2, places });
        values = values * on.view({ n, d_groups.count, 1, 1, 1 });
        const auto sent = on.sum(1);
        const auto symbols = sent * static_cast<double>(d_groups.symbols() * places);
        const auto power = values.square().sum({ 1, 2, 3, 4 }) / symbols + least_power;
        values = values * torch::rsqrt(power).view({ n, 1, 1, 1, 1 });
        SymbolBatch batch;
        batch.values =
            torch::complex(values.select(3, 0), values.select(3, 1)).flatten(1);
        batch.counts = torch::round(sent.detach()).to(torch::kCPU, torch::kInt64) *
                       (d_groups.symbols() * places);
        batch.extras["rate"] = sent / static_cast<double>(d_groups.count);
        return batch;
    }

private:
    //! N x selectable + 1: how many selectable groups each image gets.
    torch::Tensor chosen(const torch::Tensor& features, const Conditions& conditions)
    {
        const int64_t n = features.size(0), choices = d_groups.selectable() + 1;
        const auto always = [&](const torch::Tensor& choice) {
            return torch::one_hot(choice, choices)
                .to(torch::kFloat32)
                .to(features.device());
        };
        if (conditions.rate_groups > 0)
            return always(torch::full(
                { n }, conditions.rate_groups - d_groups.fixed, torch::kInt64));
        const auto logits = d_policy(features, conditions.snr_db);
        if (conditions.training == nullptr)
            return always(logits.argmax(1).cpu());
        const auto& moment = *conditions.training;
        const auto generator = make_generator(moment.seed);
        const auto choice =
            gumbel_choice(logits, d_exploration.temperature(moment.progress), generator);
        const auto evenly = torch::randint(choices, { n }, generator, torch::kInt64);
        const auto random =
            torch::rand({ n }, generator, torch::kFloat32) < d_exploration.random;
        return torch::where(
            random.to(features.device()).view({ n, 1 }), always(evenly), choice);
    }

    Groups d_groups;
    Exploration d_exploration;
    SourceEncoder d_source;
    ChannelEncoder d_channel;
    Policy d_policy;
};

} // namespace

std::shared_ptr<SymbolEncoder> make_encoder(int64_t width,
                                            const Groups& groups,
                                            const Exploration& exploration,
                                            const LinearCode* start)
{
    auto net = std::make_shared<ArjsccEncoder>(width, groups, exploration);
    if (start != nullptr)
        net->initialize_as_transform(*start);
    return net;
}

} // namespace djescc::arjscc
