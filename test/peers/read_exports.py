"""Reads exports of `laconic export` with the programs that they are made for, and fails where one refuses them.

Run it again at any time, in a throw-away environment:

    dir=$(mktemp -d) && python3 -m venv "$dir" && "$dir/bin/pip" install inspect-ai pyarrow
    npx laconic export <run> --format inspect --out exported/inspect
    npx laconic export <run> --format lm-eval --out exported/lm-eval
    npx laconic export <run> --format parquet --out exported/samples.parquet
    "$dir/bin/python" test/peers/read_exports.py exported

Inspect's own reader validates each log, and its accuracy metric must give the accuracy that the log states. Of
lm-evaluation-harness the rules of its tools are applied: how they find files, task and time, and what
scripts/compare_samples.py and scripts/zeno_visualize.py read. pyarrow must read the Parquet file; all three must have the
same samples, the same verdicts and the same delivered tokens.
"""

import json
import math
import sys
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as parquet
from inspect_ai.log import read_eval_log


def from_inspect(folder):
    correct = defaultdict(list)
    tokens = 0
    for path in sorted(folder.glob("*.json")):
        log = read_eval_log(str(path))
        head = read_eval_log(str(path), header_only=True)
        assert head.samples is None and head.eval.eval_id == log.eval.eval_id, path
        assert log.version == 2 and len(log.samples) == log.results.total_samples, path
        items = defaultdict(list)
        for sample in log.samples:
            right = sample.scores["laconic"].value == "C"
            items[sample.id].append(right)
            correct[log.eval.tags[0], log.eval.task, sample.id].append(right)
            tokens += sample.output.usage.output_tokens
        means = [sum(rights) / len(rights) for rights in items.values()]
        assert math.isclose(log.results.scores[0].metrics["accuracy"].value, sum(means) / len(means)), path
    return correct, tokens


def from_lm_eval(folder):
    correct = {}
    tokens = 0
    for model in sorted(path for path in folder.iterdir() if path.is_dir()):
        (results_path,) = model.glob("results_*.json")
        results = json.loads(results_path.read_text(encoding="utf-8"))
        assert set(results["configs"]) == set(results["results"]) == set(results["task_hashes"]), results_path
        arm = results["laconic"]["arm"]["name"]
        for task, config in results["configs"].items():
            (path,) = model.glob(f"samples_{task}_*.jsonl")
            assert path.name[path.name.find("_") + 1 : path.name.rfind("_")] == task, path
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            assert len({int(row["doc_id"]) for row in rows}) == len(rows), path
            for row in rows:
                assert all(isinstance(row[metric["metric"]], (int, float)) for metric in config["metric_list"]), path
                assert isinstance(row["arguments"]["gen_args_0"]["arg_0"], str) and isinstance(row["target"], str), path
                assert len(row["resps"][0]) == len(row["filtered_resps"]), path
                rights = [repeat["correct"] for repeat in row["laconic"]]
                assert math.isclose(float(row["acc"]), sum(rights) / len(rights)), path
                correct[arm, row["doc"]["dataset"], row["doc"]["id"]] = rights
                tokens += round(row["delivered_tokens"] * len(rights))
            mean = sum(row["acc"] for row in rows) / len(rows)
            assert math.isclose(results["results"][task]["acc,none"], mean), path
    return correct, tokens


def from_parquet(path):
    table = parquet.read_table(path)
    metadata = {key.decode(): value for key, value in table.schema.metadata.items()}
    assert json.loads(metadata["laconic.run"])["provenance"]["models"], "no provenance"
    correct = defaultdict(list)
    for row in table.select(["arm", "dataset", "item", "correct"]).to_pylist():
        correct[row["arm"], row["dataset"], row["item"]].append(row["correct"])
    return correct, sum(table.column("deliveredTokens").to_pylist())


def main(folder):
    inspect, inspect_tokens = from_inspect(folder / "inspect")
    harness, harness_tokens = from_lm_eval(folder / "lm-eval")
    table, table_tokens = from_parquet(folder / "samples.parquet")
    assert inspect and dict(inspect) == dict(harness) == dict(table), "the exports differ in their samples"
    assert inspect_tokens == harness_tokens == table_tokens, "the exports differ in their tokens"
    print(f"{sum(map(len, inspect.values()))} samples, {table_tokens} delivered tokens: the same in all three")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
