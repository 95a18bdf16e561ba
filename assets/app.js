// What pages gain when scripts run: live parts and filters. Everything works without.
"use strict";

// <section data-live="URL">: each event of the stream replaces what is inside.
for (const part of document.querySelectorAll("[data-live]")) {
  const stream = new EventSource(part.dataset.live);
  stream.addEventListener("message", (event) => {
    const focused = document.activeElement && part.contains(document.activeElement) ? document.activeElement.id : "";
    const open = new Set([...part.querySelectorAll("details[open][id]")].map((d) => d.id));
    part.innerHTML = event.data;
    for (const id of open) { const d = document.getElementById(id); if (d) d.open = true; }
    if (focused) { const e = document.getElementById(focused); if (e) e.focus(); }
  });
  window.addEventListener("pagehide", () => stream.close());
}

// <input data-filter="ID">: hides the rows of table or list ID whose text lacks what is typed.
for (const box of document.querySelectorAll("input[data-filter]")) {
  const rows = [...document.getElementById(box.dataset.filter).querySelectorAll("[data-row]")];
  const text = rows.map((r) => r.textContent.toLowerCase());
  box.addEventListener("input", () => {
    const want = box.value.trim().toLowerCase();
    rows.forEach((r, i) => { r.hidden = !text[i].includes(want); });
  });
  box.closest("[hidden]")?.removeAttribute("hidden");
}

// <button data-select="all|none" data-within="ID">: sets or clears the visible checkboxes of ID.
for (const button of document.querySelectorAll("button[data-select]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const c of document.getElementById(button.dataset.within).querySelectorAll("input[type=checkbox]"))
      if (!c.closest("[hidden]")) c.checked = button.dataset.select === "all";
  });
}

// <select data-submit>: applies a filter form as soon as a choice is made.
for (const choice of document.querySelectorAll("select[data-submit]"))
  choice.addEventListener("change", () => choice.form.requestSubmit());

// <input type=range data-blend>: how much of the new picture lies over the old one; the choices beside it still work.
for (const slide of document.querySelectorAll("input[data-blend]")) {
  const part = slide.closest(".blend"), picture = part.querySelector(".blend-new");
  slide.closest("[hidden]").hidden = false;
  slide.addEventListener("input", () => { picture.style.opacity = slide.value / slide.max; });
  for (const step of part.querySelectorAll("input[type=radio]"))
    step.addEventListener("change", () => { picture.style.opacity = ""; });
}
