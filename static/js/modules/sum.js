/* [data-module=sum data-sum-of="selector" data-missing="words" data-empty="words"] with [data-total] and [data-note]:
   a running total of the number inputs in the same form; says so when some are still empty. */

export function added(texts) {
  const said = texts.map((text) => text.trim()).filter((text) => /^\d+$/.test(text));
  return { total: said.reduce((sum, text) => sum + Number(text), 0), said: said.length, missing: texts.length - said.length };
}

export default function start(element) {
  const scope = element.closest('form') ?? document;
  const total = element.querySelector('[data-total]') ?? element;
  const note = element.querySelector('[data-note]');
  const show = () => {
    const inputs = [...scope.querySelectorAll(element.dataset.sumOf)].filter((input) => !input.matches(':disabled'));
    const sum = added(inputs.map((input) => input.value));
    const words = sum.said ? sum.total.toLocaleString('vi-VN') : element.dataset.empty ?? '';
    if (total.textContent !== words) total.textContent = words;
    if (note) note.textContent = sum.missing ? element.dataset.missing ?? '' : '';
  };
  for (const change of ['input', 'change', 'rows:added', 'rows:removed']) scope.addEventListener(change, show);
  window.addEventListener('pageshow', show);
  element.hidden = false;
  show();
}
