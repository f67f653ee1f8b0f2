import { parseNumber } from '../domain/answers/index.js';
import type { FieldMapping } from './registry.js';

/** The line of another format as a line of ours; what is missing there is missing here and reported as such. `index` is 0-based. */
export function mapLine(value: unknown, fields: FieldMapping, index: number): unknown {
  const answer = answerOf(fieldOf(value, fields.answer), fields.answerAfter);
  return {
    id: fields.id === null ? String(index + 1).padStart(4, '0') : fieldOf(value, fields.id),
    question: fieldOf(value, fields.question),
    answer,
    level: fields.level === null ? null : fieldOf(value, fields.level),
    check: checkOf(fields.check, answer),
  };
}

function answerOf(value: unknown, after: string | null): unknown {
  if (after === null || typeof value !== 'string') return value;
  const at = value.lastIndexOf(after);
  return at < 0 ? undefined : value.slice(at + after.length).trim();
}

function checkOf(check: FieldMapping['check'], answer: unknown): unknown {
  if (check === 'integer') return check;
  return typeof answer === 'string' && parseNumber(answer) ? { type: 'number', tolerance: 0 } : 'text';
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
