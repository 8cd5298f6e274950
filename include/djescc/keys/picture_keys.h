/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Picture keys: what a key that owner and recipient share decides for each image of a
 *  batch. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <djescc/keys/frame_secrets.h>
#include <djescc/keys/picture_seal.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! One key and the images that it is used for.
struct PictureKeys {
    const FrameSecrets* secrets = nullptr; //!< outlives this
    std::vector<uint64_t> counters;        //!< of the batch's images, in their order
    const PictureSeal* seal = nullptr;     //!< for codecs; outlives this
    std::vector<PictureSeal::Run> runs{};  //!< of the images, at the sender
};

/*! The counter of the frame with this number. The burst header has 32 bits for it, and
 *  the owner does not know whether the frame will go through a radio, so the rest never
 *  counts. */
inline uint64_t frame_counter(int64_t id) { return static_cast<uint32_t>(id); }

} // namespace djescc
