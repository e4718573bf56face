/* form[data-module=once]: a second tap on "send" does nothing. The pressed button is not disabled, because its
   name and value would then be missing from what is sent. */

const LONGEST_WAIT_MS = 15000;

export default function start(form) {
  let timer;
  const release = () => {
    clearTimeout(timer);
    delete form.dataset.sent;
    form.removeAttribute('aria-busy');
  };
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = '';
    form.setAttribute('aria-busy', 'true');
    timer = setTimeout(release, LONGEST_WAIT_MS);        // a download or a lost network never leaves this page
  });
  window.addEventListener('pageshow', release);
}
