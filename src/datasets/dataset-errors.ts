import { LaconicError, type DatasetSplit } from '../domain/index.js';
import type { CatalogueFile } from './catalogue.js';

export function changed(file: CatalogueFile, bytes: number): LaconicError {
  return new LaconicError(
    'dataset-changed',
    `${file.path} (${bytes} bytes) is not the file that was registered (sha256 ${file.sha256}).`,
    {
      hint: file.remote
        ? 'Delete the file and pull it again.'
        : 'Put the original back, or register your version under another name with `laconic datasets add`.',
      where: file.path,
    },
  );
}

export function notPulled(name: string): LaconicError {
  return new LaconicError('dataset-unknown', `The data set ${name} has not been downloaded.`, {
    hint: `Run \`laconic datasets pull ${name}\`.`,
    where: name,
  });
}

export function noSuchSplit(name: string, split: DatasetSplit): LaconicError {
  return new LaconicError('dataset-unknown', `The data set ${name} has no ${split} file.`, {
    hint: 'Use a data set with one, or register your own with `laconic datasets add --calibration`.',
    where: name,
  });
}
