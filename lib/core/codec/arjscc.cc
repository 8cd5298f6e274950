/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `arjscc`: groups of channels, of which a policy sends as many as picture and SNR
// are worth.

#include "codec/block_code.h"
#include "net/random.h"
#include "net/transposed_conv.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <djescc/error.h>
#include <string>
#include <torch/nn/functional/padding.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <vector>

// A namespace of its own, since the file shares its layers' names with other codecs.
namespace djescc::arjscc {
namespace {

// The SNR as the dense nets get it: about -1 to 1 over the range that is trained.
constexpr double middle_snr_db = 10, snr_scale_db = 10;
constexpr int64_t policy_width = 64;
constexpr double least_power = 1e-12;
// Of the linear start: what ReLU lets through of a feature of deviation 1, the noise of a
// pixel's deviation, and what an SNR module starts with.
constexpr double shift = 3, pixel_deviation = 0.25, initial_scale = 0.5;

//! How channels are grouped.
struct Groups {
    int64_t channels, count, fixed;

    int64_t selectable() const { return count - fixed; }
    //! Complex symbols of a group at each place.
    int64_t symbols() const { return channels / count / 2; }
};

//! Pooled features and the SNR: N x C + 1.
torch::Tensor context_of(const torch::Tensor& features, const torch::Tensor& snr_db)
{
    if (!snr_db.defined())
        throw Error("codec arjscc needs to be told the SNR");
    return torch::cat({ features.mean({ 2, 3 }),
                        ((snr_db - middle_snr_db) / snr_scale_db).view({ -1, 1 }) },
                      1);
}

/*! SNR module: features N x C x H x W times a scale in (0, 1) plus a shift, one of each
 *  for a channel, from the channels' means and the SNR by two dense nets C + 1 to C ReLU
 *  to C. */
class SnrModuleImpl : public torch::nn::Module
{
public:
    explicit SnrModuleImpl(int64_t width)
        : d_scale{ dense("scale1", width + 1, width), dense("scale2", width, width) }
        , d_shift{ dense("shift1", width + 1, width), dense("shift2", width, width) }
    {
    }

    //! Nearly half of each feature.
    void initialize_as_constant()
    {
        const torch::NoGradGuard no_grad;
        for (auto& last : { d_scale[1], d_shift[1] }) {
            last->weight.mul_(initial_noise);
            last->bias.zero_();
        }
    }

    torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& snr_db)
    {
        const auto context = context_of(features, snr_db);
        const auto through = [&](std::array<torch::nn::Linear, 2>& net) {
            return net[1](torch::relu(net[0](context))).unsqueeze(-1).unsqueeze(-1);
        };
        return features * torch::sigmoid(through(d_scale)) + through(d_shift);
    }

private:
    torch::nn::Linear dense(const std::string& name, int64_t in, int64_t out)
    {
        return register_module(name, torch::nn::Linear(in, out));
    }

    std::array<torch::nn::Linear, 2> d_scale, d_shift;
};
TORCH_MODULE(SnrModule);

torch::nn::Conv2d convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride)
{
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel)
                                 .stride(stride)
                                 .padding(kernel == 3 ? 1 : 0)
                                 .bias(false));
}

/*! x plus 3x3, batch normalisation, ReLU, 3x3, batch normalisation of it; then the SNR
 *  module. */
class AdaptiveBlockImpl : public torch::nn::Module
{
public:
    explicit AdaptiveBlockImpl(int64_t width)
        : d_first(register_module("first", convolution(width, width, 3, 1)))
        , d_second(register_module("second", convolution(width, width, 3, 1)))
        , d_first_norm(register_module("norm1", torch::nn::BatchNorm2d(width)))
        , d_second_norm(register_module("norm2", torch::nn::BatchNorm2d(width)))
        , d_snr(register_module("snr", SnrModule(width)))
    {
    }

    //! Half of what comes in.
    void initialize_as_gain()
    {
        const torch::NoGradGuard no_grad;
        d_second_norm->weight.zero_();
        d_snr->initialize_as_constant();
    }

    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& snr_db)
    {
        const auto inner = torch::relu(d_first_norm(d_first(x)));
        return d_snr(x + d_second_norm(d_second(inner)), snr_db);
    }

private:
    torch::nn::Conv2d d_first, d_second;
    torch::nn::BatchNorm2d d_first_norm, d_second_norm;
    SnrModule d_snr;
};
TORCH_MODULE(AdaptiveBlock);

//! Features that carry a value: what ReLU must not cut.
void let_through(torch::nn::BatchNorm2d& norm, int64_t features)
{
    norm->bias.slice(0, 0, std::min(features, norm->bias.size(0))).fill_(shift);
}

/*! The linear start. The first layers' features are pixels and then components of 4x4
 *  blocks, each normalised to a deviation of 1 and moved up so that ReLU passes it. */
struct LinearCode {
    LinearCode(const BlockTransform& transform, int64_t width, int64_t channels)
        : count(std::min({ width, transform.basis.size(1) }))
        , basis(transform.basis)
        , deviation(transform.deviation.slice(0, 0, count))
    {
        const auto sent = deviation.slice(0, 0, std::min(channels, count));
        power = sent.mean();
        const auto received = 0.5 * deviation / power; // real dimensions of power 1/2
        wiener = received / (received + initial_noise_power);
    }

    int64_t count;
    torch::Tensor basis, deviation, power, wiener;
};

//! Taps of a 3x3 kernel of stride 2 that cover its own 2x2 block: the last two.
torch::Tensor own_block(const torch::Tensor& kernel)
{
    return kernel.slice(2, 1, 3).slice(3, 1, 3);
}

//! From colours to the 12 values of 2x2 blocks: 12 x 3 x 2 x 2.
torch::Tensor pixel_taps() { return pixels_kernel(12, 3).slice(2, 1, 3).slice(3, 1, 3); }

//! From those to components of 4x4 blocks: count x 12 x 2 x 2.
torch::Tensor component_taps(const LinearCode& code)
{
    return components_kernel(code.basis, code.count, 12).slice(2, 2, 4).slice(3, 2, 4);
}

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

//! What the policy's choice is drawn with in training.
struct Exploration {
    double first_temperature, last_temperature;
    double random; //!< part of the pictures whose number of groups is drawn evenly

    //! Falls exponentially over the run.
    double temperature(double progress) const
    {
        return first_temperature *
               std::pow(last_temperature / first_temperature, progress);
    }
};

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

/*! Codec `arjscc`: joint source-channel coding of adaptive rate, of Yang and Kim, "Deep
 *  joint source-channel coding for wireless image transmission with adaptive rate
 *  control" (ICASSP 2022). One pair of nets for all SNRs and rates.
 *
 *  Source encoder: 7x7 to W/4 channels, 3x3|2 to W/2, 3x3|2 to W, batch normalisation and
 *  ReLU after each. Channel encoder: twice a residual block and an SNR module, 3x3 to t
 *  channels. These are `groups` groups. The first `fixed_groups` are always sent; a
 *  policy net decides from pooled features and SNR how many of the others are, and the
 *  rest is not sent. Decoder: 3x3 to W, twice a residual block and an SNR module,
 *  transposed 3x3|2 to W/2 and W/4 with batch normalisation and ReLU, 5x5, sigmoid. At W
 *  = 256 and t = 16 that are 378,944 and 2,925,584 parameters, 21,253 of the policy, and
 *  3,299,395.
 *
 *  In training the policy's choice is drawn by Gumbel-softmax, in use it is its most
 *  likely one. The extra "rate" is the part of the groups that each image has.
 *
 *  Configuration: "t" (channels, a multiple of 2 "groups", default 16), "width" (W, 48 to
 *  1024, a multiple of 4, default 256), "groups" (8), "fixed_groups" (1 to "groups",
 *  default 4), "temperature" ([first, last] of Gumbel-softmax, [5, 0.0124]: the paper's 5
 *  exp(-0.015 epoch) over its 400 epochs), "random_groups" (0 to 1, default 0: part of
 *  the pictures in training whose number of groups is drawn evenly instead),
 *  "initialization": "random" (the default), "transform" or "flat" (see codec `adjscc`).
 *
 *  The nets need Conditions::snr_db. */
class ArjsccCodec : public BlockCodec
{
public:
    explicit ArjsccCodec(ConfigReader&& reader)
        : BlockCodec(reader, "random")
        , d_width(reader.get_in<int64_t>("width", 256, 48, 1024))
        , d_groups{ t(),
                    reader.get_in<int64_t>("groups", 8, 1, 64),
                    reader.get_in<int64_t>("fixed_groups", 4, 1, 64) }
    {
        reader.get<std::string>("type", "arjscc");
        constexpr double coldest = 1e-3, hottest = 1e3;
        const auto temperature =
            reader.get("temperature", std::array<double, 2>{ 5, 0.0124 });
        for (const double value : temperature)
            if (!(value >= coldest && value <= hottest))
                throw ConfigError(
                    "codec.temperature must be [first, last], each from 0.001 to 1000");
        d_exploration = { temperature[0],
                          temperature[1],
                          reader.get_in("random_groups", 0.0, 0.0, 1.0) };
        if (d_width % 4 != 0)
            throw ConfigError("codec.width must be a multiple of 4");
        if (d_groups.fixed > d_groups.count)
            throw ConfigError("codec.fixed_groups must be at most codec.groups");
        if (t() % (2 * d_groups.count) != 0)
            throw ConfigError(
                "codec.t must be a multiple of twice codec.groups: a group has an even "
                "number of channels");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "arjscc" },
                 { "t", t() },
                 { "width", d_width },
                 { "groups", d_groups.count },
                 { "fixed_groups", d_groups.fixed },
                 { "temperature",
                   { d_exploration.first_temperature, d_exploration.last_temperature } },
                 { "random_groups", d_exploration.random },
                 { "initialization", initialization() } };
    }

    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        const int64_t places =
            (shape.height / downsampling) * (shape.width / downsampling);
        std::vector<int64_t> counts;
        for (int64_t groups = d_groups.fixed; groups <= d_groups.count; ++groups)
            counts.push_back(groups * d_groups.symbols() * places);
        return counts;
    }

    std::string symbol_formula() const override
    {
        return std::to_string(d_groups.symbols()) + " * (H / 4) * (W / 4) * " +
               std::to_string(d_groups.fixed) + " to " + std::to_string(d_groups.count);
    }

    RateGroups rate_groups() const override { return { d_groups.fixed, d_groups.count }; }

    CodecNeeds needs() const override { return { /*snr=*/true, false }; }

    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return started(std::make_shared<ArjsccEncoder>(d_width, d_groups, d_exploration));
    }

    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return started(std::make_shared<ArjsccDecoder>(d_width, d_groups));
    }

private:
    template <typename Net>
    std::shared_ptr<Net> started(std::shared_ptr<Net> net) const
    {
        if (starts_as_transform())
            net->initialize_as_transform(LinearCode(initial_transform(), d_width, t()));
        return net;
    }

    int64_t d_width;
    Groups d_groups;
    Exploration d_exploration{};
};

const bool registered = Codec::add("arjscc", [](const nlohmann::json& config) {
    return std::make_unique<ArjsccCodec>(ConfigReader(config, "codec"));
});

} // namespace
} // namespace djescc::arjscc
