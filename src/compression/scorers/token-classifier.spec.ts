import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTokenClassifier } from './token-classifier.js';

jest.mock('onnxruntime-node', () => {
  throw new Error("Cannot find package 'onnxruntime-node'");
});

const missing = (where: string): object => ({
  code: 'model-missing',
  where,
  hint: expect.stringContaining('microsoft/llmlingua-2-xlm-roberta-large-meetingbank'),
});

describe(openTokenClassifier.name, () => {
  it('names the file or the package that is missing, and what to get', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'laconic-classifier-'));
    const [modelFile, tokenizerFile] = [join(folder, 'model.onnx'), join(folder, 'tokenizer.json')];
    await expect(openTokenClassifier({ modelFile })).rejects.toMatchObject(missing(modelFile));
    await writeFile(modelFile, '');
    await expect(openTokenClassifier({ modelFile })).rejects.toMatchObject({
      code: 'usage',
      where: '--tokenizer-file',
    });
    await expect(openTokenClassifier({ modelFile, tokenizerFile })).rejects.toMatchObject(missing(tokenizerFile));
    await writeFile(tokenizerFile, '{}');
    await expect(openTokenClassifier({ modelFile, tokenizerFile })).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringMatching(/npm install onnxruntime-node@[\d.]+ tokenizers@[\d.]+/),
    });
    await rm(folder, { recursive: true });
  });
});
