// The form of a profile: what is wrong stands at its field, items are added and removed.
(function () {
  "use strict";
  const form = document.getElementById("profile");
  const check = document.getElementById("check");

  function mark() {
    form.querySelectorAll(".kf-wrong").forEach(function (place) { place.textContent = ""; });
    form.querySelectorAll("[aria-invalid]").forEach(function (field) { field.removeAttribute("aria-invalid"); });
    const counts = new Map();
    check.querySelectorAll("[data-field]").forEach(function (line) {
      const name = line.getAttribute("data-field");
      const field = document.getElementById("f-" + name) || document.getElementById("f-" + name.replace(/\.(met|evidence)$/, ""));
      const place = document.getElementById("e-" + name);
      const label = field && form.querySelector('label[for="' + CSS.escape(field.id) + '"]');
      const called = label ? label.textContent : field && field.getAttribute("aria-label");
      if (field) { field.setAttribute("aria-invalid", "true"); }
      if (called && line.firstElementChild) { line.firstElementChild.textContent = called; }
      if (place) { place.textContent = line.getAttribute("data-message"); }
      const near = field || place || form.querySelector('[name^="' + CSS.escape(name) + '."]');
      const section = near && near.closest("details");
      if (section) { counts.set(section, (counts.get(section) || 0) + 1); }
    });
    form.querySelectorAll("[data-wrong]").forEach(function (tag) {
      const n = counts.get(tag.closest("details")) || 0;
      tag.hidden = n === 0;
      tag.textContent = tag.getAttribute("data-words").replace("#", String(n));
    });
  }

  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target === check) { mark(); }
  });
  mark();

  function changed() { form.dispatchEvent(new Event("change", { bubbles: true })); }

  check.addEventListener("click", function (event) {
    const link = event.target.closest("a[href^='#f-']");
    const field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) { return; }
    event.preventDefault();
    const section = field.closest("details");
    if (section) { section.open = true; }
    field.focus();
  });

  form.addEventListener("click", function (event) {
    const add = event.target.closest("[data-add]");
    const remove = event.target.closest("[data-remove]");
    if (add) {
      const list = add.closest("[data-list]");
      const items = list.querySelector(".kf-items");
      const used = Array.from(items.querySelectorAll("[name]")).map(function (field) {
        return Number((/\[(\d+)\]/.exec(field.name) || [0, -1])[1]);
      });
      const at = Math.max(-1, ...used) + 1;
      const query = new URLSearchParams({ name: add.getAttribute("data-add"), at: String(at) });
      list.querySelector("select").value = "some";
      window.htmx.ajax("GET", "/enterprises/item?" + query, { target: items, swap: "beforeend" }).then(function () {
        const last = items.lastElementChild;
        if (last) { last.querySelector("select, input, textarea").focus(); }
      });
    } else if (remove) {
      const list = remove.closest("[data-list]");
      remove.closest("fieldset").remove();
      if (!list.querySelector("fieldset")) { list.querySelector("select").value = ""; }
      list.querySelector("select").focus();
      changed();
    }
  });
})();
