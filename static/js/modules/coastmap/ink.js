/* Where lines are read and inked: in a worker, so that the page goes on answering fingers; in the page itself, slice by
   slice, where a browser can't. Both are { keep(band, octets), draw(job) → canvas, or null when a newer was asked for,
   patrolsAt(place) → ids }, all promises. The page starts the worker while the rest of the map is still on its way. */

import { inSlices, nextFrame } from './slices.js';

const blank = () => document.createElement('canvas');

function inWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./desk.whole.js', import.meta.url), { type: 'module' });
    const waiting = new Map(); // number → what to do with the answer
    let number = 0;
    const ask = (what, ...given) => new Promise((go, stop) => {
      number += 1;
      waiting.set(number, { go, stop });
      worker.postMessage([number, what, ...given]);
    });
    waiting.set(0, {
      go: () => resolve({
        keep: (band, octets) => ask('keep', band, octets),
        async draw(job) {
          const picture = await ask('draw', job);
          if (!picture) return null;
          const canvas = blank();
          canvas.width = picture.width;
          canvas.height = picture.height;
          canvas.getContext('bitmaprenderer').transferFromImageBitmap(picture);
          return canvas;
        },
        patrolsAt: (place) => ask('patrolsAt', place),
      }),
      stop: reject,
    });
    worker.onmessage = ({ data: [answered, result, wrong] }) => {
      const { go, stop } = waiting.get(answered);
      waiting.delete(answered);
      if (wrong) stop(new Error(wrong));
      else go(result);
    };
    worker.onerror = (error) => {
      error.preventDefault(); // whoever waits is told
      for (const { stop } of waiting.values()) stop(error);
      waiting.clear();
    };
  });
}

async function inPage() {
  const { makeDesk } = await import('./desk.whole.js');
  const desk = makeDesk();
  let newest = 0;
  return {
    keep: (band, octets) => inSlices(desk.keep(band, octets)),
    async draw(job) {
      const number = newest += 1;
      const canvas = blank();
      const done = await inSlices(desk.draw(canvas, job), { isWanted: () => number === newest, rest: nextFrame });
      return done === null ? null : canvas;
    },
    patrolsAt: async (place) => desk.patrolsAt(place),
  };
}

export const ink = globalThis.OffscreenCanvas && globalThis.Worker ? inWorker().catch(inPage) : inPage();
