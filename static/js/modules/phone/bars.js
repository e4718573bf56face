/* The few messages that lie over every screen. They stay until what they say is over or done. */

import { draw, show } from './view.js';

const bar = (name) => document.querySelector(`[data-bar="${name}"]`);

export function showBar(name, shown) {
  bar(name).hidden = !shown;
}

/** A write that failed (null: all is well again): a full phone is said differently from a broken one. */
export function showTrouble(error) {
  const isFull = error !== null && error.name === 'QuotaExceededError';
  showBar('full', isFull);
  showBar('disk', error !== null && !isFull);
  if (error) console.warn(error);
}

const UNDO_MS = 10000;
let timer = null;

/** Offer for ten seconds to take something back; `what` names the sentence in the shell. */
export function offerUndo(what, undo) {
  const words = draw('undone');
  show(words, { finding: false, unit: false, photo: false, patrol: false, [what]: true });
  bar('undo').querySelector('[data-undone]').replaceChildren(words);
  const old = bar('undo').querySelector('[data-undo]');
  const button = old.cloneNode(true);
  old.replaceWith(button);
  button.addEventListener('click', () => { showBar('undo', false); undo(); });
  showBar('undo', true);
  clearTimeout(timer);
  timer = setTimeout(() => showBar('undo', false), UNDO_MS);
}
