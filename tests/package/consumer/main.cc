/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// A program of another project that uses the installed libraries.

#include <djescc/files/sha256.h>
#include <djescc/version.h>
#ifdef WITH_GNURADIO
#include <gnuradio/djescc/power_normalizer.h>
#endif
#include <iostream>

int main()
{
    // The digest of "abc" in FIPS 180-4.
    const auto digest = djescc::sha256("abc");
    if (djescc::to_hex(digest.data(), digest.size()) !=
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        return 1;
#ifdef WITH_GNURADIO
    if (gr::djescc::power_normalizer::make()->name() != "power_normalizer")
        return 2;
#endif
    std::cout << djescc::version << '\n';
    return 0;
}
