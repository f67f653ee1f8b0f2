import { techniqueDefinition, type AdapterUse, type ArmResult, type RunResult } from '../../domain/index.js';
import { counted, integer } from '../format.js';

/** What an arm does, in a few words under its name. */
export function armCaption(arm: ArmResult, result: RunResult): string {
  const reference = result.arms.find((one) => one.name === result.run.against);
  const words = [techniqueWords(arm, result)];
  if (reference !== undefined && arm.model !== reference.model) words.push(`model ${arm.model}`);
  words.push(...(arm.adapters ?? []).map(adapterWords));
  if (reference !== undefined) words.push(...samplingDifferences(arm, reference));
  return words.join(', ');
}

function adapterWords({ name, scale }: AdapterUse): string {
  return `with ${name}${scale === 1 ? '' : ` at ${scale}`}`;
}

function techniqueWords(arm: ArmResult, result: RunResult): string {
  const suppression = result.run.provenance.suppression[arm.name];
  if (suppression !== undefined) {
    const ids = counted(suppression.ids, 'token');
    const { penalty, confidence } = suppression;
    const words = penalty === undefined ? `never writes ${ids}` : `holds ${ids} down by ${penalty}`;
    return confidence === undefined ? words : `${words} where certain to ${confidence}`;
  }
  return captionOf(arm);
}

/** A stored run may name a technique, or parameters, that the catalogue no longer has. */
function captionOf({ technique, params }: ArmResult): string {
  try {
    return techniqueDefinition(technique).traits.caption(params);
  } catch {
    return technique;
  }
}

function samplingDifferences(arm: ArmResult, reference: ArmResult): readonly string[] {
  const differs = (key: keyof ArmResult['sampling']): boolean => arm.sampling[key] !== reference.sampling[key];
  return [
    differs('temperature') ? [`temperature ${arm.sampling.temperature}`] : [],
    differs('maxTokens') ? [`cap ${integer(arm.sampling.maxTokens)}`] : [],
    differs('seed') ? [`seed ${arm.sampling.seed}`] : [],
    differs('repeats') ? [counted(arm.sampling.repeats, 'repeat')] : [],
  ].flat();
}

/** `tokens 64, closing "…"`. */
export function parameterWords(params: ArmResult['params']): string {
  const words = Object.entries(params).map(([name, value]) => `${name} ${parameterText(value)}`);
  return words.length === 0 ? 'none' : words.join(', ');
}

function parameterText(value: unknown): string {
  if (Array.isArray(value) && value.length > 6) return `[${counted(value.length, 'value')}]`;
  return typeof value === 'number' ? integer(value) : JSON.stringify(value);
}
