/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The machine and the libraries that figures of speed depend on. */
#pragma once

#include <nlohmann/json.hpp>

/*! What figures of speed depend on: "processor", "cores" (that this process may use),
 *  "libtorch", "gnuradio" (null without), "compiler". */
nlohmann::json describe_machine();
