# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""
Pictures and video over the air with deep joint encryption and source-channel coding.

The blocks are C++; this package holds their bindings. A chain is

    image_source -> image_encryptor -> jscc_encoder -> (radio or awgn_channel)
                 -> jscc_decoder -> image_decryptor -> image_sink

Streams consist of frames: runs of items whose first one carries the tags `packet_len` and
`frame`. The neural "encryption" protects what a person can see; it is no cipher in the
cryptographer's sense.
"""

from . import djescc_python
from .djescc_python import *  # noqa: F401,F403
from .path_arguments import accept_paths_in

accept_paths_in(djescc_python)
