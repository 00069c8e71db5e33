// A case by keyboard: 1 to 5 choose a verdict, Enter submits; the lease is kept while one works.
(function () {
  "use strict";
  const byId = function (id) { return document.getElementById(id); };
  const form = byId("verdict");

  function choose(kind) {
    const radio = form && form.querySelector('input[name="kind"][value="' + kind + '"]');
    if (!radio) { return; }
    radio.checked = true;
    radio.focus();
    shown();
    if (radio.hasAttribute("data-naming")) { byId("notation").focus(); }
  }

  function shown() {
    const chosen = form && form.querySelector('input[name="kind"]:checked');
    const correct = Boolean(chosen) && chosen.hasAttribute("data-naming");
    byId("correct-to").hidden = !correct;
    byId("notation").required = correct;
    byId("notation").disabled = !correct;
  }

  if (form) {
    form.addEventListener("change", shown);
    shown();
    form.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit(byId("submit"));
      }
    });
  }

  document.addEventListener("click", function (event) {
    const use = event.target.closest("[data-use]");
    if (!use || !form) { return; }
    choose(form.querySelector("[data-naming]").value);
    byId("notation").value = use.getAttribute("data-use");
    byId("notation").dispatchEvent(new Event("kf-used"));
    byId("notation").focus();
  });

  const keys = { r: "reason", c: "comment" };
  const buttons = { s: "skip", u: "undo", n: "take", q: "back" };
  document.addEventListener("keydown", function (event) {
    if (!window.keyfield.shortcut(event)) { return; }
    const key = event.key.toLowerCase();
    const radio = form && form.querySelector('input[data-key="' + CSS.escape(key) + '"]');
    const target = byId(keys[key] || buttons[key] || "");
    if (radio) {
      event.preventDefault();
      choose(radio.value);
    } else if (target) {
      event.preventDefault();
      if (keys[key]) { target.focus(); } else { target.click(); }
    } else if (key === "enter" && form && event.target === document.body) {
      event.preventDefault();
      form.requestSubmit(byId("submit"));
    }
  });

  const box = byId("shortcuts");
  if (box) {
    box.checked = window.keyfield.on();
    box.addEventListener("change", function () { window.keyfield.set(box.checked); });
  }

  const began = Date.now(); // the lease is fresh now; activity after a while renews it
  ["keydown", "pointerdown", "scroll"].forEach(function (name) {
    document.addEventListener(name, function () {
      if (Date.now() - began > 120000) { document.body.dispatchEvent(new Event("kf-active")); }
    }, { passive: true });
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    const from = event.target;
    if (event.detail.successful && from.matches && from.matches("[data-reset]")) { from.reset(); }
  });
})();
