"""Measures what files cost in memory: `python -m tests.bench.files`.

Sixteen uploads and sixteen downloads of 10 MiB at once, papers and photos, while the memory of the gateway (with the
processes that it starts) and of the service is looked at fifty times a second. The growth is over what they had when
each had served one file.
"""

import argparse
import io
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from tests.staff import Staff
from tests.unit.kernel.pictures import a_pdf

ROOT = Path(__file__).parents[2]
AT_ONCE = 16
SIZE = 10 * 1024 * 1024
MIB = 1024 * 1024


def tree(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found += [below for child in (task / "children").read_text().split() for below in tree(int(child))]
        except OSError:
            continue
    return found


def proportional(pid: int) -> int:
    """A process's proportional share of memory (PSS), in bytes; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


class Watch:
    """The peaks of several processes, while something is done."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids = pids
        self.peaks: dict[str, int] = {}
        self._done = threading.Event()

    def look(self) -> dict[str, int]:
        """What each has now: the process that serves alone, and with all that it started."""
        found: dict[str, int] = {}
        for name, pid in self._pids.items():
            sizes = {one: proportional(one) for one in tree(pid)}
            found[f"{name}, the largest process"] = max(sizes.values())
            found[f"{name}, with those it starts"] = sum(sizes.values())
        return found

    def over(self, work: Callable[[], Any]) -> dict[str, float]:
        """Mebibytes by which each grew at most."""
        before = self.look()
        self._done.clear()
        self.peaks = dict(before)
        watching = threading.Thread(target=self._watch)
        watching.start()
        try:
            work()
        finally:
            self._done.set()
            watching.join()
        return {name: (self.peaks[name] - size) / MIB for name, size in before.items()}

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            for name, size in self.look().items():
                self.peaks[name] = max(self.peaks[name], size)


def a_photo_of_ten_mebibytes() -> bytes:
    """Twelve megapixels of noise, at the quality at which they take that."""
    noise = Image.merge("RGB", [Image.effect_noise((4000, 3000), 60) for _ in range(3)])
    for quality in range(60, 20, -2):
        out = io.BytesIO()
        noise.save(out, "JPEG", quality=quality)
        if out.tell() <= SIZE:
            return out.getvalue()
    raise AssertionError


def upload(staff: Staff, content: bytes, kind: str) -> str:
    """Attaches to an application of its own; where it is read."""
    path = f"/applications/{staff.post('/applications', SubmitApplication.example)['id']}/attachments"
    while True:
        answer = requests.post(
            staff.base + path,
            data=content,
            headers={"Authorization": str(staff.session.headers["Authorization"]), "Content-Type": kind},
            timeout=300,
        )
        if answer.status_code != 503:
            answer.raise_for_status()
            return f"{path}/{answer.json()['id']}"
        time.sleep(0.2)


def download(staff: Staff, path: str) -> None:
    """Reads a file, a little at a time."""
    headers = {"Authorization": str(staff.session.headers["Authorization"])}
    with requests.get(staff.base + path, headers=headers, stream=True, timeout=300) as answer:
        answer.raise_for_status()
        assert sum(len(piece) for piece in answer.iter_content(16_384)) > 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", default="", help="another store than a folder, as HEMVIST_FILE_STORE names it")
    given = parser.parse_args()
    many = dict.fromkeys(["HEMVIST_LIMIT_PER_CLIENT", "HEMVIST_LIMIT_PER_MUNICIPALITY"], "1000000000")
    settings = {"HEMVIST_ENVIRONMENT": "test", **many}
    if given.store:
        settings["HEMVIST_FILE_STORE"] = given.store
    platform = Platform(ROOT / ".hemvist" / "bench", extra_environment=settings)
    platform.up()
    try:
        staff = Staff(platform, "orebro", "recruiter")
        watch = Watch({name: pid for name in ("gateway", "intake") if (pid := platform.process(name))})
        photo = a_photo_of_ten_mebibytes()
        download(staff, upload(staff, a_pdf(SIZE), "application/pdf"))
        upload(staff, photo, "image/jpeg")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            papers: list[str] = []

            def send(kind: str, contents: list[bytes]) -> None:
                papers.extend(pool.map(lambda content: upload(staff, content, kind), contents))

            runs: dict[str, Callable[[], Any]] = {
                f"{AT_ONCE} uploads of a PDF": lambda: send(
                    "application/pdf", [a_pdf(SIZE, b"%d " % number) for number in range(AT_ONCE)]
                ),
                f"{AT_ONCE} downloads": lambda: list(pool.map(lambda path: download(staff, path), papers)),
                f"{AT_ONCE} uploads of a photo": lambda: send("image/jpeg", [photo] * AT_ONCE),
            }
            for name, work in runs.items():
                began = time.monotonic()
                grown = watch.over(work)
                print(f"{name} of {SIZE // MIB} MiB, {time.monotonic() - began:.1f} s:")
                for who, mebibytes in grown.items():
                    print(f"  {who}: {mebibytes:+.1f} MiB")
    finally:
        platform.down()


if __name__ == "__main__":
    main()
