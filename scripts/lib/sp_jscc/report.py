# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.md: tables of what was measured, the goals, and the figures."""

import math
import statistics

from curves import Curve, Panel, draw
from measuring import EXAMPLE_SNR, PAPER_LINK, rate_groups
from tables import goal, markdown_table, number

# The paper says no more in figures: accuracy over AR-JSCC and over digital at 5 dB, in points.
PAPER_GAINS = (1.38, 66)
# At 0.5 channel uses for a pixel, one model for all rates and SNRs, and how much is given.
PSNR_GOALS = {"0": 23.1, "5": 26.8, "10": 30.1, "15": 32.6, "20": 34.0}
GIVEN_DB = 0.3

# What figures 6 to 9 draw: of a row, and its title.
FIGURES = {
    "fig6": (lambda row: 100 * row["classified"]["accuracy"], "accuracy in %"),
    "fig7": (lambda row: 100 * row["classified"]["macro_f1"], "macro F1 in %"),
    "fig8": (lambda row: row["psnr_db"], "PSNR in dB"),
    "fig9": (lambda row: row["ssim"], "SSIM"),
}
T_QUANTILES = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306}


def half_interval(values):
    """Half of the 95 % confidence interval of the mean of a few runs."""
    if len(values) < 2:
        return math.nan
    quantile = T_QUANTILES.get(len(values), 2.262)
    return quantile * statistics.stdev(values) / math.sqrt(len(values))


def rows_of(measured, name):
    return {(row["model"], row["snr_db"]): row for row in measured[name]["rows"]}


def digital_name(link):
    return "-".join(link).replace("/", "-")


def classes_cells(row):
    """Accuracy with the interval of the runs and their spread, F1, PSNR, SSIM, uses."""
    runs = [100 * accuracy for accuracy in row["classified"]["accuracy_of_draws"]]
    interval = half_interval(runs)
    accuracy = number(100 * row["classified"]["accuracy"], 2)
    return [
        number(row["channel_uses_per_pixel"], 4),
        accuracy if math.isnan(interval) else f"{accuracy} +-{number(interval, 2)}",
        f"{number(min(runs), 2)} to {number(max(runs), 2)}",
        number(100 * row["classified"]["macro_f1"], 2),
        number(row["psnr_db"], 2),
        number(row["ssim"], 3),
    ]


HEADER = ["uses/px", "accuracy %", "runs", "F1 %", "PSNR dB", "SSIM"]


def table_over_snr(measured):
    rows = []
    for name, label in (("adaptive", "policy"), ("digital", "fixed")):
        for row in measured[name]["rows"]:
            rows.append([f"`{row['model']}`", label, row["snr_db"], *classes_cells(row)])
    return markdown_table(["model", "rate", "SNR dB", *HEADER], rows)


def table_over_rate(options, measured, snr):
    rows = []
    for model in (options.ar, options.sp, options.logits):
        for groups in rate_groups(options.models / options.ar):
            row = rows_of(measured, f"groups-{groups}")[model, snr]
            rows.append([f"`{model}`", str(groups), *classes_cells(row)])
    return markdown_table(["model", "groups", *HEADER], rows)


def psnr_goals(options, measured):
    most = rate_groups(options.models / options.ar)[-1]
    rows = rows_of(measured, f"groups-{most}")
    goals = []
    for snr, wanted in PSNR_GOALS.items():
        row = rows.get((options.ar, snr))
        if row:
            what = f"AR-JSCC, {row['channel_uses_per_pixel']:.2f} uses/px, {snr} dB SNR: PSNR dB"
            goals.append(goal(what, row["psnr_db"], wanted - GIVEN_DB, 2))
    return goals


def rate_goal(options, measured):
    rows = measured["adaptive"]["rows"]
    uses = [row["channel_uses_per_pixel"] for row in rows if row["model"] == options.ar]
    falls = all(a >= b for a, b in zip(uses, uses[1:])) and uses[0] > uses[-1]
    told = " ".join(number(use, 3) for use in uses)
    return ["average rate as SNR rises: uses/px", told, "falls", "reached" if falls else "missed"]


def accuracy_goals(options, measured, model, title):
    """A model for a classifier over AR-JSCC at equal rates, and what it costs."""
    goals = []
    for groups in rate_groups(options.models / options.ar):
        rows = rows_of(measured, f"groups-{groups}")
        ar, other = (rows[name, EXAMPLE_SNR] for name in (options.ar, model))
        runs = [[100 * a for a in row["classified"]["accuracy_of_draws"]] for row in (ar, other)]
        means = [statistics.mean(of_one) for of_one in runs]
        intervals = [half_interval(of_one) for of_one in runs]
        apart = means[1] - intervals[1] > means[0] + intervals[0]
        where = f"{groups} groups, {EXAMPLE_SNR} dB SNR"
        gain = means[1] - means[0]
        goals.append(goal(f"{title} over AR, {where}: points of accuracy", gain, 1, 2))
        goals.append([f"{where}: intervals apart", "yes" if apart else "no", "yes", ""])
        loss = ar["psnr_db"] - other["psnr_db"]
        goals.append(
            goal(f"AR over {title}, {where}: PSNR dB", loss, GIVEN_DB, 2, at_least=False)
        )
    return goals


def paper_gains(options, measured):
    rows = rows_of(measured, "adaptive")
    sp, logits, ar = (
        100 * rows[model, EXAMPLE_SNR]["classified"]["accuracy"]
        for model in (options.sp, options.logits, options.ar)
    )
    digital = [row for row in measured["digital"]["rows"] if row["snr_db"] == EXAMPLE_SNR]
    paper, best = (
        100 * next(row for row in digital if chosen(row))["classified"]["accuracy"]
        for chosen in (
            lambda row: row["model"] == digital_name(PAPER_LINK),
            lambda row: row.get("kind") == "envelope",
        )
    )
    return markdown_table(
        ["accuracy at 5 dB, in points", "paper", "SP-JSCC's loss", "logits"],
        [
            ["over AR-JSCC, rates by the policies", f"+{PAPER_GAINS[0]}"]
            + [number(ours - ar, 2, True) for ours in (sp, logits)],
            ["over 16-QAM, LDPC 3/4", f"+{PAPER_GAINS[1]}"]
            + [number(ours - paper, 2, True) for ours in (sp, logits)],
            ["over the digital link of the best PSNR", "-"]
            + [number(ours - best, 2, True) for ours in (sp, logits)],
        ],
    )


def curves_over_snr(options, measured, figure_of):
    most = rate_groups(options.models / options.ar)[-1]
    sources = [
        (f"AR-JSCC, {most} groups", f"groups-{most}", options.ar),
        (f"SP-JSCC, {most} groups", f"groups-{most}", options.sp),
        (f"logits, {most} groups", f"groups-{most}", options.logits),
        ("AR-JSCC, rate by policy", "adaptive", options.ar),
        ("SP-JSCC, rate by policy", "adaptive", options.sp),
        ("logits, rate by policy", "adaptive", options.logits),
        ("HEVC, 16-QAM, LDPC 3/4", "digital", digital_name(PAPER_LINK)),
    ]
    curves = []
    for title, name, model in sources:
        rows = [row for row in measured[name]["rows"] if row["model"] == model]
        curves.append(Curve(title, [(float(row["snr_db"]), figure_of(row)) for row in rows]))
    best = [row for row in measured["digital"]["rows"] if row.get("kind") == "envelope"]
    curves.append(
        Curve("digital link of the best PSNR", [(float(row["snr_db"]), figure_of(row)) for row in best])
    )
    return curves


def curves_over_rate(options, measured, figure_of):
    curves = []
    for title, model in (
        ("AR-JSCC", options.ar),
        ("SP-JSCC", options.sp),
        ("logits", options.logits),
    ):
        points = []
        for groups in rate_groups(options.models / options.ar):
            row = rows_of(measured, f"groups-{groups}")[model, EXAMPLE_SNR]
            points.append((row["channel_uses_per_pixel"], figure_of(row)))
        curves.append(Curve(f"{title}, {EXAMPLE_SNR} dB SNR", points))
    return curves


def write_report(options, measured):
    parts = ["# SP-JSCC beside this project's models", ""]
    plain = measured["adaptive"]["plain"]
    parts += [
        f"{measured['adaptive']['data']}, {options.draws} runs; the plain pictures' accuracy is "
        f"{number(100 * plain['accuracy'], 2)} %, their F1 {number(100 * plain['macro_f1'], 2)} %. "
        "`+-` is half of the 95 % confidence interval over runs. Digital links: "
        f"{measured['digital']['data']}, one run, so their accuracy is rougher than the rest.",
        "",
        "## The paper's figures",
        "",
        paper_gains(options, measured),
        "",
        "## Over SNR (Figs. 6 to 9)",
        "",
        table_over_snr(measured),
        "",
    ]
    for snr in dict.fromkeys(row["snr_db"] for row in measured["adaptive"]["rows"]):
        title = f"## Over channel uses for a pixel, {snr} dB SNR"
        parts += [title, "", table_over_rate(options, measured, snr), ""]
    goals = [
        *psnr_goals(options, measured),
        rate_goal(options, measured),
        *accuracy_goals(options, measured, options.sp, "SP"),
        *accuracy_goals(options, measured, options.logits, "logits"),
    ]
    parts += ["## Goals", "", markdown_table(["goal", "measured", "bound", ""], goals), ""]
    parts += ["## Fig. 5: weights of SP-JSCC", "", "![](fig5.png)", ""]
    for name, (figure_of, title) in FIGURES.items():
        over_snr, over_rate = (
            curves(options, measured, figure_of) for curves in (curves_over_snr, curves_over_rate)
        )
        draw(
            options.output / name,
            [
                Panel("SNR (Es/N0) in dB", title, over_snr),
                Panel("channel uses for a pixel", title, over_rate),
            ],
        )
        parts += [f"## Fig. {name[3:]}: {title}", "", f"![]({name}.png)", ""]
    parts += ["## Fig. 10: pictures at 5 dB and what they are taken for", "", "![](fig10.png)", ""]
    text = "\n".join(parts)
    (options.output / "report.md").write_text(text)
    return text
