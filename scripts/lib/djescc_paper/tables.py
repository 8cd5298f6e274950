# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The paper's tables beside what was measured, as Markdown."""

import re
import unicodedata

STAGES = ("encrypted", "decoded", "decrypted")
FOOTNOTE = (
    "LFBVS is the paper's visual-security score, LCES this project's own: two different "
    "scores, which only order methods, so their figures must not be compared. "
    "`+-` is half of the 95 % confidence interval; report.json has it for every figure. "
    "`distance` is ours minus the paper's."
)


def number(value, decimals=3, sign=False):
    if value is None:
        return "-"
    return f"{value:{'+' if sign else ''}.{decimals}f}"


def width(text):
    return sum(not unicodedata.combining(character) for character in text)


def markdown_table(header, rows):
    """Columns as wide as their cells, so that it reads well on a terminal too."""
    widths = [max(width(row[i]) for row in [header, *rows]) for i in range(len(header))]
    rule = ["-" * column for column in widths]
    return "\n".join(
        "| "
        + " | ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths))
        + " |"
        for row in [header, rule, *rows]
    )


def stage_figures(row, stage):
    """The figures of one stage in a row of `djescc evaluate --json`."""
    return {"encrypted": row["protected"], "decoded": row["decoded"], "decrypted": row}[stage]


def paper_cells(row):
    cells = []
    for stage in STAGES:
        psnr_db, ssim, lfbvs = row[stage]
        cells += [number(psnr_db), number(ssim), f"LFBVS {number(lfbvs)}"]
    return cells


def our_cells(measured):
    cells = []
    for stage in STAGES:
        figures = stage_figures(measured, stage)
        psnr = number(figures["psnr_db"])
        if stage == "decrypted" and figures["psnr_db_interval"] is not None:
            psnr += f" +-{number(figures['psnr_db_interval'])}"
        score = figures.get("visual_security")
        cells += [psnr, number(figures["ssim"])]
        cells += ["-" if score is None else f"LCES {number(score)}"]
    return cells


def distance_cells(row, measured):
    cells = []
    for stage in STAGES:
        figures = stage_figures(measured, stage)
        for index, key in enumerate(("psnr_db", "ssim")):
            ours = figures[key]
            cells.append(number(None if ours is None else ours - row[stage][index], 3, True))
        cells.append("")
    return cells


def comparison(table, measured, absent):
    """One of the paper's tables, three lines for each of its rows.
    measured: row of `djescc evaluate --json` for each model's name; absent: why the others
    are not measured"""
    header = ["method", "whose"]
    for stage in STAGES:
        header += [f"{stage} PSNR dB", "SSIM", "security"]
    rows = []

    def add(method, model):
        if model in measured:
            rows.append([method, f"`{model}`", *our_cells(measured[model])])
        else:
            reason = f"`{model}`: {absent[model]}"
            rows.append([method, reason, *[""] * (3 * len(STAGES))])

    for row in table["rows"]:
        rows.append([row["method"], "paper", *paper_cells(row)])
        add("", row["model"])
        if row["model"] in measured:
            rows.append(["", "distance", *distance_cells(row, measured[row["model"]])])
        if "beyond" in row:
            add(row["beyond"]["method"], row["beyond"]["model"])
    return markdown_table(header, rows)


def goal(what, value, bound, decimals=3, at_least=True):
    if value is None:
        return [what, "-", "-", "not measurable"]
    reached = value >= bound if at_least else value <= bound
    missed_by = f"missed by {number(abs(value - bound), decimals)}"
    sign = "≥" if at_least else "≤"
    return [
        what,
        number(value, decimals),
        f"{sign} {number(bound, decimals)}",
        "reached" if reached else missed_by,
    ]


def magnitude(value):
    return None if value is None else abs(value)


def goals_of_row(row, ours):
    method = row["method"]
    rows = [goal(f"{method}: decrypted PSNR dB", ours["psnr_db"], row["decrypted"][0])]
    for stage in STAGES[:2]:
        ssim = magnitude(stage_figures(ours, stage)["ssim"])
        bound = abs(row[stage][1])
        rows.append(goal(f"{method}: {stage} SSIM, absolute", ssim, bound, at_least=False))
    return rows


def goals_beyond(beyond, ours):
    """The protection of one of the paper's rows with the quality of another."""
    what, bound = beyond["method"], beyond["decrypted_psnr_db"]
    rows = [goal(f"{what}: decrypted PSNR dB", ours["psnr_db"], bound)]
    for stage in STAGES[:2]:
        ssim = magnitude(stage_figures(ours, stage)["ssim"])
        rows.append(goal(f"{what}: {stage} SSIM, absolute", ssim, beyond["ssim"], at_least=False))
    return rows


def goals_of_order(table, measured):
    """Each method above the one that the paper finds next best, one of them by so many dB."""
    rows = []
    by_quality = sorted(table["rows"], key=lambda row: -row["decrypted"][0])
    for better, worse in zip(by_quality, by_quality[1:]):
        ours = [measured.get(row["model"]) for row in (better, worse)]
        if None in ours:
            continue
        lead = ours[0]["psnr_db"] - ours[1]["psnr_db"]
        bound = table["lead"]["db"] if worse["method"] == table["lead"]["over"] else 0
        rows.append(goal(f"{better['method']} over {worse['method']}: dB", lead, bound))
    return rows


def goals(tables, measured):
    """What this project set out to reach, and by how much it did not."""
    rows = []
    for table in tables:
        if table["goals"] == "order":
            rows += goals_of_order(table, measured)
            continue
        for row in table["rows"]:
            ours = measured.get(row["model"])
            if ours is not None:
                rows += goals_of_row(row, ours)
            beyond = row.get("beyond")
            if beyond and beyond["model"] in measured:
                rows += goals_beyond(beyond, measured[beyond["model"]])
    return markdown_table(["goal", "measured", "bound", ""], rows) if rows else ""


def training_row(name, manifest, origin):
    training = manifest["training"]
    images = training.get("images")
    # "CIFAR-10, 50000 images"
    count = re.search(r", (\d+) \w+$", training.get("data", ""))
    epochs = images / int(count.group(1)) if images and count else None
    seconds = training.get("seconds")
    # one directory for all roles, or {role: directory}
    initial = training.get("config", {}).get("initial") or {}
    starts = [initial] if isinstance(initial, str) else sorted(set(initial.values()))
    steps = str(training.get("steps", training.get("note", "-")))
    if not training.get("finished", True):
        steps += ", unfinished"
    return [
        f"`{name}`",
        origin,
        training.get("data", "-"),
        steps,
        "-" if images is None else f"{images:,}",
        number(epochs, 1),
        number(None if seconds is None else seconds / 60, 0),
        training.get("device", "-"),
        ", ".join(f"`{start}`" for start in starts) or "-",
    ]


def training_table(names, manifests, origins, absent):
    header = ["model", "from", "trained on", "steps", "images seen", "epochs", "minutes"]
    header += ["device", "goes on from"]
    rows = []
    for name in names:
        if name in manifests:
            rows.append(training_row(name, manifests[name], origins[name]))
        else:
            rows.append([f"`{name}`: {absent[name]}", *[""] * (len(header) - 1)])
    return markdown_table(header, rows)


def averaging_table(tables, measured):
    """The paper does not say how it averages PSNR; both ways."""
    papers = {}
    for row in (row for table in tables for row in table["rows"]):
        papers.setdefault(row["model"], row["decrypted"][0])
        if "beyond" in row:
            papers.setdefault(row["beyond"]["model"], None)
    rows = []
    for model, paper in papers.items():
        ours = measured.get(model)
        if ours is not None:
            both = (ours["psnr_db"], ours["mean_mse_psnr_db"])
            rows.append([f"`{model}`", *map(number, both), number(paper)])
    header = ["model", "mean of PSNRs, dB", "PSNR of mean MSE, dB", "paper, dB"]
    return markdown_table(header, rows) if rows else ""


def curve_table(rows):
    """Decrypted PSNR by model and SNR, of the rows of `djescc evaluate --json`."""
    snrs = list(dict.fromkeys(row["snr_db"] for row in rows))
    models = list(dict.fromkeys(row["model"] for row in rows))
    figures = {(row["model"], row["snr_db"]): row["psnr_db"] for row in rows}
    header = ["model", *[f"{snr} dB SNR" for snr in snrs]]
    cells = [
        [f"`{model}`", *[number(figures.get((model, snr)), 2) for snr in snrs]]
        for model in models
    ]
    return markdown_table(header, cells)
