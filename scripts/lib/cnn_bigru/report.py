# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.md: the paper's figures beside ours, and what the paper leaves out."""

import math

from curves import Curve, Panel, draw
from measuring import ATTACK_SNR, MODELS, YARDSTICKS
from tables import markdown_table, number

# What the paper prints: "accuracy" in training, that of its validation, MSE.
PAPER = {
    "cae": {"accuracy": "90.63", "validation": "about 90", "mse": "2.3737e-4"},
    "cnn-bigru": {"accuracy": "95.57", "validation": "about 85", "mse": "near 0"},
}
PAPER_VALIDATION_LOSS = 0.5  # of CNN-BiGRU, in the text
SENT = {"cae": 128, "cnn-bigru": 2048}  # real numbers for a picture of 3072
BINS = 32  # of a histogram, 8 levels each

CANNOT_BE = f"""\
Not all of the paper's figures can be true together:

- An MSE of {PAPER["cae"]["mse"]} is a PSNR of {{cae_psnr}} dB, from {SENT["cae"]} numbers for a
  picture of 3072 values. Ours, of the same layers, has {{ours_psnr}} dB.
- A validation loss of about {PAPER_VALIDATION_LOSS} is no MSE of pictures in [0, 1]: grey alone
  has at most 0.25. A validation accuracy of 85 % beside it is not that of such a picture.
- "Accuracy" is nowhere defined, and a picture has no classes. Keras counts, for a net of three
  channels that is trained on the MSE, the pixels whose strongest channel is the right one:
  argmax(R, G, B). It most likely means that; here it stands under that name."""


def kind_of(model):
    return "cae" if "-cae" in model else "cnn-bigru"


def last_epoch(measurement, model):
    return measurement.epochs(model)[-1]


def percent(value, decimals=2):
    return number(100 * float(value), decimals)


def paper_table(measurement, measured):
    rows = []
    for row in measured["rows"]:
        model = row["model"]
        kind = kind_of(model)
        last = last_epoch(measurement, model)
        if model.endswith("-paper"):
            paper = PAPER[kind]
            rows.append([f"paper, {kind}", paper["accuracy"], paper["validation"], paper["mse"]])
            rows[-1] += ["-", "-", "-"]
        mse = 10 ** (-row["mean_mse_psnr_db"] / 10)
        rows.append(
            [f"`{model}`", percent(last["training_argmax_agreement"])]
            + [percent(row["argmax_agreement"]), f"{mse:.4e}"]
            + [number(row["mean_mse_psnr_db"], 2), number(row["psnr_db"], 2)]
            + [number(row["ssim"], 3)]
        )
    header = ["", "argmax %, training", "argmax %, test", "MSE", "PSNR of MSE, dB", "PSNR dB"]
    return markdown_table([*header, "SSIM"], rows)


def training_table(measurement):
    rows = []
    for model in MODELS:
        training = measurement.training(model)
        last = last_epoch(measurement, model)
        epochs = int(last["images"]) / 50000
        rows.append(
            [f"`{model}`", number(epochs, 1), number(float(last["seconds"]) / epochs, 1)]
            + [number(float(last["images_per_second"]), 0), training["device"]]
        )
    return markdown_table(["model", "epochs", "seconds an epoch", "images/s", "on"], rows)


def snr_table(measured, models):
    snrs = list(dict.fromkeys(row["snr_db"] for row in measured["rows"]))
    cells = {(row["model"], row["snr_db"]): row for row in measured["rows"]}
    rows = []
    for model in models:
        uses = cells[model, snrs[0]]["channel_uses_per_pixel"]
        rows.append([f"`{model}`", f"1/{round(3 / uses)}"])
        rows[-1] += [number(cells[model, snr]["psnr_db"], 2) for snr in snrs]
    return markdown_table(["PSNR in dB", "R", *[f"{snr} dB" for snr in snrs]], rows)


def draw_epochs(measurement, name, kind):
    models = [model for model in MODELS if kind_of(model) == kind]
    losses, agreements = [], []
    for model in models:
        rows = measurement.epochs(model)
        epochs = [int(row["images"]) / 50000 for row in rows]

        def curve(column, what, model=model, rows=rows, epochs=epochs):
            values = [float(row[column]) for row in rows]
            return Curve(f"{model}, {what}", list(zip(epochs, values)))

        losses += [curve("loss", "training"), curve("mse", "test")]
        agreements += [
            curve("training_argmax_agreement", "training"),
            curve("argmax_agreement", "test"),
        ]
    draw(
        measurement.options.output / name,
        [
            Panel("epoch", "mean squared error", losses, logarithmic=True),
            Panel("epoch", "share of pixels whose argmax(R, G, B) agrees", agreements),
        ],
    )


def binned(counts):
    size = len(counts) // BINS
    return [(i * size, sum(counts[i * size : (i + 1) * size])) for i in range(BINS)]


def draw_histograms(measurement, name, model):
    plain, arrived = measurement.histograms(model)
    curves = [Curve("original", binned(plain)), Curve(f"{model}, no noise", binned(arrived))]
    panel = Panel("level", "values of a picture", curves, style="steps linewidth 2")
    draw(measurement.options.output / name, [panel])


def draw_over_snr(measurement, measured):
    panels = []
    for kind, yardstick in zip(("cae", "cnn-bigru"), YARDSTICKS):
        models = [model for model in MODELS if kind_of(model) == kind] + [yardstick]
        curves = [
            Curve(
                model,
                [
                    (float(row["snr_db"]), row["psnr_db"])
                    for row in measured["rows"]
                    if row["model"] == model
                ],
            )
            for model in models
        ]
        panels.append(Panel("SNR (Es/N0) in dB", "PSNR in dB", curves))
    draw(measurement.options.output / "over-snr", panels)


def attack_table(measurement):
    rows = []
    for model in ("cifar10-cae", "cifar10-cnn-bigru"):
        for hidden in (False, True):
            attack = measurement.attack(model, hidden)
            of = {row["of"]: row for row in attack["rows"]}
            rows.append([f"`{model}`", "link key" if hidden else "none", str(attack["pairs"])])
            for who in ("mean of the known pictures", "attacker", "recipient"):
                rows[-1] += [number(of[who]["psnr_db"], 2), number(of[who]["ssim"], 3)]
    header = ["model", "key", "pairs", "mean picture dB", "SSIM", "attacker dB", "SSIM"]
    return markdown_table([*header, "recipient dB", "SSIM"], rows)


def write_report(options, measurement):
    without_noise, over_snr = measurement.without_noise(), measurement.over_snr()
    ours = next(row for row in without_noise["rows"] if row["model"] == MODELS[0])
    for name, kind in (("fig4", "cae"), ("fig7", "cnn-bigru")):
        draw_epochs(measurement, name, kind)
    draw_histograms(measurement, "fig5", "cifar10-cae-paper")
    draw_histograms(measurement, "fig8", "cifar10-cnn-bigru-paper")
    draw_over_snr(measurement, over_snr)
    cannot_be = CANNOT_BE.format(
        cae_psnr=number(-10 * math.log10(float(PAPER["cae"]["mse"])), 1),
        ours_psnr=number(ours["mean_mse_psnr_db"], 1),
    )
    parts = [
        "# Autoencoders with encryption layers: the paper beside this project's models",
        f"{without_noise['data']}. `-paper`: trained without noise, as the paper's.",
        "## Without noise (the paper)",
        paper_table(measurement, without_noise),
        cannot_be,
        "## Figs. 4 and 7: over the epochs",
        training_table(measurement),
        "![](fig4.png)",
        "![](fig7.png)",
        "## Figs. 5 and 8: histograms",
        "![](fig5.png)",
        "![](fig8.png)",
        "## Figs. 6 and 9: pictures",
        "![](pictures.png)",
        "## Over white noise, beside codec djscc",
        snr_table(over_snr, (*MODELS, *YARDSTICKS)),
        "![](over-snr.png)",
        f"## What the layers hide: attack on the symbols at {ATTACK_SNR} dB SNR",
        attack_table(measurement),
    ]
    text = "\n\n".join(parts) + "\n"
    (options.output / "report.md").write_text(text)
    return text
