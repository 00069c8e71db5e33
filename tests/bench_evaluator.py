"""Rate of the evaluator: synthetic profiles through all tiers, on one core.

Run as ``python -m tests.bench_evaluator [PROFILES]``; 10,000 by default.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from classifier.evaluator.clauses import LADDER
from classifier.evaluator.engine import evaluate
from classifier.evaluator.loading import shipped
from tests.evaluator.firms import good_firm
from tests.synthetic import ON, Maker

PROFILES = 10_000
GAP = 0.05


def main(profiles: int = PROFILES) -> None:
    """Evaluate the profiles for the four tiers and print the rate."""
    shipped()
    made = []
    for seed in range(profiles):
        maker = Maker(seed, gap=GAP if seed % 2 else 0.0)
        firm = maker.profile() if seed % 3 else maker.near(good_firm())
        made.append((firm, maker.domain()))
    decisions: Counter[tuple[str, str]] = Counter()
    start = time.perf_counter()
    for profile, domain in made:
        for tier in LADDER:
            found = evaluate(profile, tier, on=ON, domain=domain, restricted=())
            decisions[tier, found.decision] += 1
    seconds = time.perf_counter() - start
    rate = profiles / seconds
    sys.stdout.write(
        f"{profiles} profiles × {len(LADDER)} tiers in {seconds:.1f} s: "
        f"{rate:.0f} profiles/s, {rate * len(LADDER):.0f} evaluations/s\n"
    )
    for tier in LADDER:
        counts = ", ".join(f"{d} {decisions[tier, d]}" for d in ("pass", "fail", "unknown"))
        sys.stdout.write(f"  {tier}: {counts}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PROFILES)
