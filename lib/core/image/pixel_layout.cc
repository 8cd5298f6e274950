/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Copies runs of pixels to planes and back, three channels without an inner loop.

#include <algorithm>
#include <djescc/image/pixel_layout.h>

namespace djescc {

namespace {

/*! Cuts a run into items of a pixel that began earlier, whole pixels and items of a pixel
 *  that ends later.
 *  \param single  called as (item, plane, pixel) for items outside of whole pixels
 *  \param whole  called as (first item, first pixel, number of pixels) */
template <class Single, class Whole>
void cut_run(std::size_t first,
             std::size_t count,
             std::size_t channels,
             Single single,
             Whole whole)
{
    std::size_t pixel = first / channels;
    const std::size_t begun = first % channels;
    std::size_t item = 0;
    if (begun > 0) {
        const std::size_t head = std::min(count, channels - begun);
        for (; item < head; item++) {
            single(item, begun + item, pixel);
        }
        pixel++;
    }
    const std::size_t pixels = (count - item) / channels;
    whole(item, pixel, pixels);
    item += pixels * channels;
    pixel += pixels;
    for (std::size_t plane = 0; item < count; item++, plane++) {
        single(item, plane, pixel);
    }
}

} // namespace

void planes_from_items(const float* items,
                       std::size_t first,
                       std::size_t count,
                       std::size_t pixels,
                       std::size_t channels,
                       float* planes)
{
    const auto single = [&](std::size_t item, std::size_t plane, std::size_t pixel) {
        planes[plane * pixels + pixel] = items[item];
    };
    const auto whole = [&](std::size_t item, std::size_t pixel, std::size_t run) {
        const float* const from = items + item;
        if (channels == 3) { // written out, it vectorises
            float* const red = planes + pixel;
            float* const green = red + pixels;
            float* const blue = green + pixels;
            for (std::size_t i = 0; i < run; i++) {
                red[i] = from[3 * i];
                green[i] = from[3 * i + 1];
                blue[i] = from[3 * i + 2];
            }
            return;
        }
        for (std::size_t plane = 0; plane < channels; plane++) {
            for (std::size_t i = 0; i < run; i++) {
                planes[plane * pixels + pixel + i] = from[i * channels + plane];
            }
        }
    };
    cut_run(first, count, channels, single, whole);
}

void items_from_planes(const float* planes,
                       std::size_t first,
                       std::size_t count,
                       std::size_t pixels,
                       std::size_t channels,
                       float* items)
{
    const auto single = [&](std::size_t item, std::size_t plane, std::size_t pixel) {
        items[item] = planes[plane * pixels + pixel];
    };
    const auto whole = [&](std::size_t item, std::size_t pixel, std::size_t run) {
        float* const to = items + item;
        if (channels == 3) {
            const float* const red = planes + pixel;
            const float* const green = red + pixels;
            const float* const blue = green + pixels;
            for (std::size_t i = 0; i < run; i++) {
                to[3 * i] = red[i];
                to[3 * i + 1] = green[i];
                to[3 * i + 2] = blue[i];
            }
            return;
        }
        for (std::size_t plane = 0; plane < channels; plane++) {
            for (std::size_t i = 0; i < run; i++) {
                to[i * channels + plane] = planes[plane * pixels + pixel + i];
            }
        }
    };
    cut_run(first, count, channels, single, whole);
}

} // namespace djescc
