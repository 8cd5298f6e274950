/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cuts images into tiles with halos, and puts what they become together.

#include "net/tiled.h"

#include <algorithm>
#include <djescc/image/padding.h>
#include <limits>

namespace djescc {
namespace {

// A tile is at least this many halos high and wide, two of which are its own halo: the
// halos then cost at most 1.25 times the rest.
constexpr int64_t least_halos = 6;

//! One axis of an image, cut into pieces that start at multiples of a step.
struct Cut {
    int64_t length; // of the axis
    int64_t piece;  // of a piece without its halo
    int64_t halo;

    Cut(int64_t length, int64_t step, int64_t halo, int64_t count)
        : length(length), piece(round_up((length + count - 1) / count, step)), halo(halo)
    {
    }

    int64_t count() const { return (length + piece - 1) / piece; }
    //! Longest piece, halo included.
    int64_t longest() const
    {
        return std::min(length, piece + std::min(count() - 1, int64_t{ 2 }) * halo);
    }
    //! All pieces, halos included, about.
    int64_t total() const { return length + 2 * halo * (count() - 1); }

    int64_t end(int64_t start) const { return std::min(length, start + piece); }
    int64_t first(int64_t start) const { return std::max<int64_t>(0, start - halo); }
    int64_t last(int64_t start) const { return std::min(length, end(start) + halo); }
};

struct Cuts {
    Cut rows, columns;
};

//! Fewest pieces of at most \p longest, halos included; 0: they cannot be that short.
int64_t fewest_pieces(int64_t length, int64_t step, int64_t halo, int64_t longest)
{
    for (const int64_t count : { 1, 2 })
        if (Cut(length, step, halo, count).longest() <= longest)
            return count;
    const int64_t piece = (longest - 2 * halo) / step * step;
    return piece < step ? 0 : (length + piece - 1) / piece;
}

//! The cuts into tiles of at most \p most_pixels that compute least.
Cuts best_cuts(
    int64_t height, int64_t width, int64_t step, int64_t halo, int64_t most_pixels)
{
    Cuts best{ { height, step, halo, height / step },
               { width, step, halo, width / step } };
    int64_t least = std::numeric_limits<int64_t>::max();
    for (int64_t i = 1; i <= height / step; ++i) {
        const Cut rows(height, step, halo, i);
        const int64_t count =
            fewest_pieces(width, step, halo, most_pixels / rows.longest());
        if (count == 0)
            continue;
        const Cut columns(width, step, halo, count);
        if (rows.total() * columns.total() < least) {
            least = rows.total() * columns.total();
            best = { rows, columns };
        }
    }
    return best;
}

} // namespace

torch::Tensor run_tiled(const torch::nn::Module& net,
                        const torch::Tensor& input,
                        const TileGrid& grid,
                        const TileFunction& function,
                        int64_t most_pixels)
{
    const int64_t images = input.size(0), height = input.size(2), width = input.size(3);
    const auto scaled = [&](int64_t pixels) {
        return pixels / grid.input_step * grid.output_step;
    };
    // where the output is finer, its pixels count
    const int64_t finer = std::max<int64_t>(1, grid.output_step / grid.input_step);
    const int64_t halo = round_up(grid.halo, grid.input_step);
    const int64_t shortest = least_halos * halo;
    const int64_t most = std::max(most_pixels / (finer * finer), shortest * shortest);
    if (net.is_training() || torch::GradMode::is_enabled() || !input.is_cpu() ||
        images * height * width <= most || height % grid.input_step ||
        width % grid.input_step)
        return function({ input });

    const auto [rows, columns] = best_cuts(height, width, grid.input_step, halo, most);
    const bool whole = rows.count() == 1 && columns.count() == 1;
    const int64_t group = whole ? std::max<int64_t>(1, most / (height * width)) : 1;
    torch::Tensor output;
    for (int64_t image = 0; image < images; image += group) {
        const int64_t count = std::min(group, images - image);
        for (int64_t top = 0; top < height; top += rows.piece) {
            const int64_t first_row = rows.first(top);
            for (int64_t left = 0; left < width; left += columns.piece) {
                const int64_t first_column = columns.first(left);
                const auto part =
                    function({ input.slice(0, image, image + count)
                                   .slice(2, first_row, rows.last(top))
                                   .slice(3, first_column, columns.last(left)),
                               image,
                               first_row,
                               first_column });
                if (!output.defined())
                    output = torch::empty(
                        { images, part.size(1), scaled(height), scaled(width) },
                        part.options());
                const int64_t high = scaled(rows.end(top) - top);
                const int64_t wide = scaled(columns.end(left) - left);
                output.slice(0, image, image + count)
                    .narrow(2, scaled(top), high)
                    .narrow(3, scaled(left), wide)
                    .copy_(part.narrow(2, scaled(top - first_row), high)
                               .narrow(3, scaled(left - first_column), wide));
            }
        }
    }
    return output;
}

} // namespace djescc
