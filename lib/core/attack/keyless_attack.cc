/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The attacker without key and pairs: reads protected pictures, and trains a U-Net on it.

#include <djescc/attack/keyless_attack.h>

#include "net/random.h"
#include "net/unet.h"
#include "train/batches.h"
#include "train/training_run.h"
#include <algorithm>
#include <djescc/channel/channel.h>
#include <djescc/error.h>
#include <djescc/net/device.h>
#include <djescc/net/readable_net.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/linear.h>
#include <torch/utils.h>
#include <utility>

namespace djescc {

namespace {

// Channels beside the picture's, whose means over the picture tell its class.
constexpr int64_t class_features = 64;
constexpr int64_t mean_count = 4096, mean_batch = 64;
constexpr int sign_rounds = 2;
// What codecs that know the SNR are told where there is no noise.
constexpr double without_noise_db = 20;
constexpr int64_t steps_between_log_rows = 100, steps_between_saves = 500;

//! From a reading to a picture and logits of its class.
class ReadingNet : public torch::nn::Module
{
public:
    ReadingNet(const torch::Tensor& reading,
               const torch::Tensor& plain,
               int64_t classes,
               const std::vector<int64_t>& widths)
        : d_block(plain.size(2) / reading.size(2))
        , d_picture(plain.size(1) * d_block * d_block)
    {
        UNetOptions shape;
        shape.in_channels = reading.size(1);
        shape.out_channels = d_picture + (classes > 0 ? class_features : 0);
        shape.widths = widths;
        d_unet = register_module("unet", UNet(shape));
        if (classes > 0)
            d_classes =
                register_module("classes", torch::nn::Linear(class_features, classes));
        const torch::NoGradGuard no_grad;
        d_unet->head->weight.slice(0, 0, d_picture).zero_();
        torch::nn::init::zeros_(d_unet->head->bias);
    }

    //! What is added to the mean picture, and logits (undefined without classes).
    std::pair<torch::Tensor, torch::Tensor> forward(const torch::Tensor& reading)
    {
        const auto all = d_unet(reading);
        const auto picture = torch::pixel_shuffle(all.slice(1, 0, d_picture), d_block);
        torch::Tensor logits;
        if (!d_classes.is_empty())
            logits = d_classes(torch::relu(all.slice(1, d_picture)).mean({ 2, 3 }));
        return { picture, logits };
    }

private:
    int64_t d_block, d_picture;
    UNet d_unet{ nullptr };
    torch::nn::Linear d_classes{ nullptr };
};

torch::Tensor of_input(const torch::Tensor& reading, ReadingInput input)
{
    switch (input) {
    case ReadingInput::magnitudes:
        return reading.abs();
    case ReadingInput::sorted:
        return std::get<0>(reading.abs().flatten(1).sort(1, true)).view(reading.sizes());
    default:
        return reading;
    }
}

torch::Tensor as_pictures(const torch::Tensor& levels, torch::Device device)
{
    return levels.to(device).to(torch::kFloat32).div(255);
}

void check_keyless(const KeylessVictim& victim, const KeylessOptions& options)
{
    if (!victim.cipher->takes_picture_keys())
        throw ConfigError("cipher " + victim.cipher->type() +
                          " takes no picture keys: there is nothing that is drawn anew "
                          "for each picture; attack it with known pairs");
    if (options.steps < 0 || options.batch < 1 || options.learning_rate <= 0 ||
        options.class_weight < 0)
        throw ConfigError(
            "steps, batch, learning rate and class weight must be positive");
    if (options.resume && options.output.empty())
        throw ConfigError("to resume, name the output directory of the run");
    if (options.widths.empty() || options.widths.size() > 6)
        throw ConfigError("the U-Net must have 1 to 6 levels");
    for (const auto width : options.widths)
        if (width < 1 || width > 4096)
            throw ConfigError("levels must have 1 to 4096 filters");
}

} // namespace

ReadingInput reading_input(const std::string& name)
{
    for (const auto input :
         { ReadingInput::magnitudes, ReadingInput::sorted, ReadingInput::values })
        if (name == to_string(input))
            return input;
    throw ConfigError("what is read is given as magnitudes, sorted or values, not '" +
                      name + "'");
}

std::string to_string(ReadingInput input)
{
    switch (input) {
    case ReadingInput::magnitudes:
        return "magnitudes";
    case ReadingInput::sorted:
        return "sorted";
    default:
        return "values";
    }
}

torch::Tensor KeylessVictim::through_codec(const torch::Tensor& images,
                                           const at::Generator* generator) const
{
    Conditions known;
    known.snr_db = torch::full({ images.size(0) },
                               generator != nullptr ? snr_db : without_noise_db,
                               torch::kFloat32)
                       .to(device);
    auto symbols = nets.encoder->forward(images, known);
    if (generator != nullptr)
        symbols.values = reals_to_symbols(
            awgn(symbols_to_reals(symbols.values), known.snr_db, *generator));
    return nets.decoder
        ->forward(symbols, { images.size(1), images.size(2), images.size(3) }, known)
        .images;
}

torch::Tensor KeylessVictim::behind_channel(const torch::Tensor& images,
                                            const at::Generator& generator) const
{
    return through_codec(images, &generator);
}

torch::Tensor KeylessVictim::read(const torch::Tensor& seen) const
{
    // The decryption net reads what the codec passes on: without it, covering noise that
    // the codec takes away stands in the reading.
    const auto images = decoded ? seen : through_codec(seen, nullptr);
    auto* readable = dynamic_cast<ReadableDecryptor*>(nets.decryptor.get());
    return readable != nullptr ? readable->read(images) : images;
}

KeylessVictim::View KeylessVictim::look(const torch::Tensor& plain,
                                        const Conditions& conditions,
                                        const at::Generator& generator) const
{
    View view;
    view.sent = nets.encryptor->forward(plain, conditions);
    view.seen = decoded ? behind_channel(view.sent.images, generator) : view.sent.images;
    return view;
}

struct KeylessAttack::Parts {
    Parts(const KeylessVictim& whose,
          const Dataset& known,
          const KeylessOptions& settings)
        : victim(whose), options(settings)
    {
        check_keyless(victim, options);
        RuntimeOptions runtime;
        runtime.threads = options.threads;
        prepare_thread(runtime);
        set_training(victim.nets, false);
        classes = known.class_count();
        const torch::NoGradGuard no_grad;
        const int64_t count = std::min(known.size(), mean_count);
        for (int64_t first = 0; first < count; first += mean_batch) {
            std::vector<CropChoice> choices;
            for (int64_t i = first; i < std::min(count, first + mean_batch); ++i)
                choices.push_back({ i, 0.5, 0.5, false });
            const auto plain =
                as_pictures(known.crops(choices, options.crop), victim.device);
            const auto sum = plain.sum({ 0 }, true, torch::kFloat64);
            mean = first == 0 ? sum : mean + sum;
            if (first == 0)
                make_net(plain.slice(0, 0, 1));
        }
        mean = (mean / static_cast<double>(count)).to(torch::kFloat32);
    }

    void make_net(const torch::Tensor& plain)
    {
        TrainingMoment moment;
        Conditions conditions;
        conditions.training = &moment;
        const auto reading = read(victim.look(plain, conditions, generator(0)).seen);
        const int64_t poolings = int64_t{ 1 } << (options.widths.size() - 1);
        if (reading.size(2) % poolings != 0 || reading.size(3) % poolings != 0)
            throw ConfigError(
                "what is read of a picture is " + std::to_string(reading.size(2)) + "x" +
                std::to_string(reading.size(3)) + " blocks, which must be multiples of " +
                std::to_string(poolings) + ": choose another crop");
        torch::manual_seed(derive_seed(options.seed, RandomPurpose::weights, 0));
        net = std::make_shared<ReadingNet>(reading, plain, classes, options.widths);
        net->to(victim.device);
    }

    at::Generator generator(int64_t step) const
    {
        auto fresh = at::globalContext().defaultGenerator(victim.device).clone();
        fresh.set_current_seed(derive_seed(
            options.seed, RandomPurpose::channel, static_cast<uint64_t>(step)));
        return fresh;
    }

    torch::Tensor read(const torch::Tensor& seen) const
    {
        return of_input(victim.read(seen), options.input);
    }

    KeylessVictim victim;
    KeylessOptions options;
    int64_t classes = 0;
    torch::Tensor mean;
    std::shared_ptr<ReadingNet> net;
    int64_t steps_done = 0;
};

class KeylessAttack::Training : public TrainingTask
{
public:
    Training(Parts& parts, const Dataset& known)
        : d_parts(parts)
        , d_known(known)
        , d_order(known.size(), parts.options.batch, parts.options.seed)
    {
    }

    RunSettings settings() const
    {
        const auto& options = d_parts.options;
        RunSettings settings;
        settings.config.batch = options.batch;
        settings.config.seed = options.seed;
        settings.config.validate_every = steps_between_log_rows;
        settings.config.checkpoint_every = steps_between_saves;
        TrainingPhase phase;
        phase.steps = options.steps;
        phase.learning_rate = options.learning_rate;
        phase.schedule = { { "type", "cosine" }, { "floor", 0.0 } };
        settings.config.phases = { phase };
        settings.steps_per_epoch = d_order.steps_per_epoch();
        settings.device = d_parts.victim.device;
        settings.json = { { "steps", options.steps },
                          { "seed", options.seed },
                          { "crop", options.crop },
                          { "input", to_string(options.input) },
                          { "widths", options.widths },
                          { "class_weight", options.class_weight },
                          { "decoded", d_parts.victim.decoded },
                          { "snr_db", d_parts.victim.snr_db },
                          { "optimizer",
                            { { "batch", options.batch },
                              { "learning_rate", options.learning_rate } } } };
        settings.seconds_between_reports = 0;
        settings.remedy = "lower the attack's learning rate";
        settings.options.output = options.output;
        settings.options.resume = options.resume;
        settings.options.stop_requested = options.stop_requested;
        settings.options.progress = [this](const TrainProgress& now) {
            d_parts.steps_done = now.step;
            if (d_parts.options.progress)
                d_parts.options.progress(now.step, now.loss);
        };
        return settings;
    }

    NamedNets nets() const override { return { { "reading", d_parts.net } }; }
    std::string name() const override { return "the attack's net"; }
    std::string data() const override { return d_known.description(); }

    void prepare(const TrainingMoment& moment) override
    {
        const torch::NoGradGuard no_grad;
        const auto places =
            torch::rand({ d_parts.options.batch, 3 },
                        make_generator(derive_seed(d_parts.options.seed,
                                                   RandomPurpose::crop,
                                                   static_cast<uint64_t>(moment.step))));
        std::vector<CropChoice> choices;
        for (const auto image : d_order.images(moment.step)) {
            const auto place = places[static_cast<int64_t>(choices.size())];
            choices.push_back({ image,
                                place[0].item<double>(),
                                place[1].item<double>(),
                                place[2].item<double>() < 0.5 });
        }
        d_plain = as_pictures(d_known.crops(choices, d_parts.options.crop),
                              d_parts.victim.device);
        if (d_parts.classes > 0)
            d_labels = d_known.labels(choices).to(d_parts.victim.device);
        TrainingMoment secrets = moment;
        secrets.own_secrets = true;
        Conditions conditions;
        conditions.training = &secrets;
        d_reading = d_parts.read(
            d_parts.victim.look(d_plain, conditions, d_parts.generator(moment.step))
                .seen);
    }

    LossParts forward(const TrainingMoment&) override
    {
        const auto [picture, logits] = d_parts.net->forward(d_reading);
        auto loss = (d_parts.mean + picture - d_plain).square().mean();
        if (logits.defined())
            loss = loss + d_parts.options.class_weight *
                              torch::nn::functional::cross_entropy(logits, d_labels);
        return { loss, {} };
    }

private:
    Parts& d_parts;
    const Dataset& d_known;
    EpochOrder d_order;
    torch::Tensor d_plain, d_labels, d_reading;
};

KeylessAttack::KeylessAttack(const KeylessVictim& victim,
                             const Dataset& known,
                             const KeylessOptions& options)
    : d_parts(std::make_unique<Parts>(victim, known, options))
{
    if (options.steps > 0) {
        Training task(*d_parts, known);
        TrainingRun run(task, task.settings());
        run.run();
        d_parts->steps_done = run.state().step;
    }
    d_parts->net->eval();
}

KeylessAttack::~KeylessAttack() = default;

KeylessAttack::Guess KeylessAttack::guess(const torch::Tensor& seen) const
{
    const torch::NoGradGuard no_grad;
    const auto [picture, logits] = d_parts->net->forward(d_parts->read(seen));
    Guess guess;
    guess.images = (d_parts->mean + picture).clamp(0, 1);
    if (logits.defined())
        guess.classes = logits.argmax(1);
    return guess;
}

torch::Tensor KeylessAttack::guess_signs(const torch::Tensor& seen,
                                         const torch::Tensor& guessed) const
{
    const torch::NoGradGuard no_grad;
    const auto& nets = d_parts->victim.nets;
    auto* owner = dynamic_cast<ReadableEncryptor*>(nets.encryptor.get());
    auto* recipient = dynamic_cast<ReadableDecryptor*>(nets.decryptor.get());
    if (owner == nullptr || recipient == nullptr)
        return {};
    const auto magnitudes = d_parts->victim.read(seen).abs();
    auto images = guessed;
    for (int round = 0; round < sign_rounds; ++round)
        images =
            recipient->picture_of(magnitudes * torch::sign(owner->latents_of(images)))
                .clamp(0, 1);
    return images;
}

torch::Tensor KeylessAttack::features(const torch::Tensor& seen) const
{
    const torch::NoGradGuard no_grad;
    return d_parts->read(seen);
}

const torch::Tensor& KeylessAttack::mean_image() const { return d_parts->mean; }
int64_t KeylessAttack::steps() const { return d_parts->steps_done; }

int64_t KeylessAttack::parameters() const
{
    int64_t count = 0;
    for (const auto& parameter : d_parts->net->parameters())
        count += parameter.numel();
    return count;
}

} // namespace djescc
