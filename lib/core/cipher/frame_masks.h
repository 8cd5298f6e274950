/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cstdint>
#include <djescc/image/image_shape.h>
#include <djescc/keys/frame_secrets.h>
#include <djescc/net/role_net.h>
#include <vector>

namespace djescc {

/*! A net whose mask a key can change from image to image, so that no two images share
 *  one. A base beside ImageTransform. What the key draws is multiplied with the mask that
 *  the net holds: whoever lacks either gets no picture. */
class FrameMasks
{
public:
    virtual ~FrameMasks() = default;

    /*! Draw the masks of the images of the next forward(), and of that one alone.
     *  \param plain     shape of those images in plain, as the encryptor takes them
     *  \param counters  of the images, in their order */
    virtual void draw_frame_masks(const ImageShape& plain,
                                  const FrameSecrets& secrets,
                                  const std::vector<uint64_t>& counters) = 0;
};

//! Null for a net that a key cannot change so.
inline FrameMasks* frame_masks(ImageTransform& net)
{
    return dynamic_cast<FrameMasks*>(&net);
}

} // namespace djescc
