export { SamplesReader } from './samples-reader.js';
