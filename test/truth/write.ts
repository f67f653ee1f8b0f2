import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { truthDocument } from './document.js';
import { LONG, truthFigures } from './figures.js';
import { readRecords } from './records.js';

writeFileSync(join(__dirname, '../../docs/truth.md'), truthDocument(readRecords(), truthFigures(LONG)));
