/* Showing what the shell's HTML already says. Screens are <template id="v-name">; inside them [data-slot] takes a text,
   [data-if="flag"] (or "!flag") is shown while a flag holds, <template data-row="name"> is repeated. No sentence here. */

export const draw = (name) => document.getElementById(`v-${name}`).content.firstElementChild.cloneNode(true);

/** Elements of `root` itself, not those inside rows drawn in it. */
const own = (root, selector) => {
  const row = root.closest('[data-drawn]');
  return [...root.querySelectorAll(selector)].filter((element) => element.closest('[data-drawn]') === row);
};

export function fill(root, values) {
  for (const element of own(root, '[data-slot]')) {
    const value = values[element.dataset.slot];
    if (value !== undefined && element.textContent !== String(value)) element.textContent = value;
  }
}

export function show(root, flags) {
  for (const element of own(root, '[data-if]')) {
    const wanted = element.dataset.if;
    const name = wanted.replace('!', '');
    if (name in flags) element.hidden = wanted.startsWith('!') ? Boolean(flags[name]) : !flags[name];
  }
}

/** Repeat the row template once for each of `list`; `write(row, one, number)` fills it. */
export function rows(root, name, list, write) {
  const template = root.querySelector(`template[data-row="${name}"]`);
  const parent = template.parentNode;
  parent.querySelectorAll(`:scope > [data-drawn="${name}"]`).forEach((row) => row.remove());
  list.forEach((one, number) => {
    const holder = document.createElement('template');
    holder.innerHTML = template.innerHTML.replace(/__i__/g, String(number));
    const row = holder.content.firstElementChild;
    row.dataset.drawn = name;
    write(row, one, number);
    parent.append(row);
  });
  if (parent.matches('ul')) parent.hidden = list.length === 0;
}

/** Call `acts[name]` when something with data-act="name" is tapped. */
export function taps(root, acts) {
  root.addEventListener('click', (event) => {
    const pressed = event.target.closest('[data-act]');
    if (pressed && root.contains(pressed) && acts[pressed.dataset.act]) acts[pressed.dataset.act](pressed, event);
  });
}

const formats = new Map();                 // making one is slow

/** As Vietnamese write it: 1.290; 66,7. */
export function number(value, digits = 0) {
  if (!formats.has(digits)) formats.set(digits, new Intl.NumberFormat('vi-VN', { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  return formats.get(digits).format(value);
}

/** Hours and minutes of a span for [data-slot=hours], [data-slot=minutes] and [data-if=hours]. */
export function span(root, minutes) {
  const hours = Math.floor(minutes / 60);
  fill(root, { hours, minutes: minutes % 60 });
  show(root, { hours: hours > 0 });
}

/** A select filled with { value, label, group }. */
export function offer(select, options, chosen) {
  select.querySelectorAll('optgroup, option:not([value=""])').forEach((old) => old.remove());
  let group = null;
  for (const option of options) {
    if (option.group && (!group || group.label !== option.group)) {
      group = document.createElement('optgroup');
      group.label = option.group;
      select.append(group);
    }
    (option.group ? group : select).append(new Option(option.label, option.value));
  }
  select.value = chosen === null || chosen === undefined ? '' : String(chosen);
}
