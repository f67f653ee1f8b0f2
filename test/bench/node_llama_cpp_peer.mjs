// node-llama-cpp's JavaScript API behind the same lines as llama_loop.cpp: node node_llama_cpp_peer.mjs MODEL THREADS
import { createInterface } from 'node:readline';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

const [modelPath, threads] = process.argv.slice(2);
const llama = await getLlama({
  gpu: false,
  build: 'never',
  maxThreads: Number(threads),
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath });
let context = null;
let sequences = [];

const promptsOf = (text) => text.split(';').map((ids) => ids.split(',').map(Number));

async function open(count, cells) {
  await context?.dispose();
  context = await model.createContext({
    contextSize: cells,
    sequences: count,
    batchSize: 512,
    threads: Number(threads),
    flashAttention: true,
  });
  sequences = Array.from({ length: count }, () => context.getSequence());
}

async function make(sequence, ids, count) {
  await sequence.clearHistory();
  let made = 0;
  for await (const _ of sequence.evaluate(ids, { temperature: 0, yieldEogToken: true })) if (++made === count) return;
  throw new Error(`it made ${made} tokens instead of ${count}`);
}

async function answer(line) {
  const [command, ...words] = line.split(' ');
  switch (command) {
    case 'open':
      await open(Number(words[0]), Number(words[1]));
      return 'ok';
    case 'decode':
      await Promise.all(promptsOf(words[1]).map((ids, index) => make(sequences[index], ids, Number(words[0]))));
      return 'ok';
    case 'prefill':
      await make(sequences[0], promptsOf(words[0])[0], 1);
      return 'ok';
    default:
      throw new Error(`unknown command ${command}`);
  }
}

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${await answer(line)}\n`);
await llama.dispose();
