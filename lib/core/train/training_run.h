/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The one loop that models, classifiers and attackers are trained in: steps, learning
 *  rate, checkpoints, resumption, log, progress. */
#pragma once

#include "loss/loss.h"
#include "train/freezing.h"
#include "train/run_config.h"
#include <djescc/net/conditions.h>
#include <djescc/train/trainer.h>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <torch/optim/optimizer.h>
#include <vector>

namespace djescc {

//! How far a run is, and what its product's manifest tells of it.
struct RunState {
    int64_t step = 0;       //!< optimiser steps done
    int64_t step_count = 0; //!< of the whole run
    int64_t images = 0;     //!< that were trained on
    double seconds = 0;     //!< spent on steps
    bool finished = false;
    //! For each resumption with a changed configuration: {"step", "changed": {key:
    //! [before, now]}}.
    nlohmann::json resumptions = nlohmann::json::array();
};

//! What a validation found.
struct Validation {
    std::map<std::string, double> columns; //!< of the log
    std::string message;                   //!< one line; empty: nothing to say
    double psnr_db = std::numeric_limits<double>::quiet_NaN();
    double accuracy = std::numeric_limits<double>::quiet_NaN();
};

/*! What is trained. The run calls prepare() and forward() for every step, validate() and
 *  save() with the averaged weights in place where there are any. */
class TrainingTask
{
public:
    virtual ~TrainingTask() = default;
    //! On the run's device; the same ones always.
    virtual NamedNets nets() const = 0;
    //! "training NAME" and what on, for the first line that a run says.
    virtual std::string name() const = 0;
    virtual std::string data() const = 0;

    /*! Draw the step's batch and whatever else it needs, in single precision. */
    virtual void prepare(const TrainingMoment& moment) = 0;
    //! The loss of that batch, in the run's precision.
    virtual LossParts forward(const TrainingMoment& moment) = 0;

    //! Columns of log.csv behind the common ones, in their order.
    virtual std::vector<std::string> columns() const { return {}; }
    virtual Validation validate(const RunState&) { return {}; }
    //! Write what the run is for.
    virtual void save(const RunState&) {}
};

//! What a run needs to know beside its task.
struct RunSettings {
    RunConfig config;
    OptimizerKind optimizer = OptimizerKind::adam;
    int64_t steps_per_epoch = 1;
    torch::Device device{ torch::kCPU };
    nlohmann::json json; //!< the whole configuration; a resumed run's must agree with it
    /*! Output directory (empty: the run writes nothing), resumption, stop, callbacks. */
    TrainOptions options;
    double seconds_between_reports = 0.5; //!< 0: one after every step
    //! What to do where the loss is not finite any more, after "; ".
    std::string remedy =
        "lower optimizer.learning_rate or set optimizer.gradient_clip, "
        "and resume";
};

/*! Set LibTorch's threads (all of the processor's where none are asked for) and choose
 *  the device.
 *  \throws DeviceError */
torch::Device prepare_training(const TrainOptions& options);

/*! A run. Everything random depends on the seed and the step's number alone, so a resumed
 *  run equals one that was never stopped, bit for bit on the CPU with the same number of
 *  threads. */
class TrainingRun
{
public:
    /*! Makes the optimiser, and where asked for, goes on from the checkpoint.
     *  \param task  outlives the run
     *  \throws ConfigError for frozen parts that are none, nothing left to be trained, a
     *          resumption whose configuration may not differ so; Error for a checkpoint
     *          that is missing or damaged */
    TrainingRun(TrainingTask& task, RunSettings settings);
    ~TrainingRun();

    /*! \return true when all steps are done, false when stopped
     *  \throws Error where the loss or a weight is not finite any more; the checkpoint
     *          from before stays as it is */
    bool run();

    const RunState& state() const { return d_state; }

private:
    struct Parts;

    void resume();
    void begin_phase(std::size_t phase);
    LossParts do_step();
    void validate();
    void save();
    void announce() const;
    void report(double steps_per_second);
    void say(const std::string& text) const;
    void require_finite(double loss) const;
    std::string path(const std::string& name) const;

    TrainingTask& d_task;
    RunSettings d_settings;
    RunState d_state;
    std::unique_ptr<Parts> d_parts;
};

} // namespace djescc
