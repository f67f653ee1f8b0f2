import type { Arm } from '../domain/index.js';
import { decimal } from './number-format.js';

/**
 * What makes two arms' figures answer different questions; null when they can be compared. Another model, prompt or
 * technique is what an arm is for, and of unequal repeats the common ones are paired; another cap gives one side more
 * room to think than the other (equal-budget guard).
 */
export function unfairDifference(arm: Arm, against: Arm): string | null {
  const [own, other] = [arm.sampling, against.sampling];
  if (own.maxTokens !== other.maxTokens) {
    return `token caps differ (${decimal(own.maxTokens, 0)} and ${decimal(other.maxTokens, 0)})`;
  }
  return null;
}
