/** A suite is written by hand; anything larger is a mistake or an attack on the parser. */
export const MAX_SUITE_BYTES = 1_000_000;

/** Nodes that YAML aliases may expand to; well above any real suite. */
export const MAX_ALIAS_COUNT = 100;
