type Column = Int32Array | Uint8Array | Float64Array;

/** Fills `to` with the values of `from` at these places, and returns it. Precondition: both have the same length. */
export function gather<To extends Column>(from: Column, places: Int32Array, to: To): To {
  for (let i = 0; i < places.length; i += 1) to[i] = from[places[i] ?? 0] ?? 0;
  return to;
}
