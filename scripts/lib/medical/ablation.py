# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Table 3: cipher `medical` trained with some of the losses, small enough for two cores."""

import json
import statistics
import subprocess

CROP = 64
# The terms of the paper's groups of losses, with the weights of its eqs. 7 to 24. Counts are of
# 64x64 pixels where the paper's are of 256x256, so its weights of squares of counts are kept
# by dividing by (the mean count)^2.
TERMS = {
    "hist": {"histogram": {"weight": 1 / 256}},
    "ent": {"entropy": {"weight": 0.125}},
    "cor": {"correlation": {"weight": 1}},
    "2d": {"pairs": {"weight": 1 / 64**2}},
    "diff": {"npcr": {"weight": 0.1}, "uaci": {"weight": 0.1}},
}
GROUPS = {"stats": ["hist", "ent"], "c": ["cor", "2d"], "diff": ["diff"]}
# Rows of Table 3: losses, and what the paper prints.
ROWS = [
    (["hist"], "7.9965 98.40 17.09"),
    (["ent"], "7.9965 98.41 17.55"),
    (["cor"], "7.9690 98.68 17.67"),
    (["2d"], "7.9883 98.25 16.70"),
    (["stats"], "7.9971 98.25 16.70"),
    (["c"], "7.9723 99.11 25.33"),
    (["diff"], "7.9750 99.44 33.47"),
    (["stats", "c"], "7.9967 98.71 22.41"),
    (["stats", "diff"], "7.9917 99.42 31.55"),
    (["diff", "c"], "7.9740 99.52 33.38"),
    (["stats", "c", "diff"], "7.9852 99.50 32.75"),
]


def configuration(name, losses, data, steps):
    loss = {"distortion_weight": 0, "l1": {"weight": 1}}
    for loss_name in losses:
        for term in GROUPS.get(loss_name, [loss_name]):
            loss.update(TERMS[term])
    return {
        "name": name,
        "cipher": {"type": "medical", "width": 8, "blocks": [1, 1, 1, 1]},
        "codec": {"type": "direct", "channels": 1},
        "data": {
            "train": {"folder": str(data), "grey": True},
            "validation": {"folder": str(data), "grey": True, "limit": 8},
            "crop": CROP,
        },
        "snr_db": [100, 100],
        "loss": loss,
        "optimizer": {
            "batch": 4,
            "learning_rate": 0.001,
            "gradient_clip": 1.0,
            "schedule": {"type": "cosine", "warmup": 20},
        },
        "steps": steps,
        "validate_every": steps,
        "checkpoint_every": 100,
        "seed": 1,
        "secret_seed": 1,
    }


def mean_of(run, pick):
    return statistics.fmean(pick(image) for image in run["images"])


def difference(image, figure):
    for row in image["differences"]:
        if row["change"] == "one pixel by one level" and row["quantiser"] == "round(255 p)":
            return 100 * row[figure]
    raise KeyError(figure)


def cells(run):
    """Entropy, the three correlations, NPCR, UACI, and PSNR of what is decrypted."""
    entropy = mean_of(run, lambda image: image["statistics"][1]["entropy"])
    correlation = [
        mean_of(run, lambda image, name=name: image["correlation"][name]["cipher"])
        for name in ("horizontal", "vertical", "diagonal")
    ]
    return [
        f"{entropy:.4f}",
        *(f"{value:.4f}" for value in correlation),
        f"{mean_of(run, lambda image: difference(image, 'npcr')):.2f}",
        f"{mean_of(run, lambda image: difference(image, 'uaci')):.2f}",
        f"{mean_of(run, lambda image: image['decrypted']['psnr_db']):.2f}",
    ]


def run_ablation(command, options):
    """Train and measure every row; trained rows are kept and gone on with."""
    folder = options.output / "ablation"
    folder.mkdir(parents=True, exist_ok=True)
    table = [["loss", "paper: entropy NPCR UACI", "entropy", "hor.", "ver.", "dia."]]
    table[0] += ["NPCR", "UACI", "PSNR"]
    for losses, printed in ROWS:
        name = "-".join(losses)
        config = folder / f"{name}.json"
        config.write_text(
            json.dumps(configuration(name, losses, options.ablation, options.steps), indent=1)
        )
        run = folder / name
        words = [command, "train", config, "--output", run, "--device", options.device]
        if (run / "checkpoint").exists() or (run / "log.csv").exists():
            words.append("--resume")
        subprocess.run(list(map(str, words)), check=True)
        figures = folder / f"{name}-figures.json"
        subprocess.run(
            [str(command), "security", "--model", str(run / "model"), "--size", str(CROP)]
            + ["--images", str(options.xrays), "--pairs", "0", "--json", str(figures)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        table.append([" + ".join(losses), printed, *cells(json.loads(figures.read_text()))])
    return table
