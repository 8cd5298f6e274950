/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <string>

namespace djescc {

/*! A net whose stored values have bounds beyond name, shape and type. A base beside
 *  ImageTransform, SymbolEncoder or SymbolDecoder; loading calls it once the values are
 *  in. */
class CheckedWeights
{
public:
    virtual ~CheckedWeights() = default;
    //! \throws ModelError that begins with \p origin, the file
    virtual void check_weights(const std::string& origin) const = 0;
};

} // namespace djescc
