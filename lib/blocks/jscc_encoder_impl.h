/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block jscc_encoder: images to symbols, with the SNR that is to be expected. */
#pragma once

#include "blocks/model_block.h"
#include "blocks/snr_message.h"
#include <atomic>
#include <gnuradio/djescc/jscc_encoder.h>

namespace gr {
namespace djescc {

class jscc_encoder_impl : public model_block<jscc_encoder, float, gr_complex>
{
public:
    jscc_encoder_impl(const ::djescc::ModelSource& source,
                      const ::djescc::RuntimeOptions& options,
                      int max_batch);

    void set_snr_hint(double snr_db) override { d_hint.set(snr_db); }
    void clear_snr_hint() override { d_hint.clear(); }
    void set_rate_groups(int groups) override;

protected:
    void prepare() override
    {
        runner().set_snr_hint(d_hint.get());
        runner().set_rate_groups(d_rate_groups);
    }

private:
    void handle_rate(const pmt::pmt_t& message);

    snr_hint d_hint;
    std::atomic<int> d_rate_groups{ 0 };
};

} // namespace djescc
} // namespace gr
