/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <djescc/attack/inverse_net.h>

#include "attack/block_regression.h"
#include "net/random.h"
#include "net/unet.h"
#include "train/epoch_order.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <djescc/net/device.h>
#include <torch/nn/init.h>
#include <torch/optim/adam.h>
#include <torch/utils.h>

namespace djescc {

namespace {

using torch::Tensor;

constexpr int64_t colours = 3;
constexpr int64_t largest_fitting_batch = 256;
// One in so many batches of pairs chooses the ridge's strength.
constexpr int64_t held_out_every = 8;
// Values this near to 0 and 1 are as far as a logit looks.
constexpr double logit_margin = 1.0 / 512;
constexpr double pi = 3.14159265358979323846;

void require(bool condition, const std::string& message)
{
    if (!condition)
        throw ConfigError(message);
}

void check(const InverseNetOptions& options)
{
    require(options.pairs >= 0, "the number of pairs must not be negative");
    require(options.block >= 1, "blocks must be at least one pixel");
    require(options.steps >= 0 && options.batch >= 1, "steps and batch must be positive");
    require(options.learning_rate > 0, "the learning rate must be positive");
    require(!options.widths.empty() && options.widths.size() <= 6,
            "the U-Net must have 1 to 6 levels");
    for (const auto width : options.widths)
        require(width >= 1 && width <= 4096, "levels must have 1 to 4096 filters");
}

bool whole_8bit_levels(const Tensor& images)
{
    const auto levels = images * 255;
    return (levels - levels.round()).abs().max().item<float>() < 1e-3f;
}

//! The known pairs of plain images and what is seen of them.
class PairSource
{
public:
    PairSource(const Dataset& data,
               const Observation& observe,
               const InverseNetOptions& options)
        : d_data(data)
        , d_observe(observe)
        , d_crop(options.crop)
        , d_seed(options.seed)
        , d_device(select_device(options.device))
    {
    }

    //! \param number  of the batch: other numbers, other noise
    std::pair<Tensor, Tensor> batch(const std::vector<int64_t>& pairs,
                                    uint64_t number) const
    {
        std::vector<CropChoice> places;
        for (const auto pair : pairs)
            places.push_back(place(pair));
        const auto plain =
            d_data.crops(places, d_crop).to(d_device).to(torch::kFloat32).div_(255);
        auto generator = at::globalContext().defaultGenerator(d_device).clone();
        generator.set_current_seed(derive_seed(d_seed, RandomPurpose::channel, number));
        torch::NoGradGuard no_grad;
        const auto observed = d_observe(plain, generator).to(torch::kFloat32);
        require(observed.sizes() == plain.sizes(),
                "this cipher's images have another shape than plain ones, which the "
                "attack does not handle");
        return { plain, observed };
    }

private:
    CropChoice place(int64_t pair) const
    {
        const int64_t image = pair % d_data.size();
        if (pair < d_data.size())
            return { image, 0.5, 0.5, false };
        const auto dice =
            torch::rand({ 2 },
                        make_generator(derive_seed(
                            d_seed, RandomPurpose::crop, static_cast<uint64_t>(pair))));
        return { image, dice[0].item<float>(), dice[1].item<float>(), false };
    }

    const Dataset& d_data;
    const Observation& d_observe;
    int64_t d_crop;
    uint64_t d_seed;
    torch::Device d_device;
};

} // namespace

struct InverseNet::Parts {
    Parts(const InverseNetOptions& settings, int64_t pairs)
        : options(settings)
        , device(select_device(settings.device))
        , pair_count(pairs)
        , linear(settings.block)
    {
        RuntimeOptions runtime;
        runtime.threads = options.threads;
        prepare_thread(runtime);
        torch::manual_seed(derive_seed(options.seed, RandomPurpose::weights, 0));
        UNetOptions shape;
        shape.in_channels = 2 * colours;
        shape.out_channels = colours;
        shape.widths = options.widths;
        unet = UNet(shape);
        // At the start nothing is added to what the linear part says.
        torch::NoGradGuard no_grad;
        torch::nn::init::zeros_(unet->head->weight);
        torch::nn::init::zeros_(unet->head->bias);
        unet->to(device);
    }

    Tensor features(const Tensor& observed) const
    {
        const auto second = whole_levels
                                ? (observed * 255).round().remainder(16).div(15).sub(0.5)
                                : torch::logit(observed, logit_margin).div(4);
        return torch::cat({ observed - 0.5, second }, 1);
    }

    Tensor output(const Tensor& observed, const Tensor& from_linear)
    {
        return from_linear +
               unet->forward(torch::cat({ from_linear, observed }, 1) - 0.5);
    }

    int64_t fitting_batch() const
    {
        return std::clamp(
            pair_count / held_out_every, int64_t{ 1 }, largest_fitting_batch);
    }

    void report(int64_t fitting_batches_done, double loss) const
    {
        const int64_t fitting = (pair_count + fitting_batch() - 1) / fitting_batch();
        if (options.progress)
            options.progress({ static_cast<double>(fitting_batches_done + steps_done) /
                                   static_cast<double>(fitting + options.steps),
                               steps_done,
                               loss });
    }

    bool stopped() const { return options.stop_requested && options.stop_requested(); }

    void check_size(const Tensor& plain) const
    {
        const int64_t poolings = int64_t{ 1 } << (options.widths.size() - 1);
        for (const auto size : { plain.size(2), plain.size(3) })
            require(size % options.block == 0 && size % poolings == 0,
                    "the attack's pictures must have heights and widths that are "
                    "multiples of " +
                        std::to_string(options.block) + " and " +
                        std::to_string(poolings) + ", not " + std::to_string(size));
    }

    int64_t fit_linear_part(const PairSource& source)
    {
        Tensor sum;
        int64_t batches = 0, seen = 0;
        for (int64_t first = 0; first < pair_count; first += fitting_batch()) {
            std::vector<int64_t> chosen;
            const auto last = std::min(pair_count, first + fitting_batch());
            for (int64_t pair = first; pair < last; ++pair)
                chosen.push_back(pair);
            const auto [plain, observed] =
                source.batch(chosen, static_cast<uint64_t>(options.steps + batches));
            if (batches == 0) {
                check_size(plain);
                whole_levels = whole_8bit_levels(observed);
                sum = torch::zeros_like(plain.slice(0, 0, 1), torch::kFloat64);
            }
            sum += plain.sum({ 0 }, true, torch::kFloat64);
            seen += plain.size(0);
            linear.add(features(observed),
                       plain,
                       batches % held_out_every == held_out_every - 1);
            report(++batches, 0);
            if (stopped())
                break;
        }
        mean = (sum / static_cast<double>(seen)).to(torch::kFloat32);
        linear.fit();
        return batches;
    }

    void train(const PairSource& source, int64_t fitting_batches_done)
    {
        EpochOrder order(pair_count, options.batch, options.seed);
        torch::optim::Adam optimizer(unet->parameters(),
                                     torch::optim::AdamOptions(options.learning_rate));
        unet->train();
        while (steps_done < options.steps && !stopped()) {
            const double progress =
                static_cast<double>(steps_done) / static_cast<double>(options.steps);
            for (auto& group : optimizer.param_groups())
                static_cast<torch::optim::AdamOptions&>(group.options())
                    .lr(options.learning_rate * 0.5 * (1 + std::cos(pi * progress)));
            const auto [plain, observed] =
                source.batch(order.images(steps_done), static_cast<uint64_t>(steps_done));
            const auto from_linear = linear.apply(features(observed));
            optimizer.zero_grad();
            const auto loss = (output(observed, from_linear) - plain).square().mean();
            loss.backward();
            optimizer.step();
            const double value = loss.item<double>();
            if (!std::isfinite(value))
                throw Error("the attack's loss is not finite any more at step " +
                            std::to_string(steps_done) + "; lower the learning rate");
            ++steps_done;
            report(fitting_batches_done, value);
        }
        unet->eval();
    }

    InverseNetOptions options;
    torch::Device device;
    int64_t pair_count;
    BlockRegression linear;
    UNet unet{ nullptr };
    Tensor mean;
    bool whole_levels = false;
    int64_t steps_done = 0;
};

InverseNet::InverseNet(const Dataset& known,
                       const Observation& observe,
                       const InverseNetOptions& options)
{
    check(options);
    const int64_t pairs = options.pairs > 0 ? options.pairs : known.size();
    require(pairs >= 1, "the attack needs known pictures");
    require(options.crop > 0 || pairs <= known.size(),
            "there are only " + std::to_string(known.size()) +
                " known pictures; more pairs need crops");
    const PairSource source(known, observe, options);
    d_parts = std::make_unique<Parts>(options, pairs);
    d_parts->train(source, d_parts->fit_linear_part(source));
}

InverseNet::~InverseNet() = default;
InverseNet::InverseNet(InverseNet&&) noexcept = default;
InverseNet& InverseNet::operator=(InverseNet&&) noexcept = default;

torch::Tensor InverseNet::recover(const torch::Tensor& observed) const
{
    const torch::NoGradGuard no_grad;
    const auto images = observed.to(d_parts->device);
    const auto from_linear = d_parts->linear.apply(d_parts->features(images));
    return d_parts->output(images, from_linear).clamp(0, 1);
}

torch::Tensor InverseNet::recover_linearly(const torch::Tensor& observed) const
{
    const torch::NoGradGuard no_grad;
    return d_parts->linear.apply(d_parts->features(observed.to(d_parts->device)))
        .clamp(0, 1);
}

const torch::Tensor& InverseNet::mean_image() const { return d_parts->mean; }
int64_t InverseNet::pairs() const { return d_parts->pair_count; }
int64_t InverseNet::steps() const { return d_parts->steps_done; }

int64_t InverseNet::parameters() const
{
    int64_t count = 0;
    for (const auto& parameter : d_parts->unet->parameters())
        count += parameter.numel();
    return count;
}

} // namespace djescc
