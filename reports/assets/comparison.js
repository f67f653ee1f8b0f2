'use strict';
// Filters of the tables of items. Without this script every table is shown whole.
(() => {
  for (const form of document.querySelectorAll('[data-filters]')) {
    const section = form.closest('section');
    const rows = [...section.querySelectorAll('.items tbody tr')];
    const nothing = section.querySelector('[data-nothing]');
    const count = form.querySelector('output');
    const apply = () => {
      const wanted = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim().toLowerCase()]));
      let shown = 0;
      for (const row of rows) {
        const fits =
          (wanted.outcome === '' || row.dataset.outcome === wanted.outcome) &&
          (wanted.dataset === '' || row.dataset.dataset === wanted.dataset) &&
          (wanted.text === '' || row.textContent.toLowerCase().includes(wanted.text));
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      count.textContent = `${shown.toLocaleString('en')} of ${rows.length.toLocaleString('en')}`;
      nothing.hidden = shown > 0;
    };
    form.addEventListener('input', apply);
    form.addEventListener('submit', (event) => event.preventDefault());
    form.hidden = false;
    apply();
  }
})();
