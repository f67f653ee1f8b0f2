import { work } from './application.js';

await work();
