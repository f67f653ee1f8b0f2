"""Checks of the generator, the tokenizer and the masks of the data sets; standard library only.

  python3 selftest.py            about 10 seconds
"""
import json
import os
import random
import checks as ck
import data
import make_datasets
import rollout
import tasks
import tokenizer as tk
import trace as tr

DATASETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "datasets")
KEYWORDS = ["wait", "alternatively", "hmm", "but", "however", "alternative", "another", "check", "oh", "maybe", "verify", "other", "again",
            "now", "ah", "any"]


def main():
    tok = tk.Tokenizer.load(os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokenizer"))
    rng, seen, repaired = random.Random(5), 0, 0
    for fam in tasks.FAMILIES:
        for lv in tasks.LEVELS:
            for split in ("train", "calibration", "test"):
                for _ in range(60):
                    p = tasks.make_problem(rng, fam, lv, split)
                    assert tasks.split_of(p.key) == split
                    assert p.check(p.answer), (p.question, p.answer)
                    pieces = tr.think(rng, p)
                    text = tr.text_of(pieces)
                    claims = [c for c in map(rollout.concluded, text.split("\n")) if c is not None]
                    assert claims and p.check(claims[-1]), (p.question, text)      # every trace ends with the right conclusion
                    repaired += not p.check(claims[0])
                    marked = "".join(ck.slip(t) if c == "s" else t for t, c in pieces)
                    assert tok.decode(tok.encode(ck.unmark(text))) == ck.unmark(text)
                    assert [t & (data.NO_LOSS - 1) for t in data.encode_marked(tok, marked)] == tok.encode(ck.unmark(text))
                    if fam != "countdown":           # outside reflection no word contains a NoWait keyword
                        for t, cls in pieces:
                            if cls in "icmvr":
                                bad = [k for k in KEYWORDS if k in t.lower()]
                                assert not bad, (bad, t)
                    check_own(rng, p, pieces)
                    seen += 1
    check_templates()
    if os.path.isdir(DATASETS):
        check_datasets(DATASETS)
    for w in ("Wait", " Wait", " wait", "Alternatively", " Alternatively", "Hmm", " Hmm", "But", "However", "Maybe", " check", " verify", "Again"):
        assert len(tok.encode(w)) == 1, w
    assert tok.encode("\\boxed{-4}")[:2] == tok.encode("\\boxed{(3 + 4)}")[:2] == tok.encode("\\boxed{")
    assert tasks.check_expression("(3 + 4) * 5", (3, 4, 5), 35) and not tasks.check_expression("3 + 4 * 5", (3, 4, 5), 35)
    lens = [len(data.encode_document(rng, tok)) for _ in range(300)]
    print(f"{seen} traces fine, {repaired} with a repaired conclusion; mean document {sum(lens) / len(lens):.0f} tokens; "
          f"vocab {len(tok.tokens)}; {len(tok.keyword_ids())} NoWait tokens")


def check_templates():
    """The mask hides numbers, names and letters, and nothing that the templates differ in."""
    make, t = lambda family, q: tasks.Problem(family, 1, q, "", ""), make_datasets.template
    assert t(make("equations", "If 26(k + 892) - 5(k - 930) = 7, what is k?")) == "If N(x + N) - N(x - N) = N, what is x?"
    assert t(make("word-problems", "Tom has 3 lemons. Then he buys 4 more lemons.")) == t(make("word-problems", "Mia has 9 toys. Then she buys 1 more toys."))
    assert t(make("arithmetic", "Compute 4 + 5.")) != t(make("arithmetic", "What is 4 + 5?"))


def check_datasets(folder):
    """The committed data sets are what make_datasets writes, and no problem of one draw is a problem of the other."""
    draws = {draw: data.problem_set(draw, n) for draw, n in (("test", 60), ("calibration", 10))}
    keys = {draw: {p.key for p in problems} for draw, problems in draws.items()}
    assert not keys["test"] & keys["calibration"]
    for draw, file in (("test", "items.jsonl"), ("calibration", "calibration.jsonl")):
        for family in tasks.FAMILIES:
            with open(os.path.join(folder, family, file), encoding="utf-8") as f:
                committed = [json.loads(line) for line in f]
            made = [make_datasets.row(p, r["id"]) for p, r in zip((p for p in draws[draw] if p.family == family), committed, strict=True)]
            assert made == committed, (draw, family)


def check_own(rng, p, pieces):
    """Treats a generated first pass as the model's own: it must parse, and its continuation must end right."""
    text, claim = rollout.first_pass(ck.unmark(tr.text_of(pieces)))
    r = {"text": text, "claim": claim, "right": bool(p.check(claim)), "values": None, "doubts": None}
    if p.family != "countdown" and not any(c in "xy" for _, c in pieces[:len(pieces) // 2]):
        found = rollout.claimed_values(p, text)
        if found is None:
            return
        r["values"] = [v for v, _, _ in found]
        r["doubts"] = [0.0] * len(found)
        if not rollout.usable(p, r):
            return
    if p.family == "countdown" or r["values"]:
        body = rollout.continue_text(rng, p, r)
        claims = [c for c in map(rollout.concluded, ck.unmark(text + body).split("\n")) if c is not None]
        assert p.check(claims[-1]), (text, body)


if __name__ == "__main__":
    main()
