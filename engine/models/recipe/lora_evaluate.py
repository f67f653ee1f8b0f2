"""Measures adapters of lora.py on one GPU: accuracy and thinking tokens at each ratio, greedy, with a limit of 1,024 new tokens.

  python3 lora_evaluate.py --out adapters.json [--draw test] ADAPTER.gguf …

A line per adapter and ratio is printed; the base without an adapter comes first.  Thinking that runs into the limit counts as wrong.
"""
import argparse
import json
import os
import torch
import data
import gguf_weights
import tokenizer as tk
from engine import Engine
from lora import HERE, MATRICES, Adapted, prompt_ids

LIMIT = 1024
RATIOS = (1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)


def adapted(base, path):
    """The base with the file's adapter, and what the file says of its training."""
    model, _ = gguf_weights.load(base, Adapted)
    if path is None:
        model.adapt(1, 1, 0)
        return model, {}
    meta, tensors, _ = gguf_weights.read(path)
    rank = tensors["blk.0.attn_q.weight.lora_a"].shape[0]
    model.adapt(rank, meta["adapter.lora.alpha"], 0)
    with torch.no_grad():
        for name in MATRICES:
            for layer in range(model.cfg.layers):
                model.a[name][layer].copy_(tensors[f"blk.{layer}.{name}.weight.lora_a"])
                model.b[name][layer].copy_(tensors[f"blk.{layer}.{name}.weight.lora_b"])
    return model, {"scorer": meta["laconic.tokenskip.scorer"], "seed": meta["laconic.tokenskip.seed"]}


def measure(engine, tok, problems, ratio):
    think, end = tok.special["</think>"], tok.special["<|im_end|>"]
    right, lengths, capped = 0, [], 0
    for problem, (ids, _) in zip(problems, engine.generate([prompt_ids(tok, p.question, ratio) for p in problems], LIMIT, [end])):
        closed = think in ids
        length = ids.index(think) + 1 if closed else len(ids)
        right += closed and problem.check(data.extract_boxed(tok.decode(ids[length:])))
        capped += not closed
        lengths.append(length)
    n = len(problems)
    return {"ratio": ratio, "items": n, "accuracy": right / n, "think": sum(lengths) / n, "median": sorted(lengths)[n // 2], "censored": capped / n}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--base", default=os.path.join(HERE, "..", "reference", "reference.gguf"))
    ap.add_argument("--draw", default="test", choices=sorted(data.DRAWS))
    ap.add_argument("--per-cell", type=int, default=60)
    ap.add_argument("--out", required=True)
    ap.add_argument("adapters", nargs="*")
    args = ap.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.bfloat16 if device == "cuda" else torch.float32
    tok, problems, rows = tk.Tokenizer.load(os.path.join(HERE, "tokenizer")), data.problem_set(args.draw, args.per_cell), []
    for path in [None, *args.adapters]:
        model, facts = adapted(args.base, path)
        engine = Engine(model.to(device), device, dtype)
        for ratio in RATIOS if path else (1,):
            row = {"adapter": os.path.basename(path) if path else None, **facts, **measure(engine, tok, problems, ratio)}
            rows.append(row)
            print(json.dumps(row), flush=True)
    with open(args.out, "w", encoding="utf-8") as f:
        json.dump(rows, f, indent=1)


if __name__ == "__main__":
    main()
