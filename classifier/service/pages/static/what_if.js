// Sliders say where they stand; the trace unfolds and folds as a whole.
(function () {
  "use strict";
  function shown(range) {
    const out = range.parentElement.querySelector("output");
    const moved = range.value !== range.getAttribute("data-was");
    out.textContent = range.value + " " + range.getAttribute("data-unit");
    out.classList.toggle("kf-moved", moved);
    range.setAttribute("aria-valuetext", out.textContent);
  }
  document.querySelectorAll("input[type=range][data-unit]").forEach(function (range) {
    range.addEventListener("input", function () { shown(range); });
    shown(range);
  });
  document.addEventListener("reset", function (event) {
    window.setTimeout(function () { event.target.querySelectorAll("input[type=range]").forEach(shown); }, 0);
  });
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-unfold]");
    if (!button) { return; }
    document.querySelectorAll("#trace details").forEach(function (one) {
      one.open = button.getAttribute("data-unfold") === "all";
    });
  });
})();
