/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "bench/rewrites.h"

#include "bench/rate.h"
#include <ATen/Parallel.h>
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <djescc/image/padding.h>
#include <djescc/model/model.h>
#include <torch/nn.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

//! The decoder's layers as the paper has them, with LibTorch's transposed convolutions.
torch::nn::Sequential make_plain_decoder(int64_t code_channels)
{
    struct Layer {
        int64_t filters, stride;
    };
    constexpr Layer layers[] = { { 32, 1 }, { 32, 1 }, { 32, 1 }, { 16, 2 }, { 3, 2 } };
    torch::nn::Sequential decoder;
    int64_t channels = code_channels;
    for (const auto& layer : layers) {
        decoder->push_back(torch::nn::ConvTranspose2d(
            torch::nn::ConvTranspose2dOptions(channels, layer.filters, 5)
                .stride(layer.stride)
                .padding(2)
                .output_padding(layer.stride - 1)));
        if (&layer == std::end(layers) - 1)
            decoder->push_back(torch::nn::Sigmoid());
        else
            decoder->push_back(torch::nn::PReLU());
        channels = layer.filters;
    }
    return decoder;
}

//! What glibc starts with.
void untune_allocator()
{
#ifdef __GLIBC__
    constexpr int threshold = 128 * 1024;
    mallopt(M_MMAP_THRESHOLD, threshold);
    mallopt(M_TRIM_THRESHOLD, threshold);
    mallopt(M_TOP_PAD, threshold);
    malloc_trim(0);
#endif
}

double rate(const BenchOptions& options, const std::function<void()>& call)
{
    return static_cast<double>(options.batch) * call_rate(options.seconds, call);
}

} // namespace

BeforeAfter measure_allocator(const BenchOptions& options)
{
    const c10::InferenceMode inference;
    at::set_num_threads(std::max(options.runtime.threads, 1));
    const djescc::Model model(options.model);
    const auto device = djescc::select_device(options.runtime.device);
    const auto net = model.load_encryptor(options.runtime);
    const auto pictures =
        djescc::pad_to_multiple(options.pictures(), model.multiple()).to(device);
    const auto call = [&] { net->forward(pictures).cpu(); };
    BeforeAfter result;
    djescc::tune_allocator();
    result.after = rate(options, call);
    untune_allocator();
    result.before = rate(options, call);
    return result;
}

std::optional<BeforeAfter> measure_transposed_convolution(const BenchOptions& options)
{
    const djescc::Model model(options.model);
    const auto config = model.codec().config();
    if (config.at("type") != "djscc")
        return std::nullopt;
    const c10::InferenceMode inference;
    djescc::prepare_thread(options.runtime);
    const auto device = djescc::select_device(options.runtime.device);
    const auto code_channels = config.at("t").get<int64_t>();

    djescc::ImageShape shape{ 3,
                              djescc::round_up(options.shape.height, model.multiple()),
                              djescc::round_up(options.shape.width, model.multiple()) };
    auto plain = make_plain_decoder(code_channels);
    plain->to(device);
    plain->eval();
    const auto code =
        torch::rand({ options.batch, code_channels, shape.height / 4, shape.width / 4 })
            .to(device);
    const auto rewritten = model.load_decoder(options.runtime);
    const auto symbols =
        torch::randn({ options.batch, model.codec().symbol_count(shape) },
                     torch::kComplexFloat)
            .to(device);
    BeforeAfter result;
    result.before = rate(options, [&] { plain->forward(code).cpu(); });
    result.after = rate(options, [&] { rewritten->forward(symbols, shape, {}).cpu(); });
    return result;
}
