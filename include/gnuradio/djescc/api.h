/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Marks what the library of blocks exports. */
#pragma once

#include <gnuradio/attributes.h>

#ifdef gnuradio_djescc_EXPORTS
#define DJESCC_API __GR_ATTR_EXPORT
#else
#define DJESCC_API __GR_ATTR_IMPORT
#endif
