/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The tables of the EDNN paper beside measured figures. */
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>

//! Cipher::paper() of the ciphers that this is for.
inline constexpr char ednn_paper[] = "ednn";

/*! Prints Tables 1 and 2 of the EDNN paper (Wang and Zhang, 2022) and its PSNRs beside
 *  the figures of SecurityRun::to_json(), for the images that have the paper's names, and
 *  why a figure does not come out. */
void print_ednn_paper(const nlohmann::json& run, std::ostream& out);
