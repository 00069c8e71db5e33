"""Files of texts in every format, and what came out of them."""

import csv
import json

import openpyxl
import pyarrow
import pyarrow.parquet

ROWS = [("a", "油浸式变压器的制造"), ("b", "速冻水饺"), ("c", "六轴工业机器人")]
EXPECTED = {"a": "M07", "b": None, "c": "M02"}


def _csv(path, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([("id", "text"), *rows])


def _tsv(path, rows):
    lines = ["\t".join(row) for row in [("id", "text"), *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _jsonl(path, rows):
    lines = [json.dumps({"id": i, "text": t}, ensure_ascii=False) for i, t in rows]
    path.write_text("\n".join(lines), encoding="utf-8")


def _parquet(path, rows):
    table = pyarrow.table({"id": [i for i, _ in rows], "text": [t for _, t in rows]})
    pyarrow.parquet.write_table(table, path, row_group_size=100)


def _xlsx(path, rows):
    book = openpyxl.Workbook()
    for row in [("id", "text"), *rows]:
        book.active.append(row)
    book.save(path)


WRITERS = {"csv": _csv, "tsv": _tsv, "jsonl": _jsonl, "parquet": _parquet, "xlsx": _xlsx}


def write(path, rows=ROWS):
    """Write rows of id and text by the file's ending, and return its path."""
    WRITERS[path.suffix[1:]](path, rows)
    return path


def table(path):
    """Return the rows of an output that is a table, as dicts."""
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_table(path).to_pylist()
    if path.suffix == ".xlsx":
        header, *cells = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
        return [dict(zip(header, row, strict=True)) for row in cells]
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="," if path.suffix == ".csv" else "\t"))


def primaries(path):
    """Return [(id, mp10 primary or None)] of an output."""
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [(row["id"], row["domains"]["mp10"]["primary"]) for row in rows]
    return [(row["id"], None if row["mp10"] == "-" else row["mp10"]) for row in table(path)]


def written(root):
    """Return the descriptions that were written for the corpus, in order."""
    out = []
    for path in sorted((root / "taxonomy" / "examples").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            out.extend(row["text"] for row in rows)
    return out


def many(root, count):
    """Return rows of id and text: descriptions from all over the corpus."""
    return list(endless(root, count))


def endless(root, count):
    """Yield the same, for more of them than memory should hold."""
    texts = written(root)
    for i in range(count):
        yield str(i), texts[i * 997 % len(texts)]
