/* [data-module=print] on a button: opens the browser's print window. Without scripts the browser's own menu does it. */

export default function start(button) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
