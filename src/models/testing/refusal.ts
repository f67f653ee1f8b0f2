import { LaconicError } from '../../domain/index.js';

/** The error that `read` gives; null where it gives none. Anything but a LaconicError fails the test. */
export function refusalOf(read: () => unknown): LaconicError | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof LaconicError) return error;
    throw error;
  }
}
