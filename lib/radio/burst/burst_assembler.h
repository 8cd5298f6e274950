/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Bursts in any order to the symbols of images. */
#pragma once

#include "radio/burst/burst_builder.h"
#include "radio/burst/link_security.h"
#include "radio/burst/reception.h"
#include "radio/burst/symbol_interleaver.h"
#include <cstddef>
#include <cstdint>
#include <deque>
#include <djescc/image/frame_facts.h>
#include <gnuradio/gr_complex.h>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

namespace gr {
namespace djescc {

//! The symbols of an image, or of a part of one, as far as they arrived.
struct assembled_image {
    /*! snr_db is that of the white noise that does the same mean square error; side is
     *  empty where no burst that carried it arrived. */
    ::djescc::FrameFacts facts;
    //! Missing ones are 0, unless they were spread.
    std::shared_ptr<gr_complex[]> symbols;
    std::vector<float> reliability; //!< see burst_receiver.h
    uint64_t erased = 0;            //!< how many are missing
};

/*! Rebuilds images from bursts that come in any order. The parts of an image are images
 *  of their own here. */
class burst_assembler
{
public:
    //! Largest image in symbols; a header that says more is not believed.
    static constexpr uint32_t max_image_symbols = 1u << 25;
    /*! Symbols of all open images, half a gibibyte of memory: without a key anybody can
     *  announce images that never come. The oldest goes out to make room. */
    static constexpr uint64_t max_open_symbols = max_image_symbols;

    struct options {
        int64_t timeout = 10000000; //!< samples after which an incomplete image goes out
        size_t max_open_images = 8;
        bool shrink = false; //!< hand on LMMSE estimates without bringing their gain to 1
    };

    /*! \param cipher  null without a key
     *  \param counters  of the owner; outlives this */
    burst_assembler(const options& chosen,
                    std::shared_ptr<symbol_cipher> cipher,
                    receiver_counters& counters);

    //! \param finished  gets the image that the burst completes, or that has to make room
    void push(const received_burst& burst, std::vector<assembled_image>& finished);

    //! Images that began \p timeout samples before \p now go out.
    void expire(int64_t now, std::vector<assembled_image>& finished);

    //! All images go out.
    void finish(std::vector<assembled_image>& finished);

    size_t open_images() const { return d_open.size(); }

private:
    //! model, session, id, part
    using image_key = std::tuple<::djescc::Fingerprint, uint16_t, int64_t, int64_t>;

    struct open_image {
        burst_header header; //!< of the burst that came first
        assembled_image image;
        std::shared_ptr<const symbol_interleaver> interleaver;
        std::vector<bool> received;
        uint32_t missing;   //!< bursts
        double weights = 0; //!< sum of the reliability
        int64_t begin;      //!< sample of the burst that came first
    };
    struct past_image {
        image_key key;
        int64_t end; //!< sample up to which it is remembered
    };
    using open_images_map = std::map<image_key, open_image>;

    static image_key key_of(const burst_header& header);
    bool is_past(const image_key& key, int64_t now);
    uint64_t open_symbols() const;
    open_image* find_or_open(const image_key& key,
                             const received_burst& burst,
                             std::vector<assembled_image>& finished);
    void insert(const received_burst& burst, open_image& open) const;
    void close(open_images_map::iterator which, std::vector<assembled_image>& finished);
    void close_oldest(std::vector<assembled_image>& finished);

    const options d_options;
    const std::shared_ptr<symbol_cipher> d_cipher;
    receiver_counters& d_counters;
    open_images_map d_open;
    std::deque<past_image> d_past;
    std::shared_ptr<const symbol_interleaver> d_interleaver; //!< the last one used
    int64_t d_now = 0;
};

} // namespace djescc
} // namespace gr
