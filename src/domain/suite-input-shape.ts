/** The part of JSON Schema that this project's suite schema uses. */
export interface SchemaNode {
  readonly type?: string;
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/**
 * The schema that governs the value at `path`, following the alternatives that `root` has chosen
 * (an arm's technique, an object instead of a name). Null where the path leaves the schema.
 */
export function schemaAt(schema: SchemaNode, path: readonly PropertyKey[], root: unknown): SchemaNode | null {
  let node: SchemaNode | undefined = schema;
  let value: unknown = root;
  for (const segment of path) {
    const chosen: SchemaNode | null = chooseAlternative(node, value);
    node = typeof segment === 'number' ? chosen?.items : ownProperty(chosen?.properties, String(segment));
    if (!node) return null;
    value = childOf(value, segment);
  }
  return node;
}

/** Keys that an object at this node may have; alternatives that the value has not chosen between are merged. */
export function allowedKeys(node: SchemaNode, value: unknown): string[] {
  const chosen = chooseAlternative(node, value);
  const alternatives = chosen ? [chosen] : (node.anyOf ?? node.oneOf ?? []);
  return [...new Set(alternatives.flatMap((alternative) => Object.keys(alternative.properties ?? {})))];
}

/** What may stand at this node, in words. */
export function describeAllowed(node: SchemaNode): string {
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives) return alternatives.map(describeAllowed).join(', or ');
  if (node.const !== undefined) return String(node.const);
  if (node.enum) return node.enum.join(', ');
  if (node.type === 'integer') return `a whole number ${rangeOf(node)}`;
  if (node.type === 'number') return `a number ${rangeOf(node)}`;
  if (node.type === 'string') return describeText(node);
  if (node.type === 'array') return `a list of ${node.minItems ?? 0} … ${node.maxItems ?? 'any number of'} entries`;
  if (node.type === 'null') return 'null';
  return `keys ${Object.keys(node.properties ?? {}).join(', ') || '(none)'}`;
}

export function childOf(value: unknown, segment: PropertyKey): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, segment)) return undefined;
  return Reflect.get(value, segment);
}

function describeText(node: SchemaNode): string {
  if (node.pattern !== undefined) {
    return `1 … ${node.maxLength ?? 64} letters, digits, ".", "_" and "-", starting with a letter or digit`;
  }
  return `text of ${node.minLength ?? 0} … ${node.maxLength ?? 'any number of'} characters`;
}

function rangeOf(node: SchemaNode): string {
  return `${(node.minimum ?? -Infinity).toLocaleString('en-US')} … ${(node.maximum ?? Infinity).toLocaleString('en-US')}`;
}

function chooseAlternative(node: SchemaNode, value: unknown): SchemaNode | null {
  const alternatives = node.anyOf ?? node.oneOf;
  if (!alternatives) return node;
  const objects = alternatives.filter((alternative) => alternative.properties);
  if (objects.length <= 1) return objects[0] ?? null;
  const technique = childOf(value, 'technique');
  const tagged = objects.find((alternative) => alternative.properties?.['technique']?.const === technique);
  if (tagged && technique !== undefined) return tagged;
  return objects.find((alternative) => sharesKey(alternative, value)) ?? null;
}

function sharesKey(node: SchemaNode, value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return Object.keys(value).some((key) => ownProperty(node.properties, key) !== undefined);
}

function ownProperty(properties: SchemaNode['properties'], key: string): SchemaNode | undefined {
  return properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
}
