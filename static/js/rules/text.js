/* Vietnamese text as people search for it: "danh bac" finds "Đánh bạc". */

export const folded = (text) =>
  text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[\u0111\u0110]/g, 'd').toLowerCase().trim();

/** Whether every word that was typed begins a word of the text. */
export function matches(text, typed) {
  const words = folded(text).split(/[^a-z0-9]+/);
  return folded(typed).split(/\s+/).every((wanted) => words.some((word) => word.startsWith(wanted)));
}
