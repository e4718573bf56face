/* Long work in slices, so that a tap is answered in between. */

const LONGEST_MS = 12;

const pause = () => (globalThis.scheduler?.yield ? globalThis.scheduler.yield() : new Promise((go) => { setTimeout(go); }));

/** Run a generator to its end; null when `isWanted` stops being true. */
export async function inSlices(work, isWanted = () => true) {
  for (;;) {
    const until = performance.now() + LONGEST_MS;
    let step;
    do {
      step = work.next();
    } while (!step.done && performance.now() < until);
    if (step.done) return step.value;
    await pause();
    if (!isWanted()) return null;
  }
}

/** The same at once, where nothing may be put off: before printing. */
export function atOnce(work) {
  let step;
  do {
    step = work.next();
  } while (!step.done);
  return step.value;
}
