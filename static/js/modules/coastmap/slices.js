/* Long work in slices, so that a tap is answered in between. */

const LONGEST_MS = 12;

export const pause = () => (globalThis.scheduler?.yield ? globalThis.scheduler.yield() : new Promise((go) => { setTimeout(go); }));

/** Until the next picture of the screen; a hidden page has none, so not for long. */
export const nextFrame = () => Promise.race([
  new Promise((go) => { requestAnimationFrame(go); }),
  new Promise((go) => { setTimeout(go, 100); }),
]);

/** Run a generator to its end, resting after each slice; null when `isWanted` stops being true. */
export async function inSlices(work, { isWanted = () => true, rest = pause, longest = LONGEST_MS } = {}) {
  for (;;) {
    const until = performance.now() + longest;
    let step;
    do {
      step = work.next();
    } while (!step.done && performance.now() < until);
    if (step.done) return step.value;
    await rest();
    if (!isWanted()) return null;
  }
}

/** The same at once, where nothing may be put off: before printing, and in a worker. */
export function atOnce(work) {
  let step;
  do {
    step = work.next();
  } while (!step.done);
  return step.value;
}
