/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What libdjescc exports: everything that a header of this folder declares in
 *
 *      namespace DJESCC_EXPORT djescc {
 *
 *  and nothing else. Sources, private headers and plug-ins write `namespace djescc {`. A
 *  class must not be declared there (`class Model;`) before its header is read: it would
 *  be hidden. */
#pragma once

#define DJESCC_EXPORT [[gnu::visibility("default")]]
