/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loss terms "ssim", "contrast" and "wrong_key": bounded measures of what protected
 *  images show, and to whom. */
#include "loss/image_error.h"
#include "metrics/ssim_map.h"
#include <algorithm>
#include <djescc/loss/loss_term.h>

namespace djescc {
namespace {

/*! (mean SSIM(x, y))^2 + (mean SSIM(x, y^))^2, the index that the tables print. */
class SsimTerm : public LossTerm
{
public:
    using LossTerm::LossTerm;
    std::vector<std::string> columns() const override { return { "ssim_term" }; }
    LossValue operator()(const LossInput& input) override
    {
        const auto term = squared_mean(input.plain, input.output.protected_images) +
                          squared_mean(input.plain, input.output.decoded);
        return { term, { { "ssim_term", term } } };
    }

private:
    // In single precision whatever computed the images.
    static torch::Tensor squared_mean(const torch::Tensor& plain,
                                      const torch::Tensor& images)
    {
        const auto window = ssim_window(std::min(plain.size(2), plain.size(3)));
        return ssim_map(plain, images.to(torch::kFloat32), window).mean().square();
    }
};

/*! Mean of max(0, deviation - std(y))^2 over the images: protected images whose pixels
 *  spread less than "deviation" [0.3] of full scale. */
class ContrastTerm : public LossTerm
{
public:
    explicit ContrastTerm(ConfigReader& reader)
        : LossTerm(reader), d_deviation(reader.get_in("deviation", 0.3, 0.0, 0.5))
    {
    }
    std::vector<std::string> columns() const override { return { "contrast_term" }; }
    LossValue operator()(const LossInput& input) override
    {
        const auto deviation =
            torch::std(input.output.protected_images.to(torch::kFloat32).flatten(1),
                       1,
                       /*unbiased=*/false);
        const auto term = torch::relu(d_deviation - deviation).square().mean();
        return { term, { { "contrast_term", term } } };
    }

private:
    double d_deviation;
};

/*! Mean of max(0, mse - MSE(x, x')) over the images, x' being y^ decrypted under another
 *  key: what the error lacks of "mse" [0.12]. */
class WrongKeyTerm : public LossTerm
{
public:
    explicit WrongKeyTerm(ConfigReader& reader)
        : LossTerm(reader), d_mse(reader.get_in("mse", 0.12, 0.0, 1.0))
    {
    }
    std::vector<std::string> columns() const override { return { "wrong_key_term" }; }
    LossNeeds needs() const override
    {
        LossNeeds needs;
        needs.wrong_key = true;
        return needs;
    }
    LossValue operator()(const LossInput& input) override
    {
        const auto errors = image_errors(input.output.wrongly_decrypted, input.plain);
        const auto term = torch::relu(d_mse - errors).mean();
        return { term, { { "wrong_key_term", term } } };
    }

private:
    double d_mse;
};

template <typename Term>
std::unique_ptr<LossTerm> make(ConfigReader& reader, const LossContext&)
{
    return std::make_unique<Term>(reader);
}

[[maybe_unused]] const bool protection_added =
    LossTerm::add("ssim", make<SsimTerm>) &&
    LossTerm::add("contrast", make<ContrastTerm>) &&
    LossTerm::add("wrong_key", make<WrongKeyTerm>);

} // namespace
} // namespace djescc
