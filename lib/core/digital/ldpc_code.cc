/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Encoding by the dual diagonal and layered decoding of the 802.11n LDPC codes.

#include "digital/ldpc_code.h"
#include "digital/ldpc_base_matrices.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <sstream>
#include <stdexcept>

namespace djescc {
namespace {

constexpr int block_columns = 24;
constexpr int most_block_size = LdpcCode::longest / block_columns;
// Number of rows of a block in the decoder's arrays, whole vectors of whatever machine:
// the next multiple of 8 above 27, 54, 81.
constexpr int lane_counts[] = { 32, 56, 88 };
static_assert(lane_counts[2] >= most_block_size);

constexpr const char* rate_names[] = { "1/2", "2/3", "3/4", "5/6" };

// Surer than any observation, and small enough that sums keep their fractions.
constexpr float surest_llr = 1000.F;

//! sums[r] ^= bits[(r + rotation) % size]
void add_rotated(uint8_t* sums, const uint8_t* bits, int rotation, int size)
{
    const int first = size - rotation;
    for (int r = 0; r < first; ++r)
        sums[r] ^= bits[r + rotation];
    for (int r = first; r < size; ++r)
        sums[r] ^= bits[r - first];
}

/*! ln(2 cosh(x / 2)) = |x| / 2 + ln(1 + exp(-|x|)). The second term is taken as
 *  ln(2) (1 - |x| / w)^4 up to |x| = w and 0 beyond; w gives it the true slope -1/2 at 0.
 *  The error is 0.018 at most. Without a comparison, so that compilers make vectors of it
 *  whatever they are told of floating-point exceptions. */
inline float half_cosh(float x)
{
    constexpr float ln_2 = 0.693147181F;
    constexpr float width = 8 * ln_2;
    const float size = std::fabs(x);
    const float rest = 1 - size * (1 / width);
    const float twice = rest + std::fabs(rest); // 2 max(rest, 0)
    const float square = twice * twice;
    return 0.5F * size + ln_2 / 16 * (square * square);
}

//! Log-likelihood ratio of the sum of two bits: 2 atanh(tanh(a / 2) tanh(b / 2)).
inline float box_plus(float a, float b) { return half_cosh(a + b) - half_cosh(a - b); }

template <int Lanes>
inline void box_plus(float* sum, const float* a, const float* b)
{
    for (int lane = 0; lane < Lanes; ++lane)
        sum[lane] = box_plus(a[lane], b[lane]);
}

/*! What the checks of a block row tell each of their bits: the box-plus of all other
 *  bits' messages, in one pass forward and one backward.
 *  \param from_bits  \p degree times Lanes
 *  \param to_bits    likewise; may not be \p from_bits */
template <int Lanes>
void update_checks(const float* from_bits, float* to_bits, int degree)
{
    // to_bits[k] holds the sum of the messages before k, then all but k
    std::copy_n(from_bits, Lanes, to_bits + Lanes);
    for (int k = 2; k < degree; ++k)
        box_plus<Lanes>(
            to_bits + k * Lanes, to_bits + (k - 1) * Lanes, from_bits + (k - 1) * Lanes);
    float behind[Lanes];
    std::copy_n(from_bits + (degree - 1) * Lanes, Lanes, behind);
    for (int k = degree - 2; k > 0; --k) {
        box_plus<Lanes>(to_bits + k * Lanes, to_bits + k * Lanes, behind);
        box_plus<Lanes>(behind, behind, from_bits + k * Lanes);
    }
    std::copy_n(behind, Lanes, to_bits);
}

float limited(float llr)
{
    if (std::isnan(llr))
        return 0;
    return std::clamp(llr, -surest_llr, surest_llr);
}

} // namespace

std::string to_string(CodeRate rate) { return rate_names[static_cast<int>(rate)]; }

CodeRate parse_code_rate(const std::string& text)
{
    for (const CodeRate rate : all_code_rates)
        if (to_string(rate) == text)
            return rate;
    throw std::invalid_argument("the code rate '" + text +
                                "' is none of 1/2, 2/3, 3/4, 5/6");
}

LdpcCode::LdpcCode(int length, CodeRate rate)
    : d_length(length), d_block_size(length / block_columns)
{
    const auto number = std::find(std::begin(lengths), std::end(lengths), length);
    const auto& base =
        ldpc_base_matrices[number - std::begin(lengths)][static_cast<int>(rate)];
    const int message_columns = block_columns - base.block_rows;
    d_message_length = message_columns * d_block_size;
    const auto add = [&](std::vector<Block>& row, int block_column, int rotation) {
        row.push_back({ block_column * d_block_size, rotation });
    };
    for (int i = 0; i < base.block_rows; ++i) {
        std::vector<Block> row;
        std::istringstream entries(base.rows[i]);
        std::string entry;
        for (int j = 0; entries >> entry; ++j)
            if (entry != "-")
                add(row, j, std::stoi(entry));
        d_message_blocks.push_back(row.size());
        // the first parity column, then the dual diagonal
        if (i == 0 || i == base.block_rows - 1)
            add(row, message_columns, 1);
        else if (i == base.block_rows / 2)
            add(row, message_columns, 0);
        if (i > 0)
            add(row, message_columns + i, 0);
        if (i < base.block_rows - 1)
            add(row, message_columns + i + 1, 0);
        d_block_count += row.size();
        d_rows.push_back(std::move(row));
    }
}

std::shared_ptr<const LdpcCode> LdpcCode::get(int length, CodeRate rate)
{
    static std::mutex mutex;
    static std::array<std::array<std::shared_ptr<const LdpcCode>, 4>, 3> codes;
    const auto* found = std::find(std::begin(lengths), std::end(lengths), length);
    if (found == std::end(lengths))
        throw std::invalid_argument("an LDPC code of " + std::to_string(length) +
                                    " bits; there are 648, 1296 and 1944");
    const std::lock_guard lock(mutex);
    auto& code = codes[found - std::begin(lengths)][static_cast<int>(rate)];
    if (!code)
        code.reset(new LdpcCode(length, rate));
    return code;
}

std::vector<uint8_t> LdpcCode::encode(const std::vector<uint8_t>& message) const
{
    if (static_cast<int>(message.size()) != d_message_length)
        throw std::invalid_argument("a message of " + std::to_string(message.size()) +
                                    " bits; the LDPC code takes " +
                                    std::to_string(d_message_length));
    const int size = d_block_size, last = static_cast<int>(d_rows.size()) - 1;
    std::vector<uint8_t> bits(message);
    bits.resize(d_length);
    // what the message adds to each check
    std::vector<uint8_t> sums(d_rows.size() * size);
    for (int i = 0; i <= last; ++i)
        for (int k = 0; k < d_message_blocks[i]; ++k) {
            const Block& block = d_rows[i][k];
            add_rotated(&sums[i * size], &bits[block.column], block.rotation, size);
        }
    // In the sum of all block rows the dual diagonal cancels, and so do the two blocks of
    // equal rotation in the first parity column: its third block, not rotated, is left.
    uint8_t* const parity = &bits[d_message_length];
    for (int i = 0; i <= last; ++i)
        add_rotated(parity, &sums[i * size], 0, size);
    for (int i = 0; i < last; ++i) {
        uint8_t* const next = parity + (i + 1) * size;
        add_rotated(next, &sums[i * size], 0, size);
        const Block& first_column = d_rows[i][d_message_blocks[i]];
        if (first_column.column == d_message_length)
            add_rotated(next, parity, first_column.rotation, size);
        if (i > 0)
            add_rotated(next, parity + i * size, 0, size);
    }
    return bits;
}

bool LdpcCode::is_codeword(const std::vector<uint8_t>& bits) const
{
    if (static_cast<int>(bits.size()) != d_length)
        throw std::invalid_argument("a codeword of " + std::to_string(bits.size()) +
                                    " bits; the LDPC code has " +
                                    std::to_string(d_length));
    for (const auto& row : d_rows) {
        uint8_t sums[most_block_size] = {};
        for (const Block& block : row)
            add_rotated(sums, &bits[block.column], block.rotation, d_block_size);
        if (std::any_of(sums, sums + d_block_size, [](uint8_t sum) { return sum != 0; }))
            return false;
    }
    return true;
}

template <int Lanes>
void LdpcCode::visit_checks(std::vector<float>& totals,
                            std::vector<float>& messages) const
{
    float from_bits[block_columns * Lanes] = {}, to_bits[block_columns * Lanes];
    const int size = d_block_size;
    float* kept = messages.data();
    for (const auto& row : d_rows) {
        const int degree = static_cast<int>(row.size());
        for (int k = 0; k < degree; ++k) {
            const auto [column, rotation] = row[k];
            const float* const total = &totals[column];
            float* const from = from_bits + k * Lanes;
            std::copy(total + rotation, total + size, from);
            std::copy(total, total + rotation, from + size - rotation);
            for (int lane = 0; lane < Lanes; ++lane)
                from[lane] -= kept[k * Lanes + lane];
        }
        update_checks<Lanes>(from_bits, to_bits, degree);
        std::copy_n(to_bits, degree * Lanes, kept);
        for (int i = 0; i < degree * Lanes; ++i)
            from_bits[i] += to_bits[i];
        for (int k = 0; k < degree; ++k) {
            const auto [column, rotation] = row[k];
            float* const total = &totals[column];
            const float* const from = from_bits + k * Lanes;
            std::copy(from, from + size - rotation, total + rotation);
            std::copy(from + size - rotation, from + size, total);
        }
        kept += degree * Lanes;
    }
}

LdpcResult LdpcCode::decode(const std::vector<float>& llrs, int most_iterations) const
{
    if (static_cast<int>(llrs.size()) != d_length)
        throw std::invalid_argument(std::to_string(llrs.size()) +
                                    " log-likelihood ratios; the LDPC code takes " +
                                    std::to_string(d_length));
    if (most_iterations < 1)
        throw std::invalid_argument("an LDPC decoder with " +
                                    std::to_string(most_iterations) + " iterations");
    std::vector<float> totals(d_length);
    std::transform(llrs.begin(), llrs.end(), totals.begin(), limited);
    LdpcResult result;
    result.bits.resize(d_length);
    const auto decide = [&] {
        bool known = true;
        for (int i = 0; i < d_length; ++i) {
            result.bits[i] = totals[i] < 0;
            known &= totals[i] != 0;
        }
        result.valid = known && is_codeword(result.bits);
    };
    decide();
    std::vector<float> messages;
    while (!result.valid && result.iterations < most_iterations) {
        const auto step = [&](auto lanes) {
            messages.resize(d_block_count * lanes);
            visit_checks<lanes>(totals, messages);
        };
        if (d_length == lengths[0])
            step(std::integral_constant<int, lane_counts[0]>{});
        else if (d_length == lengths[1])
            step(std::integral_constant<int, lane_counts[1]>{});
        else
            step(std::integral_constant<int, lane_counts[2]>{});
        ++result.iterations;
        decide();
    }
    return result;
}

} // namespace djescc
