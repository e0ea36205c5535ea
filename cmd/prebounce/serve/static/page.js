// What a page does beside its forms and links: drop files on a form, watch a run, see new mail. Everything else works without a script.
'use strict';

for (const form of document.querySelectorAll('form[data-drop]')) {
  const input = form.querySelector('input[type=file]'), status = form.querySelector('[data-status]');
  const area = form.classList.contains('drop') ? document : form;
  area.addEventListener('dragover', e => { e.preventDefault(); form.classList.add('over'); });
  area.addEventListener('dragleave', e => { if (!e.relatedTarget) form.classList.remove('over'); });
  area.addEventListener('drop', e => {
    e.preventDefault();
    form.classList.remove('over');
    if (!e.dataTransfer.files.length) return;
    input.files = e.dataTransfer.files;
    form.requestSubmit();
  });
  form.addEventListener('paste', e => {
    if (!e.clipboardData.files.length) return;
    input.files = e.clipboardData.files;
    form.requestSubmit();
  });
  input.addEventListener('change', () => { if (input.files.length && form.classList.contains('drop')) form.requestSubmit(); });
  form.addEventListener('submit', () => { status.textContent = 'Copying the list to prebounce. It stays on this computer.'; });
}

const watched = document.querySelector('[data-watch]');
if (watched) {
  const says = watched.querySelector('[data-says]'), bar = watched.querySelector('[data-bar]');
  const steps = [...watched.querySelectorAll('[data-step]')];
  const events = new EventSource(watched.dataset.watch);
  events.onmessage = e => {
    const at = JSON.parse(e.data), now = steps.findIndex(s => s.dataset.step === at.phase);
    if (now < 0) return;
    if (says.textContent !== at.says) says.textContent = at.says;
    bar.value = at.percent;
    steps.forEach((s, i) => { s.className = i < now ? 'done' : i === now ? 'now' : 'next'; });
  };
  events.addEventListener('ended', () => { events.close(); location.reload(); });
}

const reloaded = document.querySelector('[data-reload]');
if (reloaded) {
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-reload]');
    if (page && page.innerHTML !== reloaded.innerHTML) reloaded.innerHTML = page.innerHTML;
  }, 1000 * reloaded.dataset.reload);
}
