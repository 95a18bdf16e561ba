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

// Elements with data-key="x" answer to that key when nobody is typing: a link is followed, a choice is made and its form
// sent (data-then="submit") or the field named in data-then gets the focus, details open and close. The right and left
// arrow stand for j and k. Where nothing has these keys they move along the first links of rows.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, summary, [contenteditable]") && event.key !== "?") return;
  if (event.target.closest("textarea, input[type=text], input[type=search], input:not([type])")) return;
  const arrows = event.target.closest("input, .scroll, .data") ? {} : { ArrowRight: "j", ArrowLeft: "k" };
  const key = arrows[event.key] || event.key;
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (wanted) {
    event.preventDefault();
    if (wanted.matches("details")) { wanted.open = !wanted.open; return; }
    wanted.click();
    if (wanted.dataset.then === "submit") wanted.form.requestSubmit();
    else if (wanted.dataset.then) document.querySelector(wanted.dataset.then)?.focus();
    return;
  }
  if (event.key !== "j" && event.key !== "k") return;
  const links = [...document.querySelectorAll("main [data-row]:not([hidden])")].map((row) => row.querySelector("a")).filter(Boolean);
  if (!links.length) return;
  event.preventDefault();
  const row = document.activeElement?.closest("[data-row]");
  const at = links.findIndex((a) => row && row.contains(a));
  const next = links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + (event.key === "j" ? 1 : -1)))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});
