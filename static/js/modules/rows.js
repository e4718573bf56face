/* [data-module=rows data-next="2"]: [data-rows] holds fieldset[data-row]; <template data-row-template> is cloned by
   [data-add] with __i__ replaced by the next index; [data-remove] in a row takes it out of what is sent, and
   <template data-removed-template> with [data-undo] (optional) brings it back. */

function fromTemplate(template, index) {
  const holder = document.createElement('template');
  holder.innerHTML = template.innerHTML.replaceAll('__i__', String(index));
  return holder.content.firstElementChild;
}

export default function start(element) {
  const rows = element.querySelector('[data-rows]');
  const blank = element.querySelector('template[data-row-template]');
  const removed = element.querySelector('template[data-removed-template]');
  const add = element.querySelector('[data-add]');
  let next = Number(element.dataset.next ?? rows.children.length);

  const reveal = (root) => root.querySelectorAll('[data-remove]').forEach((button) => { button.hidden = false; });
  const tell = (row, name) => row.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  const firstField = (row) => row.querySelector('select, input:not([type="hidden"]), textarea');

  const remove = (row) => {
    row.disabled = true;
    row.hidden = true;
    const line = removed ? fromTemplate(removed, next) : null;
    if (line) {
      row.after(line);
      const undo = line.querySelector('[data-undo]');
      undo?.addEventListener('click', () => {
        line.remove();
        row.disabled = false;
        row.hidden = false;
        tell(row, 'rows:added');
        firstField(row)?.focus();
      });
      undo?.focus();
    } else {
      add?.focus();
    }
    tell(row, 'rows:removed');
  };

  rows.addEventListener('click', (event) => {
    const button = event.target.closest('[data-remove]');
    if (button) remove(button.closest('[data-row]'));
  });

  if (add && blank) {
    add.hidden = false;
    add.addEventListener('click', () => {
      const row = fromTemplate(blank, next);
      next += 1;
      rows.append(row);
      reveal(row);
      tell(row, 'rows:added');
      firstField(row)?.focus();
    });
  }
  reveal(rows);
}
