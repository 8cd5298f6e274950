/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What `djescc bench` measures, and the pictures that it takes. */
#pragma once

#include <cstdint>
#include <djescc/image/image_shape.h>
#include <djescc/runtime/role_runner.h>
#include <string>
#include <torch/types.h>

//! What is measured, and with what.
struct BenchOptions {
    std::string model;
    djescc::ImageShape shape{ 3, 256, 256 };
    int64_t batch = 8;
    double seconds = 2; //!< of each measurement, warm-up apart
    djescc::RuntimeOptions runtime;

    //! A batch of noise; the nets' speed does not depend on what the pictures show.
    djescc::FrameBatch pictures() const
    {
        return djescc::image_batch(
            torch::rand({ batch, shape.channels, shape.height, shape.width }));
    }
    djescc::RunnerOptions runner() const
    {
        djescc::RunnerOptions options;
        options.runtime = runtime;
        return options;
    }
};
