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
#include <gnuradio/djescc/jscc_decoder.h>

namespace gr {
namespace djescc {

class jscc_decoder_impl : public model_block<jscc_decoder, gr_complex, float>
{
public:
    jscc_decoder_impl(const std::string& model,
                      const ::djescc::RuntimeOptions& options,
                      int max_batch);

    void set_snr_hint(double snr_db) override { d_hint.set(snr_db); }
    void clear_snr_hint() override { d_hint.clear(); }

protected:
    const char* refuse(const frame<gr_complex>& candidate) override;
    bool same_batch(const frame<gr_complex>& first,
                    const frame<gr_complex>& other) const override;
    torch::Tensor infer(torch::Tensor symbols, std::vector<frame_info>& infos) override;

private:
    ::djescc::DecodeStage d_stage;
    const ::djescc::Fingerprint d_fingerprint;
    snr_hint d_hint;
};

} // namespace djescc
} // namespace gr
