"""Writes the product's data sets from the held-out draws of the generator.

  python3 make_datasets.py [FOLDER]     FOLDER/FAMILY/items.jsonl and FOLDER/FAMILY/calibration.jsonl (default: ../../../datasets)
  python3 make_datasets.py --training N FILE     N training problems a family and level, for adapters (lora.py)

One JSON object a line: id, question, answer, level, cluster, check.  check says how the answer is graded:
  "integer"              equal to answer as a whole number
  "clock"                the same time of day or length, H:MM
  {"type": "expression"} uses exactly `numbers` once each with + - * / ( ) and equals `target`; answer is one solution
cluster is the template: items of one cluster have the same level and the same text but for numbers, names and things.
"""
import hashlib
import json
import os
import re
import sys
import data
import tasks

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKS = {"int": "integer", "time": "clock"}
THINGS = "movie|concert|class|train ride|meeting|game|flight"                    # of the clock problems
UNIT_WORDS = "|".join(sorted({u for big, small, _ in tasks.UNITS for u in (big, small)}))
MASKS = (
    (r"\b(?:" + "|".join(tasks.GIRLS + tasks.BOYS) + r")\b", "NAME"),
    (r"\b(?:she|he)\b", "they"), (r"\b(?:She|He)\b", "They"), (r"\b(?:her|his)\b", "their"),
    (r"\b(?:" + "|".join(tasks.OBJECTS) + r")\b", "THINGS"),
    (r"\b(?:" + "|".join(tasks.CONTAINERS) + r")\b", "BOXES"),
    (r"\b(?:" + "|".join(tasks.PLACES) + r")\b", "PLACE"),
    (r"\b(?:" + THINGS + r")\b", "EVENT"),
    (r"\b(?:" + UNIT_WORDS + r")\b", "UNITS"),
    (r"\d+:\d\d", "CLOCK"),
    (r"\d+", "N"),
)


def template(problem):
    """The question with everything masked that the generator draws freely."""
    text = problem.question
    for pattern, mask in MASKS if problem.family in ("word-problems", "clock-times") else MASKS[-1:]:
        text = re.sub(pattern, mask, text)
    if problem.family == "equations":
        text = re.sub(r"(?<=[N (])[xynztk](?=[ ).,:?])", "x", text)
    return text


def cluster(problem):
    digest = hashlib.sha256(f"{problem.level}|{template(problem)}".encode()).hexdigest()
    return f"{problem.family}-{digest[:8]}"


def row(problem, name):
    check = CHECKS.get(problem.kind) or {"type": "expression", "numbers": list(problem.nums), "target": problem.target}
    return {"id": name, "question": problem.question, "answer": problem.answer, "level": problem.level,
            "cluster": cluster(problem), "check": check}


def write(folder, draw, per_level):
    problems = data.problem_set(draw, per_level)
    for family in tasks.FAMILIES:
        os.makedirs(os.path.join(folder, family), exist_ok=True)
        mine = [p for p in problems if p.family == family]
        file, prefix = ("items.jsonl", family) if draw == "test" else ("calibration.jsonl", family + "-calibration")
        with open(os.path.join(folder, family, file), "w", encoding="utf-8") as f:
            for i, p in enumerate(mine, 1):
                assert p.check(p.answer) and tasks.split_of(p.key) == data.DRAWS[draw][0]
                f.write(json.dumps(row(p, f"{prefix}-{i:03d}")) + "\n")
        print(draw, family, len(mine), "problems,", len({cluster(p) for p in mine}), "templates")


def write_training(file, per_level):
    numbers = {}
    with open(file, "w", encoding="utf-8") as f:
        for p in data.problem_set("training", per_level):
            numbers[p.family] = numbers.get(p.family, 0) + 1
            assert p.check(p.answer) and tasks.split_of(p.key) == "train"
            f.write(json.dumps(row(p, f"{p.family}-training-{numbers[p.family]:04d}")) + "\n")
    print("training", numbers)


if __name__ == "__main__" and sys.argv[1:2] == ["--training"]:
    write_training(sys.argv[3], int(sys.argv[2]))
elif __name__ == "__main__":
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "..", "..", "datasets")
    write(out, "test", 60)
    write(out, "calibration", 10)
