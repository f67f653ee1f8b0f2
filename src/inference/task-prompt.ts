import {
  batchQuestion,
  techniqueDefinition,
  withExamples,
  type Arm,
  type Item,
  type PromptPiece,
  type PromptSpec,
} from '../domain/index.js';

/** What stands in the prompt of a call, before the model's chat format is put around it. */
export interface TaskPrompt {
  readonly prompt: PromptSpec;
  readonly question: string;
  /** What ends the user turn. */
  readonly control: readonly PromptPiece[];
}

/** The suite's prompt, the item's own suffix in place of the suite's, and around both what the arm's technique adds. */
export function taskPrompt(task: { readonly arm: Arm; readonly items: readonly Item[] }): TaskPrompt {
  const { arm, items } = task;
  const { traits } = techniqueDefinition(arm.technique);
  const own = items[0]?.prompt ?? null;
  const prompt: PromptSpec = own === null ? arm.prompt : { ...arm.prompt, suffix: own };
  return {
    prompt: withInstruction(prompt, traits.instruction(arm.params)),
    question: questionOf(arm, items),
    control: traits.control(arm.params),
  };
}

function questionOf(arm: Arm, items: readonly Item[]): string {
  const questions = items.map((item) => item.question);
  const { traits } = techniqueDefinition(arm.technique);
  if (traits.batchSize(arm.params) > 1) return batchQuestion(questions);
  const question = questions[0] ?? '';
  return traits.shots(arm.params) > 0
    ? withExamples(arm.examples?.[items[0]?.dataset ?? ''] ?? [], question)
    : question;
}

/** The instruction stands nearest to the model's reply on its side: last after the question, first before it. */
function withInstruction(
  prompt: PromptSpec,
  instruction: ReturnType<ReturnType<typeof techniqueDefinition>['traits']['instruction']>,
): PromptSpec {
  if (instruction === null) return prompt;
  const { place, text } = instruction;
  const others = prompt[place];
  const lines = place === 'prefix' ? [text, others] : [others, text];
  return { ...prompt, [place]: lines.filter((line) => line !== null).join('\n') };
}
