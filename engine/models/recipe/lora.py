"""Trains a LoRA adapter that gives the reasoner a ratio control, on chains that `laconic tokenskip compress` has shortened.

  python3 lora.py --chains DIR --out adapter.gguf [--seed 1] [--base ../reference/reference.gguf]

DIR holds chains.jsonl and card.json; --per-chain all gives every ratio of every chain, from which each epoch draws one a chain.
TokenSkip's recipe (arXiv 2502.12067): rank 8, alpha 16 on all linear layers, loss on the output only, learning rate warmed up over a
tenth and brought down along a cosine.  What differs: the rate (theirs, 5e-5, suits models a hundred times as large), the number of epochs
and of chains a step, and the ratio, which they draw once a chain.  bfloat16 on a GPU, float32 without one.
The ratio is written as ordinary text behind the question (`qwen` in Laconic), because the reasoner knows the control token `<|eot_id|>`
from its own training already.

--limit and --epochs shorten it: `--limit 400 --epochs 1` is a matter of minutes on two cores.
"""
import argparse
import hashlib
import json
import math
import os
import random
import struct
import time
import torch
import torch.nn as nn
import gguf_weights
import tokenizer as tk
from export_gguf import ALIGN, F32, STR, U32, kv, string
from model import Model, rope_table

HERE = os.path.dirname(os.path.abspath(__file__))
# GGUF's name and the network's: wq [layers, out, in] and so on.
MATRICES = {"attn_q": "wq", "attn_k": "wk", "attn_v": "wv", "attn_output": "wo", "ffn_gate": "wg", "ffn_up": "wu", "ffn_down": "wd"}
PACK_CPU, PACK_GPU = 1024, 16384          # tokens of one forward pass: attention without a GPU is quadratic in them


class Adapted(Model):
    """The frozen network with alpha / rank * B A beside each matrix; B is zero at first, so it begins as the base."""

    def adapt(self, rank, alpha, seed):
        self.requires_grad_(False)
        self.rank, self.alpha, self.scale = rank, alpha, alpha / rank
        draw = torch.Generator().manual_seed(seed)
        self.a, self.b = nn.ParameterDict(), nn.ParameterDict()
        for name, attribute in MATRICES.items():
            layers, out, inner = getattr(self, attribute).shape
            self.a[name] = nn.Parameter((torch.rand(layers, rank, inner, generator=draw) * 2 - 1) / math.sqrt(inner))
            self.b[name] = nn.Parameter(torch.zeros(layers, out, rank))

    def merged(self, name):
        return getattr(self, MATRICES[name]) + self.scale * (self.b[name] @ self.a[name])

    def layer_weights(self, dtype):
        w = {name: self.merged(name).to(dtype) for name in MATRICES}
        qkv = torch.cat((w["attn_q"], w["attn_k"], w["attn_v"]), 1).unbind(0)
        gate_up = torch.cat((w["ffn_gate"], w["ffn_up"]), 1).unbind(0)
        return list(zip(qkv, w["attn_output"].unbind(0), gate_up, w["ffn_down"].unbind(0)))


# ---------------------------------------------------------------- examples

def control_text(ratio):
    """Nothing is asked for where everything is kept."""
    return "" if ratio == 1 else f"<|eot_id|>{ratio}<|eot_id|>"


def prompt_ids(tok, question, ratio):
    """Only the chat format's own markers are special; the question and the ratio behind it are text."""
    turn = tok.encode(f"user\n{question}{control_text(ratio)}", special=False)
    return [tok.special["<|im_start|>"], *turn, tok.special["<|im_end|>"], *tok.encode("\n<|im_start|>assistant\n")]


def read_chains(folder, tok, limit):
    """For every chain in the file's order, [(prompt ids, output ids)] of its ratios; output = shortened thinking, answer, end of turn."""
    chains, end = {}, tok.special["<|im_end|>"]
    with open(os.path.join(folder, "chains.jsonl"), encoding="utf-8") as f:
        for line in f:
            one = json.loads(line)
            output = one["outputIds"]
            example = prompt_ids(tok, one["question"], one["ratio"]), output if output[-1] == end else [*output, end]
            chains.setdefault((one["dataset"], one["item"], one["repeat"]), []).append(example)
    return list(chains.values())[:limit or None]


def packs(examples, most):
    """Splits a step's examples into runs that fit into one forward pass."""
    pack, size = [], 0
    for example in examples:
        length = len(example[0]) + len(example[1])
        if pack and size + length > most:
            yield pack
            pack, size = [], 0
        pack.append(example)
        size += length
    yield pack


def tensors(pack, device):
    """tokens, targets (-100 = no loss), positions, starts of the documents, document of each token."""
    ids, targets, positions, starts, docs = [], [], [], [], []
    for n, (prompt, output) in enumerate(pack):
        starts.append(len(ids))
        ids += prompt + output
        targets += [-100] * (len(prompt) - 1) + output + [-100]
        positions += range(len(prompt) + len(output))
        docs += [n] * (len(prompt) + len(output))
    to = lambda values, kind=torch.long: torch.tensor(values, dtype=kind, device=device)
    return to(ids), to(targets), to(positions), to([*starts, len(ids)], torch.int32), to(docs)


# ---------------------------------------------------------------- training

def rate(step, steps, peak, warm=0.1):
    t = step / steps
    return peak * (t / warm if t < warm else 0.5 * (1 + math.cos(math.pi * (t - warm) / (1 - warm))))


def train(model, chains, args, device):
    dtype, most = (torch.bfloat16, PACK_GPU) if device == "cuda" else (torch.float32, PACK_CPU)
    cos, sin = rope_table(model.cfg, device)
    parameters = [*model.a.parameters(), *model.b.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=args.rate, weight_decay=0.0)
    draw, steps = random.Random(args.seed), args.epochs * math.ceil(len(chains) / args.batch)
    step, seen, begun, running = 0, 0, time.time(), None
    for _ in range(args.epochs):
        shuffled = [draw.choice(ratios) for ratios in draw.sample(chains, len(chains))]
        for first in range(0, len(shuffled), args.batch):
            batch = shuffled[first:first + args.batch]
            total = sum(len(output) for _, output in batch)
            for group in optimiser.param_groups:
                group["lr"] = rate(step, steps, args.rate)
            loss_of_step = torch.zeros((), device=device)
            for pack in packs(batch, most):
                ids, targets, positions, starts, docs = tensors(pack, device)
                keep = torch.ones(len(pack), model.cfg.layers, device=device)
                share = sum(len(output) for _, output in pack) / total
                loss = model.losses(ids, targets, positions, starts, docs, keep, cos, sin, dtype)[-1] * share
                loss.backward()
                loss_of_step += loss.detach()
                seen += len(ids)
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            step += 1
            running = loss_of_step if running is None else 0.98 * running + 0.02 * loss_of_step
            if step % 100 == 0 or step == steps:
                print(f"step {step} of {steps}, loss {float(running):.4f}, {seen} tokens, {time.time() - begun:.0f} s", flush=True)
    return {"steps": step, "tokens": seen, "seconds": round(time.time() - begun, 1), "loss": round(float(running), 4)}


# ---------------------------------------------------------------- the file

def write_gguf(path, model, facts):
    """A LoRA in llama.cpp's form: lora_a [rank, in] and lora_b [out, rank] for every matrix, half precision."""
    meta = [kv("general.architecture", STR, "qwen3"), kv("general.type", STR, "adapter"), kv("adapter.type", STR, "lora"),
            kv("adapter.lora.alpha", F32, float(model.alpha)), kv("general.name", STR, f"tokenskip-{facts['scorer']}")]
    for key, kind in (("scorer", STR), ("seed", U32), ("ratios", STR), ("control", STR), ("examples", U32), ("base_sha256", STR), ("dataset_sha256", STR)):
        meta.append(kv(f"laconic.tokenskip.{key}", kind, facts[key]))
    infos, data, offset = [], [], 0
    for layer in range(model.cfg.layers):
        for name in MATRICES:
            for side, stack in (("a", model.a[name]), ("b", model.b[name])):
                x = stack[layer].detach().cpu().half().numpy()
                raw = x.astype("<f2").tobytes()
                shape = b"".join(struct.pack("<Q", d) for d in reversed(x.shape))
                infos.append(string(f"blk.{layer}.{name}.weight.lora_{side}") + struct.pack("<I", 2) + shape + struct.pack("<IQ", 1, offset))
                data.append(raw + b"\0" * (-len(raw) % ALIGN))
                offset += len(data[-1])
    head = struct.pack("<IIQQ", 0x46554747, 3, len(infos), len(meta)) + b"".join(meta) + b"".join(infos)
    with open(path, "wb") as f:
        f.write(head + b"\0" * (-len(head) % ALIGN) + b"".join(data))


def sha256_of_chains(chains):
    """Of what is learned from, token by token, whatever else the file says."""
    return hashlib.sha256(json.dumps(chains, separators=(",", ":")).encode()).hexdigest()


def sha256_of(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--base", default=os.path.join(HERE, "..", "reference", "reference.gguf"))
    ap.add_argument("--chains", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--rank", type=int, default=8)
    ap.add_argument("--alpha", type=int, default=16)
    ap.add_argument("--rate", type=float, default=5e-3)
    ap.add_argument("--epochs", type=int, default=20)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--limit", type=int, default=0)
    args = ap.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tok = tk.Tokenizer.load(os.path.join(HERE, "tokenizer"))
    with open(os.path.join(args.chains, "card.json"), encoding="utf-8") as f:
        card = json.load(f)
    assert card["control"] == "qwen", "compress the chains with --control qwen"
    chains = read_chains(args.chains, tok, args.limit)
    torch.manual_seed(args.seed)
    model, base_sha256 = gguf_weights.load(args.base, Adapted)
    model.adapt(args.rank, args.alpha, args.seed)
    model.to(device)
    spent = train(model, chains, args, device)
    facts = {"scorer": card["scorer"]["name"], "seed": args.seed, "ratios": ",".join(map(str, card["ratios"])), "control": card["control"],
             "examples": len(chains), "base_sha256": base_sha256, "dataset_sha256": sha256_of_chains(chains)}
    write_gguf(args.out, model, facts)
    report = {**facts, "rank": args.rank, "alpha": args.alpha, "rate": args.rate, "epochs": args.epochs, "batch": args.batch, **spent,
              "device": torch.cuda.get_device_name() if device == "cuda" else "cpu", "torch": torch.__version__, "sha256": sha256_of(args.out)}
    with open(os.path.splitext(args.out)[0] + ".training.json", "w", encoding="utf-8") as f:
        json.dump(report, f, indent=2)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
