/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loss terms of Long et al. (2023), eqs. 7 to 25: "histogram", "entropy",
 *  "correlation", "pairs", "npcr", "uaci", "dissimilarity", "similarity",
 *  "wrong_key_noise" and "l1". */
#include "loss/soft_statistics.h"
#include "net/random.h"
#include <djescc/error.h>
#include <djescc/loss/loss_term.h>
#include <functional>
#include <utility>

namespace djescc {
namespace {

constexpr int64_t level_bins = 256;

//! Mean over the protected images of a measure of each.
class ProtectedTerm : public LossTerm
{
public:
    using Measure = std::function<torch::Tensor(const torch::Tensor& images)>;
    ProtectedTerm(ConfigReader& reader, std::string column, Measure measure)
        : LossTerm(reader), d_column(std::move(column)), d_measure(std::move(measure))
    {
    }
    std::vector<std::string> columns() const override { return { d_column }; }
    LossValue operator()(const LossInput& input) override
    {
        const auto term =
            d_measure(input.output.protected_images.to(torch::kFloat32)).mean();
        return { term, { { d_column, term } } };
    }

private:
    std::string d_column;
    Measure d_measure;
};

torch::Tensor histogram_of(const torch::Tensor& images)
{
    return soft_histogram(images.flatten(1), level_bins);
}

//! Protected images of pictures that differ in one pixel, compared.
class NeighbourTerm : public LossTerm
{
public:
    using Measure =
        std::function<torch::Tensor(const torch::Tensor&, const torch::Tensor&)>;
    NeighbourTerm(ConfigReader& reader, std::string column, Measure measure)
        : LossTerm(reader), d_column(std::move(column)), d_measure(std::move(measure))
    {
    }
    std::vector<std::string> columns() const override { return { d_column }; }
    LossNeeds needs() const override
    {
        LossNeeds needs;
        needs.neighbours = true;
        return needs;
    }
    LossValue operator()(const LossInput& input) override
    {
        const auto term = d_measure(input.output.protected_images.to(torch::kFloat32),
                                    input.output.neighbours_protected.to(torch::kFloat32))
                              .mean();
        return { term, { { d_column, term } } };
    }

private:
    std::string d_column;
    Measure d_measure;
};

/*! Of the fused parameters alpha of all groups, with what they were compared with: the
 *  sum over the groups of f(cos), mean over images. */
class FusionTerm : public LossTerm
{
public:
    using Measure = std::function<torch::Tensor(const torch::Tensor& cosines)>;
    FusionTerm(ConfigReader& reader, std::string name, std::string other, Measure measure)
        : LossTerm(reader)
        , d_name(std::move(name))
        , d_other(std::move(other))
        , d_measure(std::move(measure))
    {
    }
    std::vector<std::string> columns() const override { return { d_name }; }
    LossValue operator()(const LossInput& input) override
    {
        const auto& extras = input.output.protection;
        torch::Tensor sum;
        for (int group = 1; extras.count("alpha" + std::to_string(group)) > 0; ++group) {
            const auto& alpha = extras.at("alpha" + std::to_string(group));
            const auto& other = extras.at(d_other + std::to_string(group));
            const auto a = alpha.flatten(1), b = other.flatten(1);
            const auto cosine = (a * b).sum(1) / (a.norm(2, 1) * b.norm(2, 1) + 1e-12);
            const auto term = d_measure(cosine).mean();
            sum = sum.defined() ? sum + term : term;
        }
        if (!sum.defined())
            throw ConfigError("loss." + d_name +
                              " needs a cipher that fuses features with keys, as cipher "
                              "\"medical\" does");
        return { sum, { { d_name, sum } } };
    }

private:
    std::string d_name, d_other;
    Measure d_measure;
};

/*! What comes out under another key, against noise (eq. 23 with one wrong key an image):
 *  the mean absolute difference from uniform noise, the entropy's loss, and UACI's loss
 *  against the picture. */
class WrongKeyNoiseTerm : public LossTerm
{
public:
    using LossTerm::LossTerm;
    std::vector<std::string> columns() const override { return { "wrong_key_noise" }; }
    LossNeeds needs() const override
    {
        LossNeeds needs;
        needs.wrong_key = true;
        return needs;
    }
    LossValue operator()(const LossInput& input) override
    {
        const auto wrong = input.output.wrongly_decrypted.to(torch::kFloat32);
        const auto noise =
            torch::rand(
                wrong.sizes(),
                make_generator(derive_seed(input.moment.seed,
                                           RandomPurpose::wrong_key,
                                           static_cast<uint64_t>(input.moment.step))),
                torch::TensorOptions(torch::kFloat32))
                .to(wrong.device());
        const auto term = (wrong - noise).abs().mean() +
                          entropy_loss(histogram_of(wrong)).mean() +
                          uaci_loss(wrong, input.plain).mean();
        return { term, { { "wrong_key_noise", term } } };
    }
};

//! Mean of |x - x^| (the last of eq. 25).
class AbsoluteTerm : public LossTerm
{
public:
    using LossTerm::LossTerm;
    std::vector<std::string> columns() const override { return { "l1" }; }
    LossValue operator()(const LossInput& input) override
    {
        const auto term =
            (input.output.decrypted.to(torch::kFloat32) - input.plain).abs().mean();
        return { term, { { "l1", term } } };
    }
};

bool add_protected(const std::string& name, const ProtectedTerm::Measure& measure)
{
    return LossTerm::add(name, [name, measure](ConfigReader& reader, const LossContext&) {
        return std::make_unique<ProtectedTerm>(reader, name + "_term", measure);
    });
}

bool add_fusion(const std::string& name,
                const std::string& other,
                const FusionTerm::Measure& measure)
{
    return LossTerm::add(name, [=](ConfigReader& reader, const LossContext&) {
        return std::make_unique<FusionTerm>(reader, name, other, measure);
    });
}

template <typename Term>
std::unique_ptr<LossTerm> make_plain(ConfigReader& reader, const LossContext&)
{
    return std::make_unique<Term>(reader);
}

[[maybe_unused]] const bool medical_added =
    add_protected("histogram",
                  [](const torch::Tensor& images) {
                      return histogram_loss(histogram_of(images));
                  }) &&
    add_protected(
        "entropy",
        [](const torch::Tensor& images) { return entropy_loss(histogram_of(images)); }) &&
    add_protected("correlation", correlation_loss) &&
    add_protected("pairs", pairs_loss) &&
    LossTerm::add("npcr",
                  [](ConfigReader& reader, const LossContext&) {
                      const double tolerance =
                          reader.get_in("tolerance", 1.0, 1e-3, 255.0);
                      return std::make_unique<NeighbourTerm>(
                          reader, "npcr", [tolerance](const auto& a, const auto& b) {
                              return npcr_loss(a, b, tolerance);
                          });
                  }) &&
    LossTerm::add("uaci",
                  [](ConfigReader& reader, const LossContext&) {
                      return std::make_unique<NeighbourTerm>(reader, "uaci", uaci_loss);
                  }) &&
    // eq. 21 with a threshold of 0, and eq. 22
    add_fusion("dissimilarity",
               "ep",
               [](const torch::Tensor& cosines) { return torch::relu(cosines); }) &&
    add_fusion("similarity",
               "recovered",
               [](const torch::Tensor& cosines) { return 1 - cosines; }) &&
    LossTerm::add("wrong_key_noise", make_plain<WrongKeyNoiseTerm>) &&
    LossTerm::add("l1", make_plain<AbsoluteTerm>);

} // namespace
} // namespace djescc
