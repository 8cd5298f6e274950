/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The LDPC codes of IEEE 802.11n: encoding and soft decoding of one codeword. */
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace djescc {

//! Message bits per coded bit.
enum class CodeRate { half, two_thirds, three_quarters, five_sixths };

//! All of them, the lowest first.
constexpr CodeRate all_code_rates[] = {
    CodeRate::half, CodeRate::two_thirds, CodeRate::three_quarters, CodeRate::five_sixths
};

//! "1/2", "2/3", "3/4" or "5/6".
std::string to_string(CodeRate rate);

/*! The rate of that name.
 *  \throws std::invalid_argument for any other text than to_string() gives */
CodeRate parse_code_rate(const std::string& text);

//! What the decoder made of a codeword.
struct LdpcResult {
    std::vector<uint8_t> bits; //!< length() bits, 0 or 1, the message first
    bool valid = false; //!< whether all checks hold and something is known of each bit
    int iterations = 0; //!< 0: the checks held before the first
};

/*! One of the twelve LDPC codes of IEEE 802.11-2012 (clause 20.3.11.7, Annex F).
 *
 *  Quasi-cyclic: the parity-check matrix is made of blocks that are zero or a rotated
 *  identity matrix. Systematic: a codeword is the message, then the parity bits.
 *
 *  Immutable, so threads may share one. */
class LdpcCode
{
public:
    //! The block lengths that exist, in bits.
    static constexpr int lengths[] = { 648, 1296, 1944 };
    static constexpr int longest = 1944;

    /*! The code, made at the first call for it and kept.
     *  \throws std::invalid_argument where \p length is none of `lengths` */
    static std::shared_ptr<const LdpcCode> get(int length, CodeRate rate);

    int length() const { return d_length; }                 //!< coded bits of a codeword
    int message_length() const { return d_message_length; } //!< message bits of one
    //! Rows and columns of a block: 27, 54 or 81.
    int block_size() const { return d_block_size; }

    /*! The codeword of a message.
     *  \param message  message_length() bits, 0 or 1
     *  \return length() bits: the message, then the parity bits
     *  \throws std::invalid_argument where the length is wrong */
    std::vector<uint8_t> encode(const std::vector<uint8_t>& message) const;

    /*! Whether \p bits (0 or 1) fulfil all parity checks.
     *  \throws std::invalid_argument where their number is not length() */
    bool is_codeword(const std::vector<uint8_t>& bits) const;

    /*! Most probable bits by belief propagation. Stops as soon as all checks hold.
     *
     *  Layered: the checks of one block row after the other use what the rows before
     *  them found (Hocevar 2004, "A reduced complexity decoder architecture via layered
     *  decoding of LDPC codes"). The box-plus of two log-likelihood ratios is exact but
     *  for its two correction terms ln(1 + exp(-|x|)), each taken to 0.018.
     *  \param llrs             length() values of ln(P(bit = 0) / P(bit = 1)); 0: nothing
     *                          is known, as of a punctured bit; infinities and values
     *                          beyond +-1000 count as +-1000, which a shortened bit has;
     *                          NaN counts as 0
     *  \param most_iterations  1 at least; each visits all checks once
     *  \throws std::invalid_argument where the number of values is not length() or
     *          \p most_iterations below 1 */
    LdpcResult decode(const std::vector<float>& llrs, int most_iterations = 50) const;

private:
    //! A block of the matrix that is not zero.
    struct Block {
        int column;   //!< the first of its columns, in bits
        int rotation; //!< row r has its 1 in column + (r + rotation) % block_size()
    };

    LdpcCode(int length, CodeRate rate);

    /*! One iteration: the checks of every block row, one after the other.
     *  \param totals    what is known of each bit
     *  \param messages  Lanes for each block: what its checks said last of their bits */
    template <int Lanes>
    void visit_checks(std::vector<float>& totals, std::vector<float>& messages) const;

    int d_length;
    int d_message_length = 0;
    int d_block_size;
    int d_block_count = 0;
    std::vector<std::vector<Block>> d_rows; //!< blocks of each block row, by column
    std::vector<int> d_message_blocks;      //!< how many of them stand above the message
};

} // namespace djescc
