import { z } from 'zod';
import { LaconicError } from '../domain/index.js';
import { readJsonFile, withFileLock, writeJsonFile } from '../platform/files/index.js';
import { CHECK_TYPES } from './item-line.js';

const fileSchema = z.strictObject({ path: z.string().min(1), sha256: z.string(), count: z.int().min(1) });

const registeredSchema = z.strictObject({
  name: z.string().min(1),
  title: z.string(),
  licence: z.string(),
  check: z
    .union([z.enum(CHECK_TYPES), z.strictObject({ type: z.literal('number'), tolerance: z.number().min(0) })])
    .nullable(),
  /** Kinds of answers in the file, for lists. */
  answer: z.string(),
  levels: z.array(z.int()),
  items: fileSchema,
  calibration: fileSchema.nullable(),
});

const storeSchema = z.strictObject({ schemaVersion: z.literal(1), datasets: z.array(registeredSchema) });

/** A data set of the user's own, known by name. */
export type RegisteredDataset = z.output<typeof registeredSchema>;

/** The data sets that a user registered, in one JSON file. */
export class DatasetStore {
  constructor(private readonly file: string) {}

  async all(): Promise<readonly RegisteredDataset[]> {
    const content = await readJsonFile(this.file);
    if (content === null) return [];
    const parsed = storeSchema.safeParse(content);
    if (parsed.success) return parsed.data.datasets;
    const [issue] = parsed.error.issues;
    throw new LaconicError(
      'dataset-invalid',
      `${this.file} is damaged at ${issue?.path.map(String).join('.')}: ${issue?.message}.`,
      {
        hint: 'Correct or delete the file and register your data sets again with `laconic datasets add`.',
        where: this.file,
      },
    );
  }

  /** Replaces a data set of the same name. */
  async put(dataset: RegisteredDataset): Promise<void> {
    await withFileLock(this.file, async () => {
      const others = (await this.all()).filter(({ name }) => name !== dataset.name);
      const datasets = [...others, dataset].toSorted((a, b) => (a.name < b.name ? -1 : 1));
      await writeJsonFile(this.file, { schemaVersion: 1, datasets });
    });
  }
}
