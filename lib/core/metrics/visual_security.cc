/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Scores how much of colours, course and edges a protected image still shows.

#include <algorithm>
#include <array>
#include <djescc/error.h>
#include <djescc/metrics/visual_security.h>
#include <vector>

namespace djescc {

namespace {

using torch::Tensor;

constexpr int64_t smallest_halving = 16; // of the shorter side
constexpr int64_t colour_window = 4;
constexpr int64_t edge_window = 8;
constexpr int64_t edge_stride = 4;
// Nobody sees variation below one 8-bit level.
constexpr double visible_power = 1.0 / (255.0 * 255.0);

// Work is cut into pieces of about this many scalars, which stay in the cache.
constexpr int64_t largest_piece = int64_t{ 1 } << 18;

//! Lin's concordance of N x C x h x w maps, all channels together: N values.
Tensor concordance(const Tensor& a, const Tensor& b)
{
    const auto mean_a = a.mean({ 2, 3 }, true), mean_b = b.mean({ 2, 3 }, true);
    const auto x = a - mean_a, y = b - mean_b;
    const auto over_image = [](const Tensor& products) {
        return products.mean({ 1, 2, 3 });
    };
    const auto covariance = over_image(x * y);
    const auto variances = over_image(x * x) + over_image(y * y);
    const auto offset = over_image((mean_a - mean_b).square());
    return torch::relu(2 * covariance + visible_power) /
           (variances + offset + visible_power);
}

//! Mean products of differences between neighbours, N x 1 x h x w each.
struct EdgeMaps {
    Tensor reference, image, both;
};

EdgeMaps edge_maps_of_piece(const Tensor& x, const Tensor& y)
{
    const auto differences = [](const Tensor& images) {
        const int64_t height = images.size(2) - 1, width = images.size(3) - 1;
        const auto here = images.slice(2, 0, height).slice(3, 0, width);
        return std::array<Tensor, 2>{
            images.slice(2, 0, height).slice(3, 1, width + 1) - here,
            images.slice(2, 1, height + 1).slice(3, 0, width) - here
        };
    };
    const auto [x_right, x_down] = differences(x);
    const auto [y_right, y_down] = differences(y);
    const auto window_means = [](const Tensor& right, const Tensor& down) {
        const auto products = (right + down).mean(1, true) / 2;
        return torch::avg_pool2d(products,
                                 { std::min(edge_window, products.size(2)),
                                   std::min(edge_window, products.size(3)) },
                                 edge_stride);
    };
    return { window_means(x_right * x_right, x_down * x_down),
             window_means(y_right * y_right, y_down * y_down),
             window_means(x_right * y_right, x_down * y_down) };
}

//! By strips of rows, so that a large photograph needs little memory.
EdgeMaps edge_maps(const Tensor& x, const Tensor& y)
{
    const int64_t rows = x.size(2) - 1; // of differences
    const int64_t window_rows =
        std::max(int64_t{ 0 }, rows - edge_window) / edge_stride + 1;
    const int64_t rows_per_piece = std::max(
        int64_t{ 1 }, largest_piece / (x.size(0) * x.size(1) * x.size(3) * edge_stride));
    std::vector<Tensor> reference, image, both;
    for (int64_t first = 0; first < window_rows; first += rows_per_piece) {
        const int64_t count = std::min(rows_per_piece, window_rows - first);
        const int64_t top = first * edge_stride;
        const int64_t height = std::min(
            x.size(2) - top, (count - 1) * edge_stride + edge_window + int64_t{ 1 });
        const auto maps =
            edge_maps_of_piece(x.narrow(2, top, height), y.narrow(2, top, height));
        reference.push_back(maps.reference);
        image.push_back(maps.image);
        both.push_back(maps.both);
    }
    return { torch::cat(reference, 2), torch::cat(image, 2), torch::cat(both, 2) };
}

//! Sum of the three features of one scale, N values.
Tensor visible_features(const Tensor& x, const Tensor& y)
{
    const auto colour = concordance(torch::avg_pool2d(x, colour_window),
                                    torch::avg_pool2d(y, colour_window));
    const auto edges = edge_maps(x, y);
    const auto weight = torch::sqrt(edges.reference + visible_power);
    const auto alike = ((2 * edges.both.abs() + visible_power) /
                        (edges.reference + edges.image + visible_power))
                           .square();
    const auto course = (weight * alike).sum({ 1, 2, 3 }) / weight.sum({ 1, 2, 3 });
    return colour + course +
           concordance(torch::sqrt(edges.reference), torch::sqrt(edges.image));
}

Tensor score(Tensor x, Tensor y)
{
    Tensor visible;
    for (double scales = 1;; ++scales) {
        const auto features = visible_features(x, y);
        visible = visible.defined() ? visible + features : features;
        if (std::min(x.size(2), x.size(3)) / 2 < smallest_halving)
            return (1 - visible / (3 * scales)).clamp(0, 1);
        x = torch::avg_pool2d(x, 2);
        y = torch::avg_pool2d(y, 2);
    }
}

} // namespace

torch::Tensor visual_security(const torch::Tensor& images,
                              const torch::Tensor& references)
{
    if (images.dim() != 4 || images.numel() == 0 ||
        images.sizes() != references.sizes() ||
        std::min(images.size(2), images.size(3)) < smallest_scored_side) {
        throw ImageError(
            "images to compare must be N x C x H x W of one size, with at "
            "least 8 pixels in both directions.");
    }
    const torch::NoGradGuard no_gradients;
    const auto images_per_piece =
        std::max(int64_t{ 1 }, largest_piece / references[0].numel());
    std::vector<Tensor> scores;
    for (int64_t first = 0; first < images.size(0); first += images_per_piece) {
        const auto count = std::min(images_per_piece, images.size(0) - first);
        const auto piece = [&](const Tensor& all) {
            return all.narrow(0, first, count).to(torch::kFloat).clamp(0, 1);
        };
        scores.push_back(score(piece(references), piece(images)));
    }
    return torch::cat(scores);
}

} // namespace djescc
