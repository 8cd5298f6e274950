/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  `djescc attack --picture-key`: the attack without key and pairs. */
#pragma once

#include "attack/attack_data.h"
#include <djescc/attack/keyless_attack.h>
#include <string>

struct KeylessArguments {
    std::string model, device = "auto", json, sheet;
    bool decoded = false;
    double snr_db = 10;
    PictureSource training, test;
    int64_t test_count = 1000, sheet_pictures = 8;
    djescc::KeylessOptions options;
};

/*! Train and measure; prints the tables.
 *  \return the exit code */
int run_keyless_attack(const KeylessArguments& arguments);
