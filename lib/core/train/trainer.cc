/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <djescc/train/trainer.h>

#include "eval/quality_table.h"
#include "net/random.h"
#include "runtime/chain.h"
#include "train/autocast.h"
#include "train/checkpoint.h"
#include "train/initial_weights.h"
#include "train/loss_means.h"
#include "train/schedule.h"
#include "train/training_batches.h"
#include "train/training_config.h"
#include "train/training_log.h"
#include "train/weight_average.h"
#include <chrono>
#include <cmath>
#include <djescc/error.h>
#include <djescc/eval/evaluation.h>
#include <djescc/model/rekey.h>
#include <djescc/net/device.h>
#include <djescc/version.h>
#include <filesystem>
#include <iomanip>
#include <limits>
#include <sstream>
#include <thread>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adam.h>
#include <torch/utils.h>

namespace djescc {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double seconds_between_reports = 0.5;
constexpr double quality_table_step_db = 5.0;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

class Trainer
{
public:
    Trainer(const nlohmann::json& json, const TrainOptions& options)
        : d_json(json)
        , d_options(options)
        , d_config(json)
        , d_cipher(Cipher::create(d_config.cipher))
        , d_codec(Codec::create(d_config.codec))
        , d_device(select_device(options.device))
        , d_batches(d_config, options.data_root, d_device)
        , d_validation_data(Dataset::open(d_config.validation_data, options.data_root))
        , d_loss(d_config.loss, options.data_root)
        , d_schedule(d_config.schedule)
        , d_step_count(d_config.steps > 0 ? d_config.steps
                                          : d_config.epochs * d_batches.steps_per_epoch())
    {
        if (d_loss.ever_needs_wrong_key() && !d_cipher->has_secrets())
            throw ConfigError(
                "loss.wrong_key needs a cipher with a key; set cipher.mask");
        RuntimeOptions runtime;
        runtime.device = options.device;
        runtime.threads =
            options.threads > 0
                ? options.threads
                : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
        prepare_thread(runtime);
        fs::create_directories(options.output);
        create();
        if (options.resume)
            resume();
    }

    bool run()
    {
        announce();
        std::ofstream(path("config.json")) << d_json.dump(2) << '\n';
        TrainingLog log(path("log.csv"), d_options.resume ? d_step : -1);
        auto reported = Clock::now();
        int64_t reported_step = d_step;
        while (d_step < d_step_count) {
            const auto parts = do_step();
            d_log_means.add(parts);
            d_epoch_means.add(parts);
            ++d_step;
            if (d_step % d_batches.steps_per_epoch() == 0) {
                d_schedule.epoch_ended(d_epoch_means.total());
                d_epoch_means = {};
            }
            const bool last = d_step == d_step_count;
            const bool stop = d_step == d_options.stop_at ||
                              (d_options.stop_requested && d_options.stop_requested());
            if (d_step % d_config.validate_every == 0 || last)
                validate(log);
            if (d_step % d_config.checkpoint_every == 0 || last || stop)
                save(last);
            if (seconds_since(reported) > seconds_between_reports || last) {
                report(static_cast<double>(d_step - reported_step) /
                       seconds_since(reported));
                reported = Clock::now();
                reported_step = d_step;
            }
            if (stop && !last)
                return false;
        }
        return true;
    }

private:
    std::string path(const std::string& name) const
    {
        return (fs::path(d_options.output) / name).string();
    }

    void say(const std::string& text) const
    {
        if (d_options.message)
            d_options.message(text);
    }

    void create()
    {
        const auto weights_seed = derive_seed(d_config.seed, RandomPurpose::weights, 0);
        torch::manual_seed(weights_seed);
        d_nets = create_nets(*d_cipher, *d_codec, make_generator(validation_seed()));
        start_from_earlier_models(d_nets, d_config);
        move_to(d_nets, d_device);
        d_loss.to(d_device);
        d_parameters = parameters(d_nets);
        if (d_parameters.empty())
            throw ConfigError("frozen: it leaves nothing to be trained");
        d_optimizer = std::make_unique<torch::optim::Adam>(
            d_parameters, torch::optim::AdamOptions(d_config.learning_rate));
        if (d_config.weight_average > 0)
            d_average =
                std::make_unique<WeightAverage>(d_parameters, d_config.weight_average);
    }

    void resume()
    {
        const auto state = read_checkpoint(path("checkpoint.pt"),
                                           d_nets,
                                           *d_optimizer,
                                           d_average ? &d_average->averages() : nullptr,
                                           d_device);
        if (state.at("config") != d_json)
            throw ConfigError(
                path("checkpoint.pt") +
                ": belongs to a run with another configuration; use that one "
                "(config.json beside it) or start without --resume");
        d_step = state.at("step").get<int64_t>();
        d_seconds = state.at("seconds").get<double>();
        d_schedule.set_state(state.at("schedule"));
        d_epoch_means.set_total_state(state.at("epoch_loss"), d_device);
    }

    void announce() const
    {
        std::ostringstream text;
        int64_t count = 0;
        for (const auto& parameter : d_parameters)
            count += parameter.numel();
        text << "training " << d_config.name << " (" << count << " parameters) on "
             << d_batches.description() << "; " << d_step_count << " steps of "
             << d_config.batch << " on " << d_device.str() << ", "
             << torch::get_num_threads() << " threads"
             << (mixes_bfloat16(d_config.precision, d_device) ? ", mixed with bfloat16"
                                                              : ", float32");
        if (d_step)
            text << "; resumed at step " << d_step;
        say(text.str());
    }

    void draw_secrets(const at::Generator& generator)
    {
        if (d_cipher->has_secrets())
            d_cipher->draw_secrets(*d_nets.encryptor, *d_nets.decryptor, generator);
    }

    uint64_t validation_seed() const
    {
        return d_config.secret_seed.value_or(
            derive_seed(d_config.seed, RandomPurpose::validation, 0));
    }

    // A seeded generator knows only 2^32 states, so the secrets of a model that is to
    // protect anything come from the operating system.
    at::Generator exported_secrets() const
    {
        return d_config.secret_seed ? make_generator(*d_config.secret_seed)
                                    : make_random_generator();
    }

    // Only the decryption net learns from it: the others need not know which key comes.
    torch::Tensor decrypted_under_another_key(const torch::Tensor& decoded)
    {
        draw_secrets(make_generator(derive_seed(
            d_config.seed, RandomPurpose::wrong_key, static_cast<uint64_t>(d_step))));
        return d_nets.decryptor->forward({ decoded.detach(), {}, {} }, {});
    }

    LossParts do_step()
    {
        const auto started = Clock::now();
        const auto step = static_cast<uint64_t>(d_step);
        set_training(d_nets, true);
        draw_secrets(make_generator(
            d_config.fixed_secrets
                ? validation_seed()
                : derive_seed(d_config.seed, RandomPurpose::secrets, step)));
        ChainConditions conditions;
        const auto plain = d_batches.next(d_step, conditions);
        const TrainingMoment moment = training_moment();
        conditions.training = &moment;
        auto generator = at::globalContext().defaultGenerator(d_device);
        generator.set_current_seed(
            derive_seed(d_config.seed, RandomPurpose::channel, step));
        const double factor = d_schedule.factor(d_step, d_step_count);
        d_rate = d_config.learning_rate * factor;
        for (auto& group : d_optimizer->param_groups())
            static_cast<torch::optim::AdamOptions&>(group.options()).lr(d_rate);

        d_optimizer->zero_grad();
        LossParts parts;
        {
            Autocast autocast(mixes_bfloat16(d_config.precision, d_device), d_device);
            auto output = run_chain(d_nets, plain, conditions, generator);
            if (d_loss.needs_wrong_key(d_step))
                output.wrongly_decrypted = decrypted_under_another_key(output.decoded);
            parts = d_loss(plain, output, d_step);
        }
        parts.total.backward();
        if (d_config.gradient_clip > 0)
            torch::nn::utils::clip_grad_norm_(d_parameters, d_config.gradient_clip);
        d_optimizer->step();
        if (d_average)
            d_average->update(d_step);
        parts.total = parts.total.detach();
        d_seconds += seconds_since(started);
        return parts;
    }

    TrainingMoment training_moment() const
    {
        TrainingMoment moment;
        moment.step = d_step;
        moment.epoch = static_cast<double>(d_step) /
                       static_cast<double>(d_batches.steps_per_epoch());
        moment.progress = static_cast<double>(d_step) / static_cast<double>(d_step_count);
        moment.seed = derive_seed(
            d_config.seed, RandomPurpose::masks, static_cast<uint64_t>(d_step));
        moment.own_secrets = !d_config.fixed_secrets;
        return moment;
    }

    //! The nets as they are now, to be measured.
    ChainRunner chain() const
    {
        RunnerOptions options;
        options.keep_on_device = true;
        return ChainRunner(d_cipher, d_codec, d_nets, d_device, d_config.snr_db, options);
    }

    void validate(TrainingLog& log)
    {
        if (!std::isfinite(d_log_means.total()))
            throw Error(
                "the loss is not finite at step " + std::to_string(d_step) +
                "; lower optimizer.learning_rate or set optimizer.gradient_clip, and "
                "resume");
        draw_secrets(make_generator(validation_seed()));
        const AveragedWeights averaged(d_average.get());
        auto nets = chain();
        d_quality = measure_quality(nets, *d_validation_data, measure_options());
        const int64_t images = d_step * d_config.batch;
        log.write({ d_step,
                    images,
                    d_seconds,
                    static_cast<double>(images) / d_seconds,
                    d_rate,
                    d_log_means.total(),
                    d_log_means.distortion(),
                    d_log_means.features(),
                    d_log_means.structure(),
                    d_log_means.ssim(),
                    d_log_means.contrast(),
                    d_log_means.wrong_key(),
                    d_quality.decrypted.psnr_db,
                    d_quality.decrypted.ssim,
                    d_quality.protected_images.ssim,
                    d_quality.decoded.ssim });
        std::ostringstream text;
        text << std::fixed << std::setprecision(3) << "step " << d_step << ": "
             << d_quality.decrypted.psnr_db << " dB, SSIM " << d_quality.decrypted.ssim
             << "; SSIM protected " << d_quality.protected_images.ssim << ", decoded "
             << d_quality.decoded.ssim;
        say(text.str());
        d_log_means = {};
    }

    void report(double steps_per_second) const
    {
        if (!d_options.progress)
            return;
        TrainProgress progress;
        progress.step = d_step;
        progress.step_count = d_step_count;
        progress.images_per_second =
            steps_per_second * static_cast<double>(d_config.batch);
        progress.seconds_left =
            static_cast<double>(d_step_count - d_step) / steps_per_second;
        progress.loss = d_log_means.total();
        progress.learning_rate = d_rate;
        progress.validation_psnr_db = d_quality.decrypted.psnr_db;
        d_options.progress(progress);
    }

    MeasureOptions measure_options() const
    {
        MeasureOptions options;
        options.crop = d_config.crop;
        options.snr_db = d_config.snr_db;
        options.batch = d_config.batch;
        options.seed = d_config.seed;
        return options;
    }

    void save(bool finished)
    {
        write_checkpoint(path("checkpoint.pt"),
                         d_nets,
                         *d_optimizer,
                         d_average ? d_average->averages() : std::vector<torch::Tensor>(),
                         { { "config", d_json },
                           { "step", d_step },
                           { "seconds", d_seconds },
                           { "schedule", d_schedule.state() },
                           { "epoch_loss", d_epoch_means.total_state() } });
        draw_secrets(exported_secrets());
        const AveragedWeights averaged(d_average.get());
        Manifest manifest;
        manifest.name = d_config.name;
        manifest.cipher = d_cipher->config();
        manifest.codec = d_codec->config();
        manifest.snr_db = d_config.snr_db;
        auto config = d_json;
        config.erase("secret_seed"); // the model's directory is handed out role by role
        manifest.training = { { "data", d_batches.description() },
                              { "seed", d_config.seed },
                              { "commit", commit },
                              { "torch", TORCH_VERSION },
                              { "device", d_device.str() },
                              { "steps", d_step },
                              { "images", d_step * d_config.batch },
                              { "seconds", std::llround(d_seconds) },
                              { "finished", finished },
                              { "config", config } };
        if (finished) {
            auto nets = chain();
            manifest.quality = quality_table(nets, *d_validation_data, measure_options());
        }
        set_training(d_nets, false);
        move_to(d_nets, torch::kCPU);
        save_model(path("model"), manifest, d_nets);
        move_to(d_nets, d_device);
    }

    nlohmann::json d_json;
    TrainOptions d_options;
    TrainingConfig d_config;
    std::shared_ptr<const Cipher> d_cipher;
    std::shared_ptr<const Codec> d_codec;
    torch::Device d_device;
    TrainingBatches d_batches;
    std::unique_ptr<Dataset> d_validation_data;
    DjesccLoss d_loss;
    Schedule d_schedule;
    int64_t d_step_count;

    ModelNets d_nets;
    std::vector<torch::Tensor> d_parameters;
    std::unique_ptr<torch::optim::Adam> d_optimizer;
    std::unique_ptr<WeightAverage> d_average;

    int64_t d_step = 0;
    double d_seconds = 0; // spent on steps
    double d_rate = 0;
    LossMeans d_log_means, d_epoch_means;
    ChainQuality d_quality{ { not_a_number }, {}, {}, 0 };
};

} // namespace

bool train(const nlohmann::json& config, const TrainOptions& options)
{
    return Trainer(config, options).run();
}

} // namespace djescc
