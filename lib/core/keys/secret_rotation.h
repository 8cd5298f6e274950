/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Secret rotations of long vectors, which noise passes unchanged. */
#pragma once

#include "keys/chacha_keystream.h"
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace djescc {

/*! A secret orthogonal matrix Q of one picture. Who does not know it sees nothing of w in
 *  Q w but its length, provided that Q w is uniform on the sphere of that length; and
 *  noise of one power in all directions stays as it was. */
class SecretRotation
{
public:
    virtual ~SecretRotation() = default;

    std::size_t size() const { return d_size; }
    //! Q w in the place of w: size() values.
    virtual void turn(float* values) const = 0;
    //! What turn() did, undone.
    virtual void turn_back(float* values) const = 0;

    /*! The rotation for vectors of \p size values: a UniformRotation up to
     *  UniformRotation::largest_size, a RotationWalk above.
     *  \param size       a multiple of 4, below 2^32
     *  \param keystream  that is used for nothing else
     *  \throws ConfigError for another size */
    static std::unique_ptr<SecretRotation> draw(std::size_t size,
                                                ChaChaKeystream& keystream);

protected:
    explicit SecretRotation(std::size_t size) : d_size(size) {}

private:
    std::size_t d_size;
};

/*! A rotation that sends every vector to a uniform one: Q is drawn from Haar's measure on
 *  the unitary matrices over the quaternions, Sp(n) with n = size / 4. Sp(n) moves any
 *  vector of a length to any other of that length, so Q w is uniform on the sphere
 *  whatever w is, as for Haar's measure on all orthogonal matrices, with a quarter of
 *  their random numbers.
 *
 *  It is drawn by the subgroup algorithm (Diaconis and Shahshahani, 1987) in the form
 *  that Stewart (1980) gave it: a reflection for each of n, n - 1, ..., 1 quaternions
 *  sends the first to a uniform place. Values i, n + i, 2 n + i, 3 n + i are the parts
 *  1, i, j, k of quaternion i.
 *
 *  Normal deviates come from 32-bit words by Box and Muller (1958), in single precision:
 *  that and ChaCha20 are all that separates Q from an exact draw. */
class UniformRotation : public SecretRotation
{
public:
    //! Values; time and memory grow with the square.
    static constexpr std::size_t largest_size = 1024;

    //! \throws ConfigError unless \p size is a multiple of 4 up to largest_size
    UniformRotation(std::size_t size, ChaChaKeystream& keystream);
    void turn(float* values) const override;
    void turn_back(float* values) const override;

private:
    struct Quaternion {
        float one, i, j, k;
    };

    //! One reflection: the last `count` quaternions, and the turn of the first of them.
    struct Step {
        std::size_t count, offset; //!< of the direction in d_directions
        Quaternion turn;
        float scale; //!< 2 / |direction|^2
    };

    void reflect(const Step& step, float* values) const;
    void multiply_first(const Step& step, const Quaternion& by, float* values) const;

    std::size_t d_quaternions;
    std::vector<Step> d_steps;       //!< the longest first
    std::vector<float> d_directions; //!< a step's parts 1, all of them, then i, j, k
};

/*! A rotation for long vectors: secret signs and a Walsh-Hadamard transform, twice, so
 *  that no value stands out, and then a walk of three rounds: a random order of all
 *  values and, in runs of up to 256, a level of plane rotations for each power of two,
 *  each by an angle of its own. Two transforms of a power of two of complex values, pairs
 *  of neighbours, cover any size.
 *
 *  The walk is Kac's (1956), of which O(size log size) rotations at random make a fixed
 *  vector uniform (Pillai and Smith, 2017). A level brings the mean fourth power of the
 *  values nearer to that of uniform ones by a factor of 3/4, behind the transforms it is
 *  off by at most 2 times the mean square's square, whatever the vector is: after 24
 *  levels by 0.002. Higher moments and what they say of several values at once are
 *  measured, not proved.
 *
 *  Angles are multiples of 2 pi / 256. Polynomials of the result's values up to degree
 *  255 have the same mean as with angles from a continuum. */
class RotationWalk : public SecretRotation
{
public:
    static constexpr std::size_t rounds = 3, most_in_run = 256, angles = 256;

    //! One round.
    struct Round {
        std::vector<uint32_t> order; //!< value i becomes value order[i]'s
        //! Of each run, each level (neighbours first), each pair in the order of its
        //! first value.
        std::vector<uint8_t> angles;
    };

    //! What a keystream decides, drawn in this order.
    struct Secrets {
        //! Before each transform: bit i % 8, the lowest first, of byte i / 8 is 1 where
        //! value i changes its sign.
        std::array<std::vector<uint8_t>, 2> signs;
        std::vector<Round> rounds;
    };

    RotationWalk(std::size_t size, ChaChaKeystream& keystream);
    //! Of secrets that something else drew.
    RotationWalk(std::size_t size, Secrets secrets);

    //! Values of a run: a power of two, at least 2.
    static std::size_t run_length(std::size_t size);
    /*! Where each run starts. The last one ends with the vector, over a part of the run
     *  before where lengths do not divide it. */
    static std::vector<std::size_t> run_starts(std::size_t size);
    //! Angles that a round needs.
    static std::size_t angle_count(std::size_t size);

    void turn(float* values) const override;
    void turn_back(float* values) const override;

    //! Complex values of each of the two transforms: the first so many, and the last.
    static std::size_t transform_length(std::size_t size);

private:
    void change_signs(std::size_t which, float* values) const;
    void transform(std::size_t which, float* values) const;

    Secrets d_secrets;
};

} // namespace djescc
