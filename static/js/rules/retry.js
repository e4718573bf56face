/* When to try again: soon at first, then ever more rarely, and never all phones in the same second. */

const FIRST_MS = 4000;
const LONGEST_MS = 15 * 60000;

/** Milliseconds until the next try after `failures` in a row; `chance` is a random number from 0 to 1. */
export function delayAfter(failures, chance) {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 12));
  return Math.round(whole * (0.5 + chance / 2));
}

/** The next size of a piece of a photo: half after a broken connection, double after one that held. */
export function pieceAfter(bytes, held, { least = 16384, most = 262144 } = {}) {
  return held ? Math.min(most, bytes * 2) : Math.max(least, Math.floor(bytes / 2));
}
