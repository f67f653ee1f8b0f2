"""Procedural maths problems: six families, levels 1..5, deterministic from a seed.

A problem is a small DAG of arithmetic steps (or, for countdown, a search).  trace.py turns it
into a chain of thought.  Train, calibration and test problems are disjoint by construction:
`split_of(problem.key)` hashes what defines the problem (structure and numbers, not names or wording).  The prefixes of
the keys ("gsm|", "arith|", …) are older names of the families; they stay because the hash decides the split.
"""
import itertools
import random
import zlib
from dataclasses import dataclass, field

FAMILIES = ("word-problems", "arithmetic", "equations", "clock-times", "modular", "countdown")
LEVELS = (1, 2, 3, 4, 5)
SPLIT_BUCKETS = 20                        # one bucket for the test problems, one for calibration, the rest to train on


def split_of(key):
    return {0: "test", 1: "calibration"}.get(zlib.crc32(key.encode()) % SPLIT_BUCKETS, "train")


class Ref:
    """Operand that is the result of an earlier step."""
    __slots__ = ("i",)

    def __init__(self, i):
        self.i = i


@dataclass
class Step:
    op: str            # + - * / // mod cyc
    a: object          # int or Ref
    b: object
    lead: str          # format string: {c} = the calculation, {v[i]} = result of step i


@dataclass
class Problem:
    family: str
    level: int
    question: str
    key: str
    ask: str                                   # "the number of apples"
    steps: list = field(default_factory=list)
    conclude: str = "So {ask} is {ans}."       # {ans}, {ask}
    kind: str = "int"                          # int | time | expr
    finish: object = None                      # vals -> answer string (default: last value)
    plug: object = None                        # ans -> text of a substitution test (linear)
    chain: bool = False                        # every step works on the previous result
    nums: tuple = ()                           # countdown
    target: int = 0
    attempts: list = field(default_factory=list)
    found_at: int = 0                          # countdown: the attempt that hits the target
    answer: str = ""

    def check(self, text):
        if text is None:
            return False
        text = text.strip()
        if self.kind == "expr":
            return check_expression(text, self.nums, self.target)
        return text.replace(",", "").replace("$", "") == self.answer


# ---------------------------------------------------------------- evaluation

def apply_op(op, a, b):
    """Exact integer result, or None when it is not defined (inexact division)."""
    if op == "+":
        return a + b
    if op == "-":
        return a - b
    if op == "*":
        return a * b
    if op == "/":
        return a // b if b and a % b == 0 else None
    if op == "//":
        return a // b if b else None
    if op == "mod":
        return a % b if b else None
    if op == "cyc":                       # last digit of a**n, b = n modulo the cycle length
        c = digit_cycle(a)
        return c[(b - 1) % len(c)]
    raise ValueError(op)


def digit_cycle(a):
    c, x = [], a % 10
    while x not in c:
        c.append(x)
        x = x * a % 10
    return c


def evaluate(steps, override=None, start=0, vals=None):
    """Values of all steps; override = {i: wrong value}.  None when a slip breaks exactness."""
    vals = list(vals or [])[:start]
    for i in range(start, len(steps)):
        s = steps[i]
        a = vals[s.a.i] if isinstance(s.a, Ref) else s.a
        b = vals[s.b.i] if isinstance(s.b, Ref) else s.b
        r = apply_op(s.op, a, b)
        if override and i in override:
            r = override[i]
        if r is None:
            return None
        vals.append(r)
    return vals


def check_expression(text, nums, target):
    """True when text is an expression over exactly `nums` with + - * / that equals target."""
    if len(text) > 80 or set(text) - set("0123456789+-*/() "):
        return False
    import re
    from fractions import Fraction
    if sorted(int(x) for x in re.findall(r"\d+", text)) != sorted(nums):
        return False
    toks = re.findall(r"\d+|[-+*/()]", text)
    pos = 0

    def peek():
        return toks[pos] if pos < len(toks) else None

    def expr():
        nonlocal pos
        v = term()
        while peek() in ("+", "-"):
            o = toks[pos]
            pos += 1
            w = term()
            v = v + w if o == "+" else v - w
        return v

    def term():
        nonlocal pos
        v = atom()
        while peek() in ("*", "/"):
            o = toks[pos]
            pos += 1
            w = atom()
            v = v * w if o == "*" else v / w
        return v

    def atom():
        nonlocal pos
        t = peek()
        pos += 1
        if t == "(":
            v = expr()
            if peek() != ")":
                raise ValueError
            pos += 1
            return v
        if t == "-":
            return -atom()
        return Fraction(int(t))

    try:
        v = expr()
        return pos == len(toks) and v == target
    except (ValueError, ZeroDivisionError, TypeError):
        return False


# ---------------------------------------------------------------- vocabulary of the stories
# No word that may appear in a chain of thought contains a NoWait keyword as a substring
# (so: no Sarah, Noah, John, brother, button, snow ...); selftest.py asserts it.

GIRLS = ("Emma Olivia Sofia Mia Lily Grace Alice Nina Rosa Clara Julia Maria Anna Eva Lucy Ruby Ella Zoe "
         "Priya Mei Fatima Ingrid Keiko Amara Carmen Leila Nadia Tessa Vera Wendy").split()
BOYS = ("Liam Oliver James Lucas Henry Jack Leo Samuel David Daniel Carlos Omar Ravi Kenji Pedro Ivan Felix "
        "Marcus Peter Tom Victor George Simon Adam Oscar Hugo Mateo Bruno Karl Dmitri").split()
OBJECTS = ("apples oranges marbles stickers books pencils cards coins shells stamps cookies candles beads "
           "ribbons balloons crayons magnets tickets seeds muffins cupcakes lemons peaches eggs plums "
           "badges bottles notebooks erasers toys posters mugs flowers roses tulips bricks tiles").split()
CONTAINERS = "boxes bags baskets crates trays jars packs bins".split()
PLACES = "market store fair farm library school park bakery workshop museum".split()


def person(rng):
    if rng.random() < 0.5:
        return rng.choice(GIRLS), "she", "her"
    return rng.choice(BOYS), "he", "his"


def people(rng, n):
    out, seen = [], set()
    while len(out) < n:
        p = person(rng)
        if p[0] not in seen:
            seen.add(p[0])
            out.append(p)
    return out


def num(rng, level):
    return rng.randint(3, (30, 80, 900, 9000, 90000)[level - 1])


def distractor(rng, name, she):
    n = rng.randint(2, 60)
    return rng.choice((
        f"{name} is {rng.randint(8, 60)} years old.", f"The {rng.choice(PLACES)} is {n} miles away.",
        f"It is {n} degrees outside.", f"{name} walked for {n} minutes to get there.",
        f"The shop has {n} shelves.", f"{name} also has {n} comic books at home.",
        f"There were {n} people in line.", f"The bus number was {n}."))


# ---------------------------------------------------------------- word problems

def gsm_chain(rng, lv):
    """One quantity, changed 2 to 9 times."""
    (n, she, her), (m, _, _) = people(rng, 2)
    o = rng.choice(OBJECTS)
    x = num(rng, lv)
    text = [rng.choice((f"{n} has {x} {o}.", f"{n} starts with {x} {o}.", f"At first, {n} has {x} {o}.",
                        f"{n} brings {x} {o} to the {rng.choice(PLACES)}."))]
    steps, sig, val, prev = [], [], x, x
    for i in range((2, 3, 4, 7, 9)[lv - 1]):
        ops = ["+", "-", "+", "-"]
        if val <= (400, 400, 1900, 9000, 40000)[lv - 1] and (not sig or sig[-2] != "*"):
            ops.append("*")
        ks = [k for k in (range(2, 7), range(2, 7), range(2, 10), range(4, 25), range(9, 60))[lv - 1] if val % k == 0 and val // k >= 2]
        if ks and (not sig or sig[-2] != "*"):
            ops.append("/")
        if val < 4:
            ops = ["+", "*"]
        op = rng.choice(ops)
        if op == "+":
            k = num(rng, lv)
            s, l = rng.choice((
                (f"Then {she} buys {k} more {o}.", f"After buying {k} more, {n} has {{c}} {o}."),
                (f"{m} gives {n} {k} {o}.", f"With the {k} from {m}, {n} has {{c}} {o}."),
                (f"Then {n} finds {k} {o} in the garage.", f"Finding {k} more gives {{c}} {o}."),
                (f"Later {she} wins {k} {o} at the fair.", f"Winning {k} more makes {{c}} {o}.")))
        elif op == "-":
            k = rng.randint(1, val - 1) if val <= num(rng, lv) + 2 else rng.randint(2, min(val - 1, (20, 40, 150, 2000, 20000)[lv - 1]))
            s, l = rng.choice((
                (f"{n} gives {k} {o} to {m}.", f"After giving {k} to {m}, {n} has {{c}} {o} left."),
                (f"Then {she} loses {k} of them.", f"Losing {k} leaves {{c}} {o}."),
                (f"{n} sells {k} {o}.", f"Selling {k} leaves {{c}} {o}."),
                (f"Then {k} of them break.", f"When {k} break, {{c}} {o} are left.")))
        elif op == "*":
            k = rng.choice(((2, 2, 3, 3, 4, 5), (2, 2, 3, 3, 4, 5), range(2, 9), range(3, 25), range(12, 60))[lv - 1])
            w = {2: "doubles", 3: "triples"}.get(k)
            s, l = rng.choice((
                (f"Then {n} {w} {her} collection." if w else f"Then {n}'s collection grows to {k} times its size.",
                 f"The collection becomes {k} times as large: {{c}} {o}."),
                (f"By summer the number of {o} is {k} times as large.", f"By summer there are {{c}} {o}.")))
        else:
            k = rng.choice(ks)
            part = ["half", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"][k - 2] if k < 11 else f"{k}th part"
            s, l = rng.choice((
                (f"{n} splits them equally into {k} {rng.choice(CONTAINERS)} and keeps only one of these.",
                 f"Keeping one of {k} equal parts leaves {{c}} {o}."),
                (f"Then {she} keeps only one {part} of the {o}.", f"Keeping one part of {k} leaves {{c}} {o}.")))
        steps.append(Step(op, prev, k, l))
        text.append(s)
        val = apply_op(op, val, k)
        prev = Ref(i)
        sig += [op, k]
    q = rng.choice((f"How many {o} does {n} have now?", f"How many {o} does {n} have at the end?",
                    f"How many {o} are left with {n}?"))
    return text, q, steps, f"chain|{x}|{sig}", f"the number of {o} {n} has", True, (n, she)


def gsm_shop(rng, lv):
    n, she, her = person(rng)
    kinds = rng.sample(OBJECTS, 5)
    pmax, qmax = (9, 12, 99, 899, 2900)[lv - 1], (6, 9, 79, 1900, 4900)[lv - 1]
    items = [(rng.randint(2, qmax), rng.randint(2, pmax)) for _ in range((1, 2, 2, 3, 4)[lv - 1])]
    parts = [f"{q} {o} at ${p} each" for (q, p), o in zip(items, kinds)]
    text = [rng.choice((f"{n} buys ", f"At the {rng.choice(PLACES)}, {n} buys ", f"{n} orders "))
            + (parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]) + "."]
    steps = [Step("*", q, p, f"The {o} cost {{c}} dollars.") for (q, p), o in zip(items, kinds)]
    cur = Ref(0)
    for i in range(1, len(items)):
        steps.append(Step("+", cur, Ref(i), rng.choice(("Together that is {c} dollars.", "The sum so far is {c} dollars."))))
        cur = Ref(len(steps) - 1)
    total = sum(q * p for q, p in items)
    sig = [items]
    q, ask = f"How many dollars does {n} spend in total?", f"the total {n} spends"
    if lv == 5 or (lv in (2, 4) and rng.random() < 0.4):
        d = rng.randint(2, max(3, total // 4))
        text.append(rng.choice((f"{n} has a coupon for ${d} off.", f"The store takes ${d} off the bill.")))
        steps.append(Step("-", cur, d, "After the discount the bill is {c} dollars."))
        cur, total = Ref(len(steps) - 1), total - d
        sig.append(d)
    if lv in (1, 3) or (lv == 5 and rng.random() < 0.7) or (lv == 4 and rng.random() < 0.5):
        pay = total + rng.randint(1, 20 + 20 * lv)
        text.append(rng.choice((f"{n.capitalize()} pays with ${pay}.", f"{she.capitalize()} hands over ${pay}.")))
        steps.append(Step("-", pay, cur, "The change is {c} dollars."))
        sig.append(pay)
        q, ask = rng.choice(((f"How many dollars of change does {n} get?", f"the change {n} gets"),
                             (f"How many dollars does {she} get back?", f"the change {n} gets")))
    elif lv == 2 and len(steps) == 3 and rng.random() < 0.5:
        have = total + rng.randint(1, 60)
        text.append(f"{n} had ${have} before shopping.")
        steps.append(Step("-", have, cur, f"{n} has {{c}} dollars left."))
        sig.append(("had", have))
        q, ask = f"How many dollars does {n} have left?", f"the money {n} has left"
    return text, q, steps, f"shop|{sig}", ask, False, (n, she)


def gsm_compare(rng, lv):
    ps = people(rng, (2, 3, 3, 4, 5)[lv - 1])
    o = rng.choice(OBJECTS)
    x = num(rng, lv)
    text = [f"{ps[0][0]} has {x} {o}."]
    steps, sig, vals, refs = [], [x], [x], [x]
    for j in range(1, len(ps)):
        a, b = ps[j][0], ps[j - 1][0]
        r = rng.choice(("more", "fewer", "times", "more", "times", "half"))
        pv = vals[-1]
        if (r == "fewer" and pv < 5) or (r == "half" and pv % 2) or (r == "times" and pv > (900, 900, 900, 9000, 40000)[lv - 1]):
            r = "more"
        if r == "more":
            k = num(rng, lv)
            text.append(f"{a} has {k} more {o} than {b}.")
            steps.append(Step("+", refs[-1], k, f"{a} has {{c}} {o}."))
        elif r == "fewer":
            k = rng.randint(1, min(pv - 1, (150, 150, 150, 2000, 20000)[lv - 1]))
            text.append(f"{a} has {k} fewer {o} than {b}.")
            steps.append(Step("-", refs[-1], k, f"{a} has {{c}} {o}."))
        elif r == "half":
            k = 2
            text.append(f"{a} has half as many {o} as {b}.")
            steps.append(Step("/", refs[-1], 2, f"{a} has half of that: {{c}} {o}."))
        else:
            k = rng.randint(2, 2 + lv)
            text.append(rng.choice((f"{a} has {k} times as many {o} as {b}.", f"{a} has {k} times the {o} that {b} has.")))
            steps.append(Step("*", refs[-1], k, f"{a} has {k} times that: {{c}} {o}."))
        refs.append(Ref(len(steps) - 1))
        vals.append(evaluate(steps)[-1])
        sig.append((r, k))
    if lv == 1 or rng.random() < 0.8:
        cur = refs[0]
        for j in range(1, len(ps)):
            steps.append(Step("+", cur, refs[j], rng.choice((f"Adding {ps[j][0]}'s share gives {{c}}.",
                                                             f"Together with {ps[j][0]} that makes {{c}}."))))
            cur = Ref(len(steps) - 1)
        q, ask = rng.choice(((f"How many {o} do they have altogether?", f"the total number of {o}"),
                             (f"How many {o} do they have in total?", f"the total number of {o}")))
        tot = evaluate(steps)[-1]
        ks = [k for k in (range(4, 30) if lv < 5 else range(13, 90)) if tot % k == 0]
        if lv >= 4 and ks:
            k = rng.choice(ks)
            text.append(f"They put all the {o} together and share them equally among {k} friends.")
            steps.append(Step("/", cur, k, f"Each friend gets {{c}} {o}."))
            q, ask = f"How many {o} does each friend get?", f"the number of {o} per friend"
            sig.append(("share", k))
        sig.append("sum")
    else:
        q, ask = f"How many {o} does {ps[-1][0]} have?", f"the number of {o} {ps[-1][0]} has"
    return text, q, steps, f"cmp|{sig}", ask, False, (ps[0][0], ps[0][1])


def gsm_factory(rng, lv):
    o, c = rng.choice(OBJECTS), rng.choice(CONTAINERS)
    r, h, d = rng.randint(3, (9, 15, 150, 900, 2900)[lv - 1]), rng.randint(2, (9, 9, 9, 16, 23)[lv - 1]), rng.randint(2, (5, 7, 9, 90, 360)[lv - 1])
    who = rng.choice(("A machine", "A workshop", "A small factory", "A bakery"))
    text = [f"{who} makes {r} {o} per hour and runs {h} hours a day."]
    steps = [Step("*", r, h, f"Per day it makes {{c}} {o}.")]
    sig = [r, h]
    if lv >= 2:
        text.append(f"It runs for {d} days.")
        steps.append(Step("*", Ref(0), d, f"In {d} days it makes {{c}} {o}."))
        sig.append(d)
        q, ask = f"How many {o} does it make in total?", f"the number of {o}"
    if lv != 2:
        tot = evaluate(steps)[-1]
        bad = rng.randint(1, max(2, tot // 5))
        if lv >= 4:                           # make the packing come out even
            box = rng.randint(6, 29) if lv == 4 else rng.randint(13, 89)
            bad = max(1, bad - (bad - tot) % box)
            while (tot - bad) % box or bad >= tot:
                bad -= 1
                if bad < 1:
                    bad, box = tot % 2 or 2, 2
                    if (tot - bad) % 2:
                        bad += 1
                    break
        text.append(rng.choice((f"{bad} of the {o} are faulty and are thrown away.", f"{bad} {o} fail the quality test.")))
        steps.append(Step("-", Ref(len(steps) - 1), bad, f"Without the faulty ones, {{c}} {o} remain."))
        sig.append(bad)
        q, ask = f"How many good {o} are there?", f"the number of good {o}"
        if lv >= 4:
            text.append(f"The good {o} are packed into {c} of {box}.")
            steps.append(Step("/", Ref(len(steps) - 1), box, f"That fills {{c}} {c}."))
            sig.append(box)
            q, ask = f"How many {c} are filled?", f"the number of {c}"
        if lv == 5:
            p = rng.randint(13, 95)
            text.append(f"Each of the {c} sells for ${p}.")
            steps.append(Step("*", Ref(len(steps) - 1), p, "The sales bring in {c} dollars."))
            cost = rng.randint(20, 4000)
            text.append(f"The materials cost ${cost}.")
            steps.append(Step("-", Ref(len(steps) - 1), cost, "After the materials {c} dollars remain."))
            sig += [p, cost]
            q, ask = "How many dollars of profit are made?", "the profit in dollars"
    return text, q, steps, f"fac|{sig}", ask, True, (rng.choice(BOYS), "he")


def gsm_travel(rng, lv):
    n, she, her = person(rng)
    veh = rng.choice(("drives", "cycles", "rides", "travels"))
    unit, per = ("km", "hour") if lv < 4 else ("meters", "minute")
    legs = [(rng.randint((4, 4, 11, 301, 1001)[lv - 1], (15, 30, 150, 1900, 4900)[lv - 1]), rng.randint((2, 2, 4, 101, 201)[lv - 1], (7, 9, 45, 490, 990)[lv - 1]))
            for _ in range((1, 2, 2, 3, 4)[lv - 1])]
    text, steps = [], []
    for i, (v, t) in enumerate(legs):
        text.append((f"{n} {veh} at {v} {unit} per {per} for {t} {per}s." if i == 0 else
                     rng.choice((f"Then {she} goes at {v} {unit} per {per} for {t} {per}s.", f"After a rest {she} continues for {t} hours at {v} km per hour."))))
        steps.append(Step("*", v, t, f"Part {i + 1} covers {{c}} {unit}."))
    cur = Ref(0)
    for i in range(1, len(legs)):
        steps.append(Step("+", cur, Ref(i), f"Up to here that is {{c}} {unit}."))
        cur = Ref(len(steps) - 1)
    tot = evaluate(steps)[-1]
    sig = [legs]
    q, ask = f"How many {unit} does {n} cover in total?", f"the total distance in {unit}"
    if lv in (1, 3, 5):
        goal = tot + rng.randint(3, 20 * lv + 10)
        text.append(f"The whole route is {goal} {unit} long.")
        steps.append(Step("-", goal, cur, f"What remains is {{c}} {unit}."))
        sig.append(goal)
        q, ask = rng.choice(((f"How many {unit} remain?", f"the remaining distance in {unit}"),
                             (f"How many {unit} does {n} still have to go?", f"the remaining distance in {unit}")))
    return text, q, steps, f"trv|{sig}", ask, False, (n, she)


def gsm_savings(rng, lv):
    n, she, her = person(rng)
    w, s, k = rng.randint(8, (45, 70, 490, 4900, 19000)[lv - 1]), rng.randint(2, 7), rng.randint(3, (13, 21, 65, 390, 890)[lv - 1])
    text = [f"{n} earns ${w} every week and spends ${s} of it on lunch."]
    steps = [Step("-", w, s, f"Each week {n} saves {{c}} dollars."), Step("*", Ref(0), k, f"In {k} weeks that makes {{c}} dollars.")]
    text.append(f"{she.capitalize()} does this for {k} weeks.")
    sig, q, ask = [w, s, k], f"How many dollars does {n} save?", f"the savings of {n}"
    if lv >= 2:
        g = rng.randint(5, 40 * lv)
        text.append(rng.choice((f"{n} already had ${g} in {her} piggy bank.", f"Grandpa adds ${g}.")))
        steps.append(Step("+", Ref(1), g, "With the extra money it is {c} dollars."))
        sig.append(g)
        q, ask = f"How many dollars does {n} have at the end?", f"the money {n} has"
    if lv >= 3:
        tot = evaluate(steps)[-1]
        p = rng.randint(2, max(3, min(tot - 1, tot // 2)))
        text.append(f"Then {she} buys a bike helmet for ${p}.")
        steps.append(Step("-", Ref(2), p, "After the purchase {c} dollars are left."))
        sig.append(p)
    if lv >= 4:
        k2, w2 = rng.randint(2, (40, 290)[lv - 4]), rng.randint(25, (290, 1900)[lv - 4])
        text.append(f"For the next {k2} weeks {she} saves ${w2} a week.")
        steps.append(Step("*", k2, w2, f"The next {k2} weeks bring {{c}} dollars."))
        steps.append(Step("+", Ref(3), Ref(4), "Together that gives {c} dollars."))
        sig += [k2, w2]
    if lv >= 5:
        tot = evaluate(steps)[-1]
        goal = tot + rng.randint(10, 500)
        text.append(f"{n} wants a bike that costs ${goal}.")
        steps.append(Step("-", goal, Ref(5), "Still missing: {c} dollars."))
        sig.append(goal)
        q, ask = f"How many dollars does {n} still need?", f"the money {n} still needs"
    return text, q, steps, f"sav|{sig}", ask, False, (n, she)


def make_word_problem(rng, lv):
    text, q, steps, sig, ask, chain, (n, she) = rng.choice(
        (gsm_chain, gsm_chain, gsm_shop, gsm_compare, gsm_factory, gsm_travel, gsm_savings))(rng, lv)
    if rng.random() < 0.12 + 0.06 * lv:
        text.insert(rng.randint(1, len(text)), distractor(rng, n, she))
    return Problem("word-problems", lv, " ".join(text) + " " + q, "gsm|" + sig, ask, steps, chain=chain,
                   conclude=rng.choice(("So {ask} is {ans}.", "Therefore {ask} is {ans}.", "This means {ask} is {ans}.",
                                        "So the answer is {ans}.")))


# ---------------------------------------------------------------- arithmetic: chains of expressions

def make_arithmetic(rng, lv):
    R = rng.randint
    if lv == 1:
        a, b, c = R(11, 99), R(11, 99), R(5, 60)
        f = rng.choice((0, 1))
        if f == 0:
            if c > a + b:
                c = R(5, a + b - 1)
            e = f"{a} + {b} - {c}"
            st = [Step("+", a, b, "First, {c}."), Step("-", Ref(0), c, "Then {c}.")]
        else:
            b = R(5, a - 1) if a > 6 else 3
            e = f"{a} - {b} + {c}"
            st = [Step("-", a, b, "First, {c}."), Step("+", Ref(0), c, "Then {c}.")]
    elif lv == 2:
        a, b, c = R(12, 99), R(3, 9), R(11, 199)
        f = rng.choice((0, 1, 2))
        if f == 0:
            e, st = f"{a} * {b} + {c}", [Step("*", a, b, "The product comes first: {c}."), Step("+", Ref(0), c, "Then {c}.")]
        elif f == 1:
            c = R(5, a * b - 1)
            e, st = f"{a} * {b} - {c}", [Step("*", a, b, "The product comes first: {c}."), Step("-", Ref(0), c, "Then {c}.")]
        else:
            e, st = f"{c} + {b} * {a}", [Step("*", b, a, "The product comes first: {c}."), Step("+", c, Ref(0), "Then {c}.")]
    elif lv == 3:
        a, b, c, d = R(11, 189), R(11, 189), R(4, 39), R(11, 900)
        if rng.random() < 0.5:
            d = min(d, (a + b) * c - 1)
            e = f"({a} + {b}) * {c} - {d}"
            st = [Step("+", a, b, "Inside the brackets, {c}."), Step("*", Ref(0), c, "Next, {c}."), Step("-", Ref(1), d, "Finally, {c}.")]
        else:
            a, b = max(a, b) + 6, min(a, b)
            e = f"({a} - {b}) * {c} + {d}"
            st = [Step("-", a, b, "Inside the brackets, {c}."), Step("*", Ref(0), c, "Next, {c}."), Step("+", Ref(1), d, "Finally, {c}.")]
    elif lv == 4:
        if rng.random() < 0.35:
            a, b, c, k = R(12, 399), R(12, 299), R(6, 49), R(12, 99)
            d = R(20, 60) * c - a * b % c                     # the division comes out even
            e = f"({a} * {b} + {d}) / {c} - {k}"
            st = [Step("*", a, b, "Inside the brackets, {c}."), Step("+", Ref(0), d, "Still inside, {c}."),
                  Step("/", Ref(1), c, "Next, {c}."), Step("-", Ref(2), k, "Finally, {c}.")]
        else:
            a, b, c, d, g = R(1000, 7999), R(101, 499), R(100, 999), R(101, 299), R(100, 9999)
            if a * b < c * d:
                a, b, c, d = c, d, a, b
            s = rng.choice("+-") if a * b > c * d else "+"
            e = f"{a} * {b} {s} {c} * {d} + {g}"
            st = [Step("*", a, b, "First product: {c}."), Step("*", c, d, "Second product: {c}."),
                  Step(s, Ref(0), Ref(1), "Combining the products, {c}."), Step("+", Ref(2), g, "Finally, {c}.")]
    else:
        f = rng.choice((0, 1, 2, 2, 3))
        if f == 0:
            a, b, c, d, g, h, k = R(1000, 9999), R(1000, 9999), R(101, 499), R(1000, 3999), R(101, 499), R(10000, 99999), R(12, 99)
            while (a + b) * c <= d * g:
                a, c = a + 37, c + 7
            e = f"({a} + {b}) * {c} - {d} * {g} + {h} * {k}"
            st = [Step("+", a, b, "Inside the brackets, {c}."), Step("*", Ref(0), c, "First product: {c}."),
                  Step("*", d, g, "Second product: {c}."), Step("*", h, k, "Third product: {c}."),
                  Step("-", Ref(1), Ref(2), "Combining the first two, {c}."), Step("+", Ref(4), Ref(3), "Finally, {c}.")]
        elif f == 1:
            a, b, c, d, g = R(1000, 9999), R(101, 699), R(50, 9999), R(101, 499), R(1000, 99999)
            c = min(c, a * b - 1)
            e = f"({a} * {b} - {c}) * {d} + {g}"
            st = [Step("*", a, b, "Inside the brackets, {c}."), Step("-", Ref(0), c, "Still inside, {c}."),
                  Step("*", Ref(1), d, "Next, {c}."), Step("+", Ref(2), g, "Finally, {c}.")]
        elif f == 2:
            a, b, c, k = R(1000, 9999), R(101, 999), R(12, 99), R(12, 99)
            d = R(20, 200) * c - a * b % c                    # the division comes out even
            e = f"({a} * {b} + {d}) / {c} - {k}"
            st = [Step("*", a, b, "Inside the brackets, {c}."), Step("+", Ref(0), d, "Still inside, {c}."),
                  Step("/", Ref(1), c, "Next, {c}."), Step("-", Ref(2), k, "Finally, {c}.")]
        else:
            a, b, c, d, g, h = R(1000, 9999), R(1001, 9999), R(1000, 9999), R(101, 999), R(100, 999), R(101, 999)
            e = f"{a} * {b} + {c} * {d} + {h} * {g}"
            st = [Step("*", a, b, "First product: {c}."), Step("*", c, d, "Second product: {c}."), Step("*", h, g, "Third product: {c}."),
                  Step("+", Ref(0), Ref(1), "Adding the first two, {c}."), Step("+", Ref(3), Ref(2), "Finally, {c}.")]
    q = rng.choice(("Compute {e}.", "What is {e}?", "Calculate {e}.", "Evaluate the expression {e}.", "Find the value of {e}.")).format(e=e)
    return Problem("arithmetic", lv, q, "arith|" + e, "the value", st, chain=lv <= 3 and not e[0].isdigit() or lv == 1,
                   conclude=rng.choice(("So the value is {ans}.", "So the result is {ans}.", "This gives {ans}.")))


# ---------------------------------------------------------------- linear equations

def sgn(n):
    return f"+ {n}" if n >= 0 else f"- {-n}"


def make_equation(rng, lv):
    R = rng.randint
    v = rng.choice("xxxynztk")
    x = R(2, (12, 40, 99, 700, 5000)[lv - 1])
    if lv >= 2 and rng.random() < 0.25:
        x = -x
    if lv == 1:
        a, b = R(2, 9), R(1, 30)
        c = a * x + b
        eq = f"{a}{v} + {b} = {c}"
        st = [Step("-", c, b, f"Subtract {b} from both sides: {a}{v} = {{c}}."), Step("/", Ref(0), a, f"Divide by {a}: {v} = {{c}}.")]
        plug = lambda s: f"{a} * {s} + {b} = {a * int(s)} + {b} = {a * int(s) + b}"
    elif lv == 2:
        a, b = R(2, 12), R(5, 90)
        c = a * x - b
        eq = f"{a}{v} - {b} = {c}"
        st = [Step("+", c, b, f"Add {b} to both sides: {a}{v} = {{c}}."), Step("/", Ref(0), a, f"Divide by {a}: {v} = {{c}}.")]
        plug = lambda s: f"{a} * {s} - {b} = {a * int(s)} - {b} = {a * int(s) - b}"
    elif lv == 3:
        c = R(2, 9)
        a, b = c + R(2, 9), R(3, 99)
        d = a * x + b - c * x
        eq = f"{a}{v} + {b} = {c}{v} {sgn(d)}"
        st = [Step("-", a, c, f"Collect the {v} terms: the coefficient is {{c}}."),
              Step("-", d, b, f"Collect the constants: {{v[0]}}{v} = {{c}}."),
              Step("/", Ref(1), Ref(0), f"Divide by {{v[0]}}: {v} = {{c}}.")]
        plug = lambda s: (f"{a} * {s} + {b} = {a * int(s)} + {b} = {a * int(s) + b} and "
                          f"{c} * {s} {sgn(d)} = {c * int(s)} {sgn(d)} = {c * int(s) + d}")
    elif lv == 4:
        c = R(2, 9)
        a, b = c + R(6, 49), R(2, 199)
        d = a * (x + b) - c * x
        eq = f"{a}({v} + {b}) = {c}{v} {sgn(d)}"
        st = [Step("*", a, b, f"Expand the left side: {a}{v} + {a} * {b}, where {{c}}."),
              Step("-", a, c, f"Collect the {v} terms: the coefficient is {{c}}."),
              Step("-", d, Ref(0), f"Collect the constants: {{v[1]}}{v} = {{c}}."),
              Step("/", Ref(2), Ref(1), f"Divide by {{v[1]}}: {v} = {{c}}.")]
        plug = lambda s: (f"{a} * ({s} + {b}) = {a} * {int(s) + b} = {a * (int(s) + b)} and "
                          f"{c} * {s} {sgn(d)} = {c * int(s)} {sgn(d)} = {c * int(s) + d}")
    else:
        c = R(2, 9)
        a, b, d = c + R(11, 89), R(20, 999), R(20, 999)
        e = a * (x + b) - c * (x - d)
        eq = f"{a}({v} + {b}) - {c}({v} - {d}) = {e}"
        st = [Step("*", a, b, f"Expand the first bracket: {a}{v} plus {{c}}."),
              Step("*", c, d, f"Expand the second bracket: minus {c}{v} plus {{c}}."),
              Step("+", Ref(0), Ref(1), "The constants add up to {c}."),
              Step("-", a, c, f"The coefficient of {v} is {{c}}."),
              Step("-", e, Ref(2), f"Move the constants: {{v[3]}}{v} = {{c}}."),
              Step("/", Ref(4), Ref(3), f"Divide by {{v[3]}}: {v} = {{c}}.")]
        plug = lambda s: (f"{a} * ({s} + {b}) = {a} * {int(s) + b} = {a * (int(s) + b)}, "
                          f"{c} * ({s} - {d}) = {c} * {int(s) - d} = {c * (int(s) - d)}, and "
                          f"{a * (int(s) + b)} - {c * (int(s) - d)} = {a * (int(s) + b) - c * (int(s) - d)}".replace("- -", "+ "))
    q = rng.choice(("Solve for {v}: {eq}.", "Find {v} if {eq}.", "If {eq}, what is {v}?", "Solve the equation {eq} for {v}.")).format(v=v, eq=eq)
    return Problem("equations", lv, q, "linear|" + eq.replace(v, "x"), v, st, plug=plug, conclude=rng.choice(("So {ask} = {ans}.", "Therefore {ask} = {ans}.")))


# ---------------------------------------------------------------- time and units

def clock(h, m):
    return f"{h}:{m:02d}"


def clock_steps(total_ref, i):
    """Steps that turn minutes since midnight into a clock time (three steps from index i)."""
    return [Step("//", total_ref, 60, "Full hours: {c}."), Step("*", Ref(i), 60, "These are {c} minutes."),
            Step("-", total_ref, Ref(i + 1), "Minutes past the hour: {c}.")]


UNITS = (("hours", "minutes", 60), ("minutes", "seconds", 60), ("meters", "centimeters", 100), ("weeks", "days", 7),
         ("feet", "inches", 12), ("days", "hours", 24), ("kilograms", "grams", 1000), ("yards", "feet", 3), ("dozens", "units", 12))


def make_clock_time(rng, lv):
    R = rng.randint
    n, she, her = person(rng)
    kind, finish = "int", None
    thing = rng.choice(("movie", "concert", "class", "train ride", "meeting", "game", "flight"))
    if lv == 1:
        big, small, k = rng.choice(UNITS)
        a, b = R(2, 30), R(1, k - 1) if k > 3 else R(1, 2)
        q = rng.choice((f"How many {small} are in {a} {big} and {b} {small}?", f"Convert {a} {big} and {b} {small} to {small}."))
        st = [Step("*", a, k, f"The {big} are {{c}} {small}."), Step("+", Ref(0), b, f"Adding the rest, {{c}} {small}.")]
        key, ask = f"conv|{big}|{a}|{b}", f"the number of {small}"
    elif lv == 2:
        h, m, d = R(6, 20), R(0, 59), R(15, 175)
        q = rng.choice((f"A {thing} starts at {clock(h, m)} and lasts {d} minutes. At what time does it end?",
                        f"{n} begins a {thing} at {clock(h, m)}. It takes {d} minutes. When is it over?"))
        st = [Step("*", h, 60, f"{clock(h, m)} is {{c}} minutes plus {m}."), Step("+", Ref(0), m, "Since midnight that is {c} minutes."),
              Step("+", Ref(1), d, "At the end it is {c} minutes.")] + clock_steps(Ref(2), 3)
        key, ask, kind = f"end|{h}|{m}|{d}", "the end time", "time"
    elif lv == 3:
        h1, m1 = R(5, 14), R(0, 59)
        h2, m2 = R(h1 + 1, 22), R(0, 59)
        q = rng.choice((f"A {thing} starts at {clock(h1, m1)} and ends at {clock(h2, m2)}. How many minutes does it last?",
                        f"{n} works from {clock(h1, m1)} to {clock(h2, m2)}. How many minutes is that?"))
        st = [Step("*", h2, 60, "End: {c}."), Step("+", Ref(0), m2, "The end is at minute {c}."),
              Step("*", h1, 60, "Start: {c}."), Step("+", Ref(2), m1, "The start is at minute {c}."),
              Step("-", Ref(1), Ref(3), "The difference is {c} minutes.")]
        key, ask = f"dur|{h1}|{m1}|{h2}|{m2}", "the length in minutes"
    elif lv == 4 and rng.random() < 0.5:
        h, m, k, d, b = R(1, 9), R(0, 59), R(6, 14), R(12, 55), R(5, 25)
        q = (f"{n} starts at {clock(h, m)} and does {k} rounds of {d} minutes each, with a break of {b} minutes after every round but the last. "
             + rng.choice(("At what time does it end?", f"When is {she} done?")))
        st = [Step("*", k, d, "The rounds take {c} minutes."), Step("-", k, 1, "The number of breaks is {c}."),
              Step("*", Ref(1), b, "The breaks take {c} minutes."), Step("+", Ref(0), Ref(2), "With the breaks, {c} minutes."),
              Step("*", h, 60, f"{clock(h, m)} is {{c}} minutes plus {m}."), Step("+", Ref(4), m, "Since midnight that is {c} minutes."),
              Step("+", Ref(5), Ref(3), "At the end it is {c} minutes.")] + clock_steps(Ref(6), 7)
        key, ask, kind = f"rounds|{h}|{m}|{k}|{d}|{b}", "the end time", "time"
    else:
        shifts = [(R(5, 11), R(0, 59), R(4, 9), R(0, 59), R(15, 75), R(101, (365, 999)[lv - 4])) for _ in range(lv - 3)]
        st, parts, totals = [], [], []
        for h1, m1, length, m2, b, days in shifts:
            i, h2 = len(st), h1 + length
            parts.append(f"from {clock(h1, m1)} to {clock(h2, m2)} with a break of {b} minutes on {days} days")
            st += [Step("*", h2, 60, "End: {c}."), Step("+", Ref(i), m2, "The end is at minute {c}."),
                   Step("*", h1, 60, "Start: {c}."), Step("+", Ref(i + 2), m1, "The start is at minute {c}."),
                   Step("-", Ref(i + 1), Ref(i + 3), "The difference is {c} minutes."), Step("-", Ref(i + 4), b, "Without the break, {c} minutes."),
                   Step("*", Ref(i + 5), days, f"In {days} days that is {{c}} minutes.")]
            totals.append(Ref(i + 6))
        if lv == 5:
            st.append(Step("+", *totals, "Both shifts give {c} minutes."))
        total = evaluate(st)[-1]
        ks = [k for k in (range(6, 50) if lv == 4 else range(11, 90)) if total % k == 0]
        q = f"{n} works " + ", and ".join(parts) + ". "
        key, ask = f"shift|{shifts}", "the working time in minutes"
        if ks and rng.random() < (0.6, 0.85)[lv - 4]:
            k = rng.choice(ks)
            q += f"How many minutes would each person work if {k} people shared all of it equally?"
            st.append(Step("/", Ref(len(st) - 1), k, "Each person gets {c} minutes."))
            key, ask = key + f"|{k}", "the working time of each person"
        else:
            q += rng.choice((f"How many minutes does {she} work in total?", "How many minutes of work is that in total?"))
    if kind == "time":
        finish = lambda v: clock(v[-3], v[-1]) if 0 <= v[-1] < 60 and v[-3] >= 0 else None
    return Problem("clock-times", lv, q, "time|" + key, ask, st, kind=kind, finish=finish,
                   conclude=rng.choice(("So {ask} is {ans}.", "Therefore {ask} is {ans}.")))


# ---------------------------------------------------------------- modular arithmetic

def make_modular(rng, lv):
    R = rng.randint
    m = R((3, 4, 7, 29, 79)[lv - 1], (12, 19, 49, 99, 219)[lv - 1])
    if lv == 1:
        a, b = R(11, 99), R(11, 99)
        e, st = f"{a} + {b}", [Step("+", a, b, "First, {c}."), Step("mod", Ref(0), m, "Then {c}.")]
    elif lv == 2:
        a, b = R(11, 69), R(3, 9)
        e, st = f"{a} * {b}", [Step("*", a, b, "First, {c}."), Step("mod", Ref(0), m, "Then {c}.")]
    elif lv == 3 and rng.random() < 0.4:
        a, n = rng.choice((2, 3, 7, 8, 12, 13, 17, 18, 4, 9, 14, 19, 23, 27)), R(5, 99)
        c = digit_cycle(a)
        q = rng.choice((f"What is the last digit of {a}^{n}?", f"Find the units digit of {a}^{n}."))
        st = [Step("mod", n, len(c), f"The last digits of powers of {a} repeat: {', '.join(map(str, c))}, a cycle of length {len(c)}. {{c}}."),
              Step("cyc", a, Ref(0), "{c}.")]
        return Problem("modular", lv, q, f"mod|last|{a}|{n}", "the last digit", st, conclude="So {ask} is {ans}.")
    elif lv == 3:
        a, b, c = R(11, 99), R(11, 99), R(3, 99)
        e = f"{a} * {b} + {c}"
        st = [Step("mod", a, m, "Reduce first: {c}."), Step("mod", b, m, "Also {c}."), Step("*", Ref(0), Ref(1), "The product is {c}."),
              Step("+", Ref(2), c, f"Adding {c}, {{c}}."), Step("mod", Ref(3), m, "Finally, {c}.")]
    elif lv == 4:
        a, n = R(12, 99), R(3, 5)
        e = f"{a}^{n}"
        st = [Step("mod", a, m, "Reduce the base: {c}.")]
        cur = Ref(0)
        for i in range(2, n + 1):
            st.append(Step("*", cur, Ref(0), f"Power {i}: {{c}}."))
            st.append(Step("mod", Ref(len(st) - 1), m, "Reduced, {c}."))
            cur = Ref(len(st) - 1)
    else:
        a, n, b = R(50, 299), R(3, 4), R(3, 99)
        e = f"{a}^{n} + {b}"
        st = [Step("mod", a, m, "Reduce the base: {c}.")]
        cur = Ref(0)
        for i in range(2, n + 1):
            st.append(Step("*", cur, Ref(0), f"Power {i}: {{c}}."))
            st.append(Step("mod", Ref(len(st) - 1), m, "Reduced, {c}."))
            cur = Ref(len(st) - 1)
        st.append(Step("+", cur, b, f"Adding {b}, {{c}}."))
        st.append(Step("mod", Ref(len(st) - 1), m, "Finally, {c}."))
    q = rng.choice((f"What is the remainder when {e} is divided by {m}?", f"Compute ({e}) mod {m}.", f"Find {e} modulo {m}."))
    return Problem("modular", lv, q, f"mod|{e}|{m}", "the remainder", st, conclude="So {ask} is {ans}.")


# ---------------------------------------------------------------- countdown: search

def combos(a, b, ops):
    """(text, value, expression) for each way to combine two (value, expression) pairs."""
    (x, ex), (y, ey) = a, b
    out = []
    if "+" in ops:
        out.append((f"{x} + {y}", x + y, f"{ex} + {ey}"))
    if "-" in ops:
        (h, eh), (l, el) = (a, b) if x >= y else (b, a)
        out.append((f"{h} - {l}", h - l, f"{eh} - {par(el)}"))
    if "*" in ops:
        out.append((f"{x} * {y}", x * y, f"{par(ex)} * {par(ey)}"))
    if "/" in ops:
        (h, eh), (l, el) = (a, b) if x >= y else (b, a)
        if l > 1 and h % l == 0:
            out.append((f"{h} / {l}", h // l, f"{par(eh)} / {par(el)}"))
    return out


def par(e):
    return f"({e})" if " " in e else e


def countdown_attempts(nums, lv):
    """The systematic search, in order: [(head, [(text, value, expression), ...])]."""
    v = [(n, str(n)) for n in nums]
    out = []
    if lv <= 3:
        ops = ("+-", "+-*", "+-*/")[lv - 1]
        for i, j, k in ((0, 1, 2), (0, 2, 1), (1, 2, 0)):
            for t, val, e in combos(v[i], v[j], ops):
                out.append((f"{t} = {val}", combos((val, e), v[k], ops)))
    elif len(nums) == 5:
        for signs in itertools.product("+-", repeat=len(nums) - 1):
            e = str(nums[0]) + "".join(f" {o} {n}" for o, n in zip(signs, nums[1:]))
            out.append((None, running(nums[0], signs, nums[1:], e)))
    else:
        pairs = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
        for i, j in pairs:
            r = [k for k in range(4) if k not in (i, j)]
            c, d = nums[r[0]], nums[r[1]]
            p, e = nums[i] * nums[j], f"{nums[i]} * {nums[j]}"
            outs = []
            for s in "+-":
                m = p + c if s == "+" else p - c
                outs.append((f"{p} {s} {c}", m, None))
                outs += [(f"{m} {t} {d}", m + d if t == "+" else m - d, f"{e} {s} {c} {t} {d}") for t in "+-"]
            out.append((f"{e} = {p}", outs))
    return out


def running(a, signs, rest, expr):
    """Running totals of a +- rest; only the last one is a complete expression."""
    outs, v = [], a
    for i, (s, n) in enumerate(zip(signs, rest)):
        w = v + n if s == "+" else v - n
        outs.append((f"{v} {s} {n}", w, expr if i == len(rest) - 1 else None))
        v = w
    return outs


def make_countdown(rng, lv):
    hi = (30, 15, 18, 160, 260)[lv - 1]
    nums = [rng.randint(2 if lv > 1 else 1, hi) for _ in range((3, 3, 3, rng.choice((4, 5)), 4)[lv - 1])]
    att = countdown_attempts(nums, lv)
    outs = [o for o in att[rng.randrange(len(att))][1] if o[2]]
    if not outs:
        return make_countdown(rng, lv)
    target = rng.choice(outs)[1]
    if target < 1 or target > (400, 400, 700, 9999, 70000)[lv - 1] or target in nums:
        return make_countdown(rng, lv)
    s = ", ".join(map(str, nums[:-1])) + f" and {nums[-1]}"
    q = rng.choice((f"Using the numbers {s} exactly once each, with + - * /, make {target}.",
                    f"Countdown: reach {target} with {s}. Use each number exactly once.",
                    f"Combine {s} (each used exactly once) with + - * / to get {target}.",
                    f"Write an expression that equals {target} using {s}, each exactly once."))
    return Problem("countdown", lv, q, f"countdown|{sorted(nums)}|{target}", "the expression", kind="expr", nums=tuple(nums), target=target, attempts=att)


def first_hit(p):
    """(attempt index, expression) where the search first meets the target."""
    return next((k, e) for k, (_, outs) in enumerate(p.attempts) for _, v, e in outs if e and v == p.target)


MAKERS = {"word-problems": make_word_problem, "arithmetic": make_arithmetic, "equations": make_equation, "clock-times": make_clock_time, "modular": make_modular,
          "countdown": make_countdown}


def make_problem(rng, family, level, split="train"):
    """A solved problem of that split (drawn until the key's hash says so)."""
    for _ in range(2000):
        p = MAKERS[family](rng, level)
        if split_of(p.key) != split:
            continue
        if p.family == "countdown":
            p.found_at, p.answer = first_hit(p)
        else:
            vals = evaluate(p.steps)
            if vals is None:
                continue
            p.answer = p.finish(vals) if p.finish else str(vals[-1])
            if p.answer is None or (p.family == "word-problems" and (min(vals) < 0)):
                continue
        return p
    raise RuntimeError(f"no {split} problem for {family} level {level}")
