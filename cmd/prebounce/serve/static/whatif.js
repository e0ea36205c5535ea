// Each change of a choice shows at once what it comes to. Without this script a button of the form does.
'use strict';
{
  const form = document.querySelector('form[data-try]'), shown = form.querySelector('[data-effect]'), say = form.querySelector('[data-say]');
  let stop = new AbortController(), soon;
  const choice = () => new URLSearchParams(new FormData(form));

  const show = async () => {
    stop.abort();
    stop = new AbortController();
    try {
      const answer = await fetch(form.dataset.try + '?' + choice(), {signal: stop.signal}), text = await answer.text();
      if (answer.ok) shown.innerHTML = text;
      else shown.textContent = text;
      say.textContent = (shown.querySelector('[data-says]') || shown).textContent;
      history.replaceState(null, '', '?' + choice());
    } catch (e) {
      if (e.name !== 'AbortError') say.textContent = shown.textContent = 'prebounce does not answer. Is it still running?';
    }
  };

  // A step speaks for its reasons, and a reason that is chosen by itself ends that.
  form.addEventListener('change', e => {
    const step = e.target.closest('[data-step-of]'), all = step && step.querySelector('[name^="step."]');
    if (all && e.target === all && all.value) for (const s of step.querySelectorAll('[name^="reason."]')) s.value = all.value;
    else if (all && e.target !== all) all.value = '';
    clearTimeout(soon);
    soon = setTimeout(show, 60);
  });
  form.classList.add('live');

  // The form that narrows the forecast keeps what is chosen here.
  const beside = document.querySelector('form[data-keep]');
  if (beside) beside.addEventListener('submit', () => {
    for (const old of beside.querySelectorAll('input[type=hidden]')) old.remove();
    for (const [name, value] of choice()) {
      if (name !== 'for' && name !== 'last-sent') beside.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
    }
  });
}
