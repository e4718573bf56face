/* [data-module=findings] around all findings: each [data-finding] has a select whose options carry
   data-measures="cases subjects", and fields inside [data-measure="cases"]. Only the measures of the chosen category
   are shown, but nothing that was typed is ever hidden. input[data-none] is the "không phát hiện" tick: choosing a
   category unticks it. [data-none-conflict] (optional) is shown while both are said. */

export function measuresShown(wanted, measure, typed) {
  return wanted.includes(measure) || typed.trim() !== '';
}

const categoryOf = (finding) => finding.querySelector('select[data-category]') ?? finding.querySelector('select');

export default function start(element) {
  const none = element.querySelector('input[data-none]');
  const conflict = element.querySelector('[data-none-conflict]');
  const findings = () => [...element.querySelectorAll('[data-finding]')].filter((row) => !row.hidden);

  const showMeasures = (finding) => {
    const option = categoryOf(finding)?.selectedOptions[0];
    const wanted = (option?.dataset.measures ?? '').split(/\s+/).filter(Boolean);
    for (const place of finding.querySelectorAll('[data-measure]')) {
      const typed = [...place.querySelectorAll('input, textarea')].map((input) => input.value).join('');
      place.hidden = !measuresShown(wanted, place.dataset.measure, typed);
    }
  };
  const showConflict = () => {
    if (conflict) conflict.hidden = !(none?.checked && findings().some((finding) => categoryOf(finding)?.value));
  };
  const showAll = () => {
    findings().forEach(showMeasures);
    showConflict();
  };

  element.addEventListener('change', (event) => {
    const finding = event.target.closest('[data-finding]');
    if (finding && event.target === categoryOf(finding)) {
      if (none && event.target.value) none.checked = false;
      showMeasures(finding);
    }
    showConflict();
  });
  element.addEventListener('rows:added', showAll);
  element.addEventListener('rows:removed', showConflict);
  window.addEventListener('pageshow', showAll);
  showAll();
}
