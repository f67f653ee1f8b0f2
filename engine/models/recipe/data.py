"""Training documents: chat-formatted traces, packed into token blocks by worker processes.

Bit 15 of a stored token marks a position that carries no loss (prompt, forced text, planted or own mistakes).
"""
import json
import os
import random
from array import array
import rollout
import tasks
import trace as tr
from checks import SLIP_OFF, SLIP_ON, slip, unmark
from trace import ANSWERS

NO_LOSS = 1 << 15
MAX_DOC = 1536
FAMILY_WEIGHTS = {"word-problems": 0.24, "arithmetic": 0.16, "equations": 0.13, "clock-times": 0.14, "modular": 0.13, "countdown": 0.20}
LEVEL_WEIGHTS = (0.12, 0.14, 0.19, 0.26, 0.29)
STEP_BY_STEP = "Please reason step by step, and put your final answer within \\boxed{}."
SYSTEM = "You are a helpful assistant."
RATIOS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# Instructions that shorten the thinking: concise chain of thought, chain of draft, token budgets.
CONCISE = ("Be concise.", "Think briefly.", "Think step by step, but be concise.")
DRAFT = "Think step by step, but only keep a minimum draft for each thinking step, with 5 words at most."
BUDGET = "Use less than {n} tokens."
BUDGETS = (50, 100, 200, 400)
# Share of document kinds: full thinking, cut thinking (budget forcing), no thinking, compressed (TokenSkip), shortening
# instructions, and (second phase only) continuations of the model's own first passes.
KINDS = {"full": 0.61, "cut": 0.07, "none": 0.04, "ratio": 0.14, "arm": 0.14, "own": 0.0}
OWN_SHARE = 0.4
# The draws: tuning looks at "calibration" problems only; the "test" draw is for the final report.
DRAWS = {"dev": ("calibration", 4001), "calibration": ("calibration", 90210), "test": ("test", 7302026), "training": ("train", 5)}


def user_text(rng, question):
    r = rng.random()
    if r < 0.62:
        return question
    if r < 0.76:
        return STEP_BY_STEP + "\n" + question
    return question + "\n" + STEP_BY_STEP


def prompt_text(user, system=None):
    return (f"<|im_start|>system\n{system}<|im_end|>\n" if system else "") + f"<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"


def draw_problem(rng):
    fam = rng.choices(tasks.FAMILIES, [FAMILY_WEIGHTS[f] for f in tasks.FAMILIES])[0]
    return tasks.make_problem(rng, fam, rng.choices(tasks.LEVELS, LEVEL_WEIGHTS)[0])


def arm_body(rng, p, length):
    """(instruction, thinking) of a document with a shortening instruction."""
    kind = rng.choice(("concise", "concise", "draft", "budget", "budget", "budget"))
    if kind == "concise":
        return rng.choice(CONCISE), tr.concise(rng, p)
    if kind == "draft":
        return DRAFT, tr.draft(p)
    n = rng.choice(BUDGETS)
    return BUDGET.format(n=n), tr.within(rng, p, n, length)


def document(rng, length=len, kind=None, pool=None):
    """One training document: (kind, prompt, opening, thinking without loss, thinking, close, answer)."""
    kind = kind or rng.choices(list(KINDS), list(KINDS.values()))[0]
    if pool and rng.random() < OWN_SHARE:
        p, before, body = rollout.continuation(rng, rng.choice(pool))
        kind = "own"
    else:
        p, before = draw_problem(rng), ""
    user = user_text(rng, p.question)
    system = SYSTEM if rng.random() < 0.2 else None
    ans = rng.choice(ANSWERS).format(a=p.answer) + "<|im_end|>"
    if kind == "none":
        short = tr.brief(p) if rng.random() < 0.7 else ""
        return kind, prompt_text(user, system), "", "", "", "<think>\n\n</think>\n\n", short + ans
    if kind == "ratio":
        r = rng.choice(RATIOS)
        pieces = tr.think(rng, p, slips=False, n_reflect=tr.usual_reflections(p))
        body = tr.compress(pieces, r, p) if r < 1 else tr.text_of(pieces)
        user += f"<|eot_id|>{r}<|eot_id|>"
    elif kind == "arm":
        how, body = arm_body(rng, p, length)
        place = rng.random()
        if place < 0.2:
            system = how if system is None else system + " " + how
        else:
            user = how + "\n" + user if place < 0.4 else user + "\n" + how
    elif kind in ("full", "cut"):
        body = "".join(slip(t) if c == "s" else t for t, c in tr.think(rng, p))
    return kind, prompt_text(user, system), "<think>\n", before, body, "\n</think>\n\n", ans


def sample_text(rng):
    _, *parts = document(rng)
    return unmark("".join(parts))


def encode_marked(tok, text):
    """Tokens of a text; those between slip marks carry no loss.  (Marks enclose numbers, so no token spans a mark.)"""
    out = []
    for k, part in enumerate(text.replace(SLIP_OFF, SLIP_ON).split(SLIP_ON)):
        ids = tok.encode(part)
        out += [t | NO_LOSS for t in ids] if k % 2 else ids
    return out


def encode_document(rng, tok, pool=None):
    """uint16 tokens of one document."""
    while True:
        kind, prompt, open_, before, body, close, ans = document(rng, lambda t: len(tok.encode(t)), pool=pool)
        pi = tok.encode(prompt)
        if kind == "none":
            ids = [t | NO_LOSS for t in pi + tok.encode(close)] + tok.encode(ans)
        elif kind == "cut":
            b = tok.encode(unmark(body))
            if rng.random() < 0.5:                    # where a reflection or a new line starts
                spots = [i + 1 for i, t in enumerate(b) if b"\n" in tok.bytes[t]]
                k = rng.choice(spots) if spots else len(b)
            else:
                k = rng.randrange(len(b) + 1)
            c = close.lstrip("\n") if k and b"\n" in tok.bytes[b[k - 1]] and rng.random() < 0.5 else close
            ids = [t | NO_LOSS for t in pi + tok.encode(open_) + b[:k] + tok.encode(c)] + tok.encode(ans)
        elif before:
            ids = [t | NO_LOSS for t in pi + tok.encode(open_ + before)] + encode_marked(tok, body + close + ans)
        else:
            ids = [t | NO_LOSS for t in pi] + encode_marked(tok, open_ + body + close + ans)
        if len(ids) <= MAX_DOC:
            return array("H", ids)


def block_stream(seed, tok_dir, block, max_docs, pool_file):
    """Yields (tokens[block], starts): documents back to back in one block, the rest padding.
    Once the pool file exists, its continuations are mixed in."""
    import numpy as np                            # here, so that everything else runs without it
    from tokenizer import Tokenizer
    tok = Tokenizer.load(tok_dir)
    pad = tok.special["<|endoftext|>"] | NO_LOSS
    rng, ready, pool = random.Random(seed), [], None
    while True:
        if pool is None and os.path.exists(pool_file):
            with open(pool_file) as f:
                pool = [json.loads(line) for line in f]
        out = np.full(block, pad, dtype=np.uint16)
        starts, pos = [], 0
        while len(starts) < max_docs:
            while len(ready) < 24:
                ready.append(encode_document(rng, tok, pool))
            room = block - pos
            if room < 4 * MAX_DOC:                    # best fit near the end of the block
                fits = [(len(d), i) for i, d in enumerate(ready) if len(d) <= room]
                if not fits:
                    break
                i = max(fits)[1]
            else:
                i = 0
            d = ready.pop(i)
            out[pos:pos + len(d)] = d
            starts.append(pos)
            pos += len(d)
        yield out, np.array(starts + [pos], dtype=np.int32)


def worker(seed, tok_dir, block, max_docs, pool_file, queue):
    os.nice(5)
    for item in block_stream(seed, tok_dir, block, max_docs, pool_file):
        queue.put(item)


def extract_boxed(text):
    """Content of the last \\boxed{...}, or None."""
    i = text.rfind("\\boxed{")
    if i < 0:
        return None
    j = text.find("}", i)
    return text[i + 7:j] if j >= 0 else None


def problem_set(draw, per_cell):
    """Different held-out problems of a draw, per_cell for each family and level."""
    split, seed = DRAWS[draw]
    rng, out = random.Random(seed), []
    for f in tasks.FAMILIES:
        for lv in tasks.LEVELS:
            seen = {}
            for _ in range(100 * per_cell):
                p = tasks.make_problem(rng, f, lv, split)
                seen.setdefault(p.key, p)
                if len(seen) == per_cell:
                    break
            out += seen.values()
    return out
