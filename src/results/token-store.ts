const CHUNK = 1 << 20;

/** Many token sequences at four bytes a token. A sequence lies in one chunk; a longer one gets a chunk of its own. */
export class TokenStore {
  private readonly chunks: Int32Array[] = [];
  private readonly slots: { readonly chunk: number; readonly start: number; readonly length: number }[] = [];
  private used = 0;

  /** Stores `first` followed by `second`; returns the slot. */
  add(first: readonly number[], second: readonly number[]): number {
    const length = first.length + second.length;
    const current = this.chunks.at(-1);
    if (!current || this.used + length > current.length) {
      this.chunks.push(new Int32Array(Math.max(CHUNK, length)));
      this.used = 0;
    }
    const chunk = this.chunks.length - 1;
    const start = this.used;
    this.chunks[chunk]?.set(first, start);
    this.chunks[chunk]?.set(second, start + first.length);
    this.used += length;
    return this.slots.push({ chunk, start, length }) - 1;
  }

  /** First index at which the stored sequence and `first` + `second` differ; null when they are equal. */
  firstDifference(slot: number, first: readonly number[], second: readonly number[]): number | null {
    const { chunk, start, length } = this.slots[slot] ?? { chunk: 0, start: 0, length: 0 };
    const stored = this.chunks[chunk]?.subarray(start, start + length) ?? new Int32Array(0);
    const total = first.length + second.length;
    const common = Math.min(length, total);
    for (let i = 0; i < common; i += 1) {
      const id = i < first.length ? first[i] : second[i - first.length];
      if (stored[i] !== id) return i;
    }
    return length === total ? null : common;
  }
}
