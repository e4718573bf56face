/* [data-module=copy] with [data-copy-text] (a readonly textarea), [data-copy] (the button) and [data-copied] (said after).
   Without scripts the text can still be selected. On plain http there is no clipboard API: then the selection is copied. */

async function copy(field) {
  field.select();
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(field.value);
    return true;
  }
  return document.execCommand('copy');
}

export default function start(element) {
  const field = element.querySelector('[data-copy-text]');
  const button = element.querySelector('[data-copy]');
  const said = element.querySelector('[data-copied]');
  button.hidden = false;
  button.addEventListener('click', async () => {
    said.hidden = true;
    try {
      said.hidden = !(await copy(field));
    } catch {
      field.select();                                    // refused: it stays selected, Ctrl+C does the rest
    }
  });
}
