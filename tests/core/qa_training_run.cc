/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Tests of the loop that everything is trained in, on a net of a few weights. */
#include "error_text.h"
#include "net/random.h"
#include "tiny_training.h"
#include "train/checkpoint.h"
#include "train/training_log.h"
#include "train/training_run.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <djescc/files/config.h>
#include <torch/torch.h>

namespace djescc {
namespace {

//! Two factors and a batch normalisation: y = a norm(x) + b.
struct LineNet : torch::nn::Module {
    LineNet()
    {
        slope = register_module(
            "slope", torch::nn::Linear(torch::nn::LinearOptions(1, 1).bias(false)));
        norm = register_module("norm", torch::nn::BatchNorm1d(1));
        offset = register_parameter("offset", torch::zeros({ 1 }));
        torch::NoGradGuard no_grad;
        slope->weight.fill_(0.5);
    }
    torch::Tensor forward(const torch::Tensor& x) { return slope(norm(x)) + offset; }
    torch::nn::Linear slope{ nullptr };
    torch::nn::BatchNorm1d norm{ nullptr };
    torch::Tensor offset;
};

//! Learns y = 3 x + 1 from values that depend on the step alone.
class LineTask : public TrainingTask
{
public:
    NamedNets nets() const override { return { { "net", net } }; }
    std::string name() const override { return "a line"; }
    std::string data() const override { return "numbers"; }
    std::vector<std::string> columns() const override { return { "residual" }; }
    void prepare(const TrainingMoment& moment) override
    {
        x = torch::randn({ 8, 1 }, make_generator(moment.seed));
        moments.push_back(moment);
    }
    LossParts forward(const TrainingMoment& moment) override
    {
        auto loss = (net->forward(x) - (3 * x + 1)).square().mean();
        if (moment.step >= spoilt_from)
            loss = loss * std::numeric_limits<double>::quiet_NaN();
        return { loss, { { "residual", loss.detach().sqrt() } } };
    }
    void save(const RunState& state) override { saved = state; }

    std::shared_ptr<LineNet> net = std::make_shared<LineNet>();
    torch::Tensor x;
    int64_t spoilt_from = 1000000;
    std::vector<TrainingMoment> moments;
    RunState saved;
};

nlohmann::json line_config()
{
    return { { "steps", 24 },
             { "optimizer",
               { { "batch", 8 },
                 { "learning_rate", 0.05 },
                 { "weight_average", 0.9 },
                 { "schedule",
                   { { "type", "plateau" },
                     { "patience", 1 },
                     { "factor", 0.5 },
                     { "interval", 4 } } } } },
             { "validate_every", 1 },
             { "checkpoint_every", 10 } };
}

RunSettings settings_of(const nlohmann::json& config, const TrainOptions& options)
{
    RunSettings settings;
    ConfigReader reader(config, "");
    settings.config = read_run_config(reader, OptimizerKind::adam, {});
    reader.get<std::string>("architecture", "");
    reader.child("loss");
    reader.finish();
    settings.steps_per_epoch = 2;
    settings.json = config;
    settings.options = options;
    return settings;
}

std::vector<torch::Tensor> tensors_of(const LineTask& task)
{
    std::vector<torch::Tensor> all;
    for (const auto& parameter : task.net->parameters())
        all.push_back(parameter.detach().clone());
    for (const auto& buffer : task.net->buffers())
        all.push_back(buffer.clone());
    return all;
}

bool same(const std::vector<torch::Tensor>& a, const std::vector<torch::Tensor>& b)
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!torch::equal(a[i], b[i]))
            return false;
    return true;
}

} // namespace

class qa_training_run : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_training_run);
    CPPUNIT_TEST(a_resumed_run_equals_one_that_ran_through);
    CPPUNIT_TEST(phases_have_rates_of_their_own);
    CPPUNIT_TEST(a_resumed_run_of_phases_equals_one_that_ran_through);
    CPPUNIT_TEST(frozen_parts_stay);
    CPPUNIT_TEST(unknown_parts_are_refused);
    CPPUNIT_TEST(what_is_not_finite_is_never_written);
    CPPUNIT_TEST(a_full_disk_is_told);
    CPPUNIT_TEST(rates_and_lengths_may_change_at_resume);
    CPPUNIT_TEST(what_the_run_is_may_not_change_at_resume);
    CPPUNIT_TEST(moments_tell_epoch_and_progress);
    CPPUNIT_TEST(a_run_without_a_directory_writes_nothing);
    CPPUNIT_TEST(logs_keep_columns_that_are_gone);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<torch::Tensor> through(const nlohmann::json& config,
                                              const TrainOptions& options)
    {
        LineTask task;
        CPPUNIT_ASSERT(TrainingRun(task, settings_of(config, options)).run());
        return tensors_of(task);
    }

    static std::vector<torch::Tensor>
    in_parts(const nlohmann::json& config, TrainOptions options, int64_t stop_at)
    {
        options.stop_at = stop_at;
        {
            LineTask task;
            CPPUNIT_ASSERT(!TrainingRun(task, settings_of(config, options)).run());
            CPPUNIT_ASSERT(!task.saved.finished);
        }
        options.stop_at = 0;
        options.resume = true;
        LineTask task;
        CPPUNIT_ASSERT(TrainingRun(task, settings_of(config, options)).run());
        CPPUNIT_ASSERT(task.saved.finished);
        return tensors_of(task);
    }

    void a_resumed_run_equals_one_that_ran_through()
    {
        const test::ScratchFolder folder("run-resumed");
        const auto config = line_config();
        const auto whole = through(config, test::training_options(folder, "a"));
        for (const int64_t stop : { 3, 14 })
            CPPUNIT_ASSERT(
                same(whole,
                     in_parts(config,
                              test::training_options(folder, "b" + std::to_string(stop)),
                              stop)));
        // The rows are the same too, but for the seconds.
        for (const std::string column : { "step", "learning_rate", "loss", "residual" }) {
            const auto a = test::logged(folder.path("a"), column);
            CPPUNIT_ASSERT_EQUAL(std::size_t{ 24 }, a.size());
            CPPUNIT_ASSERT(a == test::logged(folder.path("b14"), column));
        }
        CPPUNIT_ASSERT(test::logged(folder.path("a"), "learning_rate").back() < 0.05);
    }

    static nlohmann::json phased_config()
    {
        auto config = line_config();
        config.erase("steps");
        config["optimizer"]["schedule"] = { { "type", "constant" } };
        config["phases"] = {
            { { "steps", 4 }, { "frozen", { "net.offset" } } },
            { { "epochs", 3 },
              { "learning_rate", 0.01 },
              { "schedule",
                { { "type", "steps" }, { "at", { 2, 4 } }, { "factor", 0.5 } } },
              { "frozen", { "net.slope", "net.norm" } } },
            { { "steps", 2 },
              { "learning_rate", 0.2 },
              { "schedule",
                { { "type", "cosine" }, { "warmup", 0 }, { "floor", 0.0 } } } }
        };
        return config;
    }

    void phases_have_rates_of_their_own()
    {
        const test::ScratchFolder folder("run-phases");
        through(phased_config(), test::training_options(folder, "a"));
        const auto rates = test::logged(folder.path("a"), "learning_rate");
        const std::vector<double> expected{ 0.05,  0.05,  0.05,   0.05,   0.01, 0.01,
                                            0.005, 0.005, 0.0025, 0.0025, 0.2,  0.1 };
        CPPUNIT_ASSERT_EQUAL(expected.size(), rates.size());
        for (std::size_t i = 0; i < rates.size(); ++i)
            CPPUNIT_ASSERT_DOUBLES_EQUAL(expected[i], rates[i], 1e-7);
    }

    void a_resumed_run_of_phases_equals_one_that_ran_through()
    {
        const test::ScratchFolder folder("run-phases-resumed");
        const auto config = phased_config();
        const auto whole = through(config, test::training_options(folder, "a"));
        for (const int64_t stop : { 2, 4, 7, 10 }) // 4, 10: at the border of two phases
            CPPUNIT_ASSERT_MESSAGE(
                std::to_string(stop),
                same(whole,
                     in_parts(config,
                              test::training_options(folder, "b" + std::to_string(stop)),
                              stop)));
    }

    void frozen_parts_stay()
    {
        const test::ScratchFolder folder("run-frozen");
        auto config = phased_config();
        config["phases"].erase(2);
        LineTask task;
        auto options = test::training_options(folder, "a");
        options.stop_at = 4;
        CPPUNIT_ASSERT(!TrainingRun(task, settings_of(config, options)).run());
        // The offset was frozen, the others were not.
        CPPUNIT_ASSERT_EQUAL(0.0f, task.net->offset.item<float>());
        CPPUNIT_ASSERT(task.net->slope->weight.item<float>() != 0.5f);
        const auto slope = task.net->slope->weight.detach().clone();
        const auto mean = task.net->norm->running_mean.clone();
        CPPUNIT_ASSERT(mean.item<float>() != 0.0f);

        options.stop_at = 0;
        options.resume = true;
        LineTask rest;
        CPPUNIT_ASSERT(TrainingRun(rest, settings_of(config, options)).run());
        // Adam's momentum does not move what is frozen later, nor do batches its means.
        CPPUNIT_ASSERT(torch::equal(slope, rest.net->slope->weight));
        CPPUNIT_ASSERT(torch::equal(mean, rest.net->norm->running_mean));
        CPPUNIT_ASSERT(rest.net->offset.item<float>() != 0.0f);
    }

    void unknown_parts_are_refused()
    {
        const auto refusal = [](const std::vector<std::string>& frozen) {
            auto config = line_config();
            config["frozen"] = frozen;
            return test::error_text<ConfigError>([&] {
                LineTask task;
                TrainingRun(task, settings_of(config, {}));
            });
        };
        test::assert_contains(refusal({ "net.slop" }), "net.slop\"");
        test::assert_contains(refusal({ "net.slop" }), "net.norm, net.offset, net.slope");
        test::assert_contains(refusal({ "other" }), "\"other\"");
        test::assert_contains(refusal({ "net" }), "nothing to be trained");
        auto config = phased_config();
        config["steps"] = 3;
        test::assert_contains(
            test::error_text<ConfigError>([&] { settings_of(config, {}); }), "phases");
        config.erase("steps");
        config["phases"][1]["epoch"] = 3;
        test::assert_contains(
            test::error_text<ConfigError>([&] { settings_of(config, {}); }),
            "phases[1].epoch");
    }

    void what_is_not_finite_is_never_written()
    {
        const test::ScratchFolder folder("run-nan");
        auto config = line_config();
        config["validate_every"] = 100; // so that the checkpoint's own guard is asked
        auto options = test::training_options(folder, "a");
        const auto file = folder.path("a/checkpoint.pt");
        LineTask task;
        task.spoilt_from = 15;
        const auto text = test::error_text<Error>(
            [&] { TrainingRun(task, settings_of(config, options)).run(); });
        test::assert_contains(text, "not finite");
        test::assert_contains(text, "optimizer.learning_rate");
        CPPUNIT_ASSERT_EQUAL(int64_t{ 10 },
                             read_checkpoint_state(file).at("step").get<int64_t>());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 10 }, task.saved.step);

        // The checkpoint from before is good, and the run ends as one without the fault.
        options.resume = true;
        const auto rest = through(config, options);
        CPPUNIT_ASSERT(
            same(rest, through(config, test::training_options(folder, "whole"))));

        // A weight that is lost while the loss does not show it yet.
        LineTask spoilt;
        auto other = test::training_options(folder, "b");
        other.stop_requested = [&] {
            torch::NoGradGuard no_grad;
            if (spoilt.moments.size() == 10)
                spoilt.net->offset.fill_(std::numeric_limits<float>::infinity());
            return false;
        };
        const auto of_weight = test::error_text<Error>(
            [&] { TrainingRun(spoilt, settings_of(config, other)).run(); });
        test::assert_contains(of_weight, "net.offset");
        CPPUNIT_ASSERT(!std::ifstream(folder.path("b/checkpoint.pt")));
    }

    void a_full_disk_is_told()
    {
        // Every write to /dev/full finds no room.
        const test::ScratchFolder folder("qa_training_run_full");
        const auto run = [&](const std::string& name) {
            LineTask task;
            TrainOptions options = training_options(folder, name);
            return test::error_text<Error>(
                [&] { TrainingRun(task, settings_of(line_config(), options)).run(); });
        };
        folder.file("checkpoint/config.json", "x");
        const auto partial = folder.path("checkpoint/checkpoint.pt.partial");
        std::filesystem::create_symlink("/dev/full", partial);
        auto text = run("checkpoint");
        test::assert_contains(text, folder.path("checkpoint/checkpoint.pt"));
        test::assert_contains(text, "No space left on device");
        CPPUNIT_ASSERT(!std::filesystem::is_symlink(partial));

        folder.file("log/config.json", "x");
        std::filesystem::create_symlink("/dev/full", folder.path("log/log.csv"));
        text = run("log");
        test::assert_contains(text, folder.path("log/log.csv"));
        test::assert_contains(text, "No space left on device");
    }

    void rates_and_lengths_may_change_at_resume()
    {
        const test::ScratchFolder folder("run-changed");
        const auto config = line_config();
        auto options = test::training_options(folder, "a");
        options.stop_at = 14;
        LineTask first;
        CPPUNIT_ASSERT(!TrainingRun(first, settings_of(config, options)).run());

        auto changed = config;
        changed["optimizer"]["learning_rate"] = 0.003;
        changed["optimizer"]["gradient_clip"] = 0.5;
        changed["steps"] = 18;
        changed["checkpoint_every"] = 3;
        changed["loss"] = { { "new", { { "weight", 0.1 } } } };
        std::string said;
        options.stop_at = 0;
        options.resume = true;
        options.message = [&](const std::string& text) { said += text + "\n"; };
        LineTask rest;
        CPPUNIT_ASSERT(TrainingRun(rest, settings_of(changed, options)).run());
        test::assert_contains(said, "optimizer.learning_rate from 0.05 to 0.003");
        test::assert_contains(said, "steps from 24 to 18");
        test::assert_contains(said, "loss.new.weight from null to 0.1");
        CPPUNIT_ASSERT_EQUAL(int64_t{ 18 }, rest.saved.step);
        CPPUNIT_ASSERT(rest.saved.finished);
        // The rate is meant as it stands, whatever a plateau had made of the old one.
        const auto rates = test::logged(folder.path("a"), "learning_rate");
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 18 }, rates.size());
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.003, rates[14], 1e-9);
        const auto& note = rest.saved.resumptions.at(0);
        CPPUNIT_ASSERT_EQUAL(14, note.at("step").get<int>());
        CPPUNIT_ASSERT(note.at("changed").at("optimizer.learning_rate") ==
                       nlohmann::json({ 0.05, 0.003 }));

        // Shortened to where it stands: nothing is left but to write what it has become.
        auto shortened = config;
        auto short_options = test::training_options(folder, "b");
        short_options.stop_at = 14;
        LineTask stopped;
        CPPUNIT_ASSERT(!TrainingRun(stopped, settings_of(config, short_options)).run());
        short_options.resume = true;
        shortened["steps"] = 13;
        LineTask too_short;
        test::assert_contains(test::error_text<ConfigError>([&] {
                                  TrainingRun(too_short,
                                              settings_of(shortened, short_options));
                              }),
                              "step 14");
        shortened["steps"] = 14;
        LineTask finished;
        CPPUNIT_ASSERT(
            TrainingRun(finished, settings_of(shortened, short_options)).run());
        CPPUNIT_ASSERT(finished.saved.finished);
        CPPUNIT_ASSERT(finished.moments.empty());
    }

    void what_the_run_is_may_not_change_at_resume()
    {
        const test::ScratchFolder folder("run-refused");
        auto config = line_config();
        config["architecture"] = "a line";
        auto options = test::training_options(folder, "a");
        options.stop_at = 4;
        LineTask task;
        TrainingRun(task, settings_of(config, options)).run();
        options.resume = true;
        const auto refusal = [&](const std::string& key, const nlohmann::json& value) {
            auto other = config;
            other[nlohmann::json::json_pointer(key)] = value;
            return test::error_text<ConfigError>([&] {
                LineTask resumed;
                TrainingRun(resumed, settings_of(other, options));
            });
        };
        test::assert_contains(refusal("/architecture", "a curve"), "architecture was");
        test::assert_contains(refusal("/seed", 5), "seed was null and is 5");
        test::assert_contains(refusal("/precision", "bfloat16"), "precision");
        test::assert_contains(refusal("/optimizer/batch", 4), "optimizer.batch");
        test::assert_contains(refusal("/optimizer/betas", { 0.5, 0.9 }),
                              "optimizer.betas");
        test::assert_contains(refusal("/frozen", { "net.slope" }), "frozen");
    }

    void moments_tell_epoch_and_progress()
    {
        LineTask task;
        auto config = line_config();
        config["steps"] = 5;
        TrainingRun(task, settings_of(config, {})).run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 5 }, task.moments.size());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 3 }, task.moments[3].step);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.5, task.moments[3].epoch, 1e-12);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.6, task.moments[3].progress, 1e-12);
        CPPUNIT_ASSERT(task.moments[3].seed != task.moments[4].seed);
    }

    void a_run_without_a_directory_writes_nothing()
    {
        LineTask task;
        int64_t reports = 0;
        TrainOptions options;
        options.progress = [&](const TrainProgress& progress) {
            ++reports;
            CPPUNIT_ASSERT(std::isfinite(progress.loss));
            CPPUNIT_ASSERT_EQUAL(reports, progress.step);
        };
        auto settings = settings_of(line_config(), options);
        settings.seconds_between_reports = 0;
        CPPUNIT_ASSERT(TrainingRun(task, std::move(settings)).run());
        CPPUNIT_ASSERT_EQUAL(int64_t{ 24 }, reports);
        CPPUNIT_ASSERT_EQUAL(int64_t{ 0 }, task.saved.step);
    }

    void logs_keep_columns_that_are_gone()
    {
        const test::ScratchFolder folder("run-log");
        const auto path = folder.file("a/log.csv",
                                      "step,old,loss\n"
                                      "1,0.5,2\n"
                                      "2,,3\n"
                                      "3,0.7,4\n");
        {
            TrainingLog log(path, { "step", "loss", "new" }, 2);
            log.write(3, { { "loss", 5 }, { "new", 0.25 }, { "unknown", 1 } });
        }
        CPPUNIT_ASSERT_EQUAL(std::string("step,loss,new,old\n"
                                         "1,2,,0.5\n"
                                         "2,3,,\n"
                                         "3,5,0.25,\n"),
                             test::file_bytes(path));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_training_run>
    register_qa_training_run("training_run");

} // namespace djescc
