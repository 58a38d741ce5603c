"""Writes statistics_tests.json: tests, intervals, effect sizes and corrections by SciPy, statsmodels and scikit-posthocs, and by enumeration
where these have none (Tango's interval, Cliff's delta, exact tests with ties, exchange within pairs).

    python3 statistics_tests.py > statistics_tests.json

The numbers belong to the versions below; the script refuses others.
"""

import itertools
import json
import sys
import warnings

import numpy as np
import scikit_posthocs
import scipy
import statsmodels
from scipy import optimize, stats
from scipy.spatial.distance import cdist
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

VERSIONS = {"numpy": "2.4.6", "scipy": "1.17.1", "statsmodels": "0.15.0", "scikit-posthocs": "0.17.1"}
ALTERNATIVES = ["two-sided", "greater", "less"]


def check_versions():
    found = {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "statsmodels": statsmodels.__version__,
        "scikit-posthocs": scikit_posthocs.__version__,
    }
    if found != VERSIONS:
        sys.exit(f"These golden numbers belong to {VERSIONS}, and this is {found}.")


def numbers(values):
    return [float(value) for value in np.ravel(values)]


def distributions():
    normal = [[float(z), float(stats.norm.sf(z))] for z in [-8, -3, -1, -0.01, 0, 0.3, 1, 1.96, 3, 5, 7]]
    student = [
        [t, df, float(stats.t.sf(t, df))]
        for df in [1, 2, 3.7, 11, 11.37, 35, 100.5, 1e5]
        for t in [-3, 0, 0.1, 1, 2.2, 5, 10, 30]
        if stats.t.sf(t, df) > 1e-12
    ]
    quantiles = [
        [p, df, float(stats.t.ppf(p, df))] for df in [1, 2, 3.7, 11, 35, 1e5] for p in [0.6, 0.8, 0.95, 0.975, 0.9995]
    ]
    chi = [
        [x, df, float(stats.chi2.sf(x, df))]
        for df in [1, 2, 3, 7, 20]
        for x in [0.0, 0.01, 0.5, 2, 10, 50]
        if stats.chi2.sf(x, df) > 1e-12
    ]
    f = [
        [x, a, b, float(stats.f.sf(x, a, b))]
        for a in [1, 2, 5]
        for b in [2, 9, 40, 400]
        for x in [0.0, 0.05, 0.9, 2, 8, 40]
        if stats.f.sf(x, a, b) > 1e-12
    ]
    kolmogorov = [[x, float(stats.kstwobign.sf(x))] for x in [0.2, 0.5, 0.8, 0.83, 1, 1.36, 2, 3, 3.7]]
    ranges = [
        [q, k, float(stats.studentized_range.sf(q, k, np.inf))] for k in [2, 3, 5, 10] for q in [0.1, 1, 2, 3.3, 4.5, 6]
    ]
    return {
        "normal": normal, "student": student, "studentQuantile": quantiles, "chiSquare": chi, "f": f,
        "kolmogorov": kolmogorov, "range": ranges,
    }  # fmt: skip


def mcnemar_cases():
    cases = []
    for a, b, c, d in [
        (1, 1, 7, 12), (20, 12, 2, 16), (59, 6, 16, 80), (5, 0, 1, 5), (5, 3, 3, 5), (0, 0, 9, 1),
        (900, 40, 20, 40), (6000, 700, 500, 400), (6000, 601, 599, 400), (6900, 240, 160, 300), (90, 31, 0, 9),
    ]:  # fmt: skip
        exact = mcnemar([[a, b], [c, d]], exact=True)
        tails = {alternative: float(stats.binomtest(b, b + c, 0.5, alternative).pvalue) for alternative in ALTERNATIVES}
        half = float(stats.binom.pmf(b, b + c, 0.5)) / 2
        middle = {
            "two-sided": min(1.0, 2 * min(tails["greater"], tails["less"]) - 2 * half) if b != c else 1.0,
            "greater": tails["greater"] - half,
            "less": tails["less"] - half,
        }
        cases.append({
            "table": {"both": a, "firstOnly": b, "secondOnly": c, "neither": d},
            "statistic": float(exact.statistic), "statsmodels": float(exact.pvalue), "exact": tails, "midP": middle,
        })  # fmt: skip
    return cases


def likelihood_share(b, c, n, difference):
    """Share of secondOnly that maximises the likelihood when the difference is fixed, by search."""

    def loss(q):
        p12, rest = q + difference, 1 - 2 * q - difference
        terms = [(b, p12), (c, q), (n - b - c, rest)]
        return -sum(count * np.log(max(p, 1e-300)) for count, p in terms if count > 0)

    low, high = max(0.0, -difference), (1 - difference) / 2
    return optimize.minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-14}).x


def tango_score(b, c, n, difference):
    q = likelihood_share(b, c, n, difference)
    return (b - c - n * difference) / np.sqrt(n * (2 * q + difference * (1 - difference)))


def newcombe(a, b, c, d, level):
    n = a + b + c + d
    (l1, u1), (l2, u2) = [proportion_confint(x, n, alpha=1 - level, method="wilson") for x in (a + b, a + c)]
    p1, p2 = (a + b) / n, (a + c) / n
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    excess = a * d - b * c
    if excess > n / 2:
        excess -= n / 2
    elif excess >= 0:
        excess = 0
    phi = 0 if margins == 0 else excess / np.sqrt(margins)
    low = p1 - p2 - np.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    high = p1 - p2 + np.sqrt((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2)
    return [float(low), float(high)]


def paired_intervals():
    cases = []
    for a, b, c, d in [(1, 1, 7, 12), (59, 6, 16, 80), (20, 12, 2, 16), (36, 12, 2, 0), (6900, 240, 160, 300), (5, 4, 0, 5)]:
        n = a + b + c + d
        for level in [0.9, 0.95]:
            z = stats.norm.ppf(1 - (1 - level) / 2)
            estimate = (b - c) / n
            # Searched likelihoods are good to some 1e-8, so that the limits are too.
            low = optimize.brentq(lambda x: tango_score(b, c, n, x) - z, -1 + 1e-6, estimate - 1e-9, xtol=1e-13)
            high = optimize.brentq(lambda x: tango_score(b, c, n, x) + z, estimate + 1e-9, 1 - 1e-6, xtol=1e-13)
            cases.append({
                "table": {"both": a, "firstOnly": b, "secondOnly": c, "neither": d}, "level": level,
                "tango": [low, high], "newcombe": newcombe(a, b, c, d, level),
            })  # fmt: skip
    return cases


def mean_intervals(random):
    cases = []
    samples = [
        [0.01, 0.03], [1, 2, 4, 8], numbers(random.normal(-0.03, 0.01, 12)), numbers(random.normal(0, 1, 200)),
        numbers(random.normal(0.012, 0.01, 12)), numbers(random.normal(0.001, 0.005, 12)), numbers(random.normal(0, 0.01, 30)),
    ]  # fmt: skip
    for values in samples:
        found = stats.ttest_1samp(values, 0)
        interval = found.confidence_interval(0.95)
        margin = 0.02
        p = max(
            stats.ttest_1samp(values, -margin, alternative="greater").pvalue,
            stats.ttest_1samp(values, margin, alternative="less").pvalue,
        )
        half = stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) * np.sqrt(1 + 1 / len(values))
        cases.append({
            "values": values, "interval": [float(interval.low), float(interval.high)], "margin": margin, "tost": float(p),
            "prediction": [float(np.mean(values) - half), float(np.mean(values) + half)],
        })  # fmt: skip
    strata = [numbers(random.normal(0.02, 0.01, size)) for size in (4, 5, 3)]
    n = sum(map(len, strata))
    parts = [(len(s), len(s) * np.var(s, ddof=1) / n**2) for s in strata]
    square = sum(part for _, part in parts)
    df = square**2 / sum(part**2 / (size - 1) for size, part in parts)
    mean = np.mean(np.concatenate(strata))
    half = stats.t.ppf(0.975, df) * np.sqrt(square)
    return {"cases": cases, "stratified": {"strata": strata, "interval": [float(mean - half), float(mean + half)]}}


def bootstrap_cases(random):
    cases = []
    for values in [random.normal(0, 1, 15), random.exponential(1, 30), np.repeat([0.0, 1.0, -1.0], [40, 6, 3])]:
        for method in ["percentile", "BCa"]:
            found = stats.bootstrap((values,), np.mean, n_resamples=499, method=method, rng=np.random.default_rng(7))
            cases.append({
                "values": numbers(values), "method": "bootstrap-" + method.lower(), "level": 0.95,
                "replicates": numbers(np.sort(found.bootstrap_distribution)),
                "interval": [float(found.confidence_interval.low), float(found.confidence_interval.high)],
            })  # fmt: skip
    return cases


def sign_flips(random):
    samples = [
        [1, 2, 3], [1, -1, 2, 2, -3], [0, 0, 1, 2, 0, -1], [0.5] * 7, numbers(random.normal(0.4, 1, 12)),
        numbers(random.normal(1.5, 0.3, 16)), numbers(np.round(random.normal(0.01, 0.02, 14), 2)),
    ]  # fmt: skip
    cases = []
    for values in samples:
        found = {}
        for alternative in ALTERNATIVES:
            result = stats.permutation_test(
                (np.array(values),), lambda x, axis: np.sum(x, axis=axis), permutation_type="samples", n_resamples=np.inf,
                alternative=alternative, vectorized=True, batch=1000,
            )  # fmt: skip
            found[alternative] = float(result.pvalue)
        cases.append({"values": values, "mean": float(np.mean(values)), "p": found})
    return cases


def lower_tails(values):
    """Exact p-values from lower tails alone: SciPy takes upper ones as 1 - cdf, which is good to 1e-16 of 1 only."""
    less, greater = [float(stats.wilcoxon(v, alternative="less", method="exact").pvalue) for v in (values, np.negative(values))]
    return {"less": less, "greater": greater, "two-sided": min(1.0, 2 * min(less, greater))}


def wilcoxons(random):
    samples = [
        [1.5, 2.5, -0.5], [3, -1, 4, 1.5, -5, 9, 2, 6], numbers(random.normal(0.3, 1, 25)), numbers(random.normal(0.9, 1, 40)),
        [1, 1, -1, 2, 2, -3, 4], [0, 0, 1, -2, 3, 3, 0, 5], numbers(np.round(random.normal(0.5, 2, 10))),
        numbers(np.round(random.normal(0.2, 2, 60))), numbers(np.round(random.normal(0.8, 2, 100))),
        numbers(random.uniform(0.5, 1, 36)), numbers(random.normal(1.2, 1, 60)),
    ]  # fmt: skip
    cases = []
    for values in samples:
        sizes = np.abs(values)
        plain = np.all(sizes > 0) and len(np.unique(sizes)) == len(sizes)
        case = {"values": values, "exact": [], "asymptotic": []}
        for zeros, alternative in itertools.product(["wilcox", "pratt"], ALTERNATIVES):
            plus = float(stats.wilcoxon(values, alternative="greater", zero_method=zeros, method="asymptotic").statistic)
            for continuity in [False, True]:
                found = stats.wilcoxon(
                    values, alternative=alternative, zero_method=zeros, correction=continuity, method="asymptotic"
                )
                case["asymptotic"].append({
                    "zeros": zeros, "alternative": alternative, "continuity": continuity, "plus": plus, "p": float(found.pvalue),
                })  # fmt: skip
            if plain or len(values) <= 12:
                p = lower_tails(values)[alternative] if plain else float(stats.wilcoxon(
                    values, alternative=alternative, zero_method=zeros, method=stats.PermutationMethod(n_resamples=np.inf)
                ).pvalue)  # fmt: skip
                case["exact"].append({"zeros": zeros, "alternative": alternative, "plus": plus, "p": p})
        cases.append(case)
    return cases


def pairs_of_groups(random):
    return [
        [[1, 2, 3], [4, 5, 6]], [[1, 5], [2, 3, 9, 11]], [[1, 2, 2, 3], [2, 3, 4, 4]],
        [numbers(random.normal(0, 1, 12)), numbers(random.normal(0.8, 2, 9))],
        [numbers(random.normal(0, 1, 30)), numbers(random.normal(1.5, 1, 25))],
        [numbers(np.round(random.normal(0, 2, 40))), numbers(np.round(random.normal(1, 2, 35)))],
        [numbers(np.round(random.normal(0, 2, 6))), numbers(np.round(random.normal(1, 2, 7)))],
        [[0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 2, 3]],
        [numbers(random.normal(0, 1, 20)), numbers(random.normal(12, 1, 19))],
        [numbers(random.normal(0, 1, 45)), numbers(random.normal(2.5, 1, 40))],
    ]  # fmt: skip


def mann_whitney(x, y):
    pooled = np.concatenate([x, y])
    plain = len(np.unique(pooled)) == len(pooled)
    few = len(pooled) <= 14
    case = {"asymptotic": [], "exact": []}
    for alternative in ALTERNATIVES:
        for continuity in [False, True]:
            found = stats.mannwhitneyu(x, y, alternative=alternative, use_continuity=continuity, method="asymptotic")
            case["asymptotic"].append({
                "alternative": alternative, "continuity": continuity, "u": float(found.statistic), "p": float(found.pvalue),
            })  # fmt: skip
        if plain or few:
            method = "exact" if plain else stats.PermutationMethod(n_resamples=np.inf)
            found = stats.mannwhitneyu(x, y, alternative=alternative, method=method)
            case["exact"].append({"alternative": alternative, "u": float(found.statistic), "p": float(found.pvalue)})
    return case


def two_groups(random):
    cases = []
    for x, y in pairs_of_groups(random):
        separated = max(x) < min(y)
        brunner = [] if separated else [
            {"method": name, "alternative": alternative, "statistic": float(found.statistic), "p": float(found.pvalue)}
            for name, distribution in [("student", "t"), ("normal", "normal")]
            for alternative in ALTERNATIVES
            for found in [stats.brunnermunzel(x, y, alternative=alternative, distribution=distribution)]
        ]  # fmt: skip
        exact = stats.ks_2samp(x, y, method="exact")
        en = len(x) * len(y) / (len(x) + len(y))
        permuted = None
        if len(x) + len(y) <= 16:
            permuted = {
                alternative: float(stats.permutation_test(
                    (x, y), lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis), n_resamples=np.inf,
                    alternative=alternative, vectorized=True,
                ).pvalue)
                for alternative in ALTERNATIVES
            }  # fmt: skip
        delta = np.mean([np.sign(a - b) for a in x for b in y])
        cases.append({
            "x": x, "y": y, "mannWhitney": mann_whitney(x, y), "brunnerMunzel": brunner,
            "ks": {
                "statistic": float(exact.statistic), "exact": float(exact.pvalue),
                "asymptotic": float(stats.kstwobign.sf(np.sqrt(en) * exact.statistic)),
            },
            "permuted": permuted, "cliffsDelta": float(delta), "wasserstein": float(stats.wasserstein_distance(x, y)),
            "energy": float(stats.energy_distance(x, y) ** 2),
        })  # fmt: skip
    return cases


def many_groups(random):
    cases = []
    for groups in [
        [[1, 2, 3, 4], [3, 4, 5, 6], [5, 6, 7, 9]],
        [numbers(random.normal(m, s, n)) for m, s, n in [(0, 1, 10), (0.5, 2, 12), (1, 1, 8), (0, 3, 15)]],
        [numbers(np.round(random.normal(m, 2, n))) for m, n in [(0, 20), (1, 25)]],
        [numbers(random.normal(m, s, 60)) for m, s in [(0, 1), (1.2, 2.5), (2.4, 4)]],
    ]:
        kruskal = stats.kruskal(*groups)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            anderson = stats.anderson_ksamp(groups, variant="midrank")
        cases.append({
            "groups": groups, "kruskal": [float(kruskal.statistic), float(kruskal.pvalue)],
            "levene": numbers(stats.levene(*groups, center="mean")),
            "brownForsythe": numbers(stats.levene(*groups, center="median")),
            "anderson": float(anderson.statistic),
        })  # fmt: skip
    return cases


def friedmans(random):
    cases = []
    for rows in [
        [[1, 2, 3], [2, 1, 3], [1, 2, 3], [1, 3, 2]],
        numbers_rows(random.normal(0, 1, (12, 4)) + [0, 0.4, 0.8, 1.2]),
        numbers_rows(np.round(random.normal(0, 1, (15, 5)) + [0, 0, 1, 1, 2])),
        numbers_rows(random.normal(0, 1, (20, 3)) + [0, 2, 4]),
        numbers_rows(random.normal(0, 1, (26, 3)) + [0, 9, 20]),
    ]:
        found = stats.friedmanchisquare(*np.transpose(rows))
        pairs = scikit_posthocs.posthoc_nemenyi_friedman(np.array(rows))
        cases.append({
            "rows": rows, "statistic": float(found.statistic), "p": float(found.pvalue),
            "nemenyi": numbers_rows(pairs.to_numpy()),
        })  # fmt: skip
    return cases


def numbers_rows(rows):
    return [numbers(row) for row in rows]


def exchange_within_pairs(random):
    """Energy distance of two compositions over pairs of draws, each a point in the plane, over all exchanges."""
    cases = []
    for pairs, shift in [(3, 0), (5, 0.5), (8, 1.5)]:
        first, second = random.normal(0, 1, (pairs, 2)), random.normal(shift, 1, (pairs, 2))

        def energy(x, y):
            return 2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean()

        observed = energy(first, second)
        reached = 0
        for flips in itertools.product([False, True], repeat=pairs):
            flip = np.array(flips)[:, None]
            reached += energy(np.where(flip, second, first), np.where(flip, first, second)) >= observed - 1e-12
        points = np.concatenate([first, second])
        distances = cdist(points, points)
        distances = (distances + distances.T) / 2
        np.fill_diagonal(distances, 0)
        cases.append({"pairs": pairs, "distances": numbers(distances), "statistic": float(observed), "p": reached / 2**pairs})
    return cases


def corrections(random):
    families = [[0.01], [0.04, 0.01, 0.03], [0.2, 0.2, 0.001, 1.0, 1e-9], numbers(random.uniform(0, 0.2, 25))]
    names = {"holm": "holm", "benjamini-hochberg": "fdr_bh", "benjamini-yekutieli": "fdr_by"}
    return [
        {"p": family, **{ours: numbers(multipletests(family, method=theirs)[1]) for ours, theirs in names.items()}}
        for family in families
    ]


def detectable_cases():
    """Smallest difference that McNemar's test finds with a power of 0.8 (Connor 1987), its equation solved by root-finding; none where all discordant
    texts on one side would not do. Of a mean of differences with an error of 1, the exact figure of the noncentral t distribution."""
    cases = []
    for n, discordant, alpha in [(7600, 59, 0.05), (7600, 692, 0.05 / 3), (2189, 180, 0.01), (70000, 25, 0.05), (12, 2, 0.05), (7600, 9, 0.05)]:
        psi = discordant / n
        a, b = stats.norm.ppf(1 - alpha / 2), stats.norm.ppf(0.8)

        def missing(d, psi=psi, n=n, a=a, b=b):
            return d * np.sqrt(n) - a * np.sqrt(psi) - b * np.sqrt(max(psi - d * d, 0))

        found = optimize.brentq(missing, 0, psi, xtol=1e-16, rtol=1e-14) if missing(psi) >= 0 else None
        cases.append({"n": n, "discordant": discordant, "alpha": alpha, "difference": found})
    return cases


def detectable_means():
    cases = []
    for df, alpha in [(11, 0.05), (11, 0.01), (23, 0.05), (59, 0.01)]:
        reach = stats.t.ppf(1 - alpha / 2, df)
        # The chance of the other side is below 1e-5 at this power.
        found = optimize.brentq(lambda shift, reach=reach, df=df: stats.nct.sf(reach, df, shift) - 0.8, 1, 8, xtol=1e-12)
        cases.append({"df": df, "alpha": alpha, "errors": float(found)})
    return cases


def main():
    check_versions()
    random = np.random.default_rng(20261121)
    print(json.dumps({
        "versions": VERSIONS, "distributions": distributions(), "mcnemar": mcnemar_cases(), "pairedIntervals": paired_intervals(),
        "means": mean_intervals(random), "bootstrap": bootstrap_cases(random), "signFlip": sign_flips(random),
        "wilcoxon": wilcoxons(random), "twoGroups": two_groups(random), "manyGroups": many_groups(random),
        "friedman": friedmans(random), "energy": exchange_within_pairs(random), "corrections": corrections(random),
        "detectable": detectable_cases(), "detectableMeans": detectable_means(),
    }))  # fmt: skip


main()
