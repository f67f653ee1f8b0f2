"""What a researcher writes today, behind the same lines as llama_loop.cpp: greedy decoding with NoWait's ids banned by
a logits processor. Usage: python python_peer.py llama-cpp-python|transformers MODEL.gguf THREADS"""

import os
import sys

KIND, MODEL, THREADS = sys.argv[1], sys.argv[2], int(sys.argv[3])


class LlamaCppPython:
    def __init__(self):
        from llama_cpp import Llama

        self.llama = Llama(
            MODEL, n_ctx=1024, n_batch=512, n_threads=THREADS, n_threads_batch=THREADS, flash_attn=True, verbose=False
        )
        self.banned = []

    def ban(self, ids):
        self.banned = ids

    def decode(self, count, prompts):
        from llama_cpp import LogitsProcessorList

        def nowait(_ids, scores):
            scores[self.banned] = -float("inf")
            return scores

        made = 0
        for _ in self.llama.generate(prompts[0], temp=0.0, logits_processor=LogitsProcessorList([nowait])):
            made += 1
            if made == count:
                return


class Transformers:
    def __init__(self):
        import torch
        from transformers import AutoConfig, AutoModelForCausalLM, LogitsProcessor, LogitsProcessorList

        torch.set_num_threads(THREADS)
        self.torch = torch
        where = {"pretrained_model_name_or_path": os.path.dirname(MODEL), "gguf_file": os.path.basename(MODEL)}
        config = AutoConfig.from_pretrained(**where)
        config.head_dim = head_width(config)
        self.model = AutoModelForCausalLM.from_pretrained(**where, config=config, dtype=torch.float32).eval()

        class NoWait(LogitsProcessor):
            banned = torch.tensor([], dtype=torch.long)

            def __call__(self, _ids, scores):
                scores[:, self.banned] = -float("inf")
                return scores

        self.nowait = NoWait()
        self.processors = LogitsProcessorList([self.nowait])

    def ban(self, ids):
        self.nowait.banned = self.torch.tensor(ids, dtype=self.torch.long)

    def decode(self, count, prompts):
        ids = self.torch.tensor(prompts)
        with self.torch.inference_mode():
            self.model.generate(
                ids,
                attention_mask=self.torch.ones_like(ids),
                min_new_tokens=count,
                max_new_tokens=count,
                do_sample=False,
                logits_processor=self.processors,
                pad_token_id=0,
            )


def head_width(config):
    """transformers assumes a width of its own where the file says another."""
    from gguf import GGUFReader

    fields = GGUFReader(MODEL).fields
    field = fields.get(f"{fields['general.architecture'].contents()}.attention.key_length")
    return field.contents() if field else config.hidden_size // config.num_attention_heads


def prompts_of(text):
    return [[int(one) for one in prompt.split(",")] for prompt in text.split(";")]


def answer(peer, line):
    command, *words = line.split(" ")
    if command == "ban":
        peer.ban([int(one) for one in words[0].split(",")])
    elif command == "decode":
        peer.decode(int(words[0]), prompts_of(words[1]))
    elif command == "prefill":
        peer.decode(1, prompts_of(words[0]))
    elif command != "open":  # both grow their caches by themselves
        raise ValueError(f"unknown command {command}")
    return "ok"


def main():
    # The libraries write progress to stdout; the answers keep it to themselves.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = {"llama-cpp-python": LlamaCppPython, "transformers": Transformers}[KIND]()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        print(answer(peer, line.rstrip("\n")), file=answers, flush=True)


main()
