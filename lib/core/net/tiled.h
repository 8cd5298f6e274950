/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Functions of images, run tile by tile so that large ones take little memory. */
#pragma once

#include <cstdint>
#include <functional>
#include <torch/nn/module.h>
#include <torch/types.h>

namespace djescc {

/*! Pixels that run_tiled() computes at a time, halo included, on the finer of the input's
 *  and the output's grid. Measured (docs/speed.md): smaller tiles spend more time on
 *  halos, larger ones more memory and page faults. */
constexpr int64_t most_tile_pixels = int64_t{ 1 } << 21;

//! What run_tiled() must know of a function of images.
struct TileGrid {
    //! Tiles start at multiples of this many input pixels, down and across ...
    int64_t input_step = 1;
    //! ... which become this many output pixels. One of the two divides the other.
    int64_t output_step = 1;
    //! Output pixels depend on the input pixels they come from and on this many around
    //! those, in all directions (the receptive field's radius), at most.
    int64_t halo = 0;
};

//! A part of the input.
struct Tile {
    torch::Tensor input;     //!< some images x C x height x width, halo included
    int64_t first_image = 0; //!< where it lies in the whole input: its first image,
    int64_t top = 0;         //!< its first row
    int64_t left = 0;        //!< and its first column
};

//! C' x output_step / input_step times the tile's height and width; images stay.
using TileFunction = std::function<torch::Tensor(const Tile&)>;

/*! A function of images that is convolutional (an output pixel depends on its
 *  neighbourhood alone), run tile by tile, so that its feature maps take no more memory
 *  for a large image than for one of about \p most_pixels. Only the picture's true edges
 *  are edges to the function, so the result is that of one run to rounding. What depends
 *  on a position takes it from the Tile.
 *
 *  One run it is where tiles do not pay or are not the same: while \p net is trained or
 *  gradients are recorded, on other devices than the CPU, and for inputs that are small
 *  or whose height or width is no multiple of the step.
 *  \param net          whose function it is
 *  \param input        N x C x H x W
 *  \param most_pixels  in a tile; halos large in comparison raise it
 *  \return N x C' x H' x W' */
torch::Tensor run_tiled(const torch::nn::Module& net,
                        const torch::Tensor& input,
                        const TileGrid& grid,
                        const TileFunction& function,
                        int64_t most_pixels = most_tile_pixels);

} // namespace djescc
