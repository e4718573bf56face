/* Pages work without scripts. This file only wakes the parts of a page that ask for a module. */

const MODULES = {
  clockwatch: () => import('./modules/clockwatch.js'),
  copy: () => import('./modules/copy.js'),
  findings: () => import('./modules/findings.js'),
  focus: () => import('./modules/focus.js'),
  menu: () => import('./modules/menu.js'),
  nextday: () => import('./modules/nextday.js'),
  now: () => import('./modules/now.js'),
  once: () => import('./modules/once.js'),
  print: () => import('./modules/print.js'),
  rows: () => import('./modules/rows.js'),
  signout: () => import('./modules/signout.js'),
  stepper: () => import('./modules/stepper.js'),
  sum: () => import('./modules/sum.js'),
};

/** Start every module named inside `root` (and on it), once per element. */
function wake(root) {
  const asking = [...root.querySelectorAll('[data-module]')];
  if (root instanceof Element && root.matches('[data-module]')) asking.unshift(root);
  for (const element of asking) {
    if (element.dataset.awake !== undefined) continue;
    element.dataset.awake = '';
    for (const name of element.dataset.module.split(/\s+/)) {
      MODULES[name]?.().then((module) => module.default(element)).catch(console.error);
    }
  }
}

document.addEventListener('rows:added', (event) => wake(event.target));
wake(document);
