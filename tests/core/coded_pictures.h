/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures that are made by rule, and what every coder of pictures must do with them. */
#pragma once

#include "digital/picture_coder.h"
#include <string>
#include <vector>

namespace djescc {

//! Slopes, waves that become finer, edges and a grain.
PlanarPicture drawn_picture(int channels, int height, int width);

/*! Picture \p number, 0 to 31, of a clip: a window that moves over one of
 *  drawn_picture(), with a little noise of its own. */
PlanarPicture clip_picture(int channels, int height, int width, int number);

//! All samples the same.
PlanarPicture flat_picture(int channels, int height, int width, float sample);

//! In dB.
double picture_psnr(const PlanarPicture& a, const PlanarPicture& b);

//! decode() gives the encoder's own picture for the bytes, bit for bit.
void check_decodes(PictureCoder& coder, const CodedPicture& coded);

//! At several rates: what is given fits, is what decode() gives, and becomes better.
void check_rates(PictureCoder& coder, const PlanarPicture& picture);

//! Pictures that are none, and samples that are no numbers, are refused.
void check_refusals(PictureCoder& coder);

/*! Bytes cut short at every length, with each byte changed in several ways, and random
 *  ones: ImageError, or a picture of the shape. */
void check_damage(PictureCoder& coder, const PlanarPicture& picture, int quality);

} // namespace djescc
