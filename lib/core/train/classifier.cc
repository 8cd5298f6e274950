/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <djescc/train/trainer.h>

#include "files/file_io.h"
#include "net/net_state.h"
#include "net/random.h"
#include "train/autocast.h"
#include "train/classifier_config.h"
#include "train/classifier_data.h"
#include "train/feature_net.h"
#include "train/schedule.h"
#include <chrono>
#include <cmath>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <djescc/net/device.h>
#include <djescc/version.h>
#include <filesystem>
#include <fstream>
#include <thread>
#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>
#include <torch/serialize.h>
#include <torch/utils.h>

namespace djescc {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double seconds_between_reports = 0.5;
constexpr int64_t validation_batch = 256;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

//! VGG16's convolutions, the mean over what is left of the image, one linear layer.
class ClassifierImpl : public torch::nn::Module
{
public:
    ClassifierImpl(int64_t blocks, int64_t classes)
        : features(blocks), d_head(features->channels(), classes)
    {
        register_module("vgg", features);
        register_module("head", d_head);
    }
    torch::Tensor forward(const torch::Tensor& images)
    {
        return d_head->forward(features->forward(images).mean({ 2, 3 }));
    }
    Vgg16Features features;

private:
    torch::nn::Linear d_head;
};
TORCH_MODULE(Classifier);

class ClassifierTrainer
{
public:
    ClassifierTrainer(const nlohmann::json& json, const TrainOptions& options)
        : d_json(json)
        , d_options(options)
        , d_config(json)
        , d_data(d_config, options.data_root)
        , d_schedule(d_config.schedule)
        , d_device(select_device(options.device))
        , d_step_count(d_config.steps > 0 ? d_config.steps
                                          : d_config.epochs * d_data.steps_per_epoch())
    {
        RuntimeOptions runtime;
        runtime.threads =
            options.threads > 0
                ? options.threads
                : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
        prepare_thread(runtime);
        torch::manual_seed(derive_seed(d_config.seed, RandomPurpose::weights, 0));
        d_net = Classifier(d_config.blocks, d_data.class_count());
        if (!d_config.initial.empty())
            load_initial((fs::path(options.data_root) / d_config.initial).string());
        d_net->to(d_device);
        d_optimizer = std::make_unique<torch::optim::SGD>(
            d_net->parameters(),
            torch::optim::SGDOptions(d_config.learning_rate)
                .momentum(d_config.momentum)
                .weight_decay(d_config.weight_decay)
                .nesterov(d_config.momentum > 0));
        fs::create_directories(options.output);
        if (options.resume)
            resume();
    }

    bool run()
    {
        announce();
        write_text("config.json", d_json.dump(2) + "\n");
        std::ofstream log(path("log.csv"),
                          d_options.resume ? std::ios::app : std::ios::trunc);
        if (!d_options.resume)
            log << "step,images,seconds,images_per_second,learning_rate,loss,accuracy\n";
        auto reported = Clock::now();
        int64_t reported_step = d_step, logged_step = d_step;
        double logged_seconds = d_seconds, loss_sum = 0;
        while (d_step < d_step_count) {
            const double loss = do_step();
            loss_sum += loss;
            d_epoch_loss += loss;
            ++d_step;
            if (d_step % d_data.steps_per_epoch() == 0) {
                d_schedule.epoch_ended(d_epoch_loss /
                                       static_cast<double>(d_data.steps_per_epoch()));
                d_epoch_loss = 0;
            }
            const bool last = d_step == d_step_count;
            const bool stop = d_step == d_options.stop_at ||
                              (d_options.stop_requested && d_options.stop_requested());
            if (d_step % d_config.validate_every == 0 || last) {
                d_accuracy = measure_accuracy();
                const auto steps = static_cast<double>(d_step - logged_step);
                log << d_step << ',' << d_step * d_config.batch << ',' << d_seconds << ','
                    << steps * static_cast<double>(d_config.batch) /
                           (d_seconds - logged_seconds)
                    << ',' << d_rate << ',' << loss_sum / steps << ',' << d_accuracy
                    << std::endl;
                logged_step = d_step;
                logged_seconds = d_seconds;
                loss_sum = 0;
                say("step " + std::to_string(d_step) + ": accuracy " +
                    std::to_string(100 * d_accuracy) + " %");
            }
            if (d_step % d_config.checkpoint_every == 0 || last || stop)
                save(last);
            if (seconds_since(reported) > seconds_between_reports || last) {
                report(static_cast<double>(d_step - reported_step) /
                           seconds_since(reported),
                       loss);
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

    void write_text(const std::string& name, const std::string& text) const
    {
        replace_file(path(name), text);
    }

    void say(const std::string& text) const
    {
        if (d_options.message)
            d_options.message(text);
    }

    // The first blocks of a net that was trained before.
    void load_initial(const std::string& file)
    {
        torch::NoGradGuard no_grad;
        Vgg16Features part(d_config.initial_blocks);
        load_features(*part, file, "net.initial.blocks");
        auto parameters = d_net->features->named_parameters();
        for (const auto& item : part->named_parameters())
            parameters[item.key()].copy_(item.value());
        auto buffers = d_net->features->named_buffers();
        for (const auto& item : part->named_buffers())
            buffers[item.key()].copy_(item.value());
    }

    void announce() const
    {
        int64_t count = 0;
        for (const auto& parameter : d_net->parameters())
            count += parameter.numel();
        say("training the classifier " + d_config.name + " (" + std::to_string(count) +
            " parameters) on " + d_data.description() + "; " +
            std::to_string(d_step_count) + " steps of " + std::to_string(d_config.batch) +
            " on " + d_device.str() +
            (d_step ? "; resumed at step " + std::to_string(d_step) : ""));
    }

    double do_step()
    {
        const auto started = Clock::now();
        d_net->train();
        d_rate = d_config.learning_rate * d_schedule.factor(d_step, d_step_count);
        for (auto& group : d_optimizer->param_groups())
            static_cast<torch::optim::SGDOptions&>(group.options()).lr(d_rate);
        const auto batch = d_data.training_batch(d_step);
        d_optimizer->zero_grad();
        torch::Tensor loss;
        {
            Autocast autocast(mixes_bfloat16(d_config.precision, d_device), d_device);
            loss = torch::nn::functional::cross_entropy(
                d_net->forward(batch.images.to(d_device)), batch.labels.to(d_device));
        }
        loss.backward();
        d_optimizer->step();
        const double value = loss.item<double>();
        if (!std::isfinite(value))
            throw Error("the loss is not finite at step " + std::to_string(d_step) +
                        "; lower optimizer.learning_rate and resume");
        d_seconds += seconds_since(started);
        return value;
    }

    double measure_accuracy()
    {
        torch::NoGradGuard no_grad;
        d_net->eval();
        int64_t right = 0;
        const int64_t count = d_data.validation_size();
        for (int64_t first = 0; first < count; first += validation_batch) {
            const auto batch =
                d_data.validation_batch(first, std::min(validation_batch, count - first));
            const auto answers = d_net->forward(batch.images.to(d_device)).argmax(1);
            right += (answers.cpu() == batch.labels).sum().item<int64_t>();
        }
        return static_cast<double>(right) / static_cast<double>(count);
    }

    void save(bool finished)
    {
        torch::serialize::OutputArchive archive, net, optimizer;
        d_net->save(net);
        archive.write("net", net);
        d_optimizer->save(optimizer);
        archive.write("optimizer", optimizer);
        const nlohmann::json state = { { "config", d_json },
                                       { "step", d_step },
                                       { "seconds", d_seconds },
                                       { "schedule", d_schedule.state() },
                                       { "epoch_loss", d_epoch_loss } };
        archive.write("state", c10::IValue(state.dump()));
        const auto partial = path("checkpoint.pt.partial");
        archive.save_to(partial);
        fs::rename(partial, path("checkpoint.pt"));

        Vgg16Features cut(d_config.cut);
        TensorFile whole = net_state(*d_net->features), file;
        for (const auto& [name, tensor] : net_state(*cut).tensors)
            file.tensors[name] = whole.tensors.at(name).to(torch::kCPU).contiguous();
        file.metadata = { { "format", "pt" },
                          { "model", d_config.name },
                          { "cut", std::to_string(d_config.cut) } };
        replace_file(path("features.safetensors"), serialize_safetensors(file));
        nlohmann::json about = { { "name", d_config.name },
                                 { "data", d_data.description() },
                                 { "commit", commit },
                                 { "steps", d_step },
                                 { "seconds", std::llround(d_seconds) },
                                 { "finished", finished },
                                 { "config", d_json } };
        if (std::isfinite(d_accuracy))
            about["accuracy"] = d_accuracy;
        write_text("classifier.json", about.dump(2) + "\n");
    }

    void resume()
    {
        const auto file = path("checkpoint.pt");
        if (!fs::exists(file))
            throw Error(file +
                        ": there is no checkpoint to resume from; start without "
                        "--resume");
        nlohmann::json state;
        try {
            torch::serialize::InputArchive archive, net, optimizer;
            archive.load_from(file, d_device);
            archive.read("net", net);
            d_net->load(net);
            archive.read("optimizer", optimizer);
            d_optimizer->load(optimizer);
            c10::IValue text;
            archive.read("state", text);
            state = nlohmann::json::parse(text.toStringRef());
        } catch (const std::exception&) {
            throw Error(file +
                        ": is damaged, or of another run; start without "
                        "--resume, in another output directory");
        }
        if (state.at("config") != d_json)
            throw ConfigError(file +
                              ": belongs to a run with another configuration; use "
                              "config.json beside it or start without --resume");
        d_step = state.at("step").get<int64_t>();
        d_seconds = state.at("seconds").get<double>();
        d_schedule.set_state(state.at("schedule"));
        d_epoch_loss = state.at("epoch_loss").get<double>();
    }

    void report(double steps_per_second, double loss) const
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
        progress.loss = loss;
        progress.learning_rate = d_rate;
        progress.validation_psnr_db = std::numeric_limits<double>::quiet_NaN();
        progress.validation_accuracy = d_accuracy;
        d_options.progress(progress);
    }

    nlohmann::json d_json;
    TrainOptions d_options;
    ClassifierConfig d_config;
    ClassifierData d_data;
    Schedule d_schedule;
    torch::Device d_device;
    int64_t d_step_count;

    Classifier d_net{ nullptr };
    std::unique_ptr<torch::optim::SGD> d_optimizer;
    int64_t d_step = 0;
    double d_seconds = 0, d_rate = 0, d_epoch_loss = 0;
    double d_accuracy = std::numeric_limits<double>::quiet_NaN();
};

} // namespace

bool train_classifier(const nlohmann::json& config, const TrainOptions& options)
{
    return ClassifierTrainer(config, options).run();
}

} // namespace djescc
