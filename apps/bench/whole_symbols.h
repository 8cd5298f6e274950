/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  One role after the other without a channel between them. */
#pragma once

#include <djescc/runtime/role_runner.h>

/*! net.run(), but an encoder's images come out whole, as a decoder takes them: of a codec
 *  that sends in parts, all parts of an image are one row. With feedback each part is
 *  heard as it was sent. */
djescc::FrameBatch run_whole(djescc::RoleRunner& net, djescc::FrameBatch batch);
