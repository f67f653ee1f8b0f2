"""Byte-level BPE in plain Python (GPT-2 byte mapping, Qwen2 pre-tokenizer, every digit its own token).

  python3 tokenizer.py            trains on generated traces and writes tokenizer/ (tokenizer.json, tokenizer_config.json)
"""
import json
import os
import re
from collections import Counter

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|eot_id|>", "<think>", "</think>"]
CONTROL = SPECIALS[:4]
VOCAB = 1664          # the templates need no more: nearly every word is one token
# Qwen2's pattern; \p{L} and \p{N} spelled for the re module.
PATTERN = (r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|(?:[^\r\n\w]|_)?[^\W\d_]+|\d| ?(?:[^\s\w]|_)+[\r\n]*"
           r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2_PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPLIT_SPECIAL = re.compile("(" + "|".join(re.escape(s) for s in SPECIALS) + ")")
PRE = re.compile(PATTERN)
# NoWait's keywords: all their usual spellings are single tokens.
KEYWORDS = ["wait", "alternatively", "hmm", "but", "however", "alternative", "another", "check", "double", "oh", "maybe",
            "verify", "other", "again", "now", "ah", "any", "think", "answer", "final", "step", "boxed"]
CHAT_TEMPLATE = (
    "{%- if messages[0].role == 'system' %}{{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}{%- endif %}"
    "{%- for message in messages %}"
    "{%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- elif message.role == 'assistant' %}"
    "{%- set content = message.content %}"
    "{%- if '</think>' in content %}{%- set content = content.split('</think>')[-1].lstrip('\\n') %}{%- endif %}"
    "{{- '<|im_start|>assistant\\n' + content + '<|im_end|>\\n' }}{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}{%- endif %}")


def byte_chars():
    """GPT-2's printable character for every byte."""
    bs = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    cs, n = bs[:], 0
    for b in range(256):
        if b not in bs:
            bs.append(b)
            cs.append(256 + n)
            n += 1
    return {b: chr(c) for b, c in zip(bs, cs)}


B2C = byte_chars()
C2B = {c: b for b, c in B2C.items()}


def to_chars(word):
    return tuple(B2C[b] for b in word.encode())


def train_bpe(words, n_merges):
    """words: Counter of pre-tokens.  Returns the merges in order."""
    seqs = [(list(to_chars(w)), c) for w, c in sorted(words.items())]
    pairs, where = Counter(), {}
    for i, (s, c) in enumerate(seqs):
        for p in zip(s, s[1:]):
            pairs[p] += c
            where.setdefault(p, set()).add(i)
    merges = []
    while len(merges) < n_merges and pairs:
        best = max(pairs.items(), key=lambda kv: (kv[1], kv[0]))[0]
        if "{" in best[0]:            # "\\boxed{" always ends a token, so that a forced prefix can be continued
            pairs.pop(best)
            continue
        if pairs[best] <= 0:
            break
        merges.append(best)
        new = best[0] + best[1]
        for i in list(where.get(best, ())):
            s, c = seqs[i]
            for p in zip(s, s[1:]):
                pairs[p] -= c
            t, j = [], 0
            while j < len(s):
                if j + 1 < len(s) and s[j] == best[0] and s[j + 1] == best[1]:
                    t.append(new)
                    j += 2
                else:
                    t.append(s[j])
                    j += 1
            seqs[i] = (t, c)
            for p in zip(t, t[1:]):
                pairs[p] += c
                where.setdefault(p, set()).add(i)
        pairs.pop(best, None)
    return merges


class Tokenizer:
    def __init__(self, vocab, merges):
        self.vocab, self.merges = vocab, merges
        self.rank = {tuple(m): i for i, m in enumerate(merges)}
        self.tokens = [None] * len(vocab)
        for t, i in vocab.items():
            self.tokens[i] = t
        self.special = {s: vocab[s] for s in SPECIALS}
        self.bytes = [t.encode() if t in self.special else bytes(C2B[c] for c in t) for t in self.tokens]
        self.cache = {}

    @classmethod
    def load(cls, folder):
        with open(os.path.join(folder, "tokenizer.json"), encoding="utf-8") as f:
            m = json.load(f)["model"]
        vocab = dict(m["vocab"])
        for i, s in enumerate(SPECIALS):
            vocab[s] = len(m["vocab"]) + i
        return cls(vocab, [tuple(x) for x in m["merges"]])

    def _word(self, w):
        ids = self.cache.get(w)
        if ids is None:
            s = list(to_chars(w))
            while len(s) > 1:
                r, j = min((self.rank.get(p, 1 << 30), j) for j, p in enumerate(zip(s, s[1:])))
                if r == 1 << 30:
                    break
                s[j:j + 2] = [s[j] + s[j + 1]]
            ids = [self.vocab[x] for x in s]
            if len(self.cache) < 200000:
                self.cache[w] = ids
        return ids

    def encode(self, text, special=True):
        out = []
        for part in (SPLIT_SPECIAL.split(text) if special else [text]):
            if special and part in self.special:
                out.append(self.special[part])
            else:
                for w in PRE.findall(part):
                    out += self.cache.get(w) or self._word(w)
        return out

    def decode(self, ids):
        return b"".join(self.bytes[i] for i in ids).decode("utf-8", "replace")

    def keyword_ids(self, words=None):
        """NoWait: ids of all non-special tokens that contain a keyword, whatever the case."""
        words = words or ["wait", "alternatively", "hmm", "but", "however", "alternative", "another", "check", "double-check", "oh",
                          "maybe", "verify", "other", "again", "now", "ah", "any"]
        return [i for i, b in enumerate(self.bytes) if self.tokens[i] not in self.special
                and any(w in b.decode("utf-8", "replace").lower() for w in words)]


def save(folder, merges):
    os.makedirs(folder, exist_ok=True)
    toks = [B2C[b] for b in range(256)] + [a + b for a, b in merges]
    assert len(set(toks)) == len(toks)
    vocab = {t: i for i, t in enumerate(toks)}
    added = [{"id": len(toks) + i, "content": s, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
              "special": s in CONTROL} for i, s in enumerate(SPECIALS)]
    tj = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": {"type": "NFC"},
          "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": QWEN2_PATTERN}, "behavior": "Isolated", "invert": False},
              {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}]},
          "post_processor": None, "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False},
          "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
                    "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, "vocab": vocab, "merges": [list(m) for m in merges]}}
    with open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8") as f:
        json.dump(tj, f, ensure_ascii=False, indent=0)
    cfg = {"tokenizer_class": "Qwen2Tokenizer", "bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
           "model_max_length": 2048, "add_prefix_space": False, "clean_up_tokenization_spaces": False, "chat_template": CHAT_TEMPLATE,
           "added_tokens_decoder": {str(a["id"]): {k: v for k, v in a.items() if k != "id"} for a in added}}
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as f:
        json.dump(cfg, f, indent=1)


if __name__ == "__main__":
    import random
    import data
    here = os.path.dirname(os.path.abspath(__file__))
    words, rng = Counter(), random.Random(7)
    for _ in range(30000):
        for part in SPLIT_SPECIAL.split(data.sample_text(rng)):
            if part not in SPECIALS:
                words.update(PRE.findall(part))
    for k in KEYWORDS:
        for v in (k, k.capitalize(), k.upper()) if len(k) < 5 else (k, k.capitalize()):
            for w in (v, " " + v):
                words[w] += 1000000
    merges = train_bpe(words, VOCAB - 256 - len(SPECIALS))
    print(len(words), "pre-tokens,", len(merges), "merges")
    save(os.path.join(here, "tokenizer"), merges)
