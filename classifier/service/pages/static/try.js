// Examples fill the text; the chosen scheme keeps the focus when the answer is swapped.
(function () {
  "use strict";
  const text = document.getElementById("text");
  document.addEventListener("click", function (event) {
    const from = event.target.closest("[data-fill]");
    if (!from) { return; }
    text.value = from.getAttribute("data-fill");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
})();
