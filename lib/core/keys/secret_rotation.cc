/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Draws and applies secret rotations: uniform ones by quaternion reflections, and walks.

#include "keys/secret_rotation.h"

#include "keys/walsh_hadamard.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <djescc/error.h>
#include <limits>
#include <string>
#include <utility>

namespace djescc {

namespace {

constexpr std::size_t parts = 4; // of a quaternion
constexpr std::size_t byte_bits = 8;

//! Two independent normal deviates from two words (Box and Muller).
std::array<float, 2> normal_deviates(ChaChaKeystream& keystream)
{
    constexpr float steps = 1 << 24;
    // The centres of 2^24 intervals: never 0, whose logarithm is infinite.
    const float uniform = (static_cast<float>(keystream.next() >> 8) + 0.5f) / steps;
    const float turn = static_cast<float>(keystream.next() >> 8) / steps;
    const float radius = std::sqrt(-2.0f * std::log(uniform));
    const float angle = static_cast<float>(2 * M_PI) * turn;
    return { radius * std::cos(angle), radius * std::sin(angle) };
}

//! cos and sin of the angles of a RotationWalk.
struct AngleTable {
    AngleTable()
    {
        for (std::size_t i = 0; i < RotationWalk::angles; i++) {
            const double angle = 2 * M_PI * static_cast<double>(i) /
                                 static_cast<double>(RotationWalk::angles);
            cosine[i] = static_cast<float>(std::cos(angle));
            sine[i] = static_cast<float>(std::sin(angle));
        }
    }
    std::array<float, RotationWalk::angles> cosine{}, sine{};
};

const AngleTable angle_table;

//! Pairs of values that are \p half apart, in a run of \p length.
//! \param direction  1 or -1
void turn_level(float* values,
                std::size_t length,
                std::size_t half,
                const uint8_t* angles,
                float direction)
{
    for (std::size_t start = 0; start < length; start += 2 * half) {
        float* first = values + start;
        float* second = first + half;
        for (std::size_t i = 0; i < half; i++) {
            const float cosine = angle_table.cosine[angles[i]];
            const float sine = direction * angle_table.sine[angles[i]];
            const float turned = cosine * first[i] - sine * second[i];
            second[i] = sine * first[i] + cosine * second[i];
            first[i] = turned;
        }
        angles += half;
    }
}

std::size_t levels_of(std::size_t length)
{
    std::size_t levels = 0;
    while (length >> (levels + 1) != 0) {
        levels++;
    }
    return levels;
}

void require_multiple_of_parts(std::size_t size)
{
    if (size == 0 || size % parts != 0 || size > std::numeric_limits<uint32_t>::max()) {
        throw ConfigError("a secret rotation is of a multiple of 4 values, not of " +
                          std::to_string(size));
    }
}

} // namespace

std::unique_ptr<SecretRotation> SecretRotation::draw(std::size_t size,
                                                     ChaChaKeystream& keystream)
{
    if (size <= UniformRotation::largest_size) {
        return std::make_unique<UniformRotation>(size, keystream);
    }
    return std::make_unique<RotationWalk>(size, keystream);
}

UniformRotation::UniformRotation(std::size_t size, ChaChaKeystream& keystream)
    : SecretRotation(size), d_quaternions(size / parts)
{
    require_multiple_of_parts(size);
    if (size > largest_size) {
        throw ConfigError("uniform rotations are of up to " +
                          std::to_string(largest_size) + " values, not of " +
                          std::to_string(size));
    }
    d_directions.resize(parts * d_quaternions * (d_quaternions + 1) / 2);
    std::size_t offset = 0;
    for (std::size_t count = d_quaternions; count > 0; count--) {
        float* direction = d_directions.data() + offset;
        double square = 0;
        for (std::size_t i = 0; i < parts * count; i += 2) {
            const auto [first, second] = normal_deviates(keystream);
            direction[i] = first;
            direction[i + 1] = second;
            square +=
                static_cast<double>(first) * first + static_cast<double>(second) * second;
        }
        // The uniform place y of the first unit vector e, as e u with a turn u where the
        // reflection cannot tell: direction = y u* + e.
        float *one = direction, *i = one + count, *j = i + count, *k = j + count;
        const auto length = static_cast<float>(std::sqrt(square));
        const float first =
            std::sqrt(one[0] * one[0] + i[0] * i[0] + j[0] * j[0] + k[0] * k[0]);
        const Quaternion turn = {
            one[0] / first, i[0] / first, j[0] / first, k[0] / first
        };
        for (std::size_t n = 0; n < count; n++) {
            const Quaternion y = {
                one[n] / length, i[n] / length, j[n] / length, k[n] / length
            };
            one[n] = y.one * turn.one + y.i * turn.i + y.j * turn.j + y.k * turn.k;
            i[n] = -y.one * turn.i + y.i * turn.one - y.j * turn.k + y.k * turn.j;
            j[n] = -y.one * turn.j + y.i * turn.k + y.j * turn.one - y.k * turn.i;
            k[n] = -y.one * turn.k - y.i * turn.j + y.j * turn.i + y.k * turn.one;
        }
        one[0] += 1;
        i[0] = j[0] = k[0] = 0; // but for rounding it is
        double norm = 0;
        for (std::size_t n = 0; n < parts * count; n++) {
            norm += static_cast<double>(direction[n]) * direction[n];
        }
        d_steps.push_back({ count, offset, turn, static_cast<float>(2 / norm) });
        offset += parts * count;
    }
}

void UniformRotation::reflect(const Step& step, float* values) const
{
    const std::size_t count = step.count, skipped = d_quaternions - count;
    const float *one = d_directions.data() + step.offset, *i = one + count,
                *j = i + count, *k = j + count;
    float *x_one = values + skipped, *x_i = x_one + d_quaternions,
          *x_j = x_i + d_quaternions, *x_k = x_j + d_quaternions;
    // s = direction* x, a quaternion; four sums at once, so that they stay precise.
    constexpr std::size_t lanes = 8;
    std::array<std::array<float, lanes>, parts> sums{};
    for (std::size_t n = 0; n < count; n++) {
        const std::size_t lane = n % lanes;
        sums[0][lane] +=
            one[n] * x_one[n] + i[n] * x_i[n] + j[n] * x_j[n] + k[n] * x_k[n];
        sums[1][lane] +=
            one[n] * x_i[n] - i[n] * x_one[n] - j[n] * x_k[n] + k[n] * x_j[n];
        sums[2][lane] +=
            one[n] * x_j[n] + i[n] * x_k[n] - j[n] * x_one[n] - k[n] * x_i[n];
        sums[3][lane] +=
            one[n] * x_k[n] - i[n] * x_j[n] + j[n] * x_i[n] - k[n] * x_one[n];
    }
    std::array<float, parts> s{};
    for (std::size_t part = 0; part < parts; part++) {
        for (const float sum : sums[part]) {
            s[part] += sum;
        }
        s[part] *= step.scale;
    }
    // direction s - x: the reflection's negative, which sends e to y u*.
    for (std::size_t n = 0; n < count; n++) {
        x_one[n] = one[n] * s[0] - i[n] * s[1] - j[n] * s[2] - k[n] * s[3] - x_one[n];
        x_i[n] = one[n] * s[1] + i[n] * s[0] + j[n] * s[3] - k[n] * s[2] - x_i[n];
        x_j[n] = one[n] * s[2] - i[n] * s[3] + j[n] * s[0] + k[n] * s[1] - x_j[n];
        x_k[n] = one[n] * s[3] + i[n] * s[2] - j[n] * s[1] + k[n] * s[0] - x_k[n];
    }
}

void UniformRotation::multiply_first(const Step& step,
                                     const Quaternion& by,
                                     float* values) const
{
    float* one = values + (d_quaternions - step.count);
    float *i = one + d_quaternions, *j = i + d_quaternions, *k = j + d_quaternions;
    const Quaternion x = { *one, *i, *j, *k };
    *one = by.one * x.one - by.i * x.i - by.j * x.j - by.k * x.k;
    *i = by.one * x.i + by.i * x.one + by.j * x.k - by.k * x.j;
    *j = by.one * x.j - by.i * x.k + by.j * x.one + by.k * x.i;
    *k = by.one * x.k + by.i * x.j - by.j * x.i + by.k * x.one;
}

void UniformRotation::turn(float* values) const
{
    for (auto step = d_steps.rbegin(); step != d_steps.rend(); ++step) {
        multiply_first(*step, step->turn, values);
        reflect(*step, values);
    }
}

void UniformRotation::turn_back(float* values) const
{
    for (const auto& step : d_steps) {
        reflect(step, values);
        const auto& turn = step.turn;
        multiply_first(step, { turn.one, -turn.i, -turn.j, -turn.k }, values);
    }
}

std::size_t RotationWalk::run_length(std::size_t size)
{
    return power_of_two_within(std::min(size, most_in_run));
}

std::vector<std::size_t> RotationWalk::run_starts(std::size_t size)
{
    const std::size_t length = run_length(size);
    std::vector<std::size_t> starts;
    for (std::size_t start = 0; start < size; start += length) {
        starts.push_back(std::min(start, size - length));
    }
    return starts;
}

std::size_t RotationWalk::angle_count(std::size_t size)
{
    const std::size_t length = run_length(size);
    return run_starts(size).size() * levels_of(length) * (length / 2);
}

RotationWalk::RotationWalk(std::size_t size, ChaChaKeystream& keystream)
    : SecretRotation(size)
{
    require_multiple_of_parts(size);
    for (auto& signs : d_secrets.signs) {
        signs.resize((size + byte_bits - 1) / byte_bits);
        keystream.fill(signs.data(), signs.size());
    }
    d_secrets.rounds.resize(rounds);
    for (auto& round : d_secrets.rounds) {
        round.order = random_order(keystream, size);
        round.angles.resize(angle_count(size));
        keystream.fill(round.angles.data(), round.angles.size());
    }
}

RotationWalk::RotationWalk(std::size_t size, Secrets secrets)
    : SecretRotation(size), d_secrets(std::move(secrets))
{
    require_multiple_of_parts(size);
}

std::size_t RotationWalk::transform_length(std::size_t size)
{
    return power_of_two_within(size / 2);
}

void RotationWalk::change_signs(std::size_t which, float* values) const
{
    const auto& signs = d_secrets.signs[which];
    for (std::size_t i = 0; i < size(); i++) {
        const auto bit = signs[i / byte_bits] >> (i % byte_bits) & 1;
        values[i] *= static_cast<float>(1 - 2 * bit);
    }
}

void RotationWalk::transform(std::size_t which, float* values) const
{
    const std::size_t length = transform_length(size());
    auto* pairs = reinterpret_cast<std::complex<float>*>(values);
    walsh_hadamard(which == 0 ? pairs : pairs + (size() / 2 - length), length);
}

void RotationWalk::turn(float* values) const
{
    const std::size_t length = run_length(size()), levels = levels_of(length);
    const auto starts = run_starts(size());
    for (std::size_t which = 0; which < d_secrets.signs.size(); which++) {
        change_signs(which, values);
        transform(which, values);
    }
    std::vector<float> ordered(size());
    for (const auto& round : d_secrets.rounds) {
        for (std::size_t i = 0; i < size(); i++) {
            ordered[i] = values[round.order[i]];
        }
        std::copy(ordered.begin(), ordered.end(), values);
        const uint8_t* angles = round.angles.data();
        for (const auto start : starts) {
            for (std::size_t level = 0; level < levels; level++) {
                turn_level(
                    values + start, length, std::size_t{ 1 } << level, angles, 1.0f);
                angles += length / 2;
            }
        }
    }
}

void RotationWalk::turn_back(float* values) const
{
    const std::size_t length = run_length(size()), levels = levels_of(length);
    const auto starts = run_starts(size());
    std::vector<float> ordered(size());
    const auto& all = d_secrets.rounds;
    for (auto round = all.rbegin(); round != all.rend(); ++round) {
        const uint8_t* angles = round->angles.data() + round->angles.size();
        for (auto start = starts.rbegin(); start != starts.rend(); ++start) {
            for (std::size_t level = levels; level-- > 0;) {
                angles -= length / 2;
                turn_level(
                    values + *start, length, std::size_t{ 1 } << level, angles, -1.0f);
            }
        }
        std::copy(values, values + size(), ordered.begin());
        for (std::size_t i = 0; i < size(); i++) {
            values[round->order[i]] = ordered[i];
        }
    }
    for (std::size_t which = d_secrets.signs.size(); which-- > 0;) {
        transform(which, values);
        change_signs(which, values);
    }
}

} // namespace djescc
