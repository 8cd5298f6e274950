/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sends a data set through the chain, and averages what arrives.

#include <djescc/eval/evaluation.h>

#include "eval/stage_sums.h"
#include "net/random.h"
#include <algorithm>
#include <djescc/image/padding.h>

namespace djescc {
namespace {

//! Images of the data set that are sent at once.
struct SentBatch {
    int64_t first; //!< number among all that are sent, draw after draw
    torch::Tensor indices, plain;
};

//! What came out of one channel.
class ChannelSums
{
public:
    ChannelSums(std::size_t channel, int64_t images)
        : d_channel(channel)
        , d_images(images)
        , d_decrypted(images)
        , d_protected(images)
        , d_decoded(images)
    {
    }

    //! \param multiple  of the images' sides that the nets need
    void add(const SentBatch& sent,
             const ChainResult& result,
             int64_t multiple,
             const MeasureOptions& options)
    {
        const auto& plain = sent.plain;
        const int64_t height = plain.size(2), width = plain.size(3);
        d_symbols += static_cast<double>(result.symbol_counts.sum().item<int64_t>());
        d_pixels += static_cast<double>(plain.size(0) * height * width);
        const auto psnrs_db =
            d_decrypted.add(sent.indices, result.decrypted.values, plain);
        const ImageShape padded{ plain.size(1),
                                 round_up(height, multiple),
                                 round_up(width, multiple) };
        if (result.protected_images.facts.front().shape == padded) {
            d_protected.add(sent.indices, result.protected_images.values, plain);
            d_decoded.add(sent.indices, result.decoded.values, plain);
        } else {
            d_protected.add_nothing_comparable();
            d_decoded.add_nothing_comparable();
        }
        for (std::size_t i = 0; i < result.decrypted.facts.size(); i++) {
            const auto row = static_cast<int64_t>(i);
            const bool outage = result.decrypted.facts[i].outage;
            d_outages += outage ? 1 : 0;
            if (options.watch)
                options.watch(
                    { d_channel,
                      (sent.first + row) % d_images,
                      (sent.first + row) / d_images,
                      crop(result.decrypted.values.narrow(0, row, 1), height, width)[0],
                      psnrs_db[row].item<double>(),
                      outage });
        }
    }

    ChainQuality quality(int64_t draws) const
    {
        return { d_decrypted.quality(draws), d_protected.quality(draws),
                 d_decoded.quality(draws),   d_images,
                 d_symbols / d_pixels,       d_outages };
    }

private:
    std::size_t d_channel;
    int64_t d_images;
    StageSums d_decrypted, d_protected, d_decoded;
    double d_symbols = 0, d_pixels = 0;
    int64_t d_outages = 0;
};

SentBatch next_batch(const Dataset& dataset,
                     const MeasureOptions& options,
                     int64_t first,
                     torch::Device device)
{
    const int64_t count = dataset.size(),
                  size = std::min(options.batch, count * options.draws - first);
    SentBatch sent{ first,
                    torch::arange(first, first + size, torch::kInt64).remainder(count),
                    {} };
    std::vector<CropChoice> choices;
    for (int64_t i = 0; i < size; ++i)
        choices.push_back({ (first + i) % count, 0.5, 0.5, false });
    sent.plain =
        dataset.crops(choices, options.crop).to(device).to(torch::kFloat32).div(255);
    return sent;
}

SimulatedChannel simulated(const MeasuredChannel& measured,
                           const MeasureOptions& options,
                           const SentBatch& sent)
{
    SimulatedChannel channel;
    channel.snr_db = spread_snrs(measured.snr_db, sent.first, sent.plain.size(0))
                         .to(sent.plain.device());
    channel.snr_hint_db = options.snr_hint_db;
    channel.round_to_8_bits = options.damage.round_to_8_bits;
    channel.erased = measured.erased;
    channel.feedback_snr_db = options.feedback_snr_db;
    channel.parts = measured.parts > 0 ? measured.parts : options.parts;
    return channel;
}

//! Sends all images over \p count channels and adds to as many sums. What remembers
//! pictures begins anew.
void measure_channels(ChainRunner& chain,
                      const Dataset& dataset,
                      const MeasureOptions& options,
                      const MeasuredChannel* channels,
                      ChannelSums* sums,
                      std::size_t count)
{
    const auto device = chain.encryptor().device();
    auto generator = at::globalContext().defaultGenerator(device);
    const int64_t total = dataset.size() * options.draws;
    chain.encoder().set_rate_groups(options.rate_groups);
    chain.encoder().begin_clip();
    chain.decoder().begin_clip();
    for (int64_t first = 0; first < total; first += options.batch) {
        const auto batch = next_batch(dataset, options, first, device);
        const auto seed = derive_seed(
            options.seed, RandomPurpose::validation, static_cast<uint64_t>(first));
        SentImages sent;
        torch::Tensor after_sending; // a cipher may have drawn something
        for (std::size_t i = 0; i < count; i++) {
            const auto channel = simulated(channels[i], options, batch);
            if (i == 0 || (chain.encoder_heeds_snr() &&
                           channels[i].snr_db != channels[i - 1].snr_db)) {
                generator.set_current_seed(seed);
                sent = chain.send(image_batch(batch.plain, first), channel);
                after_sending = generator.get_state();
            } else {
                generator.set_state(after_sending);
            }
            sums[i].add(batch,
                        chain.receive(sent, channel, generator),
                        chain.encryptor().multiple(),
                        options);
        }
    }
}

} // namespace

std::vector<ChainQuality> measure_qualities(ChainRunner& chain,
                                            const Dataset& dataset,
                                            const MeasureOptions& options,
                                            const std::vector<MeasuredChannel>& channels)
{
    torch::NoGradGuard no_grad;
    std::vector<ChannelSums> sums;
    for (std::size_t i = 0; i < channels.size(); i++)
        sums.emplace_back(i, dataset.size());
    // A decoder that remembers pictures is one receiver: it knows what arrived there.
    const bool one_by_one = chain.encoder().remembers() || chain.decoder().remembers();
    const std::size_t together = one_by_one ? 1 : channels.size();
    for (std::size_t i = 0; i < channels.size(); i += together)
        measure_channels(chain, dataset, options, &channels[i], &sums[i], together);
    std::vector<ChainQuality> qualities;
    for (const auto& of_channel : sums)
        qualities.push_back(of_channel.quality(options.draws));
    return qualities;
}

std::vector<ChainQuality> measure_qualities(const Model& model,
                                            const Dataset& dataset,
                                            const MeasureOptions& options,
                                            const std::vector<MeasuredChannel>& channels,
                                            const RuntimeOptions& runtime)
{
    RunnerOptions runner;
    runner.runtime = runtime;
    runner.keep_on_device = true;
    ModelSource source;
    source.model = model.directory();
    ChainRunner chain(source, runner);
    return measure_qualities(chain, dataset, options, channels);
}

ChainQuality
measure_quality(ChainRunner& chain, const Dataset& dataset, const MeasureOptions& options)
{
    return measure_qualities(
               chain, dataset, options, { { options.snr_db, options.damage.erased } })
        .front();
}

ChainQuality measure_quality(const Model& model,
                             const Dataset& dataset,
                             const MeasureOptions& options,
                             const RuntimeOptions& runtime)
{
    return measure_qualities(model,
                             dataset,
                             options,
                             { { options.snr_db, options.damage.erased } },
                             runtime)
        .front();
}

} // namespace djescc
