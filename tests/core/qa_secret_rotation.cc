/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of secret rotations: that they are rotations, and how evenly they send a vector.

#include "cipher/latent_rotation.h"
#include "counting_key.h"
#include "error_text.h"
#include "keys/secret_rotation.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <iostream>
#include <random>
#include <torch/utils.h>
#include <vector>

namespace djescc {

#ifdef DJESCC_HAVE_SODIUM

using Values = std::vector<float>;

class qa_secret_rotation : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_secret_rotation);
    CPPUNIT_TEST(rotations_keep_lengths_and_angles);
    CPPUNIT_TEST(turning_back_undoes_it);
    CPPUNIT_TEST(steps_are_the_quaternions_own);
    CPPUNIT_TEST(a_fixed_vector_becomes_uniform);
    CPPUNIT_TEST(all_values_move_together);
    CPPUNIT_TEST(noise_stays_white);
    CPPUNIT_TEST(training_turns_as_secrets_do);
    CPPUNIT_TEST(gradients_turn_back);
    CPPUNIT_TEST(other_keys_runs_and_numbers_are_other_rotations);
    CPPUNIT_TEST(gains_are_coded_within_a_step);
    CPPUNIT_TEST(side_bytes_come_back);
    CPPUNIT_TEST(sizes_are_checked);
    CPPUNIT_TEST(a_photograph_takes_milliseconds);
    CPPUNIT_TEST_SUITE_END();

    using CipherKeyBytes = std::array<uint8_t, 32>;

    static ChaChaKeystream numbers(uint64_t number)
    {
        static const SecretKey master =
            test::counting_key(test::ScratchFolder("secret_rotation"));
        return ChaChaKeystream(master.derive("testkeys", number));
    }

    static std::unique_ptr<SecretRotation> drawn(std::size_t size, uint64_t number)
    {
        auto keystream = numbers(number);
        return SecretRotation::draw(size, keystream);
    }

    static Values random_values(std::size_t count, unsigned seed)
    {
        std::mt19937 generator(seed);
        std::normal_distribution<float> normal;
        Values values(count);
        for (auto& value : values) {
            value = normal(generator);
        }
        return values;
    }

    static double product(const Values& first, const Values& second)
    {
        double sum = 0;
        for (std::size_t i = 0; i < first.size(); i++) {
            sum += static_cast<double>(first[i]) * static_cast<double>(second[i]);
        }
        return sum;
    }

    static Values turned(const SecretRotation& rotation, Values values)
    {
        rotation.turn(values.data());
        return values;
    }

    //! Of 4 values up to both kinds' sizes, with and without a run that overlaps.
    static constexpr std::size_t sizes[] = { 4, 8, 60, 960, 1024, 1028, 3072, 20000 };

    void rotations_keep_lengths_and_angles()
    {
        for (const auto size : sizes) {
            const auto rotation = drawn(size, 1);
            const auto x = random_values(size, 1), y = random_values(size, 2);
            const auto qx = turned(*rotation, x), qy = turned(*rotation, y);
            const double tolerance = 1e-5 * product(x, x);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(product(x, x), product(qx, qx), tolerance);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(product(x, y), product(qx, qy), tolerance);
            // And it is one: not x itself, nor anything near.
            CPPUNIT_ASSERT(size < 60 || std::abs(product(x, qx)) < 0.6 * product(x, x));
        }
    }

    void turning_back_undoes_it()
    {
        for (const auto size : sizes) {
            const auto rotation = drawn(size, 2);
            const auto x = random_values(size, 3);
            auto there_and_back = turned(*rotation, x);
            rotation->turn_back(there_and_back.data());
            for (std::size_t i = 0; i < size; i++) {
                CPPUNIT_ASSERT_DOUBLES_EQUAL(x[i], there_and_back[i], 3e-5);
            }
        }
    }

    //! Sp(n) commutes with multiplication by quaternions from the right.
    void steps_are_the_quaternions_own()
    {
        constexpr std::size_t n = 60;
        const auto rotation = drawn(4 * n, 3);
        const auto x = random_values(4 * n, 4);
        // x times i: 1 to i, i to -1, j to -k, k to j.
        const auto times_i = [](const Values& values) {
            Values product(4 * n);
            for (std::size_t m = 0; m < n; m++) {
                product[m] = -values[n + m];
                product[n + m] = values[m];
                product[2 * n + m] = values[3 * n + m];
                product[3 * n + m] = -values[2 * n + m];
            }
            return product;
        };
        const auto one_way = turned(*rotation, times_i(x)),
                   other_way = times_i(turned(*rotation, x));
        for (std::size_t i = 0; i < 4 * n; i++) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(one_way[i], other_way[i], 2e-5);
        }
    }

    /*! Values of a uniform vector of length sqrt(D): mean 0, mean square 1, mean fourth
     *  power 3 D / (D + 2), for the hardest fixed vectors: one value alone, all equal. */
    void a_fixed_vector_becomes_uniform()
    {
        for (const std::size_t size : { 16, 240, 1200 }) {
            for (const bool alone : { true, false }) {
                constexpr int draws = 400;
                const auto d = static_cast<double>(size);
                std::vector<double> sums(3), of_first(2);
                for (int i = 0; i < draws; i++) {
                    Values values(size, alone ? 0.0f : 1.0f);
                    values[0] = alone ? static_cast<float>(std::sqrt(d)) : 1.0f;
                    const auto y =
                        turned(*drawn(size, 100 + static_cast<uint64_t>(i)), values);
                    for (const double value : y) {
                        sums[0] += value;
                        sums[1] += value * value;
                        sums[2] += value * value * value * value;
                    }
                    of_first[0] += y[0];
                    of_first[1] += static_cast<double>(y[0]) * y[0];
                }
                const double count = draws * d;
                CPPUNIT_ASSERT_DOUBLES_EQUAL(0, sums[0] / count, 5 / std::sqrt(count));
                CPPUNIT_ASSERT_DOUBLES_EQUAL(1, sums[1] / count, 1e-5);
                // Deviation of a mean of fourth powers: sqrt(96 / count), less on
                // spheres.
                CPPUNIT_ASSERT_DOUBLES_EQUAL(
                    3 * d / (d + 2), sums[2] / count, 5 * std::sqrt(96 / count));
                // No place is special, the first the least: 5 deviations of the means.
                CPPUNIT_ASSERT_DOUBLES_EQUAL(
                    0, of_first[0] / draws, 5 / std::sqrt(1.0 * draws));
                CPPUNIT_ASSERT_DOUBLES_EQUAL(
                    1, of_first[1] / draws, 5 * std::sqrt(2.0 / draws));
            }
        }
    }

    //! The angle between two draws of one vector is that of independent uniform ones.
    void all_values_move_together()
    {
        constexpr int draws = 200;
        for (const std::size_t size : { 960, 4096 }) {
            const auto x = random_values(size, 5);
            double square = 0;
            for (int i = 0; i < draws; i++) {
                const auto number = 2000 + 2 * static_cast<uint64_t>(i);
                const double cosine = product(turned(*drawn(size, number), x),
                                              turned(*drawn(size, number + 1), x)) /
                                      product(x, x);
                square += cosine * cosine;
            }
            // Mean square of the cosine: 1 / D; its deviation over the draws sqrt(2 / n).
            CPPUNIT_ASSERT_DOUBLES_EQUAL(1,
                                         square / draws * static_cast<double>(size),
                                         5 * std::sqrt(2.0 / draws));
        }
    }

    void noise_stays_white()
    {
        // Noise in one half of the places alone is spread over all when turned back.
        constexpr std::size_t size = 4096;
        auto noise = random_values(size, 6);
        std::fill(noise.begin(), noise.begin() + size / 2, 0.0f);
        const double before = product(noise, noise);
        drawn(size, 7)->turn_back(noise.data());
        double first_half = 0;
        for (std::size_t i = 0; i < size / 2; i++) {
            first_half += static_cast<double>(noise[i]) * noise[i];
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, first_half / before, 0.06);
    }

    void training_turns_as_secrets_do()
    {
        torch::manual_seed(1);
        for (const int64_t size : { 4, 60, 256, 960, 3000 }) {
            const TrainingRotation rotation(size, 9, torch::kCPU);
            const auto rows = torch::randn({ 3, size });
            const auto fast = rotation.turn(rows);
            auto slow = rows.clone();
            for (int64_t row = 0; row < 3; ++row) {
                rotation.walk().turn(slow.data_ptr<float>() + row * size);
            }
            CPPUNIT_ASSERT(torch::allclose(fast, slow, 0, 1e-5));
            CPPUNIT_ASSERT(torch::allclose(rotation.turn_back(fast), rows, 0, 1e-5));
            const TrainingRotation other(size, 10, torch::kCPU);
            CPPUNIT_ASSERT(!torch::allclose(other.turn(rows), fast, 0, 1e-2));
        }
    }

    //! The gradient of <Q x, y> is Q' y.
    void gradients_turn_back()
    {
        torch::manual_seed(2);
        const TrainingRotation rotation(1000, 3, torch::kCPU);
        auto x = torch::randn({ 2, 1000 }).requires_grad_();
        const auto y = torch::randn({ 2, 1000 });
        (rotation.turn(x) * y).sum().backward();
        CPPUNIT_ASSERT(torch::allclose(x.grad(), rotation.turn_back(y), 0, 1e-5));
    }

    void other_keys_runs_and_numbers_are_other_rotations()
    {
        const CipherKeyBytes key{ 1 }, other_key{ 2 };
        const PictureSeal::Run run{ 1 }, other_run{ 2 };
        const auto x = random_values(64, 8);
        const auto first = turned(*PictureSecrets(key.data(), run, 5).rotation(64), x);
        CPPUNIT_ASSERT(first ==
                       turned(*PictureSecrets(key.data(), run, 5).rotation(64), x));
        for (const auto& other : { PictureSecrets(other_key.data(), run, 5).rotation(64),
                                   PictureSecrets(key.data(), other_run, 5).rotation(64),
                                   PictureSecrets(key.data(), run, 6).rotation(64) }) {
            const auto y = turned(*other, x);
            CPPUNIT_ASSERT(std::abs(product(first, y)) < 0.6 * product(x, x));
        }
        std::vector<int8_t> noise(1000), again(1000), others(1000);
        PictureSecrets(key.data(), run, 5).draw_noise(noise.data(), noise.size());
        PictureSecrets(key.data(), run, 5).draw_noise(again.data(), again.size());
        PictureSecrets(key.data(), run, 6).draw_noise(others.data(), others.size());
        CPPUNIT_ASSERT(noise == again);
        CPPUNIT_ASSERT(noise != others);
        const auto ones = std::count(noise.begin(), noise.end(), 1);
        CPPUNIT_ASSERT(ones > 420 && ones < 580);
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t(1000) - ones,
                             std::count(noise.begin(), noise.end(), -1));
    }

    void gains_are_coded_within_a_step()
    {
        const auto gains = torch::exp2(torch::rand({ 1000 }) * 30 - 15);
        const auto ratio = gain_of(gain_codes(gains)) / gains;
        const double step = std::exp2(1 / 2048.0);
        CPPUNIT_ASSERT(ratio.max().item<double>() < std::sqrt(step) + 1e-5);
        CPPUNIT_ASSERT(ratio.min().item<double>() > 1 / std::sqrt(step) - 1e-5);
        const auto extremes = gain_codes(torch::tensor({ 1e-12f, 1e12f }));
        CPPUNIT_ASSERT_EQUAL(int64_t(0), extremes[0].item<int64_t>());
        CPPUNIT_ASSERT_EQUAL(int64_t(65535), extremes[1].item<int64_t>());
    }

    void side_bytes_come_back()
    {
        const RotationSide side{ { 1, 2, 3, 4, 5, 6, 7, 8 }, 0xabcd };
        std::vector<uint8_t> bytes(static_cast<std::size_t>(rotation_side_bytes));
        side.write(bytes.data());
        const auto read = RotationSide::read(bytes.data());
        CPPUNIT_ASSERT(side.run == read.run);
        CPPUNIT_ASSERT_EQUAL(side.gain_code, read.gain_code);
        CPPUNIT_ASSERT_EQUAL(0xab, int(bytes[8]));
    }

    void sizes_are_checked()
    {
        for (const std::size_t size : { 0, 3, 962, 5002 }) {
            const auto message =
                test::error_text<ConfigError>([size] { drawn(size, 1); });
            CPPUNIT_ASSERT(message.find("multiple of 4") != std::string::npos);
        }
        auto keystream = numbers(1);
        CPPUNIT_ASSERT_THROW(UniformRotation(1028, keystream), ConfigError);
    }

    //! Prints the time; the bound is for slow and busy machines.
    void a_photograph_takes_milliseconds()
    {
        const auto measured = [](std::size_t size) {
            auto values = random_values(size, 1);
            double best_ms = 1e9;
            for (uint64_t i = 0; i < 5; i++) {
                const auto start = std::chrono::steady_clock::now();
                drawn(size, i)->turn(values.data());
                const std::chrono::duration<double, std::milli> taken =
                    std::chrono::steady_clock::now() - start;
                best_ms = std::min(best_ms, taken.count());
            }
            return best_ms;
        };
        // 48 latents for each 8x8 block of 768x512 pixels; 15 for each 4x4 of 32x32.
        const double photograph = measured(48 * 96 * 64), small = measured(15 * 64);
        std::cout << "rotation drawn and applied: 768x512 in " << photograph
                  << " ms, 32x32 in " << small << " ms\n";
        CPPUNIT_ASSERT(photograph < 300);
        CPPUNIT_ASSERT(small < 100);
    }
};

#else

class qa_secret_rotation : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_secret_rotation);
    CPPUNIT_TEST(keys_are_not_available);
    CPPUNIT_TEST_SUITE_END();

    void keys_are_not_available() { CPPUNIT_ASSERT(!keys_available()); }
};

#endif

static const CPPUNIT_NS::AutoRegisterSuite<qa_secret_rotation>
    register_qa_secret_rotation("secret_rotation");

} // namespace djescc
