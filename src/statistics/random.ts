/** Bound once: looked up as a global inside a hot loop it costs a hundred times the multiplication in sandboxed contexts. */
const { imul } = Math;

/** Source of uniform 32-bit integers; equal seeds give equal sequences on every machine. */
export class Xoshiro128 {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** Any 32-bit seed; four words of state come from it: a Weyl sequence through a 32-bit mixer. */
  constructor(seed: number) {
    let state = seed >>> 0;
    const word = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = state;
      mixed = imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      mixed = imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.a = word();
    this.b = word();
    this.c = word();
    this.d = word() | 1;
  }

  /** xoshiro128** 1.1 (Blackman and Vigna 2018, arXiv 1805.01407). */
  nextUint32(): number {
    const scrambled = imul(this.b, 5);
    const result = imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** Uniform in 0 … bound − 1; the bias of the scaling is below bound / 2³². */
  nextBelow(bound: number): number {
    return Math.floor((this.nextUint32() * bound) / 4294967296);
  }

  /** `nextBelow` for every slot. The state lives in local integers here: as fields it would be the bootstrap's bottleneck. */
  fillBelow(bound: number, target: Int32Array): void {
    let [a, b, c, d] = [this.a, this.b, this.c, this.d];
    const scale = bound / 4294967296;
    for (let i = 0; i < target.length; i += 1) {
      const scrambled = imul(b, 5);
      target[i] = (imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0) * scale;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
    }
    [this.a, this.b, this.c, this.d] = [a, b, c, d];
  }

  /** Uniform in [0, 1). */
  nextUnit(): number {
    return this.nextUint32() / 4294967296;
  }
}

/** 32-bit FNV-1a over UTF-16 code units: turns a label into a seed. */
export function seedOf(...labels: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of labels.join('\u0000')) {
    hash = imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
