"""Writes fixtures/statistics.json: what SciPy and statsmodels say, for the tests of src/statistics.

Run it again at any time, in a throw-away environment:

    dir=$(mktemp -d) && python3 -m venv "$dir" && "$dir/bin/pip" install scipy statsmodels
    "$dir/bin/python" test/peers/statistics_fixtures.py && npx oxfmt test/peers/fixtures

Two intervals have no implementation in either library. Tango's is computed here from its definition, without the
closed form that src/statistics uses: the constrained likelihood is maximised numerically and the score equation is
solved with brentq. Newcombe's is put together from statsmodels' Wilson intervals.
"""

import json
import math
import platform
from pathlib import Path

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, special, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint


def wilson():
    rows = []
    for n in (1, 2, 10, 30, 80, 600, 2000):
        for k in sorted({0, 1, n // 2, n - 1, n}):
            low, high = proportion_confint(k, n, alpha=0.05, method="wilson")
            rows.append({"successes": k, "trials": n, "interval": [float(low), float(high)]})
    return rows


PAIRS = [
    (80, 0, 0, 0), (79, 0, 1, 0), (76, 1, 3, 0), (0, 0, 0, 80), (20, 12, 5, 3), (20, 5, 12, 3), (507, 0, 61, 32),
    (560, 5, 7, 28), (10, 0, 0, 20), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 5, 0), (950, 30, 10, 10), (3, 9, 9, 9),
]


def constrained_lost_share(won, lost, n, delta):
    """q = P(lost) that maximises the trinomial likelihood under P(won) = q + delta."""
    low, high = max(0.0, -delta), (1.0 - delta) / 2.0

    def slope(q):
        value = 0.0
        if lost:
            value += lost / q
        if won:
            value += won / (q + delta)
        rest = n - won - lost
        if rest:
            value -= 2.0 * rest / (1.0 - 2.0 * q - delta)
        return value

    edge = 1e-15
    a, b = low + edge, high - edge
    if b <= a or slope(a) <= 0:
        return low
    if slope(b) >= 0:
        return high
    return optimize.brentq(slope, a, b, xtol=1e-16, rtol=1e-15)


def tango_interval(won, lost, n, z):
    estimate = (won - lost) / n

    def excess(delta):
        q = constrained_lost_share(won, lost, n, delta)
        variance = n * (2 * q + delta - delta * delta)
        return (won - lost - n * delta) ** 2 - z * z * variance

    bounds = []
    for edge in (-1.0, 1.0):
        near = edge * (1 - 1e-12)
        if abs(estimate - edge) < 1e-12 or excess(near) <= 0:
            bounds.append(edge)
        else:
            inside = estimate + (1e-13 if edge > 0 else -1e-13)
            bounds.append(optimize.brentq(excess, *sorted((inside, near)), xtol=1e-14, rtol=1e-14))
    return bounds


def newcombe_interval(a, won, lost, d):
    n = a + won + lost + d
    p1, p2 = (a + won) / n, (a + lost) / n
    l1, u1 = proportion_confint(a + won, n, method="wilson")
    l2, u2 = proportion_confint(a + lost, n, method="wilson")
    product = a * d - won * lost
    numerator = max(product - n / 2, 0) if product > 0 else product
    margins = (a + won) * (lost + d) * (a + lost) * (won + d)
    phi = numerator / math.sqrt(margins) if margins else 0.0
    below = math.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    above = math.sqrt((u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2)
    return [max(-1.0, p1 - p2 - below), min(1.0, p1 - p2 + above)]


def paired():
    rows = []
    for a, won, lost, d in PAIRS:
        n = a + won + lost + d
        rows.append({
            "bothRight": a, "won": won, "lost": lost, "bothWrong": d,
            "tango95": tango_interval(won, lost, n, stats.norm.ppf(0.975)),
            "tango90": tango_interval(won, lost, n, stats.norm.ppf(0.95)),
            "newcombe95": newcombe_interval(a, won, lost, d),
            "mcnemar": float(mcnemar([[a, lost], [won, d]], exact=True).pvalue) if won + lost else 1.0,
        })
    return rows


def mcnemar_large():
    return [
        {"won": w, "lost": l, "p": float(min(1.0, stats.binomtest(w, w + l, 0.5).pvalue)) if w + l else 1.0}
        for w, l in [(0, 61), (61, 0), (12, 5), (100, 150), (4000, 4200), (1, 1), (0, 0), (0, 1)]
    ]


def distributions():
    dfs = (1, 2, 3, 5, 10, 29.5, 79, 599, 100000)
    return {
        "normalQuantile": [[p, float(stats.norm.ppf(p))] for p in (1e-300, 1e-12, 1e-4, 0.025, 0.05, 0.2, 0.5, 0.8, 0.95, 0.975, 0.9999)],
        "normalCdf": [[z, float(stats.norm.cdf(z))] for z in (-30.0, -8.0, -3.6, -1.96, -0.3, 0.0, 0.5, 1.0, 3.5, 3.6, 8.0)],
        "studentQuantile": [[p, df, float(stats.t.ppf(p, df))] for df in dfs for p in (0.001, 0.025, 0.3, 0.5, 0.9, 0.95, 0.975, 0.9995)],
        "studentCdf": [[t, df, float(stats.t.cdf(t, df))] for df in dfs for t in (-40.0, -2.0, -0.1, 0.0, 0.7, 1.96, 12.0)],
        "logGamma": [[x, float(special.gammaln(x))] for x in (1e-3, 0.5, 1.0, 1.5, 2.0, 7.3, 12.0, 100.5, 1e6)],
        "incompleteBeta": [[x, a, b, float(special.betainc(a, b, x))] for x, a, b in [(0.5, 5, 2), (0.01, 0.5, 40), (0.99, 40, 0.5), (0.3, 200, 400), (0.5, 4200, 4001), (1e-8, 0.5, 0.5)]],
    }


def samples(generator):
    values = generator.gamma(2.0, 130.0, 41).round().tolist()
    probabilities = [0, 0.01, 0.1, 0.5, 0.9, 0.99, 1]
    return {"values": values, "probabilities": probabilities, "quantiles": np.quantile(values, probabilities).tolist()}


def clustered(generator):
    clusters = generator.integers(0, 9, 60)
    differences = generator.choice([-1, -0.5, 0, 0, 0, 0.5, 1], 60) + generator.normal(0, 0.3, 9)[clusters]
    fit = sm.OLS(differences, np.ones(60))
    plain = fit.fit()
    groups = {"groups": clusters, "use_correction": False}
    corrected = {"groups": clusters, "use_correction": True}
    return {
        "differences": differences.tolist(),
        "clusters": clusters.tolist(),
        "meanInterval": plain.conf_int(0.05)[0].tolist(),
        "standardError": float(plain.bse[0]),
        "clusteredStandardError": float(fit.fit(cov_type="cluster", cov_kwds=groups).bse[0]),
        "clusteredInterval": fit.fit(cov_type="cluster", cov_kwds=corrected, use_t=True).conf_int(0.05)[0].tolist(),
    }


def bootstrap(generator):
    base = generator.gamma(2.2, 120.0, 150).round() + 20
    arm = (base * generator.uniform(0.3, 0.9, 150)).round() + 5
    result = stats.bootstrap(
        (arm, base), lambda x, y, axis: x.sum(axis=axis) / y.sum(axis=axis), paired=True, vectorized=True,
        n_resamples=200_000, batch=2_000, method="BCa", rng=np.random.default_rng(5),
    )
    interval = result.confidence_interval
    return {"numerator": arm.tolist(), "denominator": base.tolist(), "ratio": float(arm.sum() / base.sum()),
            "interval": [float(interval.low), float(interval.high)]}


def wilcoxon(generator):
    """Zeros dropped, ties at mid ranks, no continuity correction; few ties exactly, over all signs."""
    untied = generator.permutation(np.arange(1, 46)) * generator.choice([-1, 1, 1], 45)
    tied = generator.integers(-4, 7, 12)
    large = generator.integers(-60, 90, 300)
    every_sign = stats.PermutationMethod(n_resamples=np.inf)
    rows = []
    for values, method in ((untied, "exact"), (untied[:5], "exact"), (tied, every_sign), (large, "asymptotic")):
        found = stats.wilcoxon(values[values != 0], zero_method="wilcox", correction=False, method=method)
        rows.append({"differences": values.tolist(), "p": float(found.pvalue)})
    return rows


def holm():
    rows = []
    for p in ([0.01, 0.04, 0.03, 0.005], [0.5], [0.2, 0.2, 0.9], [0.02, 0.6, 0.6, 0.001, 1.0]):
        rows.append({"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()})
    return rows


def main():
    generator = np.random.default_rng(20260101)
    fixtures = {
        "madeBy": "test/peers/statistics_fixtures.py",
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
        "wilson": wilson(), "paired": paired(), "mcnemar": mcnemar_large(), "distributions": distributions(),
        "quantiles": samples(generator), "clustered": clustered(generator), "bootstrap": bootstrap(generator), "holm": holm(),
        "wilcoxon": wilcoxon(np.random.default_rng(20260102)),
    }
    target = Path(__file__).parent / "fixtures" / "statistics.json"
    target.write_text(json.dumps(fixtures, indent=1) + "\n")
    print(f"wrote {target}")


if __name__ == "__main__":
    main()
