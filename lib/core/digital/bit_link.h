/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A digital link: a byte string in a given number of symbols, and back. */
#pragma once

#include "digital/constellation.h"
#include "digital/ldpc_code.h"

#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace djescc {

struct LinkLayout;

//! What a BitLink received.
struct BitLinkResult {
    //! What was sent; empty where the CRC or the length field says that it is not.
    std::optional<std::string> bytes;
    int codewords = 0;        //!< that were decoded
    int failed_codewords = 0; //!< of those, where parity checks do not hold
    int64_t iterations = 0;   //!< of the decoder, in all codewords together
};

/*! Sends a byte string in exactly a given number of symbols.
 *
 *  Length field, payload, zeros and a CRC-32 are scrambled, so that all points of the
 *  constellation are as frequent; divided into codewords of LdpcCode; shortened and
 *  punctured in the manner of IEEE 802.11-2012, clause 20.3.11.7.5, so that the coded
 *  bits fill the symbols; interleaved over all of them by a fixed pseudorandom
 *  permutation, so that what is lost spreads over all codewords and all bits of a symbol.
 *
 *  Codewords are the longest whose payload comes within 10 % of the best. At most 10 % of
 *  their parity bits are punctured, as in 802.11n; where that and the rate cannot both be
 *  had, the rate falls below its name. Bits that are left over repeat coded bits.
 *
 *  Sender and receiver must agree on modulation, rate, repetition and number of symbols;
 *  nothing else is needed. All functions may be called by several threads at once. */
class BitLink
{
public:
    /*! \param repetition  how often each coded bit is sent, 1 to 64. Each doubling lowers
     *                      the SNR that is needed by 3 dB and halves the capacity: for
     *                      channels below what BPSK at rate 1/2 takes
     *  \throws std::invalid_argument where \p repetition is out of its range */
    BitLink(Modulation modulation, CodeRate rate, int repetition = 1);
    ~BitLink();

    /*! Longest byte string that fits.
     *
     *  It grows with the number of symbols but for small steps down, where the length
     *  of the codewords changes.
     *  \param symbol_count  complex symbols
     *  \return bytes without length field and CRC; 0 where nothing but an empty string,
     *          or not even that, fits
     *  \throws std::invalid_argument beyond most_symbols() */
    size_t capacity_bytes(size_t symbol_count) const;

    //! Most symbols that a link takes: 2^32 bits.
    size_t most_symbols() const;

    /*! Symbols of a byte string. Their average power is 1 (BPSK and QPSK) or comes close
     *  to it, as the bits do to being equally frequent.
     *  \param bytes         at most capacity_bytes(symbol_count)
     *  \param symbol_count  how many symbols to fill; where nothing fits, an empty string
     *                       gives symbols that decode() does not take
     *  \throws std::invalid_argument where \p bytes do not fit */
    std::vector<std::complex<float>> encode(const std::string& bytes,
                                            size_t symbol_count) const;

    /*! The byte string of encode(), or none where it is not certain.
     *  \param symbols        as received, sent with an average power of 1; those that are
     *                        not finite count as lost
     *  \param noise_power    N0, the mean of |noise|^2, linear, 0 or more. 1e-6 and less
     *                        count as 1e-6
     *  \param reliabilities  none, or one for each symbol: 0, it is lost; 1, it is as
     *                        good as \p noise_power says. See Constellation::demodulate()
     *  \throws std::invalid_argument where \p noise_power is negative or not finite, or
     *          the number of \p reliabilities is wrong */
    std::optional<std::string> decode(const std::vector<std::complex<float>>& symbols,
                                      float noise_power,
                                      const std::vector<float>& reliabilities = {}) const;

    //! decode(), with what the decoder did.
    BitLinkResult receive(const std::vector<std::complex<float>>& symbols,
                          float noise_power,
                          const std::vector<float>& reliabilities = {}) const;

private:
    struct LayoutCache;

    std::shared_ptr<const LinkLayout> layout(size_t symbol_count) const;
    void check_symbol_count(size_t symbol_count) const;

    Constellation d_constellation;
    CodeRate d_rate;
    int d_repetition;
    std::unique_ptr<LayoutCache> d_cache; //!< the last layout; making one takes a while
};

} // namespace djescc
