import type { OutputFile, OutputFolder } from './output-folder.js';
import { datasetInfo, trainingFile, type TrainingFile, type TrainingFormat } from './training-files.js';
import type { TrainingExample } from './training-text.js';

/** Writes every example in all wanted formats. */
export class TrainingWriter {
  private written = 0;

  private constructor(
    private readonly folder: OutputFolder,
    private readonly formats: readonly TrainingFormat[],
    private readonly files: readonly (readonly [TrainingFile, OutputFile])[],
  ) {}

  static async create(folder: OutputFolder, formats: readonly TrainingFormat[]): Promise<TrainingWriter> {
    const files: (readonly [TrainingFile, OutputFile])[] = [];
    for (const format of formats) {
      const shape = trainingFile(format);
      files.push([shape, await folder.file(shape.name)]);
    }
    return new TrainingWriter(folder, formats, files);
  }

  async write(example: TrainingExample): Promise<void> {
    for (const [{ opening, between, lineOf }, file] of this.files) {
      await file.write(`${this.written === 0 ? opening : between}${lineOf(example)}`);
    }
    this.written += 1;
  }

  async end(hasSystem: boolean): Promise<void> {
    for (const [{ opening, closing }, file] of this.files) {
      await file.write(this.written === 0 ? `${opening}${closing}` : closing);
    }
    const info = datasetInfo(this.formats, hasSystem);
    if (info) await (await this.folder.file('dataset_info.json')).write(`${JSON.stringify(info, null, 2)}\n`);
  }
}
