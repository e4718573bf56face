"""`make torture`: 1,000 saves under SIGKILL on both databases; then, as root, a disk that is full."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.databases import KINDS, Databases
from tests.torture.ordeal import Ordeal

TOLD = "Máy chủ không ghi được vào ổ đĩa"


def killed(databases: Databases, kind: str, folder: Path, saves: int, kills: int) -> list[str]:
    """The ordeal, told in one line; what is wrong."""
    begun = time.monotonic()
    ordeal = Ordeal(databases.prepared(kind), folder / kind, saves=saves, people=8)
    ordeal.run(kills=kills)
    again = sum(save.tries for save in ordeal.saves) - saves
    wrong = ordeal.wrong()
    print(
        f"{kind}: {ordeal.acknowledged()} saves acknowledged, every fourth with a file, "
        f"{ordeal.kills} kills, {again} tries repeated, {time.monotonic() - begun:.0f} s: "
        + ("nothing missing, nothing doubled, figures right" if not wrong else "; ".join(wrong)),
        flush=True,
    )
    return wrong


def on_a_small_disk(databases: Databases, folder: Path) -> list[str]:
    """A real server on a real file system that is full and grows. (One that only reads is part of the suite.)"""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=True)
    try:
        place = disk / "patrol.db"
        shutil.copyfile(str(make_url(databases.prepared("sqlite")).database), place)
        ordeal = Ordeal(f"sqlite:///{place}", folder / "small", saves=400, people=1)
        server = ordeal.server
        server.start()
        cookie = server.sign_in(ordeal.usernames[0])

        def save(number: int) -> tuple[int, str]:
            body, kind = ordeal.saves[number].body()
            status, _, text = server.request("POST", "/tuan-tra/moi", body, Content_Type=kind, Cookie=cookie)
            ordeal.saves[number].is_acknowledged |= status == 302
            return status, text

        wrong = []

        def expect(what: str, holds: bool) -> None:
            print(f"  {what}: {'yes' if holds else 'NO'}", flush=True)
            if not holds:
                wrong.append(what)

        number, status, text = -1, 302, ""
        while status == 302 and number < 390:
            number += 1
            status, text = save(number)
        expect(f"full after {number} saves: 503 and the page that says so", status == 503 and TOLD in text)
        expect("the list can still be read", server.request("GET", "/tuan-tra", Cookie=cookie)[0] == 200)
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        expect("with room again the same save is stored, no restart", save(number)[0] == 302)
        expect("and the next ones too", all(save(number + more)[0] == 302 for more in range(1, 6)))
        server.kill()
        ordeal.saves = [each for each in ordeal.saves if each.is_acknowledged]
        found = ordeal.wrong()
        expect(f"{len(ordeal.saves)} saves acknowledged, all there once, figures right", not found)
        return [*wrong, *found]
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--saves", type=int, default=1000)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--only", choices=[*KINDS, "disk"])
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="patrol-torture-"))
    databases = Databases(folder)
    wrong: list[str] = []
    try:
        for kind in KINDS:
            if given.only in (None, kind):
                wrong += killed(databases, kind, folder, given.saves, given.kills)
        if given.only in (None, "disk"):
            if os.geteuid() == 0:
                print("sqlite on a disk of 4 MB:", flush=True)
                wrong += on_a_small_disk(databases, folder)
            else:
                print(
                    "The disk that fills up needs root, to mount one; the suite has a short form that doesn't."
                )
    finally:
        databases.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
