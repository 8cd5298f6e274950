/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Training of a model: its steps through the whole chain, its quality, and the model's
 *  directory that it becomes. */
#include <djescc/train/trainer.h>

#include "eval/quality_table.h"
#include "net/random.h"
#include "runtime/chain.h"
#include "train/batches.h"
#include "train/initial_weights.h"
#include "train/training_config.h"
#include "train/training_run.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <djescc/eval/evaluation.h>
#include <djescc/metrics/quality.h>
#include <djescc/model/rekey.h>
#include <djescc/version.h>
#include <filesystem>
#include <iomanip>
#include <locale>
#include <sstream>
#include <torch/utils.h>

namespace djescc {
namespace {

class ModelTraining : public TrainingTask
{
public:
    ModelTraining(const nlohmann::json& json, const TrainOptions& options)
        : d_json(json)
        , d_output(options.output)
        , d_config(json)
        , d_cipher(Cipher::create(d_config.cipher))
        , d_codec(Codec::create(d_config.codec))
        , d_device(prepare_training(options))
        , d_batches(d_config, options.data_root, d_device)
        , d_validation_data(Dataset::open(d_config.validation_data, options.data_root))
        , d_loss(d_config.loss, options.data_root)
    {
        if (d_config.feedback_snr_db && !d_codec->needs().feedback)
            throw ConfigError("feedback_snr_db: codec " + d_codec->type() +
                              " has no feedback");
        constexpr int64_t colours = 3;
        if (d_config.argmax_agreement && d_codec->channels() != colours)
            throw ConfigError("argmax_agreement needs pictures in colour");
        const auto wrong_key = d_loss.who_needs(&LossNeeds::wrong_key);
        if (!wrong_key.empty() && !d_cipher->has_secrets())
            throw ConfigError(wrong_key + " needs a cipher with a key; set cipher.mask");
        const auto labels = d_loss.who_needs(&LossNeeds::labels);
        if (!labels.empty() && !d_batches.has_labels())
            throw ConfigError(labels + " needs pictures with classes; " +
                              d_batches.description() + " have none");
        torch::manual_seed(derive_seed(d_config.run.seed, RandomPurpose::weights, 0));
        d_nets = create_nets(*d_cipher, *d_codec, make_generator(validation_seed()));
        start_from_earlier_models(d_nets, d_config);
        move_to(d_nets, d_device);
        d_loss.to(d_device);
    }

    RunSettings settings(const TrainOptions& options) const
    {
        RunSettings settings;
        settings.config = d_config.run;
        settings.steps_per_epoch = d_batches.steps_per_epoch();
        settings.device = d_device;
        settings.json = d_json;
        settings.options = options;
        return settings;
    }

    NamedNets nets() const override
    {
        NamedNets nets;
        for (const auto& [role, net] : modules(d_nets))
            nets.emplace_back(to_string(role), net);
        return nets;
    }
    std::string name() const override { return d_config.name; }
    std::string data() const override { return d_batches.description(); }

    // Those of the library's own terms stand in every log, so that logs can be compared;
    // other terms' come behind.
    std::vector<std::string> columns() const override
    {
        std::vector<std::string> all{ "distortion",  "features",      "structure",
                                      "ssim_term",   "contrast_term", "wrong_key_term",
                                      "psnr_db",     "ssim",          "protected_ssim",
                                      "decoded_ssim" };
        for (int64_t parts = 1; parts < d_codec->parts(); ++parts)
            all.push_back(part_column(static_cast<std::size_t>(parts - 1)));
        if (d_config.argmax_agreement)
            all.insert(all.end(),
                       { "mse", "argmax_agreement", "training_argmax_agreement" });
        for (const auto& column : d_loss.columns())
            if (std::find(all.begin(), all.end(), column) == all.end())
                all.push_back(column);
        return all;
    }

    void prepare(const TrainingMoment& moment) override
    {
        const auto step = static_cast<uint64_t>(moment.step);
        const auto seed = d_config.run.seed;
        draw_secrets(make_generator(
            d_config.fixed_secrets ? validation_seed()
                                   : derive_seed(seed, RandomPurpose::secrets, step)));
        d_batch = d_batches.next(moment.step);
        d_noise = at::globalContext().defaultGenerator(d_device);
        d_noise.set_current_seed(derive_seed(seed, RandomPurpose::channel, step));
    }

    LossParts forward(const TrainingMoment& moment) override
    {
        auto now = moment;
        now.own_secrets = !d_config.fixed_secrets;
        d_batch.conditions.training = &now;
        d_batch.conditions.codec = d_codec.get();
        auto output = run_chain(d_nets, d_batch.images, d_batch.conditions, d_noise);
        if (d_loss.needs(moment.step).wrong_key)
            output.wrongly_decrypted = decrypted_under_another_key(output, moment);
        if (d_loss.needs(moment.step).neighbours)
            output.neighbours_protected = neighbours_protected(now);
        const auto plain = repeated(d_batch.images, output.prefixes);
        auto parts =
            d_loss({ plain, repeated(d_batch.labels, output.prefixes), output, moment });
        if (d_config.argmax_agreement)
            parts.columns["training_argmax_agreement"] =
                argmax_agreement(output.decrypted, plain).mean();
        return parts;
    }

    Validation validate(const RunState&) override
    {
        draw_secrets(make_generator(validation_seed()));
        auto nets = chain();
        // All parts last: its figures are the model's.
        std::vector<MeasuredChannel> channels;
        for (int64_t parts = 1; parts <= d_codec->parts(); ++parts)
            channels.push_back({ d_config.snr_db, 0, parts });
        const auto qualities =
            measure_qualities(nets, *d_validation_data, measure_options(), channels);
        const auto& quality = qualities.back();
        Validation validation;
        validation.psnr_db = quality.decrypted.psnr_db;
        validation.columns = { { "psnr_db", quality.decrypted.psnr_db },
                               { "ssim", quality.decrypted.ssim },
                               { "protected_ssim", quality.protected_images.ssim },
                               { "decoded_ssim", quality.decoded.ssim } };
        if (d_config.argmax_agreement) {
            const auto& decrypted = quality.decrypted;
            validation.columns["mse"] = std::pow(10.0, decrypted.mean_mse_psnr_db / -10);
            validation.columns["argmax_agreement"] = decrypted.argmax_agreement;
        }
        std::ostringstream text;
        text.imbue(std::locale::classic());
        text << std::fixed << std::setprecision(3);
        for (std::size_t i = 0; i + 1 < qualities.size(); ++i) {
            const double psnr_db = qualities[i].decrypted.psnr_db;
            validation.columns[part_column(i)] = psnr_db;
            text << psnr_db << ", ";
        }
        text << quality.decrypted.psnr_db << " dB, SSIM " << quality.decrypted.ssim
             << "; SSIM protected " << quality.protected_images.ssim << ", decoded "
             << quality.decoded.ssim;
        validation.message = text.str();
        return validation;
    }

    void save(const RunState& state) override
    {
        draw_secrets(exported_secrets());
        Manifest manifest;
        manifest.name = d_config.name;
        manifest.cipher = d_cipher->config();
        manifest.codec = d_codec->config();
        manifest.snr_db = d_config.snr_db;
        auto config = d_json;
        config.erase("secret_seed"); // the model's directory is handed out role by role
        manifest.training = { { "data", d_batches.description() },
                              { "seed", d_config.run.seed },
                              { "commit", commit },
                              { "torch", TORCH_VERSION },
                              { "device", d_device.str() },
                              { "steps", state.step },
                              { "images", state.images },
                              { "seconds", std::llround(state.seconds) },
                              { "finished", state.finished },
                              { "config", config } };
        if (!state.resumptions.empty())
            manifest.training["resumptions"] = state.resumptions;
        if (state.finished) {
            auto nets = chain();
            manifest.quality = quality_table(nets, *d_validation_data, measure_options());
        }
        set_training(d_nets, false);
        move_to(d_nets, torch::kCPU);
        save_model(
            (std::filesystem::path(d_output) / "model").string(), manifest, d_nets);
        move_to(d_nets, d_device);
    }

private:
    //! PSNR where the first \p i + 1 parts arrive and no more do.
    static std::string part_column(std::size_t i)
    {
        return "psnr_db_part" + std::to_string(i + 1);
    }

    void draw_secrets(const at::Generator& generator)
    {
        if (d_cipher->has_secrets())
            d_cipher->draw_secrets(*d_nets.encryptor, *d_nets.decryptor, generator);
    }

    uint64_t validation_seed() const
    {
        return d_config.secret_seed.value_or(
            derive_seed(d_config.run.seed, RandomPurpose::validation, 0));
    }

    // A seeded generator knows only 2^32 states, so the secrets of a model that is to
    // protect anything come from the operating system.
    at::Generator exported_secrets() const
    {
        return d_config.secret_seed ? make_generator(*d_config.secret_seed)
                                    : make_random_generator();
    }

    // Only the decryption net learns from it: the others need not know which key comes.
    torch::Tensor decrypted_under_another_key(const ChainOutput& output,
                                              const TrainingMoment& moment)
    {
        draw_secrets(make_generator(derive_seed(d_config.run.seed,
                                                RandomPurpose::wrong_key,
                                                static_cast<uint64_t>(moment.step))));
        return d_nets.decryptor->forward(
            { output.decoded.detach(), output.side, output.protection }, {});
    }

    //! What the pictures look like when one pixel of each is another level.
    torch::Tensor neighbours_protected(TrainingMoment moment)
    {
        moment.seed = derive_seed(
            moment.seed, RandomPurpose::masks, static_cast<uint64_t>(moment.step));
        auto generator = make_generator(moment.seed);
        auto neighbours = d_batch.images.clone();
        const auto count = neighbours.size(0),
                   pixels = neighbours.size(2) * neighbours.size(3);
        const auto places = torch::randint(pixels, { count }, generator, torch::kInt64);
        for (int64_t i = 0; i < count; ++i) {
            auto pixel = neighbours[i].flatten(1).select(1, places[i].item<int64_t>());
            pixel.copy_((pixel + 1.0 / 255).remainder(1 + 0.5 / 255));
        }
        Conditions conditions;
        conditions.training = &moment;
        return d_nets.encryptor->forward(neighbours, conditions).images;
    }

    //! The nets as they are now, to be measured.
    ChainRunner chain() const
    {
        RunnerOptions options;
        options.keep_on_device = true;
        return { d_cipher, d_codec, d_nets, d_device, d_config.snr_db, options };
    }

    MeasureOptions measure_options() const
    {
        MeasureOptions options;
        options.crop = d_config.crop;
        options.snr_db = d_config.snr_db;
        options.batch = d_config.run.batch;
        options.seed = d_config.run.seed;
        if (const auto& range = d_config.feedback_snr_db)
            options.feedback_snr_db = ((*range)[0] + (*range)[1]) / 2;
        return options;
    }

    nlohmann::json d_json;
    std::string d_output;
    TrainingConfig d_config;
    std::shared_ptr<const Cipher> d_cipher;
    std::shared_ptr<const Codec> d_codec;
    torch::Device d_device;
    TrainingBatches d_batches;
    std::unique_ptr<Dataset> d_validation_data;
    Loss d_loss;
    ModelNets d_nets;
    TrainingBatch d_batch;
    at::Generator d_noise;
};

} // namespace

bool train(const nlohmann::json& config, const TrainOptions& options)
{
    ModelTraining task(config, options);
    return TrainingRun(task, task.settings(options)).run();
}

} // namespace djescc
