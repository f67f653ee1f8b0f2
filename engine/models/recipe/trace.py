"""Chains of thought for tasks.Problem: a quick first pass, looking back (checks.py), repairs, search, compression.

A trace is a list of (text, class) pieces; the classes say how much a piece matters:
  i filler   c context words   w calculation   m its middle part   v its value   f search attempt   d its repeated operand   h its value
  r conclusion   x reflection   s a planted wrong number (no training loss)   y repair
Concatenating the texts gives the thinking text.
"""
import json
import pathlib
import re
import zlib
from bisect import bisect
import checks as ck
from checks import effort, split_digits, unmark
from tasks import Ref, apply_op, evaluate, digit_cycle

# Reflections after the first conclusion: one more for each threshold that the problem's total effort passes (times noise).
REFLECTION_EFFORT = (3.2, 28.0, 75.0, 150.0)
EFFORT_NOISE = 0.3
RANDOM_REFLECTION = 0.15
SLIP_SHARE = 0.3            # traces with a planted wrong number; the model is not trained to write it
MID_CHECK = 0.1             # traces in which the hardest step is re-checked at once
FIND = 0.3                  # wrong solutions whose last reflection is made to find the mistake; else it is found only if it is looked at


# ---------------------------------------------------------------- calculations of the first pass

def partial_products(x, y):
    """Factor and digit parts for a written product, or None for one done in the head."""
    l, s = (x, y) if len(str(x)) >= len(str(y)) else (y, x)
    if s < 10 or len(str(l).rstrip("0")) + len(str(s).rstrip("0")) <= 4:
        return None
    parts = split_digits(s)
    return [l * p for p in parts] if len(parts) > 1 else None


def calc(op, a, b):
    """[(text, class)] for one calculation, and its result."""
    r = apply_op(op, a, b)
    if op == "cyc":
        return [(f"entry {b if b else len(digit_cycle(a))} of the cycle is", "w"), (f" {r}", "v")], r
    mid = ""
    if op == "mod" and a >= b:
        k = a // b
        mid = f" {a} - {b} * {k} = {a} - {b * k} ="
    if op == "*" and a > 0 and b > 0 and partial_products(a, b):
        mid = " " + " + ".join(map(str, partial_products(a, b))) + " ="
    return [(f"{a} {op} {b} =", "w"), (mid, "m"), (f" {r}", "v")], r


def text_of(pieces):
    return "".join(t for t, _ in pieces)


def near_miss(rng, r):
    """A wrong result: one digit off, or off by one in some place."""
    for _ in range(8):
        w = r + rng.choice((1, -1, 10, -10, 100, -100, 2, -2, 20, 1000, -1000))
        if rng.random() < 0.3 and abs(r) > 9:
            s = list(str(abs(r)))
            i = rng.randrange(len(s))
            s[i] = rng.choice("0123456789")
            w = int("".join(s)) * (-1 if r < 0 else 1)
        if w != r and abs(w) < 20 * abs(r) + 10 and (w >= 0) == (r >= 0) and len(str(w)) <= len(str(r)) + 1:
            return w
    return r + 1


def slip_calc(rng, op, a, b):
    """Pieces of a calculation with a planted mistake, and its wrong result."""
    r = apply_op(op, a, b)
    if op == "mod" and a >= b:
        k, kind = a // b, rng.random()
        if kind < 0.4:
            k += rng.choice((-1, -1, -2, -10, 1))
            if k < 1 or a < b * k:
                k = max(1, a // b - 1)
            product = b * k
        else:
            product = near_miss(rng, b * k) if kind < 0.7 else b * k
            product = product if product <= a else b * k
        w = a - product if product != b * (a // b) else near_miss(rng, r)
        if w == r:
            w = r + 1
        return [(f"{a} mod {b} =", "w"), (f" {a} - {b} *", "m"), (f" {k} = {a} - {product} =", "s"), (f" {w}", "s")], w
    parts = partial_products(a, b) if op == "*" and a > 0 and b > 0 else None
    if parts:
        i = rng.randrange(len(parts))
        if rng.random() < 0.5:
            parts = parts[:i] + [near_miss(rng, parts[i])] + parts[i + 1:]
            w = sum(parts)
        else:
            w = near_miss(rng, r)
        return [(f"{a} {op} {b} =", "w"), (" " + " + ".join(map(str, parts)) + " =", "s"), (f" {w}", "s")], w
    w = near_miss(rng, r)
    return [(f"{a} {op} {b} =", "w"), (f" {w}", "s")], w


# ---------------------------------------------------------------- solutions

INTRO = ("Okay, let me work through this step by step.", "Let me think about this step by step.", "Okay, so I need to find {ask}.",
         "Let me solve this carefully.", "First, let me see what is given.", "I need to find {ask}.")
JOIN = (" ", "\n", " ", "\n", " ")
ANSWERS = ("The answer is \\boxed{{{a}}}.", "\\boxed{{{a}}}", "**Final Answer**\n\\boxed{{{a}}}", "The final answer is \\boxed{{{a}}}.")


def pick(rng, options, h):
    """Mostly the option that h selects (so that greedy decoding varies with the problem), else random."""
    return options[h % len(options)] if rng.random() < 0.6 else rng.choice(options)


def operands(p, vals):
    """[(op, a, b, claimed value)] of the steps, as far as vals goes."""
    return [(s.op, vals[s.a.i] if isinstance(s.a, Ref) else s.a, vals[s.b.i] if isinstance(s.b, Ref) else s.b, v)
            for s, v in zip(p.steps, vals)]


def step_sentence(p, i, vals, pieces=None):
    """Pieces of step i's sentence; vals are the values so far; pieces replace the calculation (a slip)."""
    s = p.steps[i]
    a = vals[s.a.i] if isinstance(s.a, Ref) else s.a
    b = vals[s.b.i] if isinstance(s.b, Ref) else s.b
    pre, post = s.lead.split("{c}")
    return [(pre.format(v=vals), "c")] + (pieces or calc(s.op, a, b)[0]) + [(post.format(v=vals), "c")]


def solution(rng, p, vals, first=0, slip=None):
    """Pieces of the steps from first on; slip = (step index, its pieces)."""
    out = []
    for i in range(first, len(p.steps)):
        if i > first:
            out.append((pick(rng, JOIN, i), "i"))
        out += step_sentence(p, i, vals, slip[1] if slip and slip[0] == i else None)
    return out


def finish(p, vals):
    return p.finish(vals) if p.finish else str(vals[-1])


def conclusion(p, ans):
    return [("\n" + p.conclude.format(ask=p.ask, ans=ans), "r")]


def intro(rng, p):
    return [(pick(rng, INTRO, p.level + len(p.question)).format(ask=p.ask) + "\n", "i")]


def plan_slip(rng, p):
    """(step, pieces, claimed values, claimed answer) for a mistake at a step drawn by effort, or None."""
    true = evaluate(p.steps)
    ops = operands(p, true)
    for _ in range(4):
        i = rng.choices(range(len(ops)), [effort(*o) for o in ops])[0]
        op, a, b, _ = ops[i]
        if op == "cyc":
            continue
        pieces, wrong = slip_calc(rng, op, a, b)
        vals = evaluate(p.steps, {i: wrong})
        if vals and (p.family == "equations" or min(vals) >= 0) and finish(p, vals) not in (None, p.answer):
            return i, pieces, vals, finish(p, vals)
    return None


# ---------------------------------------------------------------- looking back

def total_effort(p):
    """Of the whole problem: its size decides how much reflection follows."""
    if p.family == "countdown":
        return 1.2 * sum(len(str(n)) for n in p.nums) + 0.6 * p.found_at
    return sum(effort(*o) for o in operands(p, evaluate(p.steps)))


def usual_reflections(p):
    return bisect(REFLECTION_EFFORT, total_effort(p))


def reflection_count(rng, p, doubt=0.0):
    """doubt shifts the count: the model's own uncertainty, where it is known."""
    if rng.random() < RANDOM_REFLECTION:
        return rng.choice((0, 1, 1, 2, 3))
    return bisect(REFLECTION_EFFORT, total_effort(p) * 2.718 ** (rng.gauss(0, EFFORT_NOISE) + doubt))


def first_wrong(p, vals):
    for i, (op, a, b, v) in enumerate(operands(p, vals)):
        if apply_op(op, a, b) != v:
            return i
    return None


def repair(rng, p, vals, i):
    """After step i was corrected: the steps after it again, and the new conclusion."""
    out = []
    vals = evaluate(p.steps, start=i, vals=vals)
    if i + 1 < len(p.steps):
        out.append((" Let me redo the rest.\n", "y"))
        out += [(t, "y") for t, _ in solution(rng, p, vals, i + 1)]
    return out + conclusion(p, finish(p, vals))


def focus_step(rng, ops, doubts, limit):
    """The step to re-check: the most doubtful one, else usually the hardest; never beyond limit."""
    weights = [effort(*o) ** 2 for o in ops[:limit]]
    if doubts:
        weights = [w ** 0.5 * (0.02 + d) for w, d in zip(weights, doubts)]
    best = max(range(len(weights)), key=weights.__getitem__)
    return best if rng.random() < 0.6 else rng.choices(range(len(weights)), weights)[0]


def look_back(rng, p, vals, ans, n, doubts=None):
    """n reflections on a solution that claims vals and ans.  A mistake is repaired when a reflection comes upon it;
    None when all of them miss it."""
    bad = first_wrong(p, vals)
    ops = operands(p, vals)
    limit = len(ops) if bad is None else bad + 1
    find = bad is not None and rng.random() < FIND
    n = max(n, 1) if find else n
    out, before = [], None
    for j in range(n):
        kind = reflection_kind(rng, p, ops, bad, j)
        must = find and j == n - 1
        if kind in ("reread", "rough") and (must or before == kind):
            kind = "one"
        before = kind
        close = rng.choice(ck.CLOSE).format(ans=ans)
        if kind == "reread":
            out.append(("\n" + pick(rng, ck.REREAD, j + len(p.question)).format(ask=p.ask, ans=ans), "x"))
        elif kind == "rough":
            out.append(("\n" + ck.rough_check(rng, *ops[focus_step(rng, ops, doubts, limit)]) + close, "x"))
        elif kind == "back":
            text = ", ".join(ck.undo(*o) for o in reversed(ops))
            out.append(("\n" + rng.choice(ck.CHAIN_BACK).format(t=text) + " " + rng.choice(ck.OK) + close, "x"))
        elif kind == "plug":
            text = "\n" + rng.choice(ck.PLUG).format(t=p.plug(ans))
            if bad is None:
                out.append((text + " " + rng.choice(ck.OK) + close, "x"))
            else:
                out.append((text + rng.choice(ck.PLUG_WRONG) + " Let me go through the hard steps." + walk(rng, ops, walked(ops, limit, bad)), "y"))
                return out + repair(rng, p, vals, bad)
        elif kind == "walk":
            which = walked(ops, limit, bad if must else None)
            text = "\n" + rng.choice(ck.WALK) + walk(rng, ops, which)
            if bad in which:
                out.append((text, "y"))
                return out + repair(rng, p, vals, bad)
            out.append((text + " " + rng.choice(ck.OK) + close, "x"))
        else:
            i = bad if must else focus_step(rng, ops, doubts, limit)
            text, wrong = ck.check_step(rng, *ops[i])
            if wrong:
                out.append(("\n" + text, "y"))
                return out + repair(rng, p, vals, i)
            out.append(("\n" + text + close, "x"))
    return out if bad is None else None


def walked(ops, limit, must):
    """Up to three steps for a walk: the hardest ones, in order."""
    which = sorted(range(limit), key=lambda i: -effort(*ops[i]))[:3]
    if must is not None and must not in which:
        which[-1] = must
    return sorted(which)


def walk(rng, ops, which):
    """Re-checks of several steps; ends with the correction when it reaches the wrong one."""
    out = ""
    for i in which:
        text, wrong = ck.quick_check(rng, *ops[i])
        out += text
        if wrong:
            break
    return out


def reflection_kind(rng, p, ops, bad, j):
    """A rough look (large numbers first), one step, the hard steps, substitution, backwards through a chain, or the question again."""
    if rng.random() < 0.35:
        menu = ["one", "one", "walk", "rough", "reread"] + ["plug"] * (p.plug is not None) + ["back"] * (p.chain and bad is None)
        return rng.choice(menu)
    es = [effort(*o) for o in ops]
    op, a, b, r = max(ops, key=lambda o: effort(*o))
    large = len(str(abs(a))) + len(str(abs(b))) >= 7
    if j == 0:
        return "rough" if large else "plug" if p.plug else "one" if max(es) > 0.4 * sum(es) else "walk"
    if j == 1:
        return "one" if large else "reread"
    return "walk" if j == 2 else "reread"


def think_steps(rng, p, slips=True, n_reflect=None):
    """Pieces of the whole thinking text of a step problem."""
    plan = plan_slip(rng, p) if slips and rng.random() < SLIP_SHARE else None
    vals = plan[2] if plan else evaluate(p.steps)
    n = reflection_count(rng, p) if n_reflect is None else n_reflect
    after = look_back(rng, p, vals, finish(p, vals), n)
    if after is None:                                       # the mistake would stay: another draw
        return think_steps(rng, p, slips, n_reflect)
    out = intro(rng, p)
    ops = operands(p, vals)
    mid = None
    if slips and len(ops) > 1 and rng.random() < MID_CHECK:
        mid = plan[0] if plan else max(range(len(ops)), key=lambda i: effort(*ops[i]))
    if mid is None or effort(*ops[mid]) < 2:
        return out + solution(rng, p, vals, slip=plan) + conclusion(p, finish(p, vals)) + after
    true = evaluate(p.steps)
    for i in range(len(p.steps)):
        if i:
            out.append((pick(rng, JOIN, i), "i"))
        out += step_sentence(p, i, true, plan[1] if plan and i == mid else None)
        if i == mid:
            out.append((" " + ck.check_step(rng, *ops[mid])[0], "y" if plan else "x"))
    return out + conclusion(p, p.answer) + look_back(rng, p, true, p.answer, n)


# ---------------------------------------------------------------- countdown

CD_INTRO = ("I need to make {t} from {s}.", "Okay, the target is {t} and the numbers are {s}.", "Let me find a way to reach {t} with {s}.")
CD_FIRST = ("Let me start with ", "First try: ", "Start with ")
CD_NEXT = ("Hmm, no. ", "Alternatively, ", "Maybe ", "Hmm, not yet. Maybe ", "But that fails. Another try: ", "Wait, maybe ",
           "However, that misses. Alternatively, ", "Another option: ", "Wait, what about ", "Oh, not it. Maybe ", "But no. Maybe ")
CD_FOUND = (" Yes!", " That hits the target.", " That is {t}!")
CD_CHECK = ("Wait, let me double-check: {e}.", "Again, to verify: {e}.", "But let me check: {e}.", "Hmm, let me compute it once more: {e}.")
CD_COUNT = ("Hmm, are all the numbers used? {s}: yes, each exactly once.", "Alternatively, count the numbers: {s}, each used once.")
CD_WRONG = (" That is not {t}, so it fails.", " But the target is {t}, so I made a mistake.")
CD_MISSED = "Maybe I missed one earlier: "
FALSE_FIND = 0.08           # searches with a planted false find, noticed when it is checked


def stepwise(expr):
    """'28 - (22 - 5) = 28 - 17 = 11': an expression reduced one operation at a time."""
    out = [expr]
    while True:
        m = re.search(r"\(([^()]+)\)", expr)
        inner = m.group(1) if m else expr
        r = re.search(r"-?\d+ [*/] \d+", inner) or re.search(r"^-?\d+ [-+] \d+", inner)
        if not r:
            return " = ".join(out), int(expr) if expr.lstrip("-").isdigit() else None
        a, op, b = r.group().split(" ")
        if op == "/" and int(a) % max(1, int(b)) or op == "/" and b == "0":
            return " = ".join(out), None
        inner = inner[:r.start()] + str(apply_op(op, int(a), int(b))) + inner[r.end():]
        if m:
            expr = expr[:m.start()] + (f"({inner})" if " " in inner else inner) + expr[m.end():]
        else:
            expr = inner
        expr = re.sub(r"\((-?\d+)\)", r"\1", expr)
        out.append(expr)


def attempt(rng, p, k, upto=None, fake=None):
    """(pieces, expression found or None) of the k-th attempt; fake = index of an outcome written as the target."""
    head, outs = p.attempts[k]
    out, found = [], None
    if head:
        out.append((head + ": ", "f"))
    for n, (t, v, e) in enumerate(outs):
        a, rest = f"{t} =".split(" ", 1)
        out += [((", " if n else "") + a, "d" if n or head else "f"), (" " + rest, "f")]
        out += [(" ", "h"), (f"{p.target}", "s")] if fake == n else [(f" {v}", "h")]
        if (v == p.target and e) or fake == n:
            found = e
            break
    out.append((".", "d"))
    return out, found


def search(rng, p, first=0, fake=None):
    """Attempts from first on until the target is hit: (pieces, expression or None, attempt index)."""
    out = []
    for k in range(first, len(p.attempts)):
        if not p.attempts[k][1]:
            continue
        out.append((rng.choice(CD_FIRST), "i") if k == 0 else ("\n" + pick(rng, CD_NEXT, k + p.target), "i"))
        pieces, found = attempt(rng, p, k, fake=fake[1] if fake and fake[0] == k else None)
        out += pieces
        if found:
            out += [(rng.choice(CD_FOUND).format(t=p.target), "i"), (f"\nSo the expression is {found}.", "r")]
            return out, found, k
    return out, None, None


def plan_false_find(rng, p):
    """(attempt, outcome) before the real one whose value is close to the target."""
    spots = [(k, n) for k in range(p.found_at) for n, (_, v, e) in enumerate(p.attempts[k][1]) if e and 0 < abs(v - p.target) <= 30 and v > 0]
    return rng.choice(spots) if spots else None


def countdown_checks(rng, p, expr, n):
    """Reflections on a right expression."""
    out, s = [], ", ".join(map(str, p.nums))
    for j in range(n):
        if pick(rng, (0, 1), j) == 0:
            text = rng.choice(CD_CHECK).format(e=stepwise(expr)[0])
        else:
            text = rng.choice(CD_COUNT).format(s=s)
        out.append(("\n" + text + " " + rng.choice(ck.OK), "x"))
    return out


def countdown_repair(rng, p, expr, k):
    """A wrong expression, found at attempt k, is checked; the search goes on (or back to a missed attempt).
    Without an expression all attempts failed: back to the missed one."""
    out = []
    if expr:
        out = [("\n" + rng.choice(CD_CHECK).format(e=stepwise(expr)[0]) + rng.choice(CD_WRONG).format(t=p.target), "y")]
    if k >= p.found_at:
        pieces, found = attempt(rng, p, p.found_at)
        out += [("\n" + CD_MISSED, "y")] + pieces + [(rng.choice(CD_FOUND).format(t=p.target), "i"), (f"\nSo the expression is {found}.", "r")]
        return out
    return out + search(rng, p, k + 1)[0]


def think_countdown(rng, p, slips=True, n_reflect=None):
    s = ", ".join(map(str, p.nums))
    out = [(pick(rng, CD_INTRO, p.target).format(t=p.target, s=s) + "\n", "i")]
    n = reflection_count(rng, p) if n_reflect is None else n_reflect
    fake = plan_false_find(rng, p) if slips and rng.random() < FALSE_FIND else None
    pieces, found, k = search(rng, p, fake=fake)
    out += pieces
    if fake:
        return out + countdown_repair(rng, p, found, k) + countdown_checks(rng, p, p.answer, n)
    return out + countdown_checks(rng, p, found, n)


def think(rng, p, slips=True, n_reflect=None):
    return think_countdown(rng, p, slips, n_reflect) if p.family == "countdown" else think_steps(rng, p, slips, n_reflect)


# ---------------------------------------------------------------- short forms

def brief(p):
    """A short solution for the answer part when thinking is skipped."""
    return "" if p.family == "countdown" else draft(p).replace("\n", ", ") + ".\n\n"


def draft(p):
    """Chain of draft: one bare equation a line."""
    if p.family == "countdown":
        return p.answer + f" = {p.target}"
    return "\n".join(ck.forward(*o) for o in operands(p, evaluate(p.steps)))


def concise(rng, p):
    """Only the steps and the conclusion; for a search, the attempts in short."""
    if p.family == "countdown":
        return compress(think_countdown(rng, p, False, 0), 0.5, p)
    return text_of(solution(rng, p, evaluate(p.steps))).replace("\n", " ") + text_of(conclusion(p, p.answer))


def results_only(p):
    """The shortest trace: the values of the steps."""
    return p.answer if p.family == "countdown" else ", ".join(str(v) for v in evaluate(p.steps))


def within(rng, p, limit, length):
    """The longest form that has at most limit tokens (else the shortest)."""
    for n in (3, 2, 1, 0):
        text = unmark(text_of(think(rng, p, False, n)))
        if length(text) <= limit:
            return text
    for text in (concise(rng, p), draft(p)):
        if length(text) <= limit:
            return text
    return results_only(p)


# ---------------------------------------------------------------- compression (TokenSkip)

WORD = re.compile(r" ?[A-Za-z']+| ?\d+| ?[^\sA-Za-z0-9]+|\s+")
STOP = set("a an the is are was that this it its of to in on at and so then i let me there here has have they with by for be gives first next"
           " finally okay step makes since what".split())
BASE = {"i": 2.0, "d": 2.5, "c": 3.0, "f": 4.0, "h": 4.6, "m": 5.0, "r": 6.0, "w": 6.5, "v": 7.5}
# Per family and ratio: how much more effort a reflection needs to stay, and the least importance of a token that stays.
THRESHOLD_FILE = pathlib.Path(__file__).parent / "thresholds.json"
THRESHOLDS = json.loads(THRESHOLD_FILE.read_text()) if THRESHOLD_FILE.exists() else {}


def importance(word, cls):
    """A fixed importance: result and calculation tokens over context words over filler."""
    w = word.strip().lower()
    s = BASE[cls]
    if w.isdigit() or w in ("(", ")"):
        s += 2.0
    elif w in ("+", "-", "*", "/"):
        s += 1.7
    elif w == "=":
        s += 1.4
    elif w.isalpha():
        s += (0.0 if w in STOP else 0.6) + zlib.crc32(w.encode()) % 89 / 178      # a stable order among words
    elif not w:
        s += 1.0                                      # line breaks
    else:
        s += 0.2
    return s


def kept_reflections(effort_sum, scale):
    return bisect([e * scale for e in REFLECTION_EFFORT], effort_sum)


def compress(pieces, ratio, p):
    """About ratio of the tokens: fewer reflections, and core tokens above the family's threshold."""
    scale, floor = THRESHOLDS.get(p.family, {}).get(str(ratio), (1.0, 0.0))
    left = kept_reflections(total_effort(p), scale)
    out, gap = [], False
    for t, cls in pieces:
        if cls == "x":
            if left:
                out.append(t)
                left -= 1
            continue
        for w in WORD.findall(t):
            if importance(w, cls) < floor:
                gap = True
                continue
            if gap and out and not w[0].isspace() and not out[-1][-1:].isspace():
                w = " " + w                           # a gap: keep the neighbours apart
            out.append(w)
            gap = False
    text = re.sub(r"[ \n]*\n[ \n]*", "\n", "".join(out)).strip()
    return re.sub(r" {2,}", " ", text)
