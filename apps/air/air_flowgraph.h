/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What the flowgraphs of `djescc transmit` and `djescc receive` have in common:
 *  blocks in a row, their counters, and whose part of the chain runs. */
#pragma once

#include "air/sample_port.h"
#include <cstdint>
#include <djescc/runtime/key_use.h>
#include <functional>
#include <gnuradio/top_block.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

//! What the blocks of a flowgraph have counted, by block and counter.
using BlockCounters = std::map<std::string, std::map<std::string, uint64_t>>;

//! A counter, or 0 where there is none of that name.
uint64_t counter_of(const BlockCounters& counters,
                    const std::string& block,
                    const std::string& name);

//! Whose part of the chain a process runs (docs/command.md).
enum class Stage { all, owner, provider, recipient };

//! Which nets, and how they run.
struct NetOptions {
    std::string model;       //!< directory; empty with a keyring
    std::string keyring;     //!< directory of a keyring, instead of a model
    std::string picture_key; //!< key file of owner and recipient; empty for none
    std::string device = "auto";
    int threads = 0;
    int max_batch = 1;

    //! Which of the nets take the key.
    djescc::KeyUse key_use() const
    {
        return djescc::key_use({ model, keyring, picture_key });
    }
    //! The model that the provider's nets come from.
    std::string codec_model() const;
};

/*! A chain of blocks, their counters, and the ports at its ends. */
class AirFlowgraph
{
public:
    virtual ~AirFlowgraph();

    gr::top_block& top() { return *d_top; }

    //! Any thread may ask while it runs.
    BlockCounters counters() const;
    //! Frames that reached the end of this process's part.
    virtual uint64_t images() const = 0;
    //! The line that is shown while it runs, without images and their rate.
    virtual std::string status_line() const = 0;
    //! More figures for the log.
    virtual std::map<std::string, double> figures() const { return {}; }
    //! What stopped a port by itself; empty for nothing.
    std::string error() const;
    /*! Whether the last block is a socket. ZeroMQ sends in the background, so a process
     *  must not end at once when its flowgraph does. */
    virtual bool ends_in_socket() const = 0;
    //! What the ports want to be told at the start.
    std::vector<std::string> remarks() const;

protected:
    explicit AirFlowgraph(const std::string& name);

    //! Appends a block to the chain, connected to the one before it.
    void append(const gr::basic_block_sptr& block);

    template <typename Block>
    void append(const std::string& name, const std::shared_ptr<Block>& block)
    {
        append(block);
        watch(name, [block] { return block->counters(); });
    }
    //! Makes \p port the next block, and watches it.
    SamplePort& append(const std::string& name, std::unique_ptr<SamplePort> port);

private:
    using Counters = std::map<std::string, uint64_t>;

    void watch(const std::string& name, std::function<Counters()> counters);

    gr::top_block_sptr d_top;
    gr::basic_block_sptr d_last;
    std::vector<std::pair<std::string, std::function<Counters()>>> d_watched;
    std::vector<std::unique_ptr<SamplePort>> d_ports;
};
