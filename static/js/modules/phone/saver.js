/* Every change is on the phone's disk within 300 ms: edits gather for a breath and are written in one transaction. What could
   not be written stays here and is written with the next. */

const BREATH_MS = 120;
const savers = new Set();

/** `write(edit)` puts one edit on disk; `failed(error)` is told when it could not. */
export function createSaver(write, failed) {
  let pending = [];
  let timer = null;
  let writing = Promise.resolve();

  function flush() {
    clearTimeout(timer);
    timer = null;
    writing = writing.then(async () => {
      if (pending.length === 0) return;
      const edits = pending;
      pending = [];
      try {
        await write((record) => edits.forEach((edit) => edit(record)));
        failed(null);
      } catch (error) {
        pending = [...edits, ...pending];
        failed(error);
      }
    });
    return writing;
  }

  const saver = {
    save(edit) {
      pending.push(edit);
      if (timer === null) timer = setTimeout(flush, BREATH_MS);
    },
    flush,
    close() {
      return flush().then(() => savers.delete(saver));
    },
  };
  savers.add(saver);
  return saver;
}

/** Write whatever still waits, in every open screen: before the page goes away, is updated, or hands a patrol in. */
export const flushAll = () => Promise.all([...savers].map((saver) => saver.flush()));

document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') flushAll(); });
window.addEventListener('pagehide', flushAll);
