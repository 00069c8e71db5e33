// Behaviour of every page: ask before what cannot be taken back, print, focus after a swap.
(function () {
  "use strict";

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

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); }
  });
})();
