/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a key that owner and recipient share decides for a RoleRunner. */
#pragma once

#include <djescc/runtime/role_runner.h>
#include <map>
#include <optional>
#include <vector>

namespace djescc {

//! What a key decides about the frames.
class RoleRunner::Keys
{
public:
    /*! \param own_masks  whether each picture is under keys of its own */
    Keys(const SecretKey& key, bool own_masks)
        : d_secrets(key), d_seal(key), d_own_masks(own_masks)
    {
        d_picture_keys.secrets = &d_secrets;
        d_picture_keys.seal = &d_seal;
    }

    //! The rows of each member that has any.
    std::map<std::size_t, std::vector<int64_t>> deal(const std::vector<FrameFacts>& facts,
                                                     std::size_t members) const
    {
        std::map<std::size_t, std::vector<int64_t>> dealt;
        for (std::size_t i = 0; i < facts.size(); i++) {
            const auto chosen = d_secrets.member(frame_counter(facts[i].id),
                                                 static_cast<uint32_t>(members));
            dealt[chosen].push_back(static_cast<int64_t>(i));
        }
        return dealt;
    }

    //! Null where the members' own secrets are all there is.
    const PictureKeys* of(const std::vector<FrameFacts>& facts)
    {
        if (!d_own_masks) {
            return nullptr;
        }
        d_picture_keys.counters.clear();
        for (const auto& one : facts) {
            d_picture_keys.counters.push_back(frame_counter(one.id));
        }
        return &d_picture_keys;
    }

    //! As of(), for a sender: another run begins where a number does not go on rising.
    const PictureKeys* to_send(const std::vector<FrameFacts>& facts)
    {
        d_picture_keys.runs.clear();
        for (const auto& one : facts) {
            const auto number = frame_counter(one.id);
            if (!d_last || number <= *d_last) {
                d_run = PictureSeal::draw_run();
            }
            d_last = number;
            d_picture_keys.runs.push_back(d_run);
        }
        return of(facts);
    }

private:
    FrameSecrets d_secrets;
    PictureSeal d_seal;
    PictureSeal::Run d_run{};
    std::optional<uint64_t> d_last; //!< number of the last picture that was sent
    bool d_own_masks;
    PictureKeys d_picture_keys;
};

} // namespace djescc
