import { LaconicError, nearestName, type ChatFormat, type PromptPiece } from '../domain/index.js';

/** Text that must become a control token of the model. */
function control(text: string): PromptPiece {
  return { text, special: true };
}

/** Text that never becomes one. */
function plain(text: string): PromptPiece {
  return { text, special: false };
}

const NONE: readonly PromptPiece[] = [];

/**
 * Formats that a model card may name. Written down here rather than run from the template inside a model file: that template is a
 * program by whoever made the file. A format without `systemOpen` has no system turn; system text then leads the user turn.
 */
const FORMATS = {
  /** Qwen, SmolLM and the reference models. */
  chatml: {
    name: 'chatml',
    systemOpen: [control('<|im_start|>'), plain('system\n')],
    systemClose: [control('<|im_end|>'), plain('\n')],
    userOpen: [control('<|im_start|>'), plain('user\n')],
    userClose: [control('<|im_end|>'), plain('\n')],
    assistantOpen: [control('<|im_start|>'), plain('assistant\n')],
    addBos: false,
  },
  llama3: {
    name: 'llama3',
    systemOpen: [control('<|start_header_id|>'), plain('system'), control('<|end_header_id|>'), plain('\n\n')],
    systemClose: [control('<|eot_id|>')],
    userOpen: [control('<|start_header_id|>'), plain('user'), control('<|end_header_id|>'), plain('\n\n')],
    userClose: [control('<|eot_id|>')],
    assistantOpen: [control('<|start_header_id|>'), plain('assistant'), control('<|end_header_id|>'), plain('\n\n')],
    addBos: true,
  },
  gemma: {
    name: 'gemma',
    systemOpen: NONE,
    systemClose: NONE,
    userOpen: [control('<start_of_turn>'), plain('user\n')],
    userClose: [control('<end_of_turn>'), plain('\n')],
    assistantOpen: [control('<start_of_turn>'), plain('model\n')],
    addBos: true,
  },
  /** Opens the thinking in the prompt, as DeepSeek recommends; its models expect no system turn. */
  'deepseek-r1': {
    name: 'deepseek-r1',
    systemOpen: NONE,
    systemClose: NONE,
    userOpen: [control('<｜User｜>')],
    userClose: NONE,
    assistantOpen: [control('<｜Assistant｜>'), control('<think>'), plain('\n')],
    addBos: true,
  },
  /** No markers at all: the question, a line break, and the model goes on. */
  plain: {
    name: 'plain',
    systemOpen: NONE,
    systemClose: NONE,
    userOpen: NONE,
    userClose: [plain('\n')],
    assistantOpen: NONE,
    addBos: true,
  },
} as const satisfies Readonly<Record<string, ChatFormat>>;

export type ChatFormatName = keyof typeof FORMATS;

export const CHAT_FORMAT_NAMES = [
  'chatml',
  'llama3',
  'gemma',
  'deepseek-r1',
  'plain',
] as const satisfies readonly ChatFormatName[];

export function isChatFormatName(name: string): name is ChatFormatName {
  return Object.hasOwn(FORMATS, name);
}

export function chatFormat(name: string): ChatFormat {
  if (isChatFormatName(name)) return FORMATS[name];
  const nearest = nearestName(name, CHAT_FORMAT_NAMES);
  throw new LaconicError('model-invalid', `There is no chat format "${name}".`, {
    hint: `Use one of ${CHAT_FORMAT_NAMES.join(', ')}${nearest ? `; did you mean ${nearest}?` : '.'}`,
    where: name,
  });
}

/** Control tokens that only one of the formats has; enough to recognise it in the template text of a model file. */
const CHARACTERISTIC: readonly (readonly [ChatFormatName, string])[] = [
  ['deepseek-r1', '<｜Assistant｜>'],
  ['llama3', '<|start_header_id|>'],
  ['gemma', '<start_of_turn>'],
  ['chatml', '<|im_start|>'],
];

/** By looking for control tokens in the text; the text is never interpreted. Null where no known format shows. */
export function recogniseChatFormat(templateText: string): ChatFormatName | null {
  return CHARACTERISTIC.find(([, token]) => templateText.includes(token))?.[0] ?? null;
}
