/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs both nets of cipher `medical-radio`.

#include "cipher/medical_radio_nets.h"

#include "cipher/grey_transform.h"
#include "net/random.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <djescc/error.h>
#include <torch/utils.h>

namespace djescc::medical {
namespace {

// Neighbouring pixels of grey pictures of some hundred pixels' side, and a pixel's
// deviation: what the nets start from, and training goes on from.
constexpr double correlation = 0.98, pixel_deviation = 0.25;
constexpr double middle = 0.5;
// Of the powers that are sent: 2^-16 to 2^16 in steps of 2^(1/2048).
constexpr double power_offset = 16, power_steps = 2048, largest_code = 65535;
constexpr double number_steps = 1 << 24;
constexpr double least_noise = 1e-9;
constexpr double chance_likeness = 8; // of a square whose mean is 1/2
constexpr std::size_t rest_size = 16;

torch::nn::Conv2d radio_conv(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1)
{
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel)
                                 .stride(stride)
                                 .padding(stride == kernel ? 0 : kernel / 2)
                                 .bias(stride == 1));
}

void make_nothing(torch::nn::Conv2d& conv)
{
    const torch::NoGradGuard no_grad;
    conv->weight.zero_();
    conv->bias.zero_();
}

GreyTransform start(const RadioOptions& options)
{
    return grey_transform(
        RadioOptions::block, options.latents, correlation, pixel_deviation);
}

//! Codes of the power of each plane, int64 on the CPU.
torch::Tensor power_codes(const torch::Tensor& power)
{
    return ((torch::log2(power.detach().to(torch::kCPU, torch::kFloat64)) +
             power_offset) *
            power_steps)
        .round()
        .clamp(0, largest_code)
        .to(torch::kInt64);
}

torch::Tensor power_of(const torch::Tensor& codes)
{
    return torch::exp2(codes.to(torch::kFloat64) / power_steps - power_offset)
        .to(torch::kFloat32);
}

/*! 0 for values that tell nothing, else 1: exactly 0, which stands for what was lost, and
 *  areas of at least 3x3 that are exactly 1. No sum is either, and noise that is cut off
 *  at 1 comes one by one.
 *  \param images  N x C x H x W */
torch::Tensor present_values(const torch::Tensor& images)
{
    const auto white = (images >= 1).to(torch::kFloat32);
    const auto inside = 1 - torch::max_pool2d(1 - white, 3, 1, 1);
    const auto area = torch::max_pool2d(inside, 3, 1, 1);
    return ((images != 0) & (area == 0)).to(torch::kFloat32);
}

} // namespace

int64_t RadioOptions::rows() const
{
    int64_t rows = 1;
    while (rows * rows * 4 <= latents)
        rows *= 2;
    return rows;
}

KeyedAlphaImpl::KeyedAlphaImpl(double least)
    : d_least(least), d_conv(register_module("conv", radio_conv(1, 1, 3)))
{
}

torch::Tensor KeyedAlphaImpl::forward(const torch::Tensor& numbers)
{
    const auto key = numbers.to(torch::kFloat32) * (2 / number_steps) - 1;
    return d_least +
           (1 - d_least) * torch::sigmoid(4 * d_conv(key.unsqueeze(1)).squeeze(1));
}

const ValueMixing& RadioSide::mixing(int64_t count)
{
    constexpr std::size_t most_kept = 8; // sizes of picture
    if (d_mixings.count(count) == 0 && d_mixings.size() >= most_kept)
        d_mixings.clear();
    auto& mixing = d_mixings[count];
    if (mixing == nullptr)
        mixing = std::make_unique<ValueMixing>(count);
    return *mixing;
}

RadioSide::Masks RadioSide::draw(const uint8_t* master,
                                 const std::vector<modular_mask::Nonce>& nonces,
                                 int64_t planes,
                                 int64_t count)
{
    Masks masks;
    std::vector<torch::Tensor> numbers;
    for (const auto& nonce : nonces) {
        const modular_mask::Keystream stream(master, nonce, planes * count, rest_size);
        numbers.push_back(stream.numbers);
        masks.rest.push_back(stream.rest);
    }
    masks.numbers = torch::stack(numbers);
    return masks;
}

RadioSide::Masks RadioSide::draw(const TrainingMoment& moment,
                                 int64_t pictures,
                                 int64_t planes,
                                 int64_t count)
{
    auto generator = make_generator(moment.seed);
    return { torch::randint(static_cast<int64_t>(number_steps),
                            { pictures, planes * count },
                            generator,
                            torch::kInt32),
             std::vector<std::array<uint8_t, rest_size>>(
                 static_cast<std::size_t>(pictures)) };
}

RadioEncryptor::RadioEncryptor(const RadioOptions& options)
    : d_side(options)
    , d_analysis(register_module(
          "analysis",
          radio_conv(1, options.latents, RadioOptions::block, RadioOptions::block)))
    , d_stem(register_module("stem", radio_conv(1, options.width, 5)))
    , d_latents(
          register_module("latents", radio_conv(8 * options.width, options.latents, 1)))
{
    int64_t in = options.width;
    for (const int64_t factor : { 2, 4, 8, 8 }) {
        d_downs.push_back(register_module("down" + std::to_string(d_downs.size() + 1),
                                          DownGroup(in, factor * options.width)));
        in = factor * options.width;
    }
    if (options.least_alpha < 1)
        d_alpha = register_module("alpha", KeyedAlpha(options.least_alpha));
    make_nothing(d_latents);
    const torch::NoGradGuard no_grad;
    // The best linear code for one power gives a component the root of its deviation.
    const auto code = start(options);
    d_analysis->weight.copy_(
        (code.basis * torch::rsqrt(code.deviation).view({ -1, 1, 1 })).unsqueeze(1));
}

bool RadioEncryptor::starts_as_nothing(const std::string& tensor_name) const
{
    return tensor_name.rfind("analysis", 0) != 0;
}

torch::Tensor RadioEncryptor::values_of(const torch::Tensor& planes)
{
    const auto centred = planes - middle;
    auto x = leaky(d_stem(centred));
    for (auto& down : d_downs)
        x = down(x);
    return d_analysis(centred) + d_latents(x);
}

ProtectedImages RadioEncryptor::forward(const torch::Tensor& plain,
                                        const Conditions& conditions)
{
    const int64_t pictures = plain.size(0), planes = plain.size(1);
    const auto& options = d_side.options();
    const auto latents = values_of(as_planes(plain)).to(torch::kFloat32);
    const auto values = latents.flatten(1);
    const int64_t count = values.size(1);

    const auto own = key();
    std::vector<modular_mask::Nonce> nonces(static_cast<std::size_t>(pictures));
    RadioSide::Masks masks;
    if (conditions.training != nullptr) {
        masks = RadioSide::draw(*conditions.training, pictures, planes, count);
    } else {
        const auto* master = master_key(conditions, own);
        nonces = modular_mask::draw_nonces(options.nonce, master, plain);
        masks = RadioSide::draw(master, nonces, planes, count);
    }
    const auto numbers =
        masks.numbers.view({ pictures * planes, count }).to(plain.device());

    const auto codes = power_codes(values.square().mean(1));
    const auto scale =
        (options.deviation * torch::rsqrt(power_of(codes))).to(plain.device());
    auto mixed = d_side.mixing(count).mix(values * scale.unsqueeze(1));
    const int64_t rows = latents.size(2) * options.rows(),
                  columns = latents.size(3) * options.columns();
    if (!d_alpha.is_empty())
        mixed = mixed * d_alpha(numbers.view({ -1, rows, columns })).flatten(1);

    ProtectedImages result;
    result.images =
        modular_mask::hide(mixed, numbers).reshape({ pictures, planes, rows, columns });
    result.side = torch::zeros({ pictures, radio_side_bytes }, torch::kUInt8);
    for (int64_t i = 0; i < pictures; ++i) {
        const auto index = static_cast<std::size_t>(i);
        auto* next = std::copy(nonces[index].begin(),
                               nonces[index].end(),
                               result.side[i].data_ptr<uint8_t>());
        const auto* mask = masks.rest[index].data();
        for (int64_t plane = 0; plane < planes; ++plane) {
            const auto code = codes[i * planes + plane].item<int64_t>();
            *next++ = static_cast<uint8_t>(code >> 8) ^ *mask++;
            *next++ = static_cast<uint8_t>(code & 0xff) ^ *mask++;
        }
    }
    result.side = result.side.to(plain.device());
    return result;
}

RadioDecryptor::RadioDecryptor(const RadioOptions& options)
    : d_side(options)
    , d_synthesis(register_module(
          "synthesis",
          torch::nn::ConvTranspose2d(
              torch::nn::ConvTranspose2dOptions(options.latents, 1, RadioOptions::block)
                  .stride(RadioOptions::block)
                  .bias(false))))
    , d_log_variance(register_parameter("log_variance", torch::zeros(options.latents)))
    , d_latents(register_module("latents",
                                radio_conv(options.latents + 1, 8 * options.width, 3)))
    , d_last(register_module("last", radio_conv(options.width, 1, 5)))
{
    int64_t in = 8 * options.width;
    for (const int64_t factor : { 8, 4, 2, 1 }) {
        d_ups.push_back(register_module("up" + std::to_string(d_ups.size() + 1),
                                        UpGroup(in, factor * options.width)));
        in = factor * options.width;
    }
    if (options.least_alpha < 1)
        d_alpha = register_module("alpha", KeyedAlpha(options.least_alpha));
    make_nothing(d_last);
    const torch::NoGradGuard no_grad;
    const auto code = start(options);
    d_synthesis->weight.copy_(
        (code.basis * torch::sqrt(code.deviation).view({ -1, 1, 1 })).unsqueeze(1));
    d_log_variance.copy_(torch::log(code.deviation));
}

void RadioDecryptor::share(const RadioEncryptor& encryptor)
{
    if (!d_alpha.is_empty())
        d_alpha = replace_module("alpha", encryptor.alpha());
}

bool RadioDecryptor::starts_as_nothing(const std::string& tensor_name) const
{
    return tensor_name.rfind("synthesis", 0) != 0 && tensor_name != "log_variance";
}

torch::Tensor RadioDecryptor::forward(const ProtectedImages& images,
                                      const Conditions& conditions)
{
    const auto& received = images.images;
    const auto& options = d_side.options();
    const int64_t pictures = received.size(0), planes = received.size(1);
    const int64_t height = received.size(2) / options.rows(),
                  width = received.size(3) / options.columns();
    const int64_t count = options.latents * height * width;
    const auto sums = received.to(torch::kFloat32).reshape({ pictures * planes, count });

    const auto own = key();
    const auto side = images.side.to(torch::kCPU).contiguous();
    const auto nonces = modular_mask::nonces_in(side);
    const auto masks =
        conditions.training != nullptr
            ? RadioSide::draw(*conditions.training, pictures, planes, count)
            : RadioSide::draw(master_key(conditions, own), nonces, planes, count);
    auto codes = torch::empty({ pictures * planes }, torch::kInt64);
    for (int64_t i = 0; i < pictures; ++i) {
        const auto* next = side[i].data_ptr<uint8_t>() + modular_mask::nonce_size;
        const auto* mask = masks.rest[static_cast<std::size_t>(i)].data();
        for (int64_t plane = 0; plane < planes; ++plane, next += 2, mask += 2)
            codes[i * planes + plane] =
                static_cast<int64_t>(next[0] ^ mask[0]) << 8 | (next[1] ^ mask[1]);
    }
    const auto power = power_of(codes).to(received.device()).unsqueeze(1);

    const auto numbers = masks.numbers.view(sums.sizes()).to(received.device());
    const auto present = present_values(received.detach()).reshape(sums.sizes());
    auto alpha = torch::ones({}, received.device());
    if (!d_alpha.is_empty())
        alpha =
            d_alpha(numbers.view({ -1, received.size(2), received.size(3) })).flatten(1);
    const auto found = unwrap(
        modular_mask::reveal(sums, numbers) * present, present, alpha, options.deviation);
    const auto values =
        d_side.mixing(count).unmix(found.values) * (power.sqrt() / options.deviation);
    const auto latents = values.view({ -1, options.latents, height, width });
    const auto noise = (found.noise.unsqueeze(1) * power).view({ -1, 1, 1, 1 });
    const auto variance = torch::exp(d_log_variance).view({ 1, -1, 1, 1 });
    const auto linear = d_synthesis(latents * (variance / (variance + noise))) + middle;

    auto x = torch::cat({ latents * torch::rsqrt(variance + noise),
                          (torch::log(noise) / 4).expand({ -1, 1, height, width }) },
                        1);
    x = leaky(d_latents(x));
    for (auto& up : d_ups)
        x = up(x);
    auto decoded = linear + d_last(x);
    if (!found.found.all().item<bool>()) {
        // A wrong key shows what it gave, not the grey that is the best guess then.
        const auto deviations = torch::exp(d_log_variance / 2).view({ 1, -1, 1, 1 });
        const auto given =
            d_side.mixing(count).unmix(modular_mask::reveal(sums, numbers));
        const double scale =
            RadioOptions::block / std::sqrt(static_cast<double>(options.latents));
        const auto noise_alone =
            d_synthesis(given.view(latents.sizes()) * (scale / deviations)) + middle;
        decoded = torch::where(
            found.found.view({ -1, 1, 1, 1 }), decoded, noise_alone.detach());
    }
    return decoded.clamp(0, 1).reshape(
        { pictures, planes, linear.size(2), linear.size(3) });
}

UnwrappedValues unwrap(const torch::Tensor& received,
                       const torch::Tensor& present,
                       const torch::Tensor& alpha,
                       double deviation)
{
    constexpr double circle = 2 * M_PI, exponent = circle * circle / 2;
    const auto signal = (alpha * deviation).square();
    const auto all = present.sum(1).clamp_min(1);
    const auto likeness = (torch::cos(circle * received) * present).sum(1).abs().div(all);
    const auto cosine = likeness.clamp_min(1e-6);
    const auto without_noise = (torch::exp(-exponent * signal) * present).sum(1).div(all);
    const auto noise = ((torch::log(without_noise) - torch::log(cosine)) / exponent)
                           .clamp(least_noise, 1.0)
                           .detach()
                           .unsqueeze(1);
    const auto sum = signal + noise;
    auto weights = torch::zeros_like(received), means = torch::zeros_like(received);
    for (const int turn : { -1, 0, 1 }) {
        const auto value = received + turn;
        const auto weight = torch::exp(value.square() / (-2 * sum));
        weights = weights + weight;
        means = means + weight * value;
    }
    // What is lost is most likely 0. The mean of the squares of such means is that of
    // their products with the values themselves, so it tells how much of the values is in
    // them, and how much noise.
    const auto likely =
        means / weights * (alpha * (deviation * deviation) / sum) * present;
    const auto part = (likely.detach().square().mean(1) / (deviation * deviation))
                          .clamp(1e-4, 1 - least_noise);
    // Of uniform values it is that by chance once in 16000 times.
    return { likely / part.unsqueeze(1),
             (1 - part) / part,
             likeness.square() * all > chance_likeness };
}

} // namespace djescc::medical
