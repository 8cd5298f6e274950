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
    std::string input; //!< pictures as list_images() takes them; empty: drawn ones
    djescc::ImageShape shape{ 3, 256, 256 };
    int64_t batch = 8;
    double seconds = 2; //!< of each measurement, warm-up apart
    djescc::RuntimeOptions runtime;

    /*! A batch of the pictures, scaled and cut to the shape. Drawn ones are sums of noise
     *  of every scale, which take a digital picture coder about as long as photographs;
     *  nets do not mind.
     *  \throws ImageError where a picture cannot be read */
    djescc::FrameBatch pictures() const;
    djescc::RunnerOptions runner() const
    {
        djescc::RunnerOptions options;
        options.runtime = runtime;
        return options;
    }
};
