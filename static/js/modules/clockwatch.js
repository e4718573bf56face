/** Minutes between this device's clock and the server's, or 0 when they agree as far as anybody would notice. */
export function minutesApart(here, there, tolerance) {
  const seconds = Math.abs(here - there);
  return seconds > tolerance ? Math.max(1, Math.round(seconds / 60)) : 0;
}

export default function start(element) {
  const since = performance.timeOrigin / 1000; // the page was written when it was asked for, not when this runs
  const apart = minutesApart(since, Number(element.dataset.at), Number(element.dataset.seconds));
  for (const number of element.querySelectorAll('[data-minutes]')) number.textContent = String(apart);
  element.querySelector(`[data-clock="${apart ? 'apart' : 'same'}"]`).hidden = false;
}
