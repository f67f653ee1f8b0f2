import { LONG, QUICK, truthFigures } from './figures.js';

/** Prints the figures as JSON; apart from jest, in whose sandbox arithmetic is many times slower. */
process.stdout.write(JSON.stringify(truthFigures(process.argv[2] === 'long' ? LONG : QUICK)));
