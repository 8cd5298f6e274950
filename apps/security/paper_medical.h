/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The tables of the medical paper beside measured figures. */
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>

//! Cipher::paper() of the ciphers that this is for.
inline constexpr char medical_paper[] = "medical";

/*! Prints Tables 2, 4, 5 and 6 of Long et al. (2023) beside the means over the images of
 *  SecurityRun::to_json(), and what does not fit. */
void print_medical_paper(const nlohmann::json& run, std::ostream& out);
