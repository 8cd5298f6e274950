/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Draws pictures' secrets, codes gains, and turns rows of latents, in use and in
// training.

#include "cipher/latent_rotation.h"

#include "cipher/value_mixing.h"
#include "net/random.h"
#include <algorithm>
#include <cmath>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr char run_purpose[] = "djesccRU", rotation_purpose[] = "djesccRO",
               covering_purpose[] = "djesccRN";
// Of the gains that are sent: 2^-16 to 2^16 in steps of 2^(1/2048).
constexpr double gain_offset = 16, gain_steps = 2048, largest_gain_code = 65535;
constexpr std::size_t word_bits = 32;
constexpr int64_t byte_bits = 8;

uint64_t number_of(const PictureSeal::Run& run)
{
    uint64_t number = 0;
    for (std::size_t i = 0; i < run.size(); ++i)
        number |= static_cast<uint64_t>(run[i]) << (8 * i);
    return number;
}

} // namespace

PictureSecrets::PictureSecrets(const uint8_t* master,
                               const PictureSeal::Run& run,
                               uint64_t number)
    : d_run_key(SecretKey::derive_from(master, run_purpose, number_of(run)))
    , d_number(number)
{
}

ChaChaKeystream PictureSecrets::keystream(const char* purpose) const
{
    return ChaChaKeystream(d_run_key.derive(purpose, d_number));
}

uint16_t PictureSecrets::gain_mask() const
{
    return static_cast<uint16_t>(keystream(rotation_purpose).next());
}

std::unique_ptr<SecretRotation> PictureSecrets::rotation(std::size_t size) const
{
    auto numbers = keystream(rotation_purpose);
    numbers.next(); // the gain's
    return SecretRotation::draw(size, numbers);
}

void PictureSecrets::draw_noise(int8_t* signs, std::size_t count) const
{
    auto numbers = keystream(covering_purpose);
    for (std::size_t first = 0; first < count; first += word_bits) {
        uint32_t word = numbers.next();
        for (std::size_t i = first; i < std::min(count, first + word_bits); ++i) {
            signs[i] = static_cast<int8_t>(1 - 2 * static_cast<int>(word & 1));
            word >>= 1;
        }
    }
}

void RotationSide::write(uint8_t* bytes) const
{
    auto* next = std::copy(run.begin(), run.end(), bytes);
    *next++ = static_cast<uint8_t>(gain_code >> 8);
    *next = static_cast<uint8_t>(gain_code & 0xff);
}

RotationSide RotationSide::read(const uint8_t* bytes)
{
    RotationSide side;
    std::copy_n(bytes, side.run.size(), side.run.begin());
    bytes += side.run.size();
    side.gain_code = static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
    return side;
}

torch::Tensor gain_codes(const torch::Tensor& gains)
{
    return ((torch::log2(gains.detach().to(torch::kCPU, torch::kFloat64)) + gain_offset) *
            gain_steps)
        .round()
        .clamp(0, largest_gain_code)
        .to(torch::kInt64);
}

torch::Tensor gain_of(const torch::Tensor& codes)
{
    return torch::exp2(codes.to(torch::kFloat64) / gain_steps - gain_offset)
        .to(torch::kFloat32);
}

torch::Tensor turn_rows(const torch::Tensor& rows,
                        const std::vector<std::unique_ptr<SecretRotation>>& rotations,
                        bool back)
{
    auto turned = rows.detach().to(torch::kCPU, torch::kFloat32).contiguous().clone();
    for (int64_t row = 0; row < turned.size(0); ++row) {
        const auto& rotation = rotations[static_cast<std::size_t>(row)];
        auto* values = turned.data_ptr<float>() + row * turned.size(1);
        if (back)
            rotation->turn_back(values);
        else
            rotation->turn(values);
    }
    return turned.to(rows.device());
}

TrainingRotation::TrainingRotation(int64_t size, uint64_t seed, torch::Device device)
    : d_size(size)
    , d_length(
          static_cast<int64_t>(RotationWalk::run_length(static_cast<std::size_t>(size))))
    , d_levels(0)
    , d_full_runs(size / d_length)
    , d_overlaps(size % d_length != 0)
{
    while (d_length >> (d_levels + 1) != 0)
        ++d_levels;
    const auto generator = make_generator(seed);
    const int64_t runs = d_full_runs + (d_overlaps ? 1 : 0);
    RotationWalk::Secrets secrets;
    for (std::size_t which = 0; which < d_signs.size(); ++which) {
        const auto bits = torch::randint(0, 2, { size }, generator, torch::kInt64);
        d_signs[which] = (1 - 2 * bits).to(device, torch::kFloat32);
        auto& bytes = secrets.signs[which];
        bytes.resize(static_cast<std::size_t>((size + byte_bits - 1) / byte_bits));
        const auto* bit = bits.data_ptr<int64_t>();
        for (int64_t i = 0; i < size; ++i)
            bytes[static_cast<std::size_t>(i / byte_bits)] |=
                static_cast<uint8_t>(bit[i] << (i % byte_bits));
    }
    secrets.rounds.resize(RotationWalk::rounds);
    for (auto& round : secrets.rounds) {
        const auto order = torch::randperm(size, generator, torch::kInt64);
        const auto angles = torch::randint(static_cast<int64_t>(RotationWalk::angles),
                                           { runs, d_levels, d_length / 2 },
                                           generator,
                                           torch::kInt64);
        const auto radians =
            angles.to(torch::kFloat64) * (2 * M_PI / double{ RotationWalk::angles });
        d_rounds.push_back({ order.to(device),
                             order.argsort().to(device),
                             torch::cos(radians).to(device, torch::kFloat32),
                             torch::sin(radians).to(device, torch::kFloat32) });
        const auto* places = order.data_ptr<int64_t>();
        round.order.assign(places, places + size);
        const auto bytes = angles.to(torch::kUInt8).flatten();
        round.angles.assign(bytes.data_ptr<uint8_t>(),
                            bytes.data_ptr<uint8_t>() + bytes.numel());
    }
    d_walk = std::make_unique<RotationWalk>(static_cast<std::size_t>(size),
                                            std::move(secrets));
}

torch::Tensor TrainingRotation::transform(const torch::Tensor& rows,
                                          std::size_t which) const
{
    const auto length = static_cast<int64_t>(
        RotationWalk::transform_length(static_cast<std::size_t>(d_size)));
    const int64_t first = which == 0 ? 0 : d_size / 2 - length;
    // Pairs of neighbours: real and imaginary parts, transformed alike.
    const auto pairs = rows.view({ -1, d_size / 2, 2 });
    const auto turned = walsh_hadamard_transform(
        pairs.narrow(1, first, length).transpose(1, 2).contiguous());
    return torch::cat({ pairs.narrow(1, 0, first),
                        turned.transpose(1, 2),
                        pairs.slice(1, first + length) },
                      1)
        .flatten(1);
}

torch::Tensor TrainingRotation::level(const torch::Tensor& runs,
                                      const Round& round,
                                      int64_t first_run,
                                      int64_t level,
                                      double direction) const
{
    const int64_t count = runs.size(1), half = int64_t{ 1 } << level,
                  pieces = d_length / (2 * half);
    const auto of = [&](const torch::Tensor& angles) {
        return angles.slice(0, first_run, first_run + count)
            .select(1, level)
            .view({ count, pieces, half });
    };
    const auto cosine = of(round.cosine), sine = of(round.sine) * direction;
    const auto pairs = runs.reshape({ -1, count, pieces, 2, half });
    const auto first = pairs.select(3, 0), second = pairs.select(3, 1);
    return torch::stack(
               { cosine * first - sine * second, sine * first + cosine * second }, 3)
        .view({ -1, count, d_length });
}

torch::Tensor TrainingRotation::levels(const torch::Tensor& runs,
                                       const Round& round,
                                       int64_t first_run,
                                       bool back) const
{
    auto turned = runs;
    for (int64_t i = 0; i < d_levels; ++i)
        turned =
            level(turned, round, first_run, back ? d_levels - 1 - i : i, back ? -1 : 1);
    return turned;
}

torch::Tensor TrainingRotation::turn(const torch::Tensor& rows) const
{
    auto turned = rows;
    for (std::size_t which = 0; which < d_signs.size(); ++which)
        turned = transform(turned * d_signs[which], which);
    const int64_t full = d_full_runs * d_length;
    for (const auto& round : d_rounds) {
        turned = turned.index_select(1, round.order);
        const auto most = turned.slice(1, 0, full).reshape({ -1, d_full_runs, d_length });
        const auto rest = turned.slice(1, full);
        turned = torch::cat({ levels(most, round, 0, false).flatten(1), rest }, 1);
        if (d_overlaps) {
            const auto last = turned.slice(1, d_size - d_length).unsqueeze(1);
            turned = torch::cat({ turned.slice(1, 0, d_size - d_length),
                                  levels(last, round, d_full_runs, false).flatten(1) },
                                1);
        }
    }
    return turned;
}

torch::Tensor TrainingRotation::turn_back(const torch::Tensor& rows) const
{
    auto turned = rows;
    const int64_t full = d_full_runs * d_length;
    for (auto round = d_rounds.rbegin(); round != d_rounds.rend(); ++round) {
        if (d_overlaps) {
            const auto last = turned.slice(1, d_size - d_length).unsqueeze(1);
            turned = torch::cat({ turned.slice(1, 0, d_size - d_length),
                                  levels(last, *round, d_full_runs, true).flatten(1) },
                                1);
        }
        const auto most = turned.slice(1, 0, full).reshape({ -1, d_full_runs, d_length });
        turned =
            torch::cat(
                { levels(most, *round, 0, true).flatten(1), turned.slice(1, full) }, 1)
                .index_select(1, round->inverse_order);
    }
    for (std::size_t which = d_signs.size(); which-- > 0;)
        turned = transform(turned, which) * d_signs[which];
    return turned;
}

} // namespace djescc
