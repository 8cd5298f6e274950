/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Tests of what training rests on: schedules, seeds, crops, precision, the block
 *  transform that nets start as. */
#include "data/dataset_kinds.h"
#include "error_text.h"
#include "net/block_transform.h"
#include "net/random.h"
#include "train/precision.h"
#include "train/schedule.h"
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <fstream>
#include <iterator>
#include <set>
#include <torch/torch.h>
#include <utility>
#include <vector>

namespace djescc {
class qa_training_parts : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_training_parts);
    CPPUNIT_TEST(block_transform_is_a_klt);
    CPPUNIT_TEST(automatic_precision_is_the_faster_one);
    CPPUNIT_TEST(cosine_schedule);
    CPPUNIT_TEST(schedules_of_steps);
    CPPUNIT_TEST(plateau_schedule);
    CPPUNIT_TEST(plateaus_take_short_epochs_together);
    CPPUNIT_TEST(seeds_differ);
    CPPUNIT_TEST(crops);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { torch::manual_seed(1); }

    void block_transform_is_a_klt()
    {
        const auto transform = block_transform(4);
        const auto identity = torch::matmul(transform.basis.t(), transform.basis);
        CPPUNIT_ASSERT(torch::allclose(identity, torch::eye(48), 1e-4, 1e-4));
        // Energy is kept: 48 pixels of variance 1/16
        CPPUNIT_ASSERT_DOUBLES_EQUAL(
            3.0, transform.deviation.square().sum().item<double>(), 1e-3);
        CPPUNIT_ASSERT(
            (transform.deviation.slice(0, 1) <= transform.deviation.slice(0, 0, 47))
                .all()
                .item<bool>());
        // The strongest component is brightness: one sign everywhere
        CPPUNIT_ASSERT((transform.basis.select(1, 0) > 0).all().item<bool>());
    }

    void automatic_precision_is_the_faster_one()
    {
        const torch::Device cpu(torch::kCPU), cuda(torch::kCUDA);
        for (const auto& device : { cpu, cuda }) {
            CPPUNIT_ASSERT(!mixes_bfloat16(Precision::float32, device));
            CPPUNIT_ASSERT(mixes_bfloat16(Precision::bfloat16, device));
        }
        CPPUNIT_ASSERT(mixes_bfloat16(Precision::automatic, cuda));
        // Linux says itself what the processor has.
        std::ifstream file("/proc/cpuinfo");
        const std::string text(std::istreambuf_iterator<char>(file), {});
        CPPUNIT_ASSERT_EQUAL(text.find(" amx_bf16") != std::string::npos,
                             mixes_bfloat16(Precision::automatic, cpu));
    }

    void cosine_schedule()
    {
        const Schedule schedule(
            { { "type", "cosine" }, { "warmup", 10 }, { "floor", 0.1 } }, 5);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.1, schedule.factor(0, 110), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, schedule.factor(10, 110), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.55, schedule.factor(60, 110), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.1, schedule.factor(110, 110), 1e-9);
    }

    void schedules_of_steps()
    {
        const Schedule steps(
            { { "type", "steps" }, { "at", { 10, 20 } }, { "factor", 0.5 } }, 1);
        const std::vector<std::pair<int64_t, double>> expected{
            { 0, 1 }, { 9, 1 }, { 10, 0.5 }, { 19, 0.5 }, { 20, 0.25 }, { 99, 0.25 }
        };
        for (const auto& [step, factor] : expected)
            CPPUNIT_ASSERT_DOUBLES_EQUAL(factor, steps.factor(step, 100), 1e-12);
        const Schedule constant({ { "type", "constant" } }, 1);
        CPPUNIT_ASSERT_EQUAL(1.0, constant.factor(50, 100));
    }

    static void tell(Schedule& schedule, int64_t steps, double loss)
    {
        for (int64_t i = 0; i < steps; ++i)
            schedule.step_done(torch::tensor(loss));
    }

    void plateau_schedule()
    {
        const nlohmann::json config = { { "type", "plateau" },
                                        { "patience", 2 },
                                        { "factor", 0.1 } };
        Schedule schedule(config, 200); // an epoch is longer than the least interval
        CPPUNIT_ASSERT_EQUAL(int64_t{ 200 }, schedule.interval());
        for (const double loss : { 1.0, 0.5, 0.6 })
            tell(schedule, 200, loss);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, schedule.factor(0, 1), 1e-12);
        tell(schedule, 150, 0.6);
        Schedule copy(config, 200);
        copy.set_state(schedule.state());
        copy.set_mean(schedule.mean_state()[0].get<double>(),
                      schedule.mean_state()[1].get<int64_t>(),
                      torch::kCPU);
        for (auto* each : { &schedule, &copy }) {
            tell(*each, 49, 0.6);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, each->factor(0, 1), 1e-12);
            tell(*each, 1, 0.6);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(0.1, each->factor(0, 1), 1e-12);
        }
        const auto text = test::error_text<ConfigError>([] {
            Schedule(nlohmann::json{ { "type", "linear" } }, 1);
        });
        CPPUNIT_ASSERT(text.find("cosine") != std::string::npos);
    }

    void plateaus_take_short_epochs_together()
    {
        // Whole epochs of at least 100 steps: 7 pictures at batch 8, 1300 at 32, CIFAR-10
        // at the paper's 128.
        const auto interval = [](int64_t steps_per_epoch) {
            return Schedule({}, steps_per_epoch).interval();
        };
        CPPUNIT_ASSERT_EQUAL(int64_t{ 100 }, interval(1));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 120 }, interval(40));
        CPPUNIT_ASSERT_EQUAL(int64_t{ 390 }, interval(390));
        // Losses that only fluctuate: ten intervals without gain after the best one, not
        // ten steps.
        Schedule schedule({}, 1);
        for (int64_t i = 0; i < 1100; ++i) {
            CPPUNIT_ASSERT_EQUAL(1.0, schedule.factor(i, 2000));
            schedule.step_done(torch::tensor(i % 2 ? 1.0 : 2.0));
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.1, schedule.factor(1100, 2000), 1e-12);
    }

    void seeds_differ()
    {
        std::set<uint64_t> seeds;
        for (const auto purpose :
             { RandomPurpose::weights, RandomPurpose::crop, RandomPurpose::channel })
            for (uint64_t step = 0; step < 1000; ++step)
                seeds.insert(derive_seed(1, purpose, step));
        CPPUNIT_ASSERT_EQUAL(std::size_t{ 3000 }, seeds.size());
    }

    void crops()
    {
        const auto image =
            torch::arange(3 * 6 * 8, torch::kInt32).to(torch::kUInt8).view({ 3, 6, 8 });
        const auto corner = take_crop(image, { 0, 0.0, 0.0, false }, 4);
        CPPUNIT_ASSERT(torch::equal(corner, image.slice(1, 0, 4).slice(2, 0, 4)));
        const auto last = take_crop(image, { 0, 0.9999, 0.9999, true }, 4);
        CPPUNIT_ASSERT(torch::equal(last, image.slice(1, 2, 6).slice(2, 4, 8).flip(2)));
        const auto grown = take_crop(image, { 0, 0.5, 0.5, false }, 10);
        CPPUNIT_ASSERT(grown.sizes() == torch::IntArrayRef({ 3, 10, 10 }));
        CPPUNIT_ASSERT(
            torch::equal(grown.select(2, 9).slice(1, 0, 6), image.select(2, 7)));
        CPPUNIT_ASSERT(torch::equal(take_crop(image, {}, 0), image));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_training_parts>
    register_qa_training_parts("training_parts");

} // namespace djescc
