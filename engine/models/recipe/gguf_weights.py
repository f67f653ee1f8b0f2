"""Reads a shipped model file (F32, F16 and Q8_0 tensors) back into the network: what an adapter is trained on."""
import hashlib
import struct
import numpy as np
import torch
from export_gguf import ARR, STR, tensor_names
from model import Config, Model

SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}


class Reader:
    def __init__(self, path):
        with open(path, "rb") as f:
            self.blob = f.read()
        self.at = 0

    def scalar(self, form):
        size = struct.calcsize(form)
        value = struct.unpack_from(form, self.blob, self.at)[0]
        self.at += size
        return value

    def text(self):
        n = self.scalar("<Q")
        self.at += n
        return self.blob[self.at - n:self.at].decode()

    def value(self, kind):
        if kind == STR:
            return self.text()
        if kind == ARR:
            inner, n = self.scalar("<I"), self.scalar("<Q")
            return [self.value(inner) for _ in range(n)]
        return self.scalar(SCALARS[kind])


def tensor(blob, kind, shape, at):
    """shape as in the file: the fastest dimension first."""
    n = int(np.prod(shape))
    if kind == 0:
        x = np.frombuffer(blob, "<f4", n, at)
    elif kind == 1:
        x = np.frombuffer(blob, "<f2", n, at).astype(np.float32)
    elif kind == 8:                                    # Q8_0: blocks of a half-precision scale and 32 bytes
        raw = np.frombuffer(blob, np.uint8, n // 32 * 34, at).reshape(-1, 34)
        x = (raw[:, :2].copy().view("<f2").astype(np.float32) * raw[:, 2:].view(np.int8)).reshape(-1)
    else:
        raise ValueError(f"tensor type {kind}")
    return torch.from_numpy(np.array(x)).view(*reversed(shape))


def read(path):
    """(metadata, {name: tensor [out, in]}, sha256 of the file)"""
    r = Reader(path)
    magic, version, count, keys = (r.scalar(f) for f in ("<I", "<I", "<Q", "<Q"))
    assert (magic, version) == (0x46554747, 3), "no GGUF file of version 3"
    meta = {}
    for _ in range(keys):
        key = r.text()
        meta[key] = r.value(r.scalar("<I"))
    infos = []
    for _ in range(count):
        name, dims = r.text(), r.scalar("<I")
        shape = [r.scalar("<Q") for _ in range(dims)]
        infos.append((name, shape, r.scalar("<I"), r.scalar("<Q")))
    base = r.at + -r.at % meta.get("general.alignment", 32)
    return meta, {name: tensor(r.blob, kind, shape, base + at) for name, shape, kind, at in infos}, hashlib.sha256(r.blob).hexdigest()


def config_of(meta):
    a = "qwen3."
    return Config(vocab=len(meta["tokenizer.ggml.tokens"]), dim=meta[a + "embedding_length"], layers=meta[a + "block_count"],
                  heads=meta[a + "attention.head_count"], kv_heads=meta[a + "attention.head_count_kv"], head_dim=meta[a + "attention.key_length"],
                  ffn=meta[a + "feed_forward_length"], context=meta[a + "context_length"], rope_theta=meta[a + "rope.freq_base"],
                  eps=meta[a + "attention.layer_norm_rms_epsilon"], exits=(), exit_weights=(), layer_drop=0.0)


def load(path, kind=Model):
    """The network with the file's weights, and the file's sha256."""
    meta, tensors, sha256 = read(path)
    cfg = config_of(meta)
    model = kind(cfg)
    model.from_hf({hf: tensors[name] for hf, name in tensor_names(cfg.layers).items()})
    return model, sha256
