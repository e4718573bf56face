/* [data-module=stepper data-min data-max]: one text input and buttons [data-step="-1|1"].
   An empty number is "not said yet": + makes it 1, − makes it 0. */

export function stepped(text, step, min, max) {
  const number = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
  return Math.min(max, Math.max(min, number + step));
}

export default function start(element) {
  const input = element.querySelector('input');
  const min = Number(element.dataset.min ?? 0);
  const max = Number(element.dataset.max ?? 200);
  for (const button of element.querySelectorAll('[data-step]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      input.value = String(stepped(input.value, Number(button.dataset.step), min, max));
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }
}
