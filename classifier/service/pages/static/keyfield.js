// Behaviour of every page: ask before what cannot be taken back, print, focus after a swap.
(function () {
  "use strict";

  // Single keys act only where nobody types, and only while the reader has them switched on.
  const STORE = "keyfield.shortcuts";
  window.keyfield = {
    on: function () { return window.localStorage.getItem(STORE) !== "off"; },
    set: function (on) { window.localStorage.setItem(STORE, on ? "on" : "off"); },
    shortcut: function (event) {
      if (!window.keyfield.on() || event.ctrlKey || event.metaKey || event.altKey) { return false; }
      if (event.isComposing || document.querySelector("dialog[open]")) { return false; }
      const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
      return !typing;
    },
  };

  document.addEventListener("submit", function (event) {
    const question = event.target.getAttribute("data-confirm");
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    const button = event.submitter;
    if (button && event.target.method === "post" && !event.target.hasAttribute("hx-post")) {
      window.setTimeout(function () { button.disabled = true; }, 0); // one click, one verdict
    }
  });

  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { window.location.reload(); } // a page from the past shows old leases
  });

  document.addEventListener("htmx:sendError", function () {
    const notice = document.getElementById("notice");
    const line = document.createElement("div");
    line.className = "alert alert-danger kf-notice";
    line.textContent = notice.getAttribute("data-offline");
    notice.replaceChildren(line);
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); }
  });
})();
