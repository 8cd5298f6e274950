/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Terms of the training loss: what one is, what it sees, and how a new one is added. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <djescc/files/config.h>
#include <djescc/net/conditions.h>
#include <djescc/runtime/chain_output.h>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/types.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! Everything that a term may look at in one step.
struct LossInput {
    torch::Tensor plain;  //!< N x 3 x H x W float32 in [0, 1]
    torch::Tensor labels; //!< classes, N int64 on the device; undefined: the set has none
    ChainOutput output;   //!< of these images
    TrainingMoment moment;
};

//! What a term says of one step.
struct LossValue {
    torch::Tensor value; //!< scalar before its weight; carries the gradient
    /*! Scalars for the log under names of LossTerm::columns(); no gradient is asked of
     *  them. */
    std::map<std::string, torch::Tensor> columns;
};

//! What a term asks for at the steps where it is due.
struct LossNeeds {
    bool wrong_key = false;  //!< ChainOutput::wrongly_decrypted
    bool labels = false;     //!< LossInput::labels
    bool neighbours = false; //!< ChainOutput::neighbours_protected
};

//! What a term is made in.
struct LossContext {
    std::string data_root; //!< relative paths of the configuration start here
};

/*! One term of the loss. It stands in a configuration under its name:
 *
 *      "loss": { NAME: { "weight": 0.1, "every": 4, ... } }
 *
 *  and counts `weight` times its value. A term of weight 0, the default, is not made.
 *  A new one is a source file, here or in a program that links the library:
 *
 *      class Brightness : public LossTerm { ... };
 *      const bool added = LossTerm::add("brightness", [](auto& reader, const auto&) {
 *          return std::make_unique<Brightness>(reader);
 *      });
 *
 *  Its columns then stand in log.csv, as means over the steps where it was due. */
class LossTerm
{
public:
    /*! Makes a term from its object; reads every key that it knows. Whoever calls checks
     *  that no key is left over. */
    using Factory = std::function<std::unique_ptr<LossTerm>(ConfigReader& reader,
                                                            const LossContext& context)>;

    /*! Reads "every" [1] and the weight [0].
     *  \param weight_key  "weight", or what a paper calls it
     *  \throws ConfigError for values out of range */
    explicit LossTerm(ConfigReader& reader, const std::string& weight_key = "weight");
    virtual ~LossTerm() = default;
    LossTerm(const LossTerm&) = delete;
    LossTerm& operator=(const LossTerm&) = delete;

    //! Names of its columns in log.csv, other terms' apart.
    virtual std::vector<std::string> columns() const = 0;
    virtual LossNeeds needs() const { return {}; }
    //! Move nets that it holds.
    virtual void to(torch::Device device) { (void)device; }
    virtual LossValue operator()(const LossInput& input) = 0;

    //! Factor on the value; negative for what training is to raise.
    double weight() const { return d_weight; }
    bool due(int64_t step) const { return d_weight != 0 && step % d_every == 0; }

    /*! Register a term. A static object in its source file does so before main().
     *  \return true
     *  \throws ConfigError where the name is taken */
    static bool add(const std::string& name, Factory factory);
    //! The registered names, sorted.
    static std::vector<std::string> names();
    /*! \param config  the object under "loss.NAME"
     *  \throws ConfigError for an unknown name (lists the known), key, or value */
    static std::unique_ptr<LossTerm> create(const std::string& name,
                                            const nlohmann::json& config,
                                            const LossContext& context);

protected:
    double d_weight = 0;

private:
    int64_t d_every = 1;
};

} // namespace djescc
