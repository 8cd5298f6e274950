/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Smooth pictures for tests that need many of them. */
#pragma once

#include <djescc/data/dataset.h>
#include <random>
#include <string>
#include <torch/types.h>
#include <torch/utils.h>
#include <vector>

namespace djescc::test {

//! Two waves in two colours, mostly brighter than grey, of directions, lengths and phases
//! that the number decides.
class WavePictures : public Dataset
{
public:
    //! \param first  number of the first picture
    WavePictures(int64_t count, int64_t side, int64_t first = 0)
        : d_count(count), d_side(side), d_first(first)
    {
    }

    int64_t size() const override { return d_count; }
    std::string description() const override { return "waves"; }

    torch::Tensor crops(const std::vector<CropChoice>& choices, int64_t) const override
    {
        std::vector<torch::Tensor> pictures;
        for (const auto& choice : choices)
            pictures.push_back(picture(d_first + choice.image));
        return torch::stack(pictures);
    }

    //! Classes: which way the first wave goes.
    int64_t class_count() const override { return 2; }
    torch::Tensor labels(const std::vector<CropChoice>& choices) const override
    {
        std::vector<int64_t> classes;
        for (const auto& choice : choices)
            classes.push_back((d_first + choice.image) % class_count());
        return torch::tensor(classes, torch::kInt64);
    }

    //! 3 x side x side uint8
    torch::Tensor picture(int64_t number) const
    {
        std::mt19937 generator(static_cast<unsigned>(number));
        std::uniform_real_distribution<double> uniform(0, 1);
        const auto place = torch::linspace(0, 1, d_side);
        const auto across = place.view({ 1, -1 }), down = place.view({ -1, 1 });
        const auto& first = number % 2 == 0 ? across : down;
        const double length = 4 + 4 * uniform(generator);
        auto planes = torch::zeros({ 3, d_side, d_side });
        const auto grey = 0.22 * torch::sin(length * first + 6 * uniform(generator));
        const auto colour = 0.07 * torch::sin(5 * across + 6 * uniform(generator)) *
                            torch::cos(4 * down + 6 * uniform(generator));
        for (int64_t plane = 0; plane < 3; ++plane)
            planes[plane] = 0.7 + grey + colour * (1.0 - static_cast<double>(plane));
        return (planes * 255).round().clamp(0, 255).to(torch::kUInt8);
    }

    //! The first \p count, N x 3 x side x side float32 in [0, 1].
    torch::Tensor images(int64_t count) const
    {
        std::vector<CropChoice> choices;
        for (int64_t i = 0; i < count; ++i)
            choices.push_back({ i, 0, 0, false });
        return crops(choices, 0).to(torch::kFloat32).div(255);
    }

private:
    int64_t d_count, d_side, d_first;
};

} // namespace djescc::test
