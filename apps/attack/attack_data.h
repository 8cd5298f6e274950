/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The pictures of an attack: those that the attacker knows and those that he wants to
 *  see. */
#pragma once

#include <djescc/data/dataset.h>
#include <memory>
#include <string>
#include <vector>

//! Where pictures come from; at most one of the two is given.
struct PictureSource {
    std::vector<std::string> cifar10; //!< files of CIFAR-10's binary version
    std::string input;                //!< a folder, or a file of `djescc dataset pack`
    bool grey = false;                //!< their luma alone

    bool empty() const { return cifar10.empty() && input.empty(); }
};

/*! Pictures that the attacker knows and pictures that he wants to see. */
struct AttackData {
    std::shared_ptr<const djescc::Dataset> known, unseen;

    /*! \param test        without: the last pictures of \p training are unseen and taken
     *                     from the known ones
     *  \param test_count  most unseen pictures
     *  \throws djescc::ConfigError, djescc::ImageError */
    AttackData(const PictureSource& training,
               const PictureSource& test,
               int64_t test_count);
};
