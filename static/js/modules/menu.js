/* details[data-module=menu]: closes on Escape and on a tap elsewhere, as people expect of a drop-down. */

export default function start(element) {
  document.addEventListener('click', (event) => {
    if (!element.contains(event.target)) element.open = false;
  });
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !element.open) return;
    element.open = false;
    element.querySelector('summary').focus();
  });
}
