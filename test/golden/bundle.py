"""Writes bundle_v1.tar.gz: the bundle of a small study, its archive written as docs/format/bundle.md says, without the project's own code.

    python3 bundle.py        (Python's standard library, beside a set-up Bitgauge; in a folder of its own, as any measurement)

Bitgauge trains, measures and writes a bundle; this takes what is in it, leaves out what the machine was, and writes list, archive and packing anew.
Another machine trains another model, so that the file is made again only where a new version of the format needs one beside it.
"""

import gzip
import hashlib
import io
import json
import pathlib
import re
import subprocess
import tarfile
import tempfile

FOLDER = pathlib.Path(__file__).parent
PROGRAM = FOLDER.parent.parent / "src" / "cli" / "bin.mjs"
STUDY = """bitgauge: study/1
name: golden
dataset: {generate: {generator: voice-commands, size: 200, difficulty: 0, seed: 3}}
models:
  disc: {family: discriminative, embedding: 4, hidden: 4, train: {epochs: 20, batch: 8}}
calibration: {size: 8, draws: 1, bins: 256, compositions: {balanced: balanced}}
recipes: {mine: {preset: preprint-2025, rounding: reciprocal}}
grid: {bits: [8, 4]}
questions: [{name: holds, compare: bits, against: float, unit: text, test: mcnemar}]
"""


def measured(folder):
    """The bundle that the program writes, as names and contents in their order."""
    file, bundle = folder / "golden.yaml", folder / "golden.tar.gz"
    file.write_text(STUDY)
    for args in (["study", "run", file, "--workers", "1"], ["bundle", "create", "golden", bundle]):
        subprocess.run(["node", PROGRAM, *args, "--home", folder / "home"], check=True)
    with tarfile.open(bundle) as archive:
        return [(member.name, archive.extractfile(member).read()) for member in archive]


def without_machine(name, content):
    return re.sub(rb'"machine":"[^"]*"', b'"machine":"a machine"', content) if name.endswith(".jsonl") else content


def header(name, content):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info.tobuf(tarfile.USTAR_FORMAT)


def main():
    with tempfile.TemporaryDirectory() as folder:
        (_, given), *entries = measured(pathlib.Path(folder))
    entries = [(name, without_machine(name, content)) for name, content in entries]
    files = [{"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in entries]
    manifest = {"kind": "bitgauge-bundle", "version": 1, "study": json.loads(given)["study"], "files": files}
    archive = io.BytesIO()
    for name, content in [("manifest.json", json.dumps(manifest).encode()), *entries]:
        archive.write(header(name, content) + content + bytes(-len(content) % 512))
    archive.write(bytes(1024))
    (FOLDER / "bundle_v1.tar.gz").write_bytes(gzip.compress(archive.getvalue(), mtime=0))


if __name__ == "__main__":
    main()
