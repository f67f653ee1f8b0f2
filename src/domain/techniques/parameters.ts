import { z } from 'zod';
import type { TechniqueParameter } from '../technique.js';

type PropertySchema = z.core.JSONSchema.BaseSchema;

/** The catalogue's parameter table, read off the schema that validates: the two can never disagree. */
export function parameterTable(schema: z.ZodType): TechniqueParameter[] {
  const properties = z.toJSONSchema(schema, { io: 'input' }).properties ?? {};
  return Object.entries(properties).map(([name, property]) => {
    const node: PropertySchema = typeof property === 'boolean' ? {} : property;
    return {
      name,
      type: parameterType(node),
      default: node.default ?? null,
      range: parameterRange(node),
      description: node.description ?? '',
    };
  });
}

function parameterType(node: PropertySchema): TechniqueParameter['type'] {
  if (node.enum) return 'choice';
  if (node.const !== undefined) return 'choice';
  if (node.type === 'integer' || node.type === 'number' || node.type === 'boolean') return node.type;
  if (node.type === 'array') return isTextList(node) ? 'string-list' : 'integer-list';
  return 'string';
}

function parameterRange(node: PropertySchema): string {
  if (node.enum) return node.enum.join(' | ');
  if (node.const !== undefined) return String(node.const);
  if (node.type === 'boolean') return 'true | false';
  if (node.minimum !== undefined && node.maximum !== undefined) {
    return `${node.minimum.toLocaleString('en-US')} … ${node.maximum.toLocaleString('en-US')}`;
  }
  if (node.type === 'array') return isTextList(node) ? 'a list of words' : 'a list of token ids';
  return node.maxLength === undefined ? 'text' : `text of at most ${node.maxLength.toLocaleString('en-US')} characters`;
}

function isTextList({ items }: PropertySchema): boolean {
  return typeof items === 'object' && !Array.isArray(items) && 'type' in items && items.type === 'string';
}
