/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What `djescc model info` says of a model. */
#pragma once

#include <djescc/model/model.h>
#include <iosfwd>

/*! Prints what a model is: name, cipher, codec, symbols, fingerprint, roles and their
 *  parameters, training, measured quality. Reads no weights. */
void print_model_info(const djescc::Model& model, std::ostream& out);
