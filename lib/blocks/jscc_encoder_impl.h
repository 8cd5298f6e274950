/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "blocks/model_block.h"
#include "blocks/snr_message.h"
#include <djescc/runtime/stages.h>
#include <gnuradio/djescc/jscc_encoder.h>

namespace gr {
namespace djescc {

class jscc_encoder_impl : public model_block<jscc_encoder, float, gr_complex>
{
public:
    jscc_encoder_impl(const std::string& model,
                      const ::djescc::RuntimeOptions& options,
                      int max_batch);

    void set_snr_hint(double snr_db) override { d_hint.set(snr_db); }
    void clear_snr_hint() override { d_hint.clear(); }

protected:
    torch::Tensor infer(torch::Tensor images, std::vector<frame_info>& infos) override;

private:
    ::djescc::EncodeStage d_stage;
    const ::djescc::Fingerprint d_fingerprint;
    snr_hint d_hint;
};

} // namespace djescc
} // namespace gr
