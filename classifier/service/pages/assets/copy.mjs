// Copies the built files that the pages serve, and their licences, to ../static/vendor.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const target = join("..", "static", "vendor");
const built = [
  "@tabler/core/dist/css/tabler.min.css",
  "@tabler/core/dist/js/tabler.min.js",
  "echarts/dist/echarts.min.js",
  "htmx.org/dist/htmx.min.js",
];
const licences = {
  "echarts/LICENSE": "echarts.LICENSE.txt",
  "echarts/NOTICE": "echarts.NOTICE.txt",
  "htmx.org/LICENSE": "htmx.LICENSE.txt",
  "@popperjs/core/LICENSE.md": "popper.LICENSE.txt",
};

// tabler.LICENSE.txt is kept by hand: the package names its licence but does not hold the text.
for (const name of [...built.map((path) => basename(path)), ...Object.values(licences)]) {
  rmSync(join(target, name), { force: true });
}
mkdirSync(target, { recursive: true });
for (const path of built) {
  const text = readFileSync(join("node_modules", path), "utf8");
  const plain = text.replace(/\n?(\/\*|\/\/)# sourceMappingURL=\S+(\s*\*\/)?\s*$/, "\n");
  writeFileSync(join(target, basename(path)), plain);
}
for (const [path, name] of Object.entries(licences)) {
  copyFileSync(join("node_modules", path), join(target, name));
}
