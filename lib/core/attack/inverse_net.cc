/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The attacker who learns from known pairs: a ridge regression for every block, and a
 *  U-Net on top of it. */
#include <djescc/attack/inverse_net.h>

#include "attack/block_regression.h"
#include "attack/known_pairs.h"
#include "net/random.h"
#include "train/batches.h"
#include "train/training_run.h"
#include <algorithm>
#include <djescc/attack/attacker_net.h>
#include <djescc/error.h>
#include <djescc/net/device.h>
#include <torch/utils.h>
#include <tuple>

namespace djescc {

namespace {

using torch::Tensor;

constexpr int64_t largest_fitting_batch = 256;
// One in so many batches of pairs chooses the ridge's strength.
constexpr int64_t held_out_every = 8;
// Values this near to 0 and 1 are as far as a logit looks.
constexpr double logit_margin = 1.0 / 512;
// Steps between rows of the log, and between checkpoints, where they are written.
constexpr int64_t steps_between_rows = 100, steps_between_checkpoints = 1000;

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
    require(!options.resume || !options.output.empty(),
            "to resume, name the output directory of the run");
    for (const auto width : options.widths)
        require(width >= 1 && width <= 4096, "levels must have 1 to 4096 filters");
}

bool whole_8bit_levels(const Tensor& images)
{
    const auto levels = images * 255;
    return (levels - levels.round()).abs().max().item<float>() < 1e-3f;
}

//! The eight bits of each level: what stream ciphers turn one by one.
Tensor bits_of(const Tensor& images)
{
    const auto levels = (images * 255).round().to(torch::kInt32);
    std::vector<Tensor> bits;
    for (int bit = 0; bit < 8; ++bit)
        bits.push_back(
            levels.bitwise_right_shift(bit).bitwise_and(1).to(torch::kFloat32) - 0.5);
    return torch::cat(bits, 1);
}

} // namespace

struct InverseNet::Parts {
    //! \param channels  of the images
    Parts(const InverseNetOptions& settings, int64_t pairs, int64_t channels)
        : options(settings)
        , device(select_device(settings.device))
        , pair_count(pairs)
        , linear(settings.block)
    {
        RuntimeOptions runtime;
        runtime.threads = options.threads;
        prepare_thread(runtime);
        torch::manual_seed(derive_seed(options.seed, RandomPurpose::weights, 0));
        net = options.make_net ? options.make_net()
                               : make_unet_attacker(channels, options.widths);
        net->to(device);
    }

    //! Whether there is room for a regression from all bits of a block.
    bool bit_by_bit(const Tensor& observed) const
    {
        constexpr double bits = 8, most_values = 1 << 27; // of a gram matrix: 1 GiB
        const auto block = static_cast<double>(options.block * options.block);
        const auto places = static_cast<double>(observed[0][0].numel()) / block;
        const double values = bits * static_cast<double>(observed.size(1)) * block + 1;
        return places * values * values <= most_values;
    }

    Tensor features(const Tensor& observed) const
    {
        if (!options.images)
            return observed;
        if (whole_levels && bit_by_bit(observed))
            return bits_of(observed);
        if (whole_levels)
            return torch::cat({ observed - 0.5,
                                (observed * 255).round().remainder(16).div(15).sub(0.5) },
                              1);
        return torch::cat({ observed - 0.5, torch::logit(observed, logit_margin).div(4) },
                          1);
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

    int64_t fit_linear_part(const KnownPairs& source)
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
                whole_levels = options.images && whole_8bit_levels(observed);
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

    void train(const KnownPairs& source, int64_t fitting_batches_done);

    InverseNetOptions options;
    torch::Device device;
    int64_t pair_count;
    BlockRegression linear;
    std::shared_ptr<AttackerNet> net;
    Tensor mean;
    bool whole_levels = false;
    int64_t steps_done = 0;
};

//! The steps of the U-Net.
class InverseNet::Training : public TrainingTask
{
public:
    Training(Parts& parts, const KnownPairs& source)
        : d_parts(parts)
        , d_source(source)
        , d_order(parts.pair_count, parts.options.batch, parts.options.seed)
    {
    }

    RunSettings settings(int64_t fitting_batches_done) const
    {
        const auto& options = d_parts.options;
        RunSettings settings;
        settings.config.batch = options.batch;
        settings.config.seed = options.seed;
        settings.config.validate_every = steps_between_rows;
        settings.config.checkpoint_every = steps_between_checkpoints;
        TrainingPhase phase;
        phase.steps = options.steps;
        phase.learning_rate = options.learning_rate;
        phase.schedule = { { "type", "cosine" }, { "floor", 0.0 } };
        settings.config.phases = { phase };
        settings.steps_per_epoch = d_order.steps_per_epoch();
        settings.device = d_parts.device;
        settings.json = { { "steps", options.steps },
                          { "seed", options.seed },
                          { "pairs", d_parts.pair_count },
                          { "crop", options.crop },
                          { "block", options.block },
                          { "widths", options.widths },
                          { "optimizer",
                            { { "batch", options.batch },
                              { "learning_rate", options.learning_rate } } } };
        settings.seconds_between_reports = 0;
        settings.remedy = "lower the attack's learning rate";
        settings.options.output = options.output;
        settings.options.resume = options.resume;
        settings.options.stop_requested = options.stop_requested;
        settings.options.progress = [this,
                                     fitting_batches_done](const TrainProgress& now) {
            d_parts.steps_done = now.step;
            d_parts.report(fitting_batches_done, now.loss);
        };
        return settings;
    }

    NamedNets nets() const override { return { { "unet", d_parts.net } }; }
    std::string name() const override { return "the attack's net"; }
    std::string data() const override
    {
        return std::to_string(d_parts.pair_count) + " pairs";
    }

    void prepare(const TrainingMoment& moment) override
    {
        std::tie(d_plain, d_observed) = d_source.batch(
            d_order.images(moment.step), static_cast<uint64_t>(moment.step));
    }

    LossParts forward(const TrainingMoment&) override
    {
        const auto from_linear = d_parts.linear.apply(d_parts.features(d_observed));
        return {
            (d_parts.net->forward(d_observed, from_linear) - d_plain).square().mean(), {}
        };
    }

private:
    Parts& d_parts;
    const KnownPairs& d_source;
    EpochOrder d_order;
    Tensor d_plain, d_observed;
};

void InverseNet::Parts::train(const KnownPairs& source, int64_t fitting_batches_done)
{
    if (!stopped()) {
        Training task(*this, source);
        TrainingRun run(task, task.settings(fitting_batches_done));
        run.run();
        steps_done = run.state().step;
    }
    net->eval();
}

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
    const KnownPairs source(known, observe, options);
    const auto one = known.crops({ { 0, 0.5, 0.5, false } }, options.crop);
    d_parts = std::make_unique<Parts>(options, pairs, one.size(1));
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
    return d_parts->net->forward(images, from_linear).clamp(0, 1);
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
    for (const auto& parameter : d_parts->net->parameters())
        count += parameter.numel();
    return count;
}

} // namespace djescc
