/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Drives x265 so that it writes one slice a picture, always the same for the same.

#include "digital/hevc_encoder.h"

#include "digital/hevc_lock.h"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <djescc/error.h>
#include <x265.h>

namespace djescc {
namespace {

struct ParamFree {
    const x265_api* api;
    void operator()(x265_param* param) const { api->param_free(param); }
};
struct PictureFree {
    const x265_api* api;
    void operator()(x265_picture* picture) const { api->picture_free(picture); }
};
using Param = std::unique_ptr<x265_param, ParamFree>;
using Picture = std::unique_ptr<x265_picture, PictureFree>;

const x265_api& x265_library()
{
    const x265_api* api = x265_api_get(hevc_bit_depth);
    if (api == nullptr || api->bit_depth != hevc_bit_depth)
        throw ImageError("x265 was built without 10 bits a sample");
    return *api;
}

//! A text among x265's parameters: a pointer in version 3, an array in version 4.
[[maybe_unused]] void put_text(const char*& to, const char* text) { to = text; }
template <std::size_t size>
[[maybe_unused]] void put_text(char (&to)[size], const char* text)
{
    std::snprintf(to, size, "%s", text);
}

//! What is in the parameter sets, as hevc_parameter_sets() writes it.
void set_stream(x265_param& param, const HevcFormat& format)
{
    param.internalCsp = format.channels == 1 ? X265_CSP_I400 : X265_CSP_I444;
    param.sourceHeight = format.height;
    param.sourceWidth = format.width;
    param.maxCUSize = 1u << format.log2_tree_block();
    param.minCUSize = 1u << format.log2_least_block();
    param.maxTUSize = 1u << std::min(hevc_log2_most_transform, format.log2_tree_block());
    param.tuQTMaxIntraDepth = static_cast<uint32_t>(format.transform_depth());
    param.bEnableSAO = format.encoder_offsets();
    param.bEnableStrongIntraSmoothing = 1;
    param.bEnableSignHiding = 1;
    param.bEnableTransformSkip = 0;
    param.bEnableConstrainedIntra = 0;
    param.bEnableLoopFilter = 1;
    param.deblockingFilterBetaOffset = 0;
    param.deblockingFilterTCOffset = 0;
    param.cbQpOffset = 0;
    param.crQpOffset = 0;
    param.bLossless = 0;
    param.bCULossless = 0;
    param.maxSlices = 1;
    param.bEnableWavefront = 0;
    param.bEnableWeightedPred = 0;
    param.bEnableTemporalMvp = 0;
    param.bEnableAMP = 0;
    param.tuQTMaxInterDepth = 1;
    param.maxNumReferences = 1;
    param.maxNumMergeCand = hevc_merge_candidates;
    param.log2MaxPocLsb = hevc_order_bits;
    param.bRepeatHeaders = 0;
    param.bAnnexB = 0;
    param.bEmitInfoSEI = 0;
    param.bEnableAccessUnitDelimiters = 0;
    param.bAllowNonConformance = 1; // no level bounds the picture's size
}

//! Each picture for itself, in the caller's time, and the smallest squared error.
void set_control(x265_param& param, const HevcFormat& format)
{
    param.logLevel = X265_LOG_NONE;
    param.frameNumThreads = 1;
    put_text(param.numaPools, "none");
    param.fpsNum = 1;
    param.fpsDenom = 1;
    param.keyframeMax = format.predicts ? -1 : 1; // -1: only where it is told
    param.bOpenGOP = 0;
    param.bframes = 0;
    param.lookaheadDepth = 0;
    param.scenecutThreshold = 0;
    param.rc.rateControlMode = X265_RC_CQP;
    param.rc.qp = hevc_initial_qp;
    param.rc.aqMode = X265_AQ_NONE;
    param.rc.cuTree = 0;
    param.rdoqLevel = format.tools == HevcTools::coarse ? 0 : 2;
    param.rdLevel = format.tools == HevcTools::deep ? 5 : 2;
    param.bEnableEarlySkip = format.predicts ? 0 : param.bEnableEarlySkip;
    param.psyRd = 0;
    param.psyRdoq = 0;
}

} // namespace

struct HevcEncoder::State {
    const x265_api& api;
    HevcFormat format;
    Param param;
    Picture in, out;
    x265_encoder* encoder = nullptr;
    int64_t pictures = 0;
    HevcSlice start{};

    explicit State(const HevcFormat& format)
        : api(x265_library())
        , format(format)
        , param(api.param_alloc(), { &api })
        , in(api.picture_alloc(), { &api })
        , out(api.picture_alloc(), { &api })
    {
        if (param == nullptr || in == nullptr || out == nullptr ||
            api.param_default_preset(param.get(), "superfast", "psnr") != 0)
            throw ImageError("x265 has no memory or no preset \"superfast\"");
        set_control(*param, format);
        set_stream(*param, format);
        const std::lock_guard<std::mutex> lock(hevc_libraries_lock());
        encoder = api.encoder_open(param.get());
        if (encoder == nullptr)
            throw ImageError("x265 does not take a picture of " +
                             std::to_string(format.height) + " x " +
                             std::to_string(format.width) + " pixels");
        x265_nal* units = nullptr;
        uint32_t count = 0;
        api.encoder_headers(encoder, &units, &count);
    }
    HevcSlice code(HevcPlanes& planes, int qp, int type);
    void put_reference(const HevcPlanes& reference);
    std::size_t row_bytes() const
    {
        return static_cast<std::size_t>(format.width) * sizeof(uint16_t);
    }
    ~State()
    {
        if (encoder != nullptr) {
            const std::lock_guard<std::mutex> lock(hevc_libraries_lock());
            api.encoder_close(encoder);
        }
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};

HevcSlice HevcEncoder::State::code(HevcPlanes& planes, int qp, int type)
{
    api.picture_init(param.get(), in.get());
    api.picture_init(param.get(), out.get());
    for (std::size_t plane = 0; plane < planes.samples.size(); ++plane) {
        in->planes[plane] = planes.samples[plane].data();
        in->stride[plane] = static_cast<int>(row_bytes());
    }
    in->bitDepth = hevc_bit_depth;
    in->colorSpace = param->internalCsp;
    in->pts = pictures++;
    in->sliceType = type;
    in->forceqp = qp + 1; // 0 would leave it to x265
    x265_nal* units = nullptr;
    uint32_t count = 0;
    if (api.encoder_encode(encoder, &units, &count, in.get(), out.get()) != 1)
        throw ImageError("x265 gave no picture");

    constexpr std::size_t length_bytes = 4; // in front of a unit, without Annex B
    std::string slice;
    for (uint32_t i = 0; i < count; ++i) {
        if (units[i].type != hevc_slice_type &&
            units[i].type != hevc_predicted_slice_type)
            continue; // x265 repeats the parameter sets in front of the first picture
        if (!slice.empty() || units[i].sizeBytes < length_bytes)
            throw ImageError("x265 gave more than one slice");
        slice.assign(reinterpret_cast<const char*>(units[i].payload) + length_bytes,
                     units[i].sizeBytes - length_bytes);
    }
    for (std::size_t plane = 0; plane < planes.samples.size(); ++plane)
        for (int y = 0; y < format.height; ++y)
            std::memcpy(&planes.samples[plane][static_cast<std::size_t>(y) *
                                               static_cast<std::size_t>(format.width)],
                        static_cast<const char*>(out->planes[plane]) +
                            std::ptrdiff_t{ y } * out->stride[plane],
                        row_bytes());
    auto read = read_hevc_slice_unit(format, slice);
    if (read.fields.qp != qp || read.fields.predicted != (type == X265_TYPE_P))
        throw ImageError("x265 coded otherwise than it was told");
    return read;
}

//! Make it the picture that the next is predicted from. The pictures' margins, which
//! motion may reach into, are x265's own: it makes them when it codes the picture.
void HevcEncoder::State::put_reference(const HevcPlanes& reference)
{
    for (std::size_t plane = 0; plane < reference.samples.size(); ++plane)
        for (int y = 0; y < format.height; ++y)
            std::memcpy(static_cast<char*>(out->planes[plane]) +
                            std::ptrdiff_t{ y } * out->stride[plane],
                        &reference.samples[plane][static_cast<std::size_t>(y) *
                                                  static_cast<std::size_t>(format.width)],
                        row_bytes());
    // At the finest QP no block is worth another error than 0.
    auto coded = reference;
    code(coded, 0, X265_TYPE_P);
    if (coded.samples != reference.samples)
        throw ImageError("x265 does not take a picture to predict from");
}

HevcEncoder::HevcEncoder(const HevcFormat& format)
    : d_state(std::make_unique<State>(format))
{
    if (format.predicts) {
        HevcPlanes empty(format);
        d_state->start = d_state->code(empty, hevc_most_qp, X265_TYPE_IDR);
    }
}
HevcEncoder::~HevcEncoder() = default;

HevcSlice HevcEncoder::encode(HevcPlanes& planes, int qp)
{
    return d_state->code(planes, qp, X265_TYPE_AUTO);
}

HevcSlice HevcEncoder::encode(HevcPlanes& planes, const HevcPlanes& reference, int qp)
{
    d_state->put_reference(reference);
    return d_state->code(planes, qp, X265_TYPE_P);
}

const HevcSlice& HevcEncoder::start() const { return d_state->start; }

} // namespace djescc
