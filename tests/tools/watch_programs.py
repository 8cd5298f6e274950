# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that run a compiled example flowgraph with a window, and print what was seen."""

# Starts a compiled GUI flowgraph (first argument), turns the SNR, and says what was seen by
# the time that pictures were and that the condition (second argument) held.
WATCH_GUI = """
import importlib
import sys
import time
from PyQt5 import Qt
name, condition, channel, model, pictures = sys.argv[1:]
application = Qt.QApplication(sys.argv)
top = getattr(importlib.import_module(name), name)(
    model=model, pictures=pictures, frame_rate=20.0)
views = (top.plain_view, top.decoded_view, top.decrypted_view)
end = time.monotonic() + 100
def look():
    seen = min(view.frames() for view in views) > 1 and eval(condition)
    if seen or time.monotonic() > end:
        application.quit()
timer = Qt.QTimer()
timer.timeout.connect(look)
top.start()
if hasattr(top, "flowgraph_started"):  # newer probes wait for it
    top.flowgraph_started.set()
top.show()
top.set_snr_db(20.0)
timer.start(50)
application.exec_()
top.stop()
top.wait()
for view in views:
    image = view.image()
    print("shown", min(view.frames(), 2), image.width(), image.height())
print("SNR", getattr(top, channel).snr_db())
print("held", eval(condition))
"""

# The same of a flowgraph whose pictures come in parts: the picture that is shown gets
# better, which last_psnr() tells.
WATCH_PARTS = """
import importlib
import sys
import time
from PyQt5 import Qt
name, model, pictures = sys.argv[1:]
application = Qt.QApplication(sys.argv)
module = importlib.import_module(name)
top = getattr(module, name)(
    model=model, pictures=pictures, frame_rate=4.0, symbol_rate=4096)
module.snippets_main_after_init(top)
end = time.monotonic() + 100
psnrs = []
def look():
    psnr = top.probe.last_psnr()
    if top.probe.matched() > 0 and psnr not in psnrs:
        psnrs.append(psnr)
    if len(psnrs) > 5 or time.monotonic() > end:
        application.quit()
timer = Qt.QTimer()
timer.timeout.connect(look)
top.start()
if hasattr(top, "flowgraph_started"):
    top.flowgraph_started.set()
timer.start(10)
application.exec_()
top.stop()
top.wait()
view = top.received_view
print("shown", min(view.frames(), 6), view.image().width(), view.image().height())
print("dropped", top.decoder.dropped_total(), top.probe.dropped() > 3)
steps = [after - before for before, after in zip(psnrs, psnrs[1:])]
print("steps", max(steps) > 0.1, min(steps) < -0.1)
"""

# Starts the compiled flowgraph of three receivers without its window, and stops it once each
# has some pictures.
WATCH_RECEIVERS = """
import sys
import time
from PyQt5 import Qt
from hybrid_three_receivers import hybrid_three_receivers, snippets_main_after_stop
model, pictures = sys.argv[1:]
application = Qt.QApplication(sys.argv)
top = hybrid_three_receivers(model=model, pictures=pictures, frame_rate=20.0)
receivers = ((top.far_probe, top.far_view), (top.middle_probe, top.middle_view),
             (top.near_probe, top.near_view))
end = time.monotonic() + 100
def look():
    seen = min(min(probe.matched(), view.frames()) for probe, view in receivers) > 2
    if seen or time.monotonic() > end:
        application.quit()
timer = Qt.QTimer()
timer.timeout.connect(look)
top.start()
if hasattr(top, "flowgraph_started"):
    top.flowgraph_started.set()
timer.start(50)
application.exec_()
top.stop()
top.wait()
for probe, view in receivers:
    print("shown", min(view.frames(), 3), view.image().width(), view.image().height())
snippets_main_after_stop(top)
"""

# Starts the compiled flowgraph that classifies, turns the SNR, and stops it once both pictures
# were seen with their labels.
WATCH_LABELS = """
import sys
import time
from PyQt5 import Qt
from classify_awgn_gui import classify_awgn_gui
model, classifier, pictures = sys.argv[1:]
application = Qt.QApplication(sys.argv)
top = classify_awgn_gui(
    model=model, classifier=classifier, pictures=pictures, frame_rate=20.0)
views = (top.plain_view, top.received_view)
end = time.monotonic() + 100
def look():
    seen = min(view.frames() for view in views) > 2 and top.probe.matched() > 2
    if seen or time.monotonic() > end:
        application.quit()
timer = Qt.QTimer()
timer.timeout.connect(look)
top.start()
if hasattr(top, "flowgraph_started"):  # newer probes wait for it
    top.flowgraph_started.set()
top.show()
top.set_snr_db(20.0)
timer.start(50)
application.exec_()
top.stop()
top.wait()
for view in views:
    print("shown", min(view.frames(), 3), view.image().width(), view.image().height())
    print("label", view.label())
print("SNR", top.channel.snr_db())
print("matched", min(top.probe.matched(), 3))
"""

# Starts the compiled flowgraph of adaptive rate, fixes the number of groups, and stops it once
# both pictures were seen.
WATCH_RATE = """
import sys
import time
import pmt
from gnuradio import blocks
from PyQt5 import Qt
from adaptive_rate_gui import adaptive_rate_gui
model, pictures = sys.argv[1:]
application = Qt.QApplication(sys.argv)
top = adaptive_rate_gui(model=model, pictures=pictures, frame_rate=20.0)
symbols = blocks.vector_sink_c()
top.connect(top.encoder, symbols)
views = (top.plain_view, top.received_view)
end = time.monotonic() + 100
def look():
    seen = min(view.frames() for view in views) > 2 and top.probe.matched() > 2
    if seen or time.monotonic() > end:
        application.quit()
timer = Qt.QTimer()
timer.timeout.connect(look)
top.start()
if hasattr(top, "flowgraph_started"):  # newer probes wait for it
    top.flowgraph_started.set()
top.set_groups(5)
top.set_snr_db(20.0)
timer.start(50)
application.exec_()
top.stop()
top.wait()
for view in views:
    print("shown", min(view.frames(), 3), view.image().width(), view.image().height())
lengths = [pmt.to_long(tag.value) for tag in symbols.tags()
           if pmt.symbol_to_string(tag.key) == "packet_len"]
print("last length", lengths[-1], "SNR", top.channel.snr_db())
"""

# Starts the compiled flowgraph of the two autoencoders, turns the SNR, and stops it once all
# pictures were seen.
WATCH_AUTOENCODERS = """
import sys
import time
from PyQt5 import Qt
from autoencoders_awgn_gui import autoencoders_awgn_gui
cae, cnn_bigru, pictures = sys.argv[1:]
application = Qt.QApplication(sys.argv)
top = autoencoders_awgn_gui(
    cae_model=cae, cnn_bigru_model=cnn_bigru, pictures=pictures, frame_rate=20.0)
views = (top.plain_view, top.cae_view, top.cnn_bigru_view)
probes = (top.cae_probe, top.cnn_bigru_probe)
end = time.monotonic() + 100
def look():
    seen = min(view.frames() for view in views) > 2
    matched = min(probe.matched() for probe in probes) > 2
    if seen and matched or time.monotonic() > end:
        application.quit()
timer = Qt.QTimer()
timer.timeout.connect(look)
top.start()
if hasattr(top, "flowgraph_started"):  # newer probes wait for it
    top.flowgraph_started.set()
top.set_snr_db(20.0)
timer.start(50)
application.exec_()
top.stop()
top.wait()
for view in views:
    print("shown", min(view.frames(), 3), view.image().width(), view.image().height())
print("SNR", top.cae_channel.snr_db(), top.cnn_bigru_channel.snr_db())
print("matched", [min(probe.matched(), 3) for probe in probes])
"""
