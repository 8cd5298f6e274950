/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `arjscc`: from the groups that came, and zeros for the others, to the picture.

#include "codec/arjscc_nets.h"

#include "net/transposed_conv.h"
#include <algorithm>
#include <torch/nn/functional/padding.h>

namespace djescc::arjscc {
namespace {

// Of the linear start: the deviation of a pixel.
constexpr double pixel_deviation = 0.25;

class ArjsccDecoder : public SymbolDecoder
{
public:
    ArjsccDecoder(int64_t width, const Groups& groups)
        : d_groups(groups)
        , d_first(register_module("first", convolution(groups.channels, width, 3, 1)))
        , d_blocks{ register_module("block1", AdaptiveBlock(width)),
                    register_module("block2", AdaptiveBlock(width)) }
        , d_ups{ register_module("up1", TransposedConv(width, width / 2, 2, 3, false)),
                 register_module("up2",
                                 TransposedConv(width / 2, width / 4, 2, 3, false)) }
        , d_norms{ register_module("norm1", torch::nn::BatchNorm2d(width / 2)),
                   register_module("norm2", torch::nn::BatchNorm2d(width / 4)) }
        , d_last(register_module(
              "last", torch::nn::Conv2d(torch::nn::Conv2dOptions(width / 4, 3, 5))))
    {
    }

    void initialize_as_transform(const LinearCode& code)
    {
        const torch::NoGradGuard no_grad;
        d_first->weight.mul_(initial_noise);
        const int64_t sent = std::min(code.count, d_first->weight.size(1));
        const auto gain = code.wiener * torch::sqrt(2 * code.power * code.deviation) /
                          (initial_scale * initial_scale);
        for (int64_t i = 0; i < sent; ++i)
            d_first->weight[i][i][1][1] += gain[i];
        for (auto& block : d_blocks)
            block->initialize_as_gain();
        // A transposed convolution is the adjoint of the convolution of the same weights.
        for (auto& up : d_ups)
            up->weight.mul_(initial_noise);
        own_block(d_ups[0]->weight.slice(0, 0, code.count).slice(1, 0, 12))
            .add_(component_taps(code));
        let_through(d_norms[0], 12);
        own_block(d_ups[1]->weight.slice(0, 0, 12).slice(1, 0, 3)).add_(pixel_taps());
        let_through(d_norms[1], 3);
        // sigmoid(4 u) has slope 1 at u = 0
        d_last->weight.mul_(initial_noise);
        for (int64_t c = 0; c < 3; ++c) {
            d_last->weight[c][c][2][2] += 4 * pixel_deviation;
            d_last->bias[c] = -4 * pixel_deviation * shift;
        }
    }

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        namespace F = torch::nn::functional;
        const int64_t n = symbols.values.size(0);
        const int64_t height = shape.height / BlockCodec::downsampling,
                      width = shape.width / BlockCodec::downsampling;
        // The groups that no image of the batch has are zero as well.
        const int64_t all = d_groups.count * d_groups.symbols() * height * width;
        const auto reals =
            torch::constant_pad_nd(torch::view_as_real(symbols.values.contiguous()),
                                   { 0, 0, 0, all - symbols.values.size(1) });
        auto x = d_first(reals.view({ n, -1, height * width, 2 })
                             .transpose(2, 3)
                             .reshape({ n, d_groups.channels, height, width })
                             .contiguous(torch::MemoryFormat::ChannelsLast));
        for (auto& block : d_blocks)
            x = block(x, conditions.snr_db);
        for (std::size_t i = 0; i < d_ups.size(); ++i)
            x = torch::relu(d_norms[i](d_ups[i](x)));
        x = F::pad(x, F::PadFuncOptions({ 2, 2, 2, 2 }).mode(torch::kReflect));
        return torch::sigmoid(d_last(x)).contiguous();
    }

private:
    Groups d_groups;
    torch::nn::Conv2d d_first;
    std::array<AdaptiveBlock, 2> d_blocks;
    std::array<TransposedConv, 2> d_ups;
    std::array<torch::nn::BatchNorm2d, 2> d_norms;
    torch::nn::Conv2d d_last;
};

} // namespace

std::shared_ptr<SymbolDecoder>
make_decoder(int64_t width, const Groups& groups, const LinearCode* start)
{
    auto net = std::make_shared<ArjsccDecoder>(width, groups);
    if (start != nullptr)
        net->initialize_as_transform(*start);
    return net;
}

} // namespace djescc::arjscc
