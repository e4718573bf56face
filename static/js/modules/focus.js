/* [data-module=focus tabindex=-1]: takes the focus when the page opens, as the list of problems does. */

export default function start(element) {
  element.focus({ preventScroll: false });
}
