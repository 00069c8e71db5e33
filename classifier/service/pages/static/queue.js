// The queue by keyboard: N takes the next, J and K go down and up. Kept off while one types.
(function () {
  "use strict";

  document.addEventListener("keydown", function (event) {
    if (!window.keyfield.shortcut(event)) { return; }
    const key = event.key.toLowerCase();
    if (key === "n") {
      const take = document.getElementById("take-next");
      if (take) { event.preventDefault(); take.click(); }
    } else if (key === "j" || key === "k") {
      const rows = Array.from(document.querySelectorAll(".kf-row"));
      const at = rows.indexOf(document.activeElement);
      const next = rows[key === "j" ? at + 1 : Math.max(at - 1, 0)];
      if (next) { event.preventDefault(); next.focus(); }
    }
  });
})();
