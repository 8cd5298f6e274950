/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A small residual net that tells what small pictures show. */
#include <djescc/error.h>
#include <djescc/files/config.h>
#include <djescc/loss/classifier.h>
#include <string>
#include <torch/nn/functional/pooling.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <vector>

namespace djescc {
namespace {

constexpr double usual_mean = 0.47, usual_deviation = 0.25; // of pictures in [0, 1]

//! 3x3 convolution without bias, batch normalisation.
class NormalizedConvImpl : public torch::nn::Module
{
public:
    NormalizedConvImpl(int64_t in, int64_t out)
        : d_conv(register_module(
              "conv",
              torch::nn::Conv2d(
                  torch::nn::Conv2dOptions(in, out, 3).padding(1).bias(false))))
        , d_norm(register_module("norm", torch::nn::BatchNorm2d(out)))
    {
        torch::nn::init::kaiming_normal_(
            d_conv->weight, 0.0, torch::kFanOut, torch::kReLU);
    }

    torch::Tensor convolve(const torch::Tensor& x) { return d_conv(x); }
    //! Batch normalisation and ReLU.
    torch::Tensor activate(const torch::Tensor& x) { return torch::relu(d_norm(x)); }
    torch::Tensor forward(const torch::Tensor& x) { return activate(convolve(x)); }

private:
    torch::nn::Conv2d d_conv;
    torch::nn::BatchNorm2d d_norm;
};
TORCH_MODULE(NormalizedConv);

/*! 3x3 to twice the channels, 2x2 maximum, batch normalisation, ReLU; then x plus two
 *  more 3x3 with batch normalisation and ReLU of it (He, Zhang, Ren and Sun, "Deep
 *  residual learning for image recognition", CVPR 2016). */
class ResidualStageImpl : public torch::nn::Module
{
public:
    ResidualStageImpl(int64_t in, int64_t out)
        : d_down(register_module("down", NormalizedConv(in, out)))
        , d_first(register_module("first", NormalizedConv(out, out)))
        , d_second(register_module("second", NormalizedConv(out, out)))
    {
    }

    torch::Tensor forward(const torch::Tensor& x)
    {
        namespace F = torch::nn::functional;
        const auto halved = F::max_pool2d(d_down->convolve(x),
                                          F::MaxPool2dFuncOptions(2).ceil_mode(true));
        const auto features = d_down->activate(halved);
        return features + d_second(d_first(features));
    }

private:
    NormalizedConv d_down, d_first, d_second;
};
TORCH_MODULE(ResidualStage);

/*! Classifier `residual`: 3x3 to "width" channels, "stages" residual stages that each
 *  halve the picture and double the channels, the mean over what is left of the picture,
 *  one linear layer. Batch normalisation and ReLU after every convolution.
 *
 *  Configuration: "width" [24], 1 to 256; "stages" [3], 1 to 5; "mirror" [false]: in
 *  use, the logits are the mean of those of the picture and of its mirror image.
 *  features() counts the first convolution as block 1. */
class ResidualClassifier : public Classifier
{
public:
    ResidualClassifier(int64_t width, int64_t stages, bool mirror, int64_t class_count)
        : d_width(width)
        , d_mirror(mirror)
        , d_stem(register_module("stem", NormalizedConv(3, width)))
        , d_head(register_module("head", torch::nn::Linear(width << stages, class_count)))
    {
        for (int64_t i = 0; i < stages; ++i)
            d_stages.push_back(
                register_module("stage" + std::to_string(i + 1),
                                ResidualStage(width << i, width << (i + 1))));
    }

    torch::Tensor logits(const torch::Tensor& images) override
    {
        const auto once = [this](const torch::Tensor& seen) {
            return d_head(features(seen, blocks()).mean({ 2, 3 }));
        };
        if (is_training() || !d_mirror)
            return once(images);
        return (once(images) + once(images.flip({ 3 }))) / 2;
    }

    torch::Tensor features(const torch::Tensor& images, int64_t block) override
    {
        // The layout in which convolutions are fastest.
        auto x = d_stem(((images - usual_mean) / usual_deviation)
                            .contiguous(torch::MemoryFormat::ChannelsLast));
        for (int64_t i = 1; i < block; ++i)
            x = d_stages[static_cast<std::size_t>(i - 1)](x);
        return x;
    }

    int64_t blocks() const override { return 1 + static_cast<int64_t>(d_stages.size()); }
    int64_t class_count() const override { return d_head->options.out_features(); }

    nlohmann::json config() const override
    {
        return { { "type", "residual" },
                 { "width", d_width },
                 { "stages", blocks() - 1 },
                 { "mirror", d_mirror } };
    }

private:
    int64_t d_width;
    bool d_mirror;
    NormalizedConv d_stem;
    std::vector<ResidualStage> d_stages;
    torch::nn::Linear d_head;
};

[[maybe_unused]] const bool residual_classifier_added =
    Classifier::add("residual", [](const nlohmann::json& config, int64_t class_count) {
        ConfigReader reader(config, "net");
        reader.get<std::string>("type", "residual");
        const auto width = reader.get_in<int64_t>("width", 24, 1, 256);
        const auto stages = reader.get_in<int64_t>("stages", 3, 1, 5);
        const bool mirror = reader.get("mirror", false);
        reader.finish();
        return std::make_shared<ResidualClassifier>(width, stages, mirror, class_count);
    });

} // namespace
} // namespace djescc
