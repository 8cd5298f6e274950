/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The figures of a security run as tables. */
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>

//! Prints SecurityRun::to_json() as tables, one for each question.
void print_security(const nlohmann::json& run, std::ostream& out);
